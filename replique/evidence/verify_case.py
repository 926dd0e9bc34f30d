"""Verify an exported case of Réplique, with nothing but Python and `cryptography`.

    python verify_case.py CASE [--fr]

CASE is the folder of the export. Every file must be the one that SHA256SUMS names, none may be
missing or added, SHA256SUMS must be signed by the key that signs the copy of the ledger, and that
copy must verify. Exit status 0: nothing wrong was found; 1: it says what is. Take this program
from the publisher of Réplique rather than from the export that it is to judge.
"""
# ruff: noqa: E501 — the words stand as a table

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ModuleNotFoundError:  # whoever was sent an export may have nothing but Python
    sys.exit(
        "Nothing was checked: the package cryptography is not installed. First: python3 -m pip install cryptography\n"
        "Rien n’a été vérifié : le module cryptography n’est pas installé. D’abord : python3 -m pip install cryptography"
    )

SUMS, SIGNED = "SHA256SUMS", "SHA256SUMS.signed"
PURPOSE = b"replique case export 1\n"
LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
WORDS = {
    "changed": ("CHANGED: {0} is not as it was exported.", "MODIFIÉ : {0} n’est pas tel qu’exporté."),
    "missing": ("MISSING: {0}", "MANQUE : {0}"),
    "added": ("ADDED: {0} was not exported.", "AJOUTÉ : {0} n’a pas été exporté."),
    "unsigned": ("CHANGED: the list of files is not the one that was signed.", "MODIFIÉ : la liste des fichiers n’est pas celle qui a été signée."),
    "key": ("CHANGED: the list of files is signed by another key than the ledger.", "MODIFIÉ : la liste des fichiers est signée par une autre clé que le registre."),
    "ledger": ("The copy of the ledger is not in order.", "La copie du registre n’est pas en ordre."),
    "well": ("Nothing wrong was found: {0} files, signed by {1}.", "Rien d’anormal : {0} fichiers, signés par {1}."),
}  # fmt: skip


class Wrong(Exception):
    """Something is wrong: a key of WORDS, and what it tells."""


def verify(folder: Path) -> tuple[str, str]:
    """Return how many files there are, and the key that signed for them. Raises Wrong."""
    key, listed = signed_list(folder)
    there = {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if each.is_symlink() or not each.is_dir()
    }
    for name in sorted(there - set(listed) - {SUMS, SIGNED}):
        raise Wrong("added", name)
    for name, sha256 in listed.items():
        if name not in there:  # nor anything outside the folder
            raise Wrong("missing", name)
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise Wrong("changed", name)
    if key != (folder / "ledger" / "keys.txt").read_text().split()[-1]:
        raise Wrong("key")
    # this program is as signed as the rest of it
    program = [sys.executable, "-I", "verify_ledger.py", "."]
    if subprocess.run(program, cwd=folder / "ledger", check=False).returncode:  # noqa: S603
        raise Wrong("ledger")
    return str(len(listed)), key


def signed_list(folder: Path) -> tuple[str, dict[str, str]]:
    """Return the key that signed, and the SHA-256 of each file by its name. Raises Wrong."""
    sums = (folder / SUMS).read_bytes()
    signed = json.loads((folder / SIGNED).read_bytes())
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed["key"]))
        key.verify(bytes.fromhex(signed["signature"]), PURPOSE + sums)
    except (InvalidSignature, KeyError, TypeError, ValueError):
        raise Wrong("unsigned") from None
    lines = [LINE.fullmatch(line) for line in sums.decode().splitlines()]
    listed = {found[2]: found[1] for found in lines if found is not None}
    if len(listed) != len(lines):
        raise Wrong("unsigned")
    return signed["key"], listed


def main() -> int:
    """Verify, and say what was found."""
    form = argparse.RawDescriptionHelpFormatter
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    ask.add_argument("case", type=Path)
    ask.add_argument("--fr", action="store_true")
    asked = ask.parse_args()
    try:
        said: tuple[str, ...] = ("well", *verify(asked.case))
    except Wrong as wrong:
        said = wrong.args
    except OSError as error:
        said = ("missing", str(error.filename))
    except Exception as error:  # noqa: BLE001 — whatever hostile bytes can provoke is a refusal
        said = ("changed", f"{asked.case} ({type(error).__name__})")
    text = WORDS[said[0]][asked.fr].format(*said[1:]) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    return 0 if said[0] == "well" else 1


if __name__ == "__main__":
    sys.exit(main())
