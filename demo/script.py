"""Who says what, and where it is used again: the truth that the demo is held to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from demo import music
from demo.studio import faster, in_a_room, lay, write
from demo.voices import Sound, Voice, speak


@dataclass(frozen=True, slots=True)
class Performer:
    """Nobody: a voice with a name, and what its recordings are."""

    name: str
    voice: Voice
    kind: str


AWA = Performer("Awa (synthetic)", Voice("fr+f3", 150, 58, 75), "audition")
TOM = Performer("Tom (synthetic)", Voice("en-gb-x-rp+m3", 150, 38, 60), "self-tape")
INES = Performer("Ines (synthetic)", Voice("en-us+f5", 158, 55, 70), "audition")
OTHERS = (Voice("en-gb-scotland+m7", 160, 45, 60), Voice("fr-be+f2", 155, 50, 60))
TOM_ON_ANOTHER_DAY = Voice("en-gb-x-rp+m3", 138, 44, 75)


@dataclass(frozen=True, slots=True)
class Take:
    """A take that is registered: whose, and what is said."""

    performer: Performer
    file: str
    line: str


TAKES = (
    Take(AWA, "awa-audition-1.wav",
         "Je vous ai attendu toute la nuit, et vous n'êtes pas venu."),
    Take(AWA, "awa-audition-2.wav",
         "Donnez-moi cette lettre. Personne ne doit savoir ce qu'elle contient."),
    Take(AWA, "awa-audition-3.wav",
         "Tout le monde aux abris ! Fermez la porte derrière vous, vite !"),
    Take(TOM, "tom-self-tape-1.wav",
         "You told me the lighthouse was empty. So who is holding the lamp?"),
    Take(TOM, "tom-self-tape-2.wav",
         "Nobody leaves this ship until I have the key in my hand."),
    Take(TOM, "tom-self-tape-3.wav",
         "Right. Once more, from the top, and this time without the laughing."),
    Take(INES, "ines-audition-1.wav",
         "This summer, one family will learn that the quiet ones remember everything."),
    Take(INES, "ines-audition-2.wav",
         "Press any button to begin. Your choices will be kept."),
)  # fmt: skip
ANEW = TAKES[3]
"""The take whose line is spoken again by the same voice, on another day."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A take used again.

    level_db : against the music in that place, when it sounds.
    """

    medium: str
    take: str
    at_s: float
    level_db: float
    speed: float = 1.0
    room: bool = False


PLANTED = (
    Planted("episode-01.m4a", "awa-audition-1.wav", 14.0, 6.0),
    Planted("episode-01.m4a", "tom-self-tape-2.wav", 52.5, -8.0),
    Planted("trailer-pal.mp3", "ines-audition-1.wav", 21.25, 2.0, speed=25 / 24),
    Planted("game-cutscene.webm", "awa-audition-3.wav", 33.4, 3.0, room=True),
)  # fmt: skip
ANEW_AT = ("trailer-pal.mp3", 44.0, 4.0)
"""Medium, seconds, dB: where ANEW is spoken anew. No take of it; a voice that is enrolled."""
ENROLLED = TOM
"""Whose voice is looked for, too."""
ENROLMENT = (
    """The boat came in before dawn, and nobody was waiting on the quay. I counted the lights
    along the shore, one after another, until there were none left to count.""",
    """My father kept a lamp in that window for thirty years. He said that someone would need it,
    sooner or later, and he was right.""",
    """Ask me again tomorrow. Tonight I only want to hear the wind, and the rope against the mast,
    and nothing that anybody has written down.""",
)
"""What is said to enrol it: about 23 s of speech."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A medium: its music, how long it lasts, and what strangers say in it.

    strangers : where (seconds), what, and which of OTHERS.
    """

    piece: music.Piece
    lasts_s: float
    strangers: tuple[tuple[float, str, int], ...]


SCENES = {
    "episode-01.m4a": Scene(
        music.CALM,
        90.0,
        (
            (30.0, "We should have turned back at the river.", 0),
            (73.0, "Il ne reviendra plus, maintenant.", 1),
        ),
    ),
    "trailer-pal.mp3": Scene(
        music.DRIVING, 62.0, ((5.0, "From the people who brought you nothing at all.", 0),)
    ),
    "game-cutscene.webm": Scene(
        music.WATCHFUL,
        70.0,
        (
            (10.0, "La porte est ouverte. Entrez.", 1),
            (55.0, "I can hear them on the stairs.", 0),
        ),
    ),
}


def make(folder: Path) -> None:
    """Write takes into folder/takes, media into folder/media, an enrolment into folder/voice.

    Everything is spoken in one order: eSpeak NG remembers a little of what it said.
    """
    (folder / "takes").mkdir(parents=True)
    (folder / "media").mkdir()
    spoken = {take.file: speak(take.line, take.performer.voice) for take in TAKES}
    for file, sound in spoken.items():
        write(sound, folder / "takes" / file)
    anew = speak(ANEW.line, TOM_ON_ANOTHER_DAY)
    for medium, sound in programme(spoken, anew):
        write(sound, folder / "media" / medium)
    (folder / "voice").mkdir()
    for number, line in enumerate(ENROLMENT, 1):
        write(speak(line, ENROLLED.voice), folder / "voice" / f"tom-voice-{number}.wav")


def programme(spoken: dict[str, Sound], anew: Sound) -> list[tuple[str, Sound]]:
    """Return the media, stereo, by name: music, strangers, and the takes in their places."""
    made = []
    for medium, scene in SCENES.items():
        bed = music.play(scene.piece, scene.lasts_s)
        for at_s, line, who in scene.strangers:
            lay(bed, speak(line, OTHERS[who]), at_s, 4.0)
        for planted in PLANTED:
            if planted.medium == medium:
                lay(bed, _treated(spoken[planted.take], planted), planted.at_s, planted.level_db)
        if ANEW_AT[0] == medium:
            lay(bed, anew, ANEW_AT[1], ANEW_AT[2])
        made.append((medium, bed))
    return made


def _treated(take: Sound, planted: Planted) -> Sound:
    sound = in_a_room(take) if planted.room else take
    return faster(sound, planted.speed) if planted.speed != 1.0 else sound
