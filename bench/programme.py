"""A split that anyone can make: synthetic voices in synthetic music, laid out as the real one.

It stands in where no split of real recordings is at hand. What it costs to search is like
the real thing; how much is found is not, and nothing here is said of accuracy.
"""

from __future__ import annotations

import random
from pathlib import Path

from demo import music
from demo.studio import lay, write
from demo.voices import RATE, Voice, speak

VOICES = (
    Voice("fr+f3", 150, 58, 75),
    Voice("en-gb-x-rp+m3", 150, 38, 60),
    Voice("en-us+f5", 158, 55, 70),
    Voice("en-gb-scotland+m7", 160, 45, 60),
    Voice("fr-be+f2", 155, 50, 60),
)
WORDS = (
    "lighthouse", "river", "morning", "letter", "silence", "captain", "winter", "mirror",
    "garden", "thunder", "promise", "window", "answer", "stranger", "kingdom", "shadow",
    "engine", "whisper", "lantern", "memory", "island", "hollow", "carpet", "number",
    "second", "always", "never", "under", "before", "again", "listen", "follow",
    "remember", "open", "close", "bring", "carry", "leave", "return",
)  # fmt: skip
PIECES = (music.CALM, music.DRIVING, music.WATCHFUL)
SUFFIXES = (".m4a", ".mp3", ".webm")
EVERY_S = 20.0
LEVELS_DB = (5.0, 0.0, -5.0)


def make(folder: Path, *, takes: int = 299, media: int = 4, minutes: float = 5.0) -> None:
    """Write takes/, media/, truth.tsv and hours.txt.

    A take is laid in every 20 s of the media, plain, from 5 dB over to 5 dB under the
    music; takes that find no place lie nowhere.
    """
    (folder / "takes").mkdir(parents=True)
    (folder / "media").mkdir()
    chance = random.Random(1)
    lines = [" ".join(chance.sample(WORDS, chance.randint(4, 14))) for _ in range(takes)]
    spoken = {
        f"take{index:05d}.wav": speak(line, VOICES[index % len(VOICES)])
        for index, line in enumerate(lines)
    }
    for name, sound in spoken.items():
        write(sound, folder / "takes" / name)
    waiting = list(spoken)
    chance.shuffle(waiting)
    truth = ["media\tstart_s\tend_s\ttake\tsnr_db\ttransform\trate\ttake_s"]
    for index in range(media):
        medium = f"media{index:02d}{SUFFIXES[index % len(SUFFIXES)]}"
        bed = music.play(PIECES[index % len(PIECES)], minutes * 60)
        for place in range(int(minutes * 60 / EVERY_S)):
            if not waiting:
                break
            take, level = waiting.pop(), LEVELS_DB[place % len(LEVELS_DB)]
            at_s = place * EVERY_S + chance.uniform(1, 6)
            lay(bed, spoken[take], at_s, level)
            length_s = len(spoken[take]) / RATE
            cells = (medium, f"{at_s:.4f}", f"{at_s + length_s:.4f}", take, f"{level:g}")
            truth.append("\t".join((*cells, "dry", "1.0", f"{length_s:.4f}")))
        write(bed, folder / "media" / medium)
    (folder / "truth.tsv").write_text("\n".join(truth) + "\n", encoding="utf-8")
    (folder / "hours.txt").write_text(f"{media * minutes / 60}\n", encoding="utf-8")
