"""`replique voice`: the voices that their people enrolled, to be looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, Group, argument, command, option
from replique.cli.terminal import say, say_json, shown, table
from replique.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replique.store.records import VoiceRecord
    from replique.store.voice_checking import RecordingChecked, VoiceChecked
    from replique.voices.enrolment import Objection

_HERE = "replique.cli.voice"
_WHOSE = argument(
    "performer",
    metavar=N_("[PERFORMER]"),
    required=False,
    help=N_("The short name, such as awa-diop; everybody unless said."),
)


@click.group(
    "voice",
    cls=Group,
    verbs={
        "statement": (
            "replique.cli.voice_enrol:statement",
            N_("Print what a person agrees to before enrolling."),
        ),
        "enrol": ("replique.cli.voice_enrol:enrol", N_("Enrol a person's own voice.")),
        "list": (f"{_HERE}:list_", N_("List the enrolled voices.")),
        "check": (f"{_HERE}:check", N_("Say whether a voice is good enough, and what to add.")),
        "forget": (
            "replique.cli.voice_forget:forget",
            N_("Destroy a voice and all that was made of it."),
        ),
        "remake": (f"{_HERE}:remake", N_("Make voices anew after models have changed.")),
        "calibrate": (
            "replique.cli.voice_calibrate:calibrate",
            N_("Fit the strength of voices to speech of your own."),
        ),
    },
    help=N_(
        "Enrolled voices: of people who agreed, for themselves, that theirs is looked for.\n\n"
        "There is no search by a stranger's clip. What is kept of a voice is encrypted: its key "
        "lies in this computer's keyring or under a passphrase, which is asked for at a terminal "
        "and given by a server in the environment variable REPLIQUE_VOICE_PASSPHRASE."
    ),
)
def voice() -> None:
    """Say whose voice is looked for."""


@command("list", help=N_("List the enrolled voices; no passphrase is needed."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("Only those of one performer."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def list_(performer: str | None, *, as_json: bool) -> None:
    """List the voices."""
    from replique import store
    from replique.report.numerals import day, duration, number

    store.open()
    known = store.voices(performer)
    if as_json:
        say_json({"ok": True, "voices": [plain(each) for each in known]})
        return
    if not known:
        say(_("No voice is enrolled. The first: replique voice enrol PERFORMER RECORDINGS"))
        return
    table(
        [_("Performer"), _("Manner"), _("Speech"), _("Recordings"), _("Agreed"), _("Enrolled")],
        [
            [
                each.performer,
                manner_name(each.manner),
                duration(round(each.speech_s)),
                number(each.recordings),
                _way(each),
                day(each.added),
            ]
            for each in known
        ],
        right=(2, 3),
    )
    if any(each.remarks for each in known):
        say()
        say(_("What would make them better: replique voice check"))


def _way(voice: VoiceRecord) -> str:
    from replique.report.numerals import day

    said = {"typed": _("by typing, {day}"), "signed": _("by signing, {day}")}.get(
        voice.way, "{day}"
    )
    return said.format(day=day(voice.stated_at))


@command(
    "check",
    help=N_(
        "Say whether an enrolled voice is good enough, and what would make it better: of each "
        "recording, how much speech was heard and what speaks against it."
    ),
)
@_WHOSE
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def check(performer: str | None, *, as_json: bool) -> None:
    """Check the voices of one person, or of all."""
    from replique import store
    from replique.cli import passphrase

    home = store.open()
    people = _people(performer)
    if not people:
        if as_json:
            say_json({"ok": True, "voices": []})
        else:
            say(_("No voice is enrolled. The first: replique voice enrol PERFORMER RECORDINGS"))
        return
    keys = passphrase.opened(home)
    checked = [each for slug in people for each in store.check_voice(home, slug, keys)]
    if as_json:
        say_json({"ok": all(each.good for each in checked), "voices": _plain_checked(checked)})
        return
    for i, each in enumerate(checked):
        if i:
            say()
        _say_checked(each)


def _people(performer: str | None) -> list[str]:
    """Return whose voices are meant: the one who was named, enrolled or not, or all who are."""
    from replique import store

    enrolled = list(dict.fromkeys(each.performer for each in store.voices(performer)))
    return enrolled or ([performer] if performer is not None else [])


def _say_checked(checked: VoiceChecked) -> None:
    from replique.report.numerals import duration

    voice = checked.voice
    say(
        _("{name}, {manner}: {length} of speech").format(
            name=shown(voice.performer_name),
            manner=shown(manner_name(voice.manner)),
            length=duration(round(voice.speech_s)),
        )
    )
    if not checked.readable:
        say(_("What was kept of it is damaged or gone: it is not looked for."))
        say(
            _(
                "Forget it, and enrol it again from its recordings: replique voice forget {slug}"
            ).format(slug=shown(voice.performer))
        )
        return
    say_recordings(checked.recordings)
    if not checked.current:
        say(_("It was made with other models than those in use, and is not looked for."))
        say(_("To make it anew: replique voice remake {slug}").format(slug=shown(voice.performer)))
    elif checked.good and voice.manner != "speaking":
        say(
            _(
                "Enough speech was heard. How often it errs was measured with people who speak, "
                "and not in this manner: expect more errors than are told."
            )
        )
    elif checked.good:
        say(_("Good enough: the error rates that are told were measured with voices like it."))
    else:
        say(_("It is looked for, and errs more often than the error rates that are told."))
    say_remarks(checked.add, checked.alike, checked.recordings)


def say_recordings(recordings: Sequence[RecordingChecked]) -> None:
    """Write what was heard in each recording."""
    from replique.report.numerals import duration, with_unit

    measured = [(each, each.found) for each in recordings]
    table(
        [_("Recording"), _("Length"), _("Speech"), _("Under other voices"), _("Over the pauses")],
        [
            [
                each.name,
                duration(round(each.length_s, 1)),
                duration(round(found.speech_s, 1)) if found is not None else "?",
                with_unit(100 * found.overlap, "%") if found is not None else "?",
                with_unit(found.range_db, "dB") if found is not None else "?",
            ]
            for each, found in measured
        ],
        right=(1, 2, 3, 4),
    )
    if any(found is None for _each, found in measured):
        say(_("Without the models the recordings cannot be measured: replique models install"))


def say_remarks(
    remarks: Sequence[Objection], alike: Sequence[str], recordings: Sequence[RecordingChecked]
) -> None:
    """Write what could be better, of which recordings, with what would help."""
    for each in remarks:
        say(f"- {_remark(each, recordings)}")
    if alike:
        say(
            "- "
            + _(
                "It resembles the enrolled voice of {people} so much that one may be reported for "
                "the other. Listen with care where either is found."
            ).format(people=", ".join(shown(each) for each in alike))
        )


def _remark(one: Objection, recordings: Sequence[RecordingChecked]) -> str:
    """Return a remark; what is said of some recordings names them, and the others need no more."""
    names = [each.name for each in recordings if one.code in {o.code for o in each.objections}]
    if not names or len(names) == len(recordings):
        return f"{shown(one.message)} {shown(one.advice)}"
    return _("{name}: {reason}").format(
        name=", ".join(shown(name) for name in names), reason=shown(one.message)
    )


@command(
    "remake",
    help=N_(
        "Make the reference of a voice anew from the recordings that were kept, where models "
        "have changed since. Until then it is not looked for."
    ),
)
@_WHOSE
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def remake(performer: str | None, *, as_json: bool) -> None:
    """Make voices anew."""
    from replique import store
    from replique.cli import fetching, passphrase

    home = store.open()
    people = _people(performer)
    made: list[VoiceRecord] = []
    if people:
        fetching.ready(home, ask=not as_json)
        keys = passphrase.opened(home)
        for slug in people:
            made += store.remake_voice(home, slug, keys)
    if as_json:
        say_json({"ok": True, "voices": [plain(each) for each in made]})
        return
    if not made:
        say(_("All enrolled voices are of the models in use; nothing was done."))
        return
    for each in made:
        say(
            _("The voice of {name} is made anew ({manner}).").format(
                name=shown(each.performer_name), manner=shown(manner_name(each.manner))
            )
        )
    say(_("The next search looks for it everywhere again."))


def manner_name(manner: str) -> str:
    """Return a manner of using the voice in words; the name of a character stays as it is."""
    return {"speaking": _("speaking"), "singing": _("singing")}.get(manner, manner)


def plain(voice: VoiceRecord) -> dict[str, object]:
    """Return a voice for programs; its key, which names its file, is nobody's business."""
    return {
        "performer": voice.performer,
        "performer_name": voice.performer_name,
        "manner": voice.manner,
        "speech_s": round(voice.speech_s, 2),
        "recordings": voice.recordings,
        "remarks": list(voice.remarks),
        "statement": voice.statement,
        "way": voice.way,
        "stated": voice.stated_at.isoformat(),
        "added": voice.added.isoformat(),
        "models": voice.models,
    }


def plain_remarks(remarks: Sequence[Objection]) -> list[dict[str, object]]:
    """Return what could be better, for programs."""
    return [
        {"code": each.code, "message": each.message, "advice": each.advice, "fatal": each.fatal}
        for each in remarks
    ]


def plain_recordings(recordings: Sequence[RecordingChecked]) -> list[dict[str, object]]:
    """Return what was heard in each recording, for programs."""
    return [
        {
            "name": each.name,
            "length_s": round(each.length_s, 3),
            "speech_s": round(each.found.speech_s, 2) if each.found is not None else None,
            "overlap": round(each.found.overlap, 4) if each.found is not None else None,
            "range_db": round(each.found.range_db, 1) if each.found is not None else None,
            "clipped": round(each.found.clipped, 5) if each.found is not None else None,
            "narrow": each.found.narrow if each.found is not None else None,
            "objections": plain_remarks(each.objections),
        }
        for each in recordings
    ]


def _plain_checked(checked: Sequence[VoiceChecked]) -> list[dict[str, object]]:
    return [
        {
            **plain(each.voice),
            "good": each.good,
            "readable": each.readable,
            "current": each.current,
            "made_of": plain_recordings(each.recordings),
            "add": plain_remarks(each.add),
            "alike": list(each.alike),
        }
        for each in checked
    ]
