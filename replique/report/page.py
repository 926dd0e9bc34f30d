"""The whole report, written piece by piece into one file that needs nothing else."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from replique.errors import DiskFull, UsageError
from replique.language import choose, current, restore
from replique.language import gettext as _
from replique.report import sections, voice_sections
from replique.report.article import article
from replique.report.contents import Contents
from replique.report.listening import with_sound
from replique.report.markup import Html, element, html, join, open_tag, visible
from replique.report.numbered import OfTake, OfVoice, numbered
from replique.report.numerals import date_and_time
from replique.report.verdicts import known_otherwise
from replique.report.voice_article import voice_article

SOUND_BUDGET_BYTES = 160e6
"""About 400 usual occurrences with their sound: what a browser still opens at ease."""


def render(
    contents: Contents,
    out_path: Path,
    language: str,
    *,
    sound_budget_bytes: float = SOUND_BUDGET_BYTES,
) -> None:
    """Write a report as one HTML file.

    language : "en" or "fr".
    sound_budget_bytes : beyond it, the weaker occurrences have a picture and no sound.

    The file appears when it is whole, readable by its owner only; memory holds one
    occurrence at a time.
    Raises UsageError where it cannot be written, DiskFull.
    """
    token = choose(language)
    try:
        _write(contents, Path(out_path), sound_budget_bytes)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                _("There is no room left for the report."),
                advice=_("Free some space, or write it to another disk."),
            ) from error
        raise UsageError(
            _("The report could not be written to {path}: {reason}").format(
                path=visible(str(out_path)), reason=error.strerror
            ),
            advice=_("Choose a folder that exists and that you may write in."),
        ) from error
    finally:
        restore(token)


def _write(contents: Contents, out_path: Path, budget_bytes: float) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".report-", suffix=".html", dir=out_path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            for piece in pieces(contents, budget_bytes):
                target.write(piece)
                target.write("\n")
            target.flush()
            os.fsync(target.fileno())
        Path(temporary).replace(out_path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def pieces(contents: Contents, budget_bytes: float = SOUND_BUDGET_BYTES) -> Iterator[Html]:
    """Yield the page from its first line to its last, in the language in force."""
    items = numbered(contents)
    voices, enrolments = voice_sections.enrolled(contents)
    yield _head(contents)
    yield open_tag("body")
    yield element("a", _("To the content"), href="#main", class_="skip")
    yield _banner(contents, items)
    yield open_tag("main", id="main", tabindex=-1)
    yield sections.summary(contents, items)
    yield sections.limits(contents)
    yield from _media(contents, items, budget_bytes, enrolments)
    for part in (
        known_otherwise(contents),
        sections.not_read(contents),
        sections.searched(contents, items),
        sections.takes(contents),
        voices,
        sections.method(contents),
        voice_sections.method(contents),
        sections.hashes(),
    ):
        yield html(part)
    yield Html("</main>")
    yield _foot(contents)
    yield Html("</body></html>")


def _media(
    contents: Contents,
    items: list[OfTake | OfVoice],
    budget_bytes: float,
    enrolments: voice_sections.Enrolments,
) -> Iterator[Html]:
    people = {performer.slug: performer.name for performer in contents.performers}
    audible = with_sound(contents.found, budget_bytes)
    told = {item.number: item.identity for item in items}
    by_medium = groupby(items, key=lambda item: item.medium.sha256)
    for count, (_sha256, group) in enumerate(by_medium, 1):
        here = list(group)
        identity = f"m{count}"
        yield open_tag("section", id=identity, class_="medium", aria_labelledby=f"{identity}-h")
        yield sections.medium_head(contents, here[0].medium, here, identity)
        for item in here:
            sound = item.index in audible
            if isinstance(item, OfTake):
                performer = people.get(item.take.performer, item.take.performer)
                yield article(item, performer, contents.run, sound=sound)
                continue
            yield voice_article(
                item,
                people.get(item.voice.performer, item.voice.performer),
                contents.voice_search,
                sound=sound,
                enrolment=enrolments.get(item.voice.key),
                told=told,
                origin=f"{identity}-origin",
            )
        yield Html("</section>")


@cache
def _asset(name: str) -> str:
    return files("replique.report").joinpath(name).read_text("utf-8")


def _allowed(content: str) -> str:
    """Return the source expression that lets exactly this inline content act."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _head(contents: Contents) -> Html:
    style, script = _asset("report.css"), _asset("player.js")
    policy = (
        "default-src 'none'; img-src data:; media-src data:; base-uri 'none'; form-action 'none';"
        f" style-src {_allowed(style)}; script-src {_allowed(script)}"
    )
    return join(
        Html("<!doctype html>\n"),
        open_tag("html", lang=current()),
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="robots", content="noindex"),
            element("title", _title(contents)),
            element("style", Html(style)),
        ),
    )


def _title(contents: Contents) -> str:
    if contents.voice_search is None:
        return _("Réplique: where takes are heard again")
    return _("Réplique: where takes are heard again, and voices that resemble")


def _banner(contents: Contents, items: list[OfTake | OfVoice]) -> Html:
    made = _("Report made on {date}").format(date=date_and_time(contents.run.made))
    links = [("summary", _("In short")), ("limits", _("What this does not say"))]
    if items:
        links.append(("m1", _("Occurrences")))
    if contents.known_otherwise:
        links.append(("known-otherwise", _("Uses that are known otherwise")))
    if contents.not_read:
        links.append(("not-read", _("What could not be read")))
    if contents.voice_search is not None:
        links.append(("voices", _("Voices that were listened for")))
    links.append(("method", _("How it was done")))
    if contents.voice_search is not None:
        links.append(("voice-method", _("How voices were compared")))
    links.append(("hashes", _("How to check the hashes")))
    notice = element("p", visible(contents.notice), class_="notice") if contents.notice else None
    return element(
        "header",
        element("p", "Réplique", class_="mark-name"),
        element(
            "h1",
            _("Where takes are heard again")
            if contents.voice_search is None
            else _("Where takes are heard again, and voices that resemble"),
        ),
        element("p", made, class_="quiet"),
        notice,
        element(
            "nav",
            element("ul", *(element("li", element("a", t, href=f"#{i}")) for i, t in links)),
            aria_label=_("Parts of this report"),
        ),
    )


def _foot(contents: Contents) -> Html:
    return join(
        element(
            "footer",
            element("p", _("This report holds its sounds and pictures in itself; opening it sends"
                           " nothing anywhere.")),
            element("p", f"Réplique {visible(contents.run.program_version)}", class_="quiet"),
        ),
        element("script", _words(), type="application/json", id="words"),
        element("script", Html(_asset("player.js"))),
    )  # fmt: skip


def _words() -> Html:
    """Return what the script says to people."""
    words = {
        "play": _("Play"),
        "pause": _("Pause"),
        "a": _("A: medium"),
        "b": _("B: take"),
        "both": _("Both: A left, B right"),
        "o": _("Take, at its own speed"),
        "hearA": _("Heard now: A, the medium"),
        "hearB": _("Heard now: B, the take"),
        "hearBoth": _("Heard now: the medium on the left, the take on the right"),
        "hearO": _("Heard now: the take at its own speed"),
        "voice": {
            "e": _("B: enrolment"),
            "hearE": _("Heard now: B, the enrolment of the voice"),
            "keys": _("Keys while the player has focus: space plays and pauses; A and B choose what"
                      " is heard, from its beginning; X switches between A and B; the arrows move"
                      " by a second."),
        },
        "stopped": _("Stopped"),
        "place": _("Place in the excerpt"),
        "of": _("{at} of {length} seconds"),
        "failed": _("This browser could not decode the sound."),
        "keys": _("Keys while the player has focus: space plays and pauses; A, B and C choose"
                  " what is heard; O plays the take at its own speed; X switches between A and B;"
                  " the arrows move by a second."),
    }  # fmt: skip
    return Html(json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"))
