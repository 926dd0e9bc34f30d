"""An agreement without what is private in it."""

from __future__ import annotations

import dataclasses

from replique.consent.records import Agreement


def untold(agreement: Agreement) -> Agreement:
    """Return it without testimony: who said what, with what evidence, and every note.

    That there is a statement, of which kind and on which day, stays: the rules ask it.
    """
    return dataclasses.replace(
        agreement,
        note="",
        circumstances=tuple(
            dataclasses.replace(each, said_by="", evidence="", text="")
            for each in agreement.circumstances
        ),
        states=tuple(dataclasses.replace(each, note="") for each in agreement.states),
    )
