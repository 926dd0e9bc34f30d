"""Verify an exported ledger of Réplique, with nothing but Python and `cryptography`.

    python verify_ledger.py EXPORT [--against OLDER] [--every-signature] [--accept-key KEY] [--fr]

EXPORT is the folder of an export, or a file with a proof; OLDER the folder of an earlier
export, or its heads.jsonl.  Exit status 0: nothing wrong was found; 1: it says what is.
Written from FORMAT.md alone.  Take it from the publisher of Réplique rather than from the
export that it is to judge.
"""
# ruff: noqa: E501, D102, D103 — the words stand as a table; short functions say what they do by name

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ModuleNotFoundError:  # whoever was sent an export may have nothing but Python
    sys.exit(
        "Nothing was checked: the package cryptography is not installed. First: python3 -m pip install cryptography\n"
        "Rien n’a été vérifié : le module cryptography n’est pas installé. D’abord : python3 -m pip install cryptography"
    )

ENTRY = {"at", "body", "key", "kind", "previous", "sequence", "signature", "subject"}
HEAD = {"at", "key", "last", "root", "signature", "size"}
MANIFEST = {"at", "files", "format", "key", "root", "signature", "size"}
CONTENT = {"content", "nonce", "sequence", "subject"}
SHAPES = dict.fromkeys(("key", "previous", "last", "root", "nonce"), "[0-9a-f]{64}") | {
    "at": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z",
    "kind": "[a-z][a-z_]{0,39}", "signature": "[0-9a-f]{128}", "subject": "[!-~]{1,200}",
}  # fmt: skip
WORDS = {
    "changed": ("CHANGED: entry {0} is not what was signed.", "MODIFIÉ : l’entrée {0} n’est pas ce qui a été signé."),
    "dropped": ("DROPPED: entries {0} to {1} are missing.", "RETIRÉ : les entrées {0} à {1} manquent."),
    "reordered": ("REORDERED: entry {0} is not in its place.", "DÉPLACÉ : l’entrée {0} n’est pas à sa place."),
    "inserted": ("INSERTED: an entry {0} does not belong there.", "AJOUTÉ : une entrée {0} n’a rien à faire là."),
    "truncated": ("TRUNCATED: {0} entries are here, {1} were signed for.", "COUPÉ : {0} entrées sont là, {1} ont été signées."),
    "forked": ("FORKED: two histories were signed; they part before entry {0}.", "DÉDOUBLÉ : deux histoires ont été signées ; elles divergent avant l’entrée {0}."),
    "rolled_back": ("ROLLED BACK: {0} entries are here; there were {1} on {2}.", "RAMENÉ EN ARRIÈRE : {0} entrées sont là ; il y en avait {1} le {2}."),
    "key_replaced": ("KEY REPLACED: at entry {0}, by {1}.", "CLÉ REMPLACÉE : à l’entrée {0}, par {1}."),
    "head": ("CHANGED: a signed head.", "MODIFIÉ : une tête signée."),
    "file": ("CHANGED: {0} is not as it was exported.", "MODIFIÉ : {0} n’est pas tel qu’exporté."),
    "unread": ("NOT READ: {0} is not there, or cannot be opened.", "NON LU : {0} n’est pas là, ou ne peut pas être ouvert."),
    "content": ("CHANGED: a content is not what entry {0} commits to.", "MODIFIÉ : un contenu n’est pas celui que l’entrée {0} engage."),
    "proof": ("This does not prove that the entry is in the ledger.", "Ceci ne prouve pas que l’entrée est au registre."),
    "proved": ("Proved: entry {0}, on {1}, is in the ledger of {2} entries whose end was signed by {3}.", "Prouvé : l’entrée {0}, sur {1}, est au registre de {2} entrées dont la fin a été signée par {3}."),
    "well": ("Nothing wrong was found: {0} entries, signed by {1}; {2} time stamps not looked at (see FORMAT.md).", "Rien d’anormal : {0} entrées, signées par {1} ; {2} horodatages non examinés (voir FORMAT.md)."),
}  # fmt: skip


class Wrong(Exception):
    """Something is wrong: a key of WORDS, and what it tells."""


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def exact(digits: str) -> int | str:
    return int(digits) if len(digits) < 18 and abs(int(digits)) < 2**53 else digits


def parse(line: bytes, names: set[str]) -> dict[str, Any] | None:
    """Return the fields of a canonical line; None for anything else."""
    try:
        value = json.loads(line.decode(), parse_float=str, parse_constant=str, parse_int=exact)
        fine = isinstance(value, dict) and set(value) == names and canonical(value) == line
        for name in names & set(SHAPES) if fine else ():
            fine = fine and re.fullmatch(SHAPES[name], value[name]) is not None
        fine = fine and type(value["sequence" if "sequence" in names else "size"]) is int
        return value if fine and isinstance(value.get("body", {}), dict) else None
    except (ValueError, TypeError, RecursionError):
        return None


def is_signed(fields: dict[str, Any], purpose: str) -> bool:
    unsigned = canonical({name: each for name, each in fields.items() if name != "signature"})
    data = f"replique ledger {purpose} 1\n".encode() + unsigned
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(fields["key"]))
        key.verify(bytes.fromhex(fields["signature"]), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def leaf_of(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(peaks: list[tuple[int, bytes]]) -> str:
    root = peaks[-1][1] if peaks else hashlib.sha256().digest()
    for _height, left in peaks[-2::-1]:
        root = node_of(left, root)
    return root.hex()


def lines_in(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return data.removesuffix(b"\n").split(b"\n") if data else []


class Ledger:
    """What the entries say, once all are read."""

    def __init__(self, sizes: set[int], accepted: Iterable[str], *, every: bool) -> None:
        self.roots = dict.fromkeys(sizes, "")  # of the tree, when it had that size
        self.keys: list[str] = []  # of each entry, and last of the one to come
        self.told: dict[int, tuple[str, object]] = {}  # subject and commitment, by number
        self.peaks: list[tuple[int, bytes]] = []
        self.last: dict[str, Any] = {}
        self.before, self.next_key = "0" * 64, ""
        self.accepted, self.every = set(accepted), every

    def read(self, file: Iterable[bytes], end: int) -> None:
        """Take all entries in; raise Wrong at the first that is not what it should be."""
        lines = (line.removesuffix(b"\n") for line in file)
        for at, line in enumerate(lines):
            entry, leaf = parse(line, ENTRY), leaf_of(line)
            if not entry or (entry["sequence"], entry["previous"]) != (at, self.before):
                self.diagnose(at, entry, lines)
            if self.last and self.last["key"] != entry["key"]:
                self.check(self.last)
            if self.last and entry["key"] != self.next_key and entry["key"] not in self.accepted:
                raise Wrong("key_replaced", at, entry["key"])
            if self.every and not is_signed(entry, "entry"):
                twice = any((parse(each, ENTRY) or {}).get("sequence") == at for each in lines)
                raise Wrong("inserted" if twice else "changed", at)
            self.add(entry, leaf)
            if at + 1 in self.roots:
                self.roots[at + 1] = root_of(self.peaks)
        if self.last:
            self.check(self.last)
        size = len(self.keys)
        self.keys.append(self.next_key)
        if size != end:
            raise Wrong("truncated", size, end) if size < end else Wrong("inserted", end)

    def add(self, entry: dict[str, Any], leaf: bytes) -> None:
        body, height = entry["body"], 0
        rotates = entry["kind"] == "ledger" and body.get("verb") in ("rotated", "key_lost")
        self.keys.append(sys.intern(entry["key"]))
        if "commitment" in body:
            self.told[entry["sequence"]] = (entry["subject"], body["commitment"])
        self.last, self.before = entry, leaf.hex()
        self.next_key = body.get("key") if rotates else entry["key"]
        while self.peaks and self.peaks[-1][0] == height:
            leaf, height = node_of(self.peaks.pop()[1], leaf), height + 1
        self.peaks.append((height, leaf))

    def check(self, entry: dict[str, Any]) -> None:
        if not is_signed(entry, "entry"):
            raise Wrong("changed", entry["sequence"])

    def diagnose(self, at: int, entry: dict[str, Any] | None, rest: Iterable[bytes]) -> NoReturn:
        """Raise Wrong, saying what was done where a line does not follow the one before."""
        numbers = {each["sequence"] for each in (parse(line, ENTRY) for line in rest) if each}
        if not entry:
            raise Wrong("changed", at)
        if entry["sequence"] < at:
            raise Wrong("inserted", entry["sequence"])
        if entry["sequence"] > at:
            here = at in numbers
            raise Wrong("reordered" if here else "dropped", at, entry["sequence"] - 1)
        if self.last:
            self.check(self.last)
        self.check(entry)
        raise Wrong("forked", at)

    def hold(self, heads: list[dict[str, Any]]) -> None:
        """Hold heads that were seen, here or elsewhere, against the entries."""
        size, heads = len(self.keys) - 1, sorted(heads, key=lambda each: int(each["size"]))
        for head in heads:
            if head["size"] > size:
                raise Wrong("rolled_back", size, heads[-1]["size"], heads[-1]["at"])
            if self.roots[head["size"]] != head["root"]:
                known = head["key"] in self.keys
                raise Wrong("forked" if known else "key_replaced", head["size"], head["key"])
            if head["key"] not in self.keys[head["size"] - 1 : head["size"] + 1]:
                raise Wrong("key_replaced", head["size"], head["key"])


def heads_in(path: Path) -> list[dict[str, Any]]:
    found = [parse(line, HEAD) for line in lines_in(path)]
    heads = [head for head in found if head and head["size"] > 0 and is_signed(head, "head")]
    if len(heads) < len(found):
        raise Wrong("head")
    return heads


def verify_export(folder: Path, asked: argparse.Namespace) -> tuple[object, ...]:
    heads, seen = heads_in(folder / "heads.jsonl"), []
    stamped = sorted(folder.glob("stamps/*.head"))
    for each in (*stamped, *([asked.against] if asked.against else [])):
        seen += heads_in(each / "heads.jsonl" if each.is_dir() else each)
    sizes = {head["size"] for head in heads + seen}
    ledger = Ledger(sizes, asked.accept_key, every=asked.every_signature)
    with (folder / "entries.jsonl").open("rb") as file:
        ledger.read(file, max(head["size"] for head in heads))
    ledger.hold(heads)
    ledger.hold(seen)
    verify_files(folder, ledger)
    if (folder / "contents.jsonl").exists():
        verify_contents(folder / "contents.jsonl", ledger)
    keys = " → ".join(dict.fromkeys(ledger.keys))
    return "well", len(ledger.keys) - 1, keys, len(list(folder.glob("stamps/*.tsr")))


def verify_files(folder: Path, ledger: Ledger) -> None:
    """Hold the manifest against the entries, and the files against it; none was put beside them."""
    line = (folder / "manifest.json").read_bytes()
    made = parse(line.removesuffix(b"\n"), MANIFEST)
    state = (ledger.next_key, root_of(ledger.peaks), len(ledger.keys) - 1, 1, b"\n")
    if not made or not is_signed(made, "export"):
        raise Wrong("file", "manifest.json")
    if (made["key"], made["root"], made["size"], made["format"], line[-1:]) != state:
        raise Wrong("file", "manifest.json")
    hashes = dict(made["files"])
    for kind in ("*.jsonl", "stamps/*.head", "stamps/*.tsr"):
        hashes |= {
            name: hashes.get(name)
            for name in (each.relative_to(folder).as_posix() for each in folder.glob(kind))
        }
    for name, sha256 in hashes.items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise Wrong("file", name)


def verify_contents(path: Path, ledger: Ledger) -> None:
    for line in lines_in(path):
        each = parse(line, CONTENT)
        if not each:
            raise Wrong("content", "?")
        sha256 = hashlib.sha256(bytes.fromhex(each["nonce"]) + each["content"].encode()).hexdigest()
        if ledger.told.get(each["sequence"]) != (each["subject"], sha256):
            raise Wrong("content", each["sequence"])


def verify_proof(path: Path) -> tuple[object, ...]:
    """Follow RFC 9162 §2.1.3.2 from one entry to the root of its head."""
    said = json.loads(path.read_bytes())
    entry, head = parse(said["entry"].encode(), ENTRY), parse(said["head"].encode(), HEAD)
    if not entry or not head or not is_signed(entry, "entry") or not is_signed(head, "head"):
        raise Wrong("proof")
    at, last, found = entry["sequence"], head["size"] - 1, leaf_of(said["entry"].encode())
    if not 0 <= at <= last:
        raise Wrong("proof")
    for each in map(bytes.fromhex, list[str](said["path"])):
        if last == 0 or len(each) != 32:
            raise Wrong("proof")
        found = node_of(each, found) if at & 1 or at == last else node_of(found, each)
        while at == last and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    if last != 0 or found.hex() != head["root"]:
        raise Wrong("proof")
    return "proved", entry["sequence"], entry["subject"], head["size"], head["key"]


def main(arguments: list[str] | None = None) -> int:
    form = argparse.RawDescriptionHelpFormatter
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    ask.add_argument("export", type=Path)
    ask.add_argument("--against", type=Path)
    ask.add_argument("--every-signature", action="store_true")
    ask.add_argument("--accept-key", action="append", default=[])
    ask.add_argument("--fr", action="store_true")
    asked = ask.parse_args(arguments)
    try:
        proof = asked.export.is_file()
        said: tuple[Any, ...] = (
            verify_proof(asked.export) if proof else verify_export(asked.export, asked)
        )
    except Wrong as wrong:
        said = wrong.args
    except OSError as error:
        said = ("unread", error.filename or asked.export)
    except Exception as error:  # noqa: BLE001 — whatever hostile bytes can provoke is a refusal
        said = ("file", f"{asked.export} ({type(error).__name__})")
    text = WORDS[said[0]][asked.fr].format(*said[1:]) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    return 0 if said[0] in {"proved", "well"} else 1


if __name__ == "__main__":
    sys.exit(main())
