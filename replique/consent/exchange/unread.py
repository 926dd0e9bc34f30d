"""What a document says and nobody understands: listed, and never allowing."""

from __future__ import annotations

import dataclasses
import re

ANNOTATIONS = (
    "http://purl.org/dc/",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/2006/vcard/ns#",
)
"""Vocabularies of titles and remarks: they allow and forbid nothing."""
SLUG = re.compile(r"[^\W_][\w.-]{0,79}\Z")
"""What an id of ours may be."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unread:
    """Something that was not understood.

    where : policy, permission, prohibition, requirement or obligation; number: which,
        from 1, 0 for the policy. what: the IRI or key; never a text of the document.
    effect : "left out" (the rule is not taken over), "kept without" (the rule is kept,
        and so reaches further), "noted" (it allows and forbids nothing).
    """

    where: str
    number: int
    what: str
    effect: str


@dataclasses.dataclass(slots=True)
class Notes:
    """What was not understood so far. blocked: no permission of the document may stand."""

    all: list[Unread] = dataclasses.field(default_factory=list)
    blocked: bool = False

    def note(self, where: str, number: int, what: str, effect: str) -> None:
        """List something."""
        self.all.append(Unread(where, number, what, effect))

    def block(self, what: str) -> None:
        """List something of the whole policy, and leave out all its permissions."""
        self.note("policy", 0, what, "left out")
        self.blocked = True
