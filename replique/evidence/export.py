"""What an export holds beside the entries: a manifest, and words for who opens it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from replique.evidence.canonical import Object, plain
from replique.evidence.entries import now
from replique.evidence.heads import Head
from replique.evidence.keys import EXPORT, Signer
from replique.language import gettext as _

ENTRIES, HEADS, CONTENTS = "entries.jsonl", "heads.jsonl", "contents.jsonl"
MANIFEST, README, FORMAT, VERIFIER = (
    "manifest.json",
    "README.txt",
    "FORMAT.md",
    "verify_ledger.py",
)
KEYS, STAMPS, AUTHORITY = "keys.txt", "stamps", "authority.pem"


def manifest(signer: Signer, head: Head, hashes: Mapping[str, str]) -> bytes:
    """Return the manifest, signed. hashes : SHA-256 of every other file, by name."""
    fields: Object = {
        "at": now(),
        "files": sorted([name, sha256] for name, sha256 in hashes.items()),
        "format": 1,
        "key": signer.public,
        "root": head.root,
        "size": head.size,
    }
    fields["signature"] = signer.sign(EXPORT, plain(fields))
    return plain(fields) + b"\n"


def shipped(name: str) -> bytes:
    """Return a file that goes with every export: the verifier, or the format's description."""
    return files("replique.evidence").joinpath(name).read_bytes()


def readme(head: Head, keys: tuple[str, ...], *, contents: tuple[str, ...]) -> str:
    """Return words for a person who is given an export and has never heard of any of this."""
    inside = (
        _("What lies behind these entries is in contents.jsonl: {kinds}. It may be private.")
        if contents
        else _("It tells that things happened, and when; not what the papers say.")
    )
    paragraphs = (
        _("A LEDGER OF RÉPLIQUE"),
        _(
            "This folder is a copy of a record of what was found, agreed, described and decided, "
            "one line for each step: {size} entries up to {at} (UTC)."
        ).format(size=head.size, at=head.at),
        inside.format(kinds=", ".join(contents)),
        _(
            "Every line holds a hash of the one before and a signature, and a tree of hashes lies "
            "over all of them. So nobody who does not have the key can change, take out, add or "
            "move a line unnoticed."
        ),
        _("TO CHECK IT"),
        _(
            "Install Python 3.11 or newer, then in this folder:\n\n"
            "  pip install cryptography\n"
            "  python verify_ledger.py .\n\n"
            "It says that nothing wrong was found, or what is wrong. Whoever wants to be sure of "
            "the program itself takes it from the publisher of Réplique, or writes their own: "
            "FORMAT.md is all that it takes. With an earlier copy at hand:\n\n"
            "  python verify_ledger.py . --against EARLIER_FOLDER"
        ),
        _("The key that signs, which its holder can confirm by another way:"),
        "\n".join(f"  {key}" for key in keys),
        _("WHAT IT SHOWS AND WHAT IT DOES NOT"),
        _(
            "It shows that these lines are those that the holder of the key signed, in this order, "
            "and that none is missing up to the signed end. It does not show that what they tell "
            "is true. The holder of the key could have written another history before giving "
            "away the first copy: only an earlier copy in other hands, or a time stamp by an "
            "authority (the folder stamps, when there is one), shows that a line was there by then."
        ),
    )
    return "\n\n".join(paragraphs) + "\n"
