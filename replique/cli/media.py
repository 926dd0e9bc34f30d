"""`replique media`: what was searched, and what could not be read and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from replique.cli.grammar import N_, command, option
from replique.cli.terminal import say, say_json, shown, table
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.store import MediumRecord


@command(
    "media",
    help=N_(
        "List what was searched, and what could not be, with the reason and what can be done.\n\n"
        "Of media in which a voice was heard, also what they say of their own origin "
        "(docs/origin.md); with --medium, what was looked for in vain too."
    ),
)
@option("--failed", is_flag=True, help=N_("Only what was not searched, or not to its end."))
@option("--medium", metavar=N_("TEXT"), help=N_("Part of its path, or the start of its SHA-256."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def media(medium: str | None, *, failed: bool, as_json: bool) -> None:
    """Print the media."""
    from replique import store

    store.open()
    found = store.media(name=medium)
    if failed:
        found = [each for each in found if each.state != "ok"]
    if as_json:
        say_json({"ok": True, "media": [_plain(each) for each in found]})
        return
    searched = [each for each in found if each.state == "ok"]
    troubled = [each for each in found if each.state != "ok"]
    if not found:
        say(_("Nothing to list.") if failed or medium else _("Nothing was searched yet."))
        return
    if searched:
        table(
            [_("Length"), _("Tracks"), _("Medium")],
            [[_length(each), len(each.tracks), each.locator] for each in searched],
            right=(0, 1),
        )
        for each in searched:
            if each.warnings:
                _tell(each)
        _say_origins([each for each in searched if each.origin], everything=medium is not None)
    if troubled:
        if searched:
            say()
        say(_("Not searched, or not to the end:"))
        for each in troubled:
            _tell(each)


def _tell(medium: MediumRecord) -> None:
    say(f"- {shown(medium.locator)}")
    partial = _("searched as far as it could be read") if medium.state == "partial" else ""
    said = [medium.error_message, medium.error_advice, partial, *medium.warnings]
    for sentence in said:
        if sentence:
            say(f"  {sentence}")


def _say_origins(media: Sequence[MediumRecord], *, everything: bool) -> None:
    """Say what media in which a voice was found say of their own origin.

    everything : what was not found or not checked too.
    """
    from replique.gathering.voices import origin as checks
    from replique.media.origin import sentence
    from replique.report.voice_wording import (
        has_no_reader,
        nothing_says_nothing,
        without_reader,
    )

    told = [
        (one.locator, [each for each in checks(one) if everything or each.state == "found"])
        for one in media
    ]
    if not any(each for _locator, each in told):
        return
    say()
    say(_("What these say of their own origin:"))
    for locator, origin in told:
        if not origin:
            continue
        say(f"- {shown(locator)}")
        unread = [each.check for each in origin if has_no_reader(each.check, each.detail)]
        for each in origin:
            if each.check not in unread:
                say(f"  {shown(sentence(each))}")  # anew: on record it is in the search's language
        if unread:
            say(f"  {without_reader(unread)}")
    say(nothing_says_nothing())


def _length(medium: MediumRecord) -> str:
    from replique.report.numerals import duration

    return "?" if medium.duration_s is None else duration(round(medium.duration_s))


def _plain(medium: MediumRecord) -> dict[str, object]:
    return {
        "medium": medium.locator,
        "also_at": [place.locator for place in medium.locations[1:]],
        "sha256": medium.sha256,
        "state": medium.state,
        "size": medium.size,
        "duration_s": medium.duration_s,
        "tracks": [
            {
                "track": track.index + 1,
                "language": track.language,
                "title": track.title,
                "codec": track.codec,
                "layout": track.layout,
                "heard_s": round(heard_s, 3),
            }
            for track, heard_s in zip(medium.tracks, medium.heard_s, strict=True)
        ],
        "error": {
            "code": medium.error_code,
            "message": medium.error_message,
            "advice": medium.error_advice,
        }
        if medium.error_code
        else None,
        "warnings": list(medium.warnings),
        "notes": list(medium.notes),
        "origin": [dict(each) for each in medium.origin],
        "searched": medium.searched_at.isoformat() if medium.searched_at else None,
    }
