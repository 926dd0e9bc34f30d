"""`replique voice enrol` and `statement`: what enrolling takes, from agreeing to what was heard."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.passphrase import TRIES
from replique.cli.paths import existing, look_into
from replique.cli.terminal import is_terminal, say, say_json, shown, warn
from replique.errors import ReferenceRefused, UsageError
from replique.language import LANGUAGES, choose, current, restore
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.store import PerformerRecord
    from replique.store.enrolling import Enrolled
    from replique.store.stating import Statement
    from replique.store.voice_checking import VoiceChecked


@command(
    "statement",
    help=N_(
        "Print the statement that a person agrees to before their voice is enrolled.\n\n"
        "To enrol without a terminal, or many people in a day: print it, let the person read "
        "and sign it, and give a scan or a photograph of the signed page to "
        "`replique voice enrol --statement`."
    ),
)
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@option("--lang", type=click.Choice(LANGUAGES), help=N_("Language of the statement."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def statement(performer: str, lang: str | None, *, as_json: bool) -> None:
    """Print the statement, and say how the signed page is given."""
    from replique import store
    from replique.voices.statement import VERSION

    store.open()
    person = _person(performer)
    language = lang or current()
    with _in(language):
        text = store.statement(person.slug)
        signing = _("Name, date and signature:")
    if as_json:
        said = {"performer": person.slug, "name": person.name, "language": language}
        say_json({"ok": True, **said, "version": VERSION, "text": text})
        return
    _print(text)
    say()
    say(signing)
    warn(  # beside the page, not on it
        _(
            "Once it is signed: replique voice enrol {slug} RECORDINGS --statement FILE "
            "--lang {language}"
        ).format(slug=person.slug, language=language)
    )


@command(
    "enrol",
    help=N_(
        "Enrol a person's own voice, so that it can be looked for.\n\n"
        "It takes 20 s of speech or more (8 s at least), if possible of two days: the person "
        "alone, without music, not too loud. What cannot be used is refused, with the reason and "
        "what to record instead. Singing and character voices are enrolled apart, with --manner; "
        "recordings given later are added.\n\n"
        "The person reads a statement and agrees by typing their name, at a terminal; elsewhere "
        "--statement gives the signed page. The sound is kept on this computer, encrypted."
    ),
)
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@look_into(N_("Recordings of that person alone: files, folders or archives."))
@option(
    "--manner",
    metavar=N_("MANNER"),
    default="speaking",
    show_default=True,
    help=N_("speaking, singing, or the name of a character."),
)
@option(
    "--statement",
    "signed",
    metavar=N_("FILE"),
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("The statement, signed by the person: a scan or a photograph of it."),
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help=N_("Language in which the statement is read, or was signed."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def enrol(
    performer: str,
    paths: tuple[Path, ...],
    manner: str,
    signed: Path | None,
    lang: str | None,
    *,
    as_json: bool,
) -> None:
    """Let the person agree, listen to the recordings, and say what was heard."""
    existing(paths)
    from replique import store
    from replique.cli import fetching, passphrase

    home = store.open()
    person = _person(performer)
    asked = not as_json and is_terminal() and is_terminal(sys.stdin)
    if signed is None and not asked:
        raise UsageError(
            _("Only the person themselves can agree that their voice is enrolled."),
            advice=_(
                "Let them type their name at a terminal, or give the page that they signed with "
                "--statement; `replique voice statement {slug}` prints it."
            ).format(slug=person.slug),
        )
    fetching.ready(home, ask=asked)
    given = _agreed(person, signed, lang or current())
    keys = passphrase.opened(home)
    try:
        with _listening(quiet=as_json) as progress:
            made = store.enrol_voice(
                home, person.slug, paths, manner=manner, given=given, keys=keys, progress=progress
            )
    except ReferenceRefused:
        if not as_json and signed is not None:  # who typed their name has read it before
            _say_needs(warn)
            warn("")
        raise
    (checked,) = store.check_voice(home, person.slug, keys, made.voice.manner)
    if as_json:
        say_json(_plain(made, checked))
        return
    _say_enrolled(made, checked)
    say(passphrase.where(keys))
    say()
    say(_("Next: replique scan PATHS"))
    say(
        _(
            "It looks for places where a voice resembles this one, the person's own or one made "
            "to resemble it. It can miss some, and a stranger's voice may resemble it too: what "
            "is found is a reason to listen, never a proof."
        )
    )


def _person(slug: str) -> PerformerRecord:
    """Return a performer by short name, or by a name that only one has. Raises NotFound."""
    from replique import store
    from replique.store.people import find_performer

    found = {each.slug: each for each in store.performers()}
    return found.get(slug) or found[find_performer(slug).slug]


def _agreed(person: PerformerRecord, signed: Path | None, language: str) -> Statement:
    """Return how the person agreed: on the page they signed, or here, by typing their name.

    Raises UsageError, MediaError where it would not be taken: before anything else is asked.
    """
    from replique import store
    from replique.store.stating import Statement, check_statement

    if signed is not None:
        given = Statement(way="signed", file=signed, language=language)
    else:
        _say_needs(say)
        say()
        with _in(language):
            text = store.statement(person.slug)
        _print(text)
        say()
        say(
            _(
                "{name} agrees by typing their full name, as it stands here. Nobody can do it for "
                "them. Enter alone stops, and nothing is done."
            ).format(name=shown(person.name))
        )
        given = Statement(way="typed", by=_typed_name(person), language=language)
    check_statement(person.slug, given)
    return given


def _typed_name(person: PerformerRecord) -> str:
    """Return the name that was typed; a slip may be typed again. Raises UsageError."""
    from replique.store.stating import same_name

    typed = ""
    for left in reversed(range(TRIES)):
        typed = str(click.prompt(_("Full name"), default="", show_default=False)).strip()
        if not typed:
            raise UsageError(_("Nobody agreed; nothing was done."))
        if same_name(typed, person.name) or not left:
            break
        warn(
            _("That is not the name that is registered: {name}. Type it once more.").format(
                name=person.name
            )
        )
    return typed


@contextmanager
def _in(language: str) -> Iterator[None]:
    """Put a language in force for a while."""
    token = choose(language)
    try:
        yield
    finally:
        restore(token)


def _say_needs(say: Callable[[str], None]) -> None:
    """Say which recordings enrolling needs."""
    from replique.report.numerals import number
    from replique.voices.enrolment import ENOUGH_S, LEAST_S

    say(_("What enrolling needs:"))
    for line in (
        _("{enough} s of speech or more, pauses not counted; {least} s at the very least").format(
            enough=number(ENOUGH_S), least=number(LEAST_S)
        ),
        _("two recordings or more, of different days or in different moods"),
        _("one person alone: nobody else in the background"),
        _("no music, no street, no machines"),
        _("close to a good microphone, and not so loud that it distorts"),
    ):
        say(f"- {line}")


@contextmanager
def _listening(*, quiet: bool) -> Iterator[Callable[[str], None] | None]:
    """Show which recording is read, and that it goes on while they are listened to."""
    if quiet:
        yield None
    elif is_terminal(sys.stderr):
        from rich.console import Console

        console = Console(stderr=True, highlight=False)
        with console.status(_("Listening")) as status:
            yield lambda name: status.update(
                _("Listening to {name}").format(name=shown(name)).replace("[", r"\[")
            )
    else:
        yield lambda name: warn(_("Listening to {name}").format(name=shown(name)))


def _print(text: str) -> None:
    """Print paragraphs, no wider than is easy to read."""
    width = min(80, click.formatting.FORCED_WIDTH or 80)
    click.echo(click.wrap_text(shown(text, lines=True), width=width, preserve_paragraphs=True))


def _say_enrolled(made: Enrolled, checked: VoiceChecked) -> None:
    from replique.cli.voice import manner_name, say_recordings, say_remarks
    from replique.report.numerals import duration

    say_recordings(checked.recordings)
    say()
    say(
        _("The voice of {name} is enrolled ({manner}), on {length} of speech.").format(
            name=shown(made.voice.performer_name),
            manner=shown(manner_name(made.voice.manner)),
            length=duration(round(made.voice.speech_s)),
        )
    )
    say_remarks(made.remarks, made.alike, checked.recordings)


def _plain(made: Enrolled, checked: VoiceChecked) -> dict[str, object]:
    from replique.cli.voice import plain, plain_recordings, plain_remarks

    return {
        "ok": True,
        "voice": plain(made.voice),
        "recordings": plain_recordings(checked.recordings),
        "remarks": plain_remarks(made.remarks),
        "alike": list(made.alike),
    }
