"""What one look at a file's own account of its origin gave."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Literal

from replique.media.source import readable

State = Literal["found", "nothing", "not_checked"]

CREDENTIALS = "content-credentials"
SOURCE_TYPE = "iptc-digital-source-type"
WATERMARK = "watermark:"

LONGEST_TEXT = 200
"""Characters kept of one thing that a file says."""
MOST_TEXTS = 20
"""Things kept of one list that a file gives."""


@dataclass(frozen=True, slots=True)
class OriginCheck:
    """One thing that was looked for in a file, and what came of it.

    check : "content-credentials", "iptc-digital-source-type" or "watermark:<reader>".
    state : "found", the file says something; "nothing", it does not, which tells nothing;
        "not_checked", it could not be asked, and detail["reason"] is why.
    said : a sentence in the language in force when it was looked for; `sentence` makes it
        anew in the language of whoever reads.
    detail : for machines: codes, and texts as the file gives them, made printable. A list
        is one string with a newline between its items. See docs/origin.md.
    """

    check: str
    state: State
    said: str = ""
    detail: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Return it as plain values, ready for JSON."""
        return asdict(self)


def printable(text: object) -> str:
    """Return a text that a file gives as one printable line of LONGEST_TEXT at most."""
    line = readable(" ".join(str(text)[: 4 * LONGEST_TEXT].split()))
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + "…"


def listed(texts: list[str]) -> str:
    """Return texts, each once, as one value of `detail`."""
    return "\n".join([text for text in dict.fromkeys(map(printable, texts)) if text][:MOST_TEXTS])
