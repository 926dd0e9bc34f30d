from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from replique import store
from replique.errors import AlreadyThere, NotFound
from replique.language import choose, restore
from replique.store import Home
from tests.store.desk_people import CANARY, People, people
from tests.store.papers import TESTIMONY, USE, altered, find, register, rider

HOSTILE = "<script>alert(1)</script> & \"x\" 'y'"


@pytest.fixture
def known(records: Home) -> People:
    del records
    return people()


@pytest.fixture
def number(known: People, tmp_path: Path) -> int:
    """Return a case with one thing of each kind, and things that are gone."""
    from replique.store import case_notes, case_tasks, cases, evidence_files, sealing

    register("awa")
    seen = find()
    store.add_agreement(rider(performer="awa", more=TESTIMONY))
    store.describe_use(seen, performer="awa", facts={**USE, "production": HOSTILE})
    store.check("u1")
    paper = tmp_path / "../étrange nom.pdf"
    paper.write_bytes(b"signed")
    kept = evidence_files.keep(paper)
    case = cases.open_case(f"A dub {HOSTILE}", by=known.cleo, summary="In short\nand long").id
    cases.add_items(case, "use", ["u1", "u99"], by=known.cleo)
    cases.add_items(case, "occurrence", [str(seen), "999"], by=known.cleo)
    cases.add_items(case, "agreement", ["rider-2026", "gone-2020"], by=known.cleo)
    cases.add_items(case, "file", [kept], by=known.cleo, name="../étrange nom.pdf")
    cases.add_items(case, "letter", ["0" * 64, "../../etc/passwd"], by=known.cleo, name="l.pdf")
    cases.add_party(case, "company", HOSTILE, by=known.cleo)
    case_notes.add_note(case, "a note for us alone", by=known.cleo)
    case_tasks.add_task(case, "Ask the studio", by=known.cleo, who=known.cleo)
    sealing.write(CANARY, by=known.cleo, case=case)
    return case


def exported(number: int, folder: Path, by: int, *, notes: bool = False) -> Path:
    from replique.store.case_export import export_case

    return export_case(number, folder, by=by, notes=notes).folder


class Tags(HTMLParser):
    """Collects the tags and the addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


def test_a_case_goes_into_a_folder_that_anybody_can_check(
    known: People, number: int, tmp_path: Path
) -> None:
    from replique.store.case_export import export_case

    done = export_case(number, tmp_path / "out", by=known.cleo)
    folder = done.folder
    assert (done.files, done.missing) == (1, ("l.pdf", "l.pdf"))
    (file,) = (folder / "files").iterdir()
    assert file.read_bytes() == b"signed"
    assert file.name.isascii()
    sums = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert sums.returncode == 0, sums.stderr
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert listed == there - {"SHA256SUMS", "SHA256SUMS.signed"}
    checked = subprocess.run(
        [sys.executable, "-I", "verify_ledger.py", "."], cwd=folder / "ledger",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert altered() == ["unlogged take/1"], "which the test itself laid there"


def test_the_contents_of_its_records_are_proved_by_the_ledger(
    known: People, number: int, tmp_path: Path
) -> None:
    folder = exported(number, tmp_path / "out", known.cleo)
    contents = folder / "ledger" / "contents.jsonl"
    told = [json.loads(line)["subject"] for line in contents.read_text().splitlines()]
    assert f"case/{number}" in told
    assert "use/1" in told
    assert "finding/1" in told
    assert not [each for each in told if each.startswith(("agreement", "judgement", "testimony"))]
    lines = contents.read_text().replace("Ask the studio", "Ask nobody")
    contents.chmod(0o600)
    contents.write_text(lines)
    checked = subprocess.run(
        [sys.executable, "-I", "verify_ledger.py", "."], cwd=folder / "ledger",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode != 0


def test_nothing_private_is_in_it_that_was_not_asked_for(
    known: People, number: int, tmp_path: Path
) -> None:
    def everything(folder: Path) -> str:
        return "".join(
            path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()
        )

    without = everything(exported(number, tmp_path / "a", known.cleo))
    with_notes = everything(exported(number, tmp_path / "b", known.cleo, notes=True))
    assert "a note for us alone" not in without
    assert "a note for us alone" in with_notes
    for text in (without, with_notes):
        assert "CANARIA" not in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_index_is_plain_html_whatever_the_names(
    known: People, number: int, tmp_path: Path, language: str
) -> None:
    token = choose(language)
    try:
        folder = exported(number, tmp_path / "out", known.cleo, notes=True)
    finally:
        restore(token)
    text = (folder / "index.html").read_text()
    assert f'<html lang="{language}">' in text
    seen = Tags()
    seen.feed(text)
    assert "script" not in seen.tags
    assert [link for link in seen.links if "://" in link] == []
    assert all((folder / link).is_file() for link in seen.links)
    told = json.loads((folder / "case.json").read_text())
    assert told["title"].startswith("A dub <script>")
    gone = {each["key"] for each in told["items"] if each["gone"]}
    assert gone == {"u99", "999", "gone-2020", "0" * 64, "../../etc/passwd"}
    (use,) = [each for each in told["items"] if each["key"] == "u1"]
    assert use["verdict"] == store.finding("u1").verdict


def test_an_export_is_on_the_timeline_and_never_over_another(
    known: People, number: int, tmp_path: Path
) -> None:
    from replique.store.case_events import timeline

    folder = exported(number, tmp_path / "out", known.cleo)
    latest = timeline(number, count=1)[0]
    assert (latest.verb, latest.by) == ("exported", "Cleo")
    with pytest.raises(AlreadyThere):
        exported(number, folder, known.cleo)
    with pytest.raises(NotFound):
        exported(999, tmp_path / "b", known.cleo)


def verified(folder: Path) -> tuple[int, str]:
    """Run the publisher's copy of the verifier in a Python that cannot import Réplique."""
    from replique.evidence.export import shipped

    program = folder.parent / "verify_case.py"
    program.write_bytes(shipped("verify_case.py"))
    code = (
        "import runpy, sys; sys.modules['replique'] = None; sys.modules['django'] = None; "
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", code, str(program), str(folder)],
        capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    return ended.returncode, ended.stdout


def test_one_byte_of_any_file_is_refused(known: People, number: int, tmp_path: Path) -> None:
    from replique.store import cases, evidence_files

    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF a letter")
    cases.add_items(
        number, "letter", [evidence_files.keep(letter)], by=known.cleo, name="letter.pdf"
    )
    folder = exported(number, tmp_path / "out", known.cleo, notes=True)
    ended, said = verified(folder)
    assert ended == 0, said
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    kinds = {each.relative_to(folder).parts[0] for each in files}
    assert {"files", "letters", "ledger", "index.html", "case.json", "verify_case.py"} <= kinds
    for file in files:
        if not (whole := file.read_bytes()):
            continue
        at = len(whole) // 2
        file.chmod(0o600)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        ended, said = verified(folder)
        assert ended == 1, (file, said)
        file.write_bytes(whole)
    (folder / "files" / "more.txt").write_text("slipped in")
    assert verified(folder)[0] == 1
    (folder / "files" / "more.txt").unlink()
    files[0].unlink()
    assert verified(folder)[0] == 1


def test_hashes_that_were_written_anew_are_refused(
    known: People, number: int, tmp_path: Path
) -> None:
    """Whoever changes a file and its line in SHA256SUMS has not the key."""
    import hashlib

    folder = exported(number, tmp_path / "out", known.cleo)
    index, sums = folder / "index.html", folder / "SHA256SUMS"
    before = hashlib.sha256(index.read_bytes()).hexdigest()
    for each in (index, sums):
        each.chmod(0o600)
    index.write_text(index.read_text().replace("A dub", "A film"))
    sums.write_text(
        sums.read_text().replace(before, hashlib.sha256(index.read_bytes()).hexdigest())
    )
    ended, said = verified(folder)
    assert ended == 1
    assert "signed" in said
