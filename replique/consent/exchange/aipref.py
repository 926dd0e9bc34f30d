"""AI preferences of the IETF working group: a header, and a line of robots.txt.

Drafts: draft-ietf-aipref-vocab-06 (28 April 2026) and draft-ietf-aipref-attach-04
(expired 1 May 2026). The vocabulary has no consensus of the working group; labels may
change, and a recipient is free to ignore them. What is not stated is left out: the
drafts call that unknown. `search` is never stated: no act of ours is it.
"""

from __future__ import annotations

import re

from replique.consent.exchange.preferences import ALLOWED, NOT_STATED, Preferences
from replique.errors import UsageError
from replique.language import gettext as _

_PATH = re.compile(r"/[!-~]*\Z")


def usage(stated: Preferences) -> str:
    """Return the preferences, such as "train-ai=n, ai-use=n"; "" when none is stated."""
    labels = {"train-ai": stated.ai_generative_training, "ai-use": stated.ai_inference}
    return ", ".join(
        f"{label}={'y' if said == ALLOWED else 'n'}"
        for label, said in labels.items()
        if said != NOT_STATED
    )


def header(stated: Preferences) -> str:
    """Return the line of an HTTP response, "" when nothing is stated."""
    said = usage(stated)
    return f"Content-Usage: {said}" if said else ""


def robots(stated: Preferences, *, path: str = "/") -> str:
    """Return a group for robots.txt, "" when nothing is stated; it allows no crawling itself.

    path : where it begins to hold. UsageError for what is no path.
    """
    if not _PATH.match(path) or "#" in path:
        raise UsageError(
            _("A location is a path on the web site, such as /voice/."),
            advice=_('Begin it with "/", and write other than plain letters with %.'),
        )
    said = usage(stated)
    return f"User-Agent: *\nContent-Usage: {path} {said}\n" if said else ""
