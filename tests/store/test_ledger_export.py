"""An export, and what the stand-alone verifier says of it."""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replique import store
from replique.errors import AlreadyThere, UsageError
from replique.evidence import verify_ledger
from replique.evidence.export import FORMAT, MANIFEST, README, VERIFIER, shipped
from replique.store import Home

READ = ("entries.jsonl", "heads.jsonl", "keys.txt", MANIFEST)
"""Files of which the verifier reads more than their hash, and the list of keys."""
CANARY = "he said that I would never work again"


def add(count: int = 1) -> None:
    from django.db import transaction

    from replique.store.ledger import append

    with transaction.atomic():
        for _time in range(count):
            append("report", "report/1", {"verb": "made"})


def written(folder: Path, *contents: str) -> Path:
    from replique.store.ledger_export import export

    export(folder, contents=contents)
    return folder


@pytest.fixture
def full(records: Home, tmp_path: Path) -> Home:
    """Return a store with a dozen entries, one of which commits to something private."""
    from replique.store import evidence_files

    paper = tmp_path / "rider.txt"
    paper.write_text(CANARY)
    sha256 = evidence_files.keep(paper)
    evidence_files.remove(sha256, CANARY)
    add(4)
    add(4)
    return records


@pytest.fixture
def exported(full: Home, tmp_path: Path) -> Path:
    del full
    return written(tmp_path / "export")


def said(
    capfdbinary: pytest.CaptureFixture[bytes], *words: object, status: int | None = None
) -> str:
    ended = verify_ledger.main([str(word) for word in words])
    out, err = capfdbinary.readouterr()
    assert err == b""
    if status is not None:
        assert ended == status, out
    assert (ended == 0) == out.startswith((b"Nothing wrong", b"Rien", b"Proved"))
    return out.decode()


def test_an_export_is_checked_without_replique(exported: Path) -> None:
    """The verifier that lies in it, started as its README says."""
    done = subprocess.run(
        [sys.executable, "-I", VERIFIER, "."], cwd=exported, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "12 entries" in done.stdout


def test_the_verifier_needs_one_library_and_nothing_of_ours() -> None:
    source = shipped(VERIFIER).decode()
    imports = [
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    foreign = {name.partition(".")[0] for name in imports} - set(sys.stdlib_module_names)
    assert foreign == {"cryptography"}
    assert len(source.splitlines()) < 300


def test_every_file_of_an_export_is_listed_and_private(exported: Path) -> None:
    names = {path.name for path in exported.iterdir()}
    assert names == {
        *("entries.jsonl", "heads.jsonl", "keys.txt"),
        *(FORMAT, VERIFIER, README, MANIFEST),
    }
    listed = {name for name, _sha256 in json.loads((exported / MANIFEST).read_bytes())["files"]}
    assert listed == names - {MANIFEST}
    assert {path.stat().st_mode & 0o777 for path in exported.iterdir()} == {0o600}
    assert "verify_ledger.py" in (exported / README).read_text(encoding="utf-8")


@pytest.mark.parametrize("engine", ["sqlite"])  # an export is the same from any database
@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, []) for name in (*READ, FORMAT, VERIFIER, README)),
        *((name, ["--every-signature"]) for name in READ),
    ],
    ids=str,
)
def test_no_byte_of_an_export_can_be_another(
    records: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, options: list[str]
) -> None:
    """Each byte of each file once; in the second mode, of those that it reads otherwise."""
    del records
    add(1)
    folder = written(tmp_path / "export")
    asked = argparse.Namespace(against=None, every_signature=bool(options), accept_key=[])
    genuine, known = verify_ledger.is_signed, dict[tuple[str, str], bool]()

    def is_signed(fields: dict[str, Any], purpose: str) -> bool:
        """Check the same signature over the same fields once: it is most of the time."""
        key = (json.dumps(fields), purpose)
        if key not in known:
            known[key] = genuine(fields, purpose)
        return known[key]

    monkeypatch.setattr(verify_ledger, "is_signed", is_signed)
    assert verify_ledger.verify_export(folder, asked)[1] == 3
    whole = (folder / name).read_bytes()
    accepted = []
    with (folder / name).open("r+b", buffering=0) as file:
        for at, byte in enumerate(whole):
            os.pwrite(file.fileno(), bytes([byte ^ (1, 0x20, 0xFF)[at % 3]]), at)
            # what `main` says in words, whatever it is
            with contextlib.suppress(Exception):
                verify_ledger.verify_export(folder, asked)
                accepted.append(at)
            os.pwrite(file.fileno(), bytes([byte]), at)
    assert (folder / name).read_bytes() == whole
    assert accepted == []
    assert len(known) > 3


@pytest.mark.parametrize("mask", [1, 0x20, 0xFF])
def test_a_byte_that_is_another_is_told_in_words(
    exported: Path, capfdbinary: pytest.CaptureFixture[bytes], mask: int
) -> None:
    for path in sorted(exported.iterdir()):
        whole = path.read_bytes()
        for at in range(mask % 37, len(whole), len(whole) // 8):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
            said(capfdbinary, exported, status=1)
        path.write_bytes(whole)


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "entries.jsonl").read_bytes().splitlines()


def change(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[5].replace(b"made", b"mead"), *lines[6:]]


def drop(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], *lines[7:]]


def reorder(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[6], lines[5], *lines[7:]]


def insert(lines: list[bytes]) -> list[bytes]:
    forged = lines[5].replace(b"report/1", b"report/2")
    return [*lines[:5], forged, *lines[5:]]


def insert_a_copy(lines: list[bytes]) -> list[bytes]:
    return [*lines[:7], lines[5], *lines[7:]]


def truncate(lines: list[bytes]) -> list[bytes]:
    return lines[:-2]


def spoil(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], b"[" * 100_000, *lines[6:]]


@pytest.mark.parametrize(
    ("attack", "word"),
    [
        (change, "CHANGED"),
        (drop, "DROPPED"),
        (reorder, "REORDERED"),
        (insert, "INSERTED"),
        (insert_a_copy, "INSERTED"),
        (truncate, "TRUNCATED"),
        (spoil, "CHANGED"),
    ],
)
def test_an_attack_on_an_export_is_named(
    exported: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    attack: Callable[[list[bytes]], list[bytes]],
    word: str,
) -> None:
    entries = attack(lines_of(exported))
    (exported / "entries.jsonl").write_bytes(b"\n".join(entries) + b"\n")
    for options in ([], ["--every-signature"]):
        assert said(capfdbinary, exported, *options, status=1).startswith(word)
    french = said(capfdbinary, exported, "--fr", status=1)
    assert not french.startswith(word)


def test_an_older_export_is_found_again_in_a_newer(
    full: Home, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    del full
    old = written(tmp_path / "old")
    add(3)
    new = written(tmp_path / "new")
    said(capfdbinary, new, "--against", old, status=0)
    said(capfdbinary, new, "--against", old / "heads.jsonl", status=0)
    assert said(capfdbinary, old, "--against", new, status=1).startswith("ROLLED BACK")
    from replique.store.ledger_checking import check, heads_in

    assert check(against=heads_in(old)).problems == ()


def test_an_older_export_gives_a_second_history_away(
    full: Home, tmp_path: Path, engine: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    if engine != "sqlite":
        pytest.skip("a server has no file to bring back")
    store.close()
    before = tmp_path / "before.sqlite3"
    shutil.copy(full.database, before)
    add(5)
    old = written(tmp_path / "old")
    store.close()
    shutil.copy(before, full.database)
    for leftover in full.path.glob("*.sqlite3-*"):
        leftover.unlink()
    full.ledger_heads.unlink()
    add(9)
    new = written(tmp_path / "new")
    said(capfdbinary, new, status=0)
    assert said(capfdbinary, new, "--against", old, status=1).startswith("FORKED")
    from replique.store.ledger_checking import check, heads_in

    assert check().problems == ()
    assert [each.code for each in check(against=heads_in(old)).problems] == ["forked"]


def test_another_ledger_is_another_key(
    full: Home, tmp_path: Path, engine: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    del full
    if engine != "sqlite":
        pytest.skip("another home would share the same server")
    old = written(tmp_path / "old")
    store.open(tmp_path / "another")
    add(20)
    new = written(tmp_path / "new")
    assert said(capfdbinary, new, "--against", old, status=1).startswith("KEY REPLACED")


def test_a_key_that_was_rotated_or_lost_is_followed_or_named(
    full: Home, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from replique.store.ledger_rotation import rotate

    del full
    rotate()
    add(2)
    said(capfdbinary, written(tmp_path / "rotated"), "--every-signature", status=0)
    key = rotate(lost=True)
    lost = written(tmp_path / "lost")
    assert said(capfdbinary, lost, status=1).startswith("KEY REPLACED")
    said(capfdbinary, lost, "--accept-key", key, status=0)
    keys = (lost / "keys.txt").read_text(encoding="utf-8").splitlines()
    assert len(keys) == 3
    assert keys[-1].endswith(key)


def test_nothing_private_is_in_an_export_that_did_not_ask_for_it(
    full: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = written(tmp_path / "export")
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()]
    texts += [caplog.text, full.ledger_heads.read_text(encoding="utf-8")]
    assert len(texts) > 7
    assert [text for text in texts if CANARY in text or CANARY[3:12] in text] == []


def test_what_was_asked_for_is_in_it_is_proved_and_is_noted_as_read(
    full: Home, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from replique.store.ledger_reading import entries

    del full
    folder = written(tmp_path / "export", "file")
    assert CANARY in (folder / "contents.jsonl").read_text(encoding="utf-8")
    said(capfdbinary, folder, status=0)
    assert [str(each.body["verb"]) for each in entries("file")][-1] == "read"
    assert entries("ledger")[-1].body == {"contents": ["file"], "rows": 1, "verb": "exported"}
    contents = folder / "contents.jsonl"
    contents.write_text(contents.read_text(encoding="utf-8").replace("never", "often"))
    assert said(capfdbinary, folder, status=1).startswith("CHANGED")


def test_a_kind_of_which_there_is_nothing_is_no_flaw(
    records: Home, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    del records
    folder = written(tmp_path / "export", "file")
    assert (folder / "contents.jsonl").read_bytes() == b""
    said(capfdbinary, folder, status=0)


def test_an_export_overwrites_nothing_and_knows_its_kinds(full: Home, tmp_path: Path) -> None:
    del full
    there = tmp_path / "there"
    there.mkdir()
    (there / "thesis.txt").write_text("years of work")
    with pytest.raises(AlreadyThere):
        written(there)
    with pytest.raises(UsageError, match="no kind"):
        written(tmp_path / "new", "gossip")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["entries.jsonl", "heads.jsonl", MANIFEST, FORMAT])
def test_an_export_with_a_file_gone_is_refused(
    exported: Path, capfdbinary: pytest.CaptureFixture[bytes], name: str
) -> None:
    (exported / name).unlink()
    assert said(capfdbinary, exported, status=1).startswith(("CHANGED", "NOT READ"))


@pytest.mark.parametrize("name", ["contents.jsonl", "more.jsonl", "stamps/3-0.tsr"])
def test_a_file_put_into_an_export_is_named(
    exported: Path, capfdbinary: pytest.CaptureFixture[bytes], name: str
) -> None:
    (exported / name).parent.mkdir(exist_ok=True)
    (exported / name).write_bytes(b"")
    assert name in said(capfdbinary, exported, status=1)


def test_a_stamped_head_of_another_ledger_is_named(
    full: Home, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Whoever holds the key can list it; that it fits is not theirs to say."""
    from replique.evidence.heads import sign_head
    from replique.evidence.keys import Signer

    folder = written(tmp_path / "export")
    signer = Signer.from_pem(full.ledger_key.read_bytes())
    (folder / "stamps").mkdir()
    for key, word in ((signer, "FORKED"), (Signer.new(), "KEY REPLACED")):
        stray = sign_head(key, size=3, root=bytes(32), last=bytes(32))
        (folder / "stamps" / "3-0.head").write_bytes(stray.line)
        assert said(capfdbinary, folder, status=1).startswith(word)


@pytest.mark.parametrize(
    ("name", "value"), [("at", "yesterday"), ("kind", "Report"), ("subject", "a b"), ("at", 1)]
)
def test_an_entry_of_another_form_is_no_entry(name: str, value: object) -> None:
    from tests.evidence.ledgers import ledger

    fields = json.loads(ledger(1).lines[0])
    line = json.dumps({**fields, name: value}, sort_keys=True, separators=(",", ":")).encode()
    assert verify_ledger.parse(ledger(1).lines[0], verify_ledger.ENTRY) is not None
    assert verify_ledger.parse(line, verify_ledger.ENTRY) is None


def test_what_is_no_export_is_refused(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    said(capfdbinary, tmp_path, status=1)
    said(capfdbinary, tmp_path / "nowhere", status=1)
    (tmp_path / "x").write_bytes(b"\xff\x00")
    said(capfdbinary, tmp_path / "x", status=1)


def test_a_proof_is_checked_alone(
    full: Home, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from replique.store.ledger_reading import prove

    del full
    for number in range(10):
        proof = tmp_path / "proof.json"
        text = prove(str(number)).written()
        proof.write_text(text, encoding="utf-8")
        said(capfdbinary, proof, status=0)
        proof.write_text(text.replace('\\"sequence\\":', '\\"sequence\\":1'), encoding="utf-8")
        said(capfdbinary, proof, status=1)
        said_ = json.loads(text)
        said_["path"] = said_["path"][:-1]
        proof.write_text(json.dumps(said_), encoding="utf-8")
        said(capfdbinary, proof, status=1)


def test_the_verifier_says_what_it_needs_where_it_is_not_installed(exported: Path) -> None:
    ended = subprocess.run(  # -S: nothing but Python, as on the machine of whoever is sent it
        [sys.executable, "-I", "-S", "verify_ledger.py", "."],
        cwd=exported,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 1
    assert "pip install cryptography" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_that_is_not_there_is_no_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_ledger.main([str(tmp_path / "none")]) == 1
    assert capsys.readouterr().out.startswith("NOT READ:")
