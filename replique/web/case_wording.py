"""What happened in a case, in words; how it stands."""

from __future__ import annotations

from replique.language import gettext as _
from replique.store.case_records import EventRecord

STATES = ("open", "waiting", "closed")
PARTIES = ("person", "production", "company")


def state(code: str) -> str:
    """Return how a case stands."""
    return {
        "open": _("open"),
        "waiting": _("waiting"),
        "closed": _("closed"),
        "merged": _("merged"),
    }.get(code, code)


def party(kind: str) -> str:
    """Return what a party is."""
    return {
        "person": _("person"),
        "production": _("production"),
        "company": _("company"),
    }.get(kind, kind)


def event(told: EventRecord) -> str:
    """Return what happened, in a sentence; what we do not know, as the ledger names it."""
    return _sentences().get((told.kind, told.verb)) or f"{told.subject} {told.verb}"


def _sentences() -> dict[tuple[str, str], str]:
    return {
        ("case", "added"): _("The case was opened."),
        ("case", "changed"): _("Its title, its summary or who sees to it was changed."),
        ("case", "open"): _("The case is open."),
        ("case", "waiting"): _("The case waits."),
        ("case", "closed"): _("The case was closed."),
        ("case", "merged"): _("The case was merged into another."),
        ("case", "handed_over"): _("Somebody else sees to the case now."),
        ("case_member", "added"): _("Somebody was let in to work on it."),
        ("case_member", "left"): _("Somebody no longer works on it."),
        ("case_member", "merged"): _("Somebody came from a merged case."),
        ("case_member", "handed_over"): _("The case was handed over to somebody."),
        ("case_party", "added"): _("A person, a production or a company was named."),
        ("case_party", "changed"): _("What is said of a person or a company was changed."),
        ("case_party", "removed"): _("A person, a production or a company was taken out."),
        ("case_party", "merged"): _("A person or a company came from a merged case."),
        ("case_item", "added"): _("Something was put into the case."),
        ("case_item", "removed"): _("Something was taken out of the case."),
        ("case_item", "merged"): _("Something came from a merged case."),
        ("case_note", "added"): _("A note was written."),
        ("case_note", "struck"): _("A note was struck out."),
        ("case_note", "merged"): _("A note came from a merged case."),
        ("case_task", "added"): _("A task was set."),
        ("case_task", "changed"): _("A task was given to somebody, or its day changed."),
        ("case_task", "done"): _("A task was done."),
        ("case_task", "dropped"): _("A task was dropped."),
        ("case_task", "reopened"): _("A task is to be done after all."),
        ("case_task", "merged"): _("A task came from a merged case."),
        ("case_task", "handed_over"): _("A task was handed over."),
        ("case_export", "exported"): _("The case was exported."),
        ("testimony", "merged"): _("Sealed testimony came from a merged case."),
    }
