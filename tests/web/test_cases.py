"""Cases in a browser: opened, filled, read together, merged, handed over, taken along."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store
from replique.store import Home
from tests.web.committee import SECRET, Committee, committee, export_of
from tests.web.conftest import Counting, entered

MOST_QUERIES = 15


@pytest.fixture
def there(empty: Home, settings: Any) -> Committee:
    del empty
    settings.COMMITTEE = True
    return committee()


PAGES = (
    "/cases/",
    "/cases/?state=closed",
    "/cases/{case}/",
    "/cases/{case}/findings/",
    "/cases/{case}/findings/?judged=not&verdict=unasked&production=x&performer=awa",
    "/cases/{case}/papers/",
    "/cases/{case}/timeline/",
    "/cases/{case}/people/",
    "/cases/{case}/merge/",
    "/cases/{case}/export/",
    "/cases/hand-over/",
    "/members/",
    "/testimony/",
    "/testimony/{text}/",
    "/confidants/",
    "/key/",
    "/occurrences/{occurrence}/give/",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_answers_with_few_queries(
    there: Committee, counting: Counting, page: str, language: str
) -> None:
    client = there.client("cleo")
    client.post("/language/", {"language": language, "next": "/"})
    where = page.format(case=there.case, text=there.text, occurrence=there.occurrence)
    client.get("/cases/")  # the token of its forms is kept once
    with counting() as seen:
        answer = client.get(where)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert f'<html lang="{language}">' in said
    assert SECRET not in said
    assert len(seen) <= MOST_QUERIES, "\n".join(seen)


def test_a_case_is_opened_and_filled(there: Committee) -> None:
    from replique.store import case_notes, case_tasks, cases

    client = there.client("dan")
    answer = client.post("/cases/open/", {"title": "Neon", "summary": "A game."})
    number = int(answer["Location"].split("/")[2])
    where = f"/cases/{number}"
    client.post(f"{where}/parties/", {"kind": "company", "name": "Neon Ltd", "part": "publisher"})
    client.post(f"{where}/notes/", {"text": "<b>Heard</b> in the trailer."})
    client.post(f"{where}/tasks/", {"text": "Write to them", "due": "2026-12-01"})
    (task,) = case_tasks.tasks(case=number)
    client.post(f"{where}/tasks/", {"task": task.id, "state": "done"})
    client.post(f"{where}/change/", {"state": "waiting", "title": "Neon, the game"})
    said = client.get(f"{where}/").content.decode()
    assert "Neon, the game" in said
    assert "&lt;b&gt;Heard&lt;/b&gt;" in said
    assert case_tasks.tasks(case=number)[0].state == "done"
    assert cases.case(number).state == "waiting"
    note = case_notes.notes(number)[0].id
    client.post(f"{where}/notes/", {"strike": note})
    assert "struck out" in client.get(f"{where}/").content.decode()
    told = client.get(f"{where}/timeline/").content.decode()
    for sentence in ("The case was opened.", "A note was struck out.", "A task was done."):
        assert sentence in told


@pytest.mark.parametrize(
    ("place", "form"),
    [
        ("tasks", {"task": "{task}", "state": "done"}),
        ("notes", {"strike": "{note}"}),
        ("items", {"remove": "{item}"}),
        ("parties", {"remove": "{party}"}),
    ],
)
def test_what_is_another_case_s_is_not_changed_through_one_s_own(
    there: Committee, place: str, form: dict[str, str]
) -> None:
    from replique.store import case_notes, case_tasks, cases

    who = there.people
    mine = cases.open_case("Eli's own", by=who.eli).id
    numbers = {
        "task": case_tasks.tasks(case=there.case)[0].id,
        "note": case_notes.notes(there.case)[0].id,
        "item": cases.items(there.case)[0].id,
        "party": cases.parties(there.case)[0].id,
    }
    filled = {name: value.format(**numbers) for name, value in form.items()}
    answer = there.client("eli").post(f"/cases/{mine}/{place}/", filled)
    assert answer.status_code == 404
    assert case_tasks.tasks(case=there.case)[0].state == "open"
    assert len(cases.items(there.case)) == 1
    assert len(cases.parties(there.case)) == 3


def test_nobody_lets_themselves_hear_by_putting_it_into_their_case(there: Committee) -> None:
    """Who works on a case hears what is in it: only who may hear it puts it in."""
    from replique.store import cases

    mine = cases.open_case("Eli's own", by=there.people.eli).id
    client = there.client("eli")
    keys = {"kind": "occurrence", "keys": str(there.occurrence)}
    assert client.post(f"/cases/{mine}/items/", keys).status_code == 400
    for kind, key in (("use", "u1"), ("agreement", "rider"), ("file", "a" * 64), ("", "1")):
        form = {"kind": kind, "keys": key}
        assert client.post(f"/cases/{mine}/items/", form).status_code == 400
    slug = {"kind": "person", "name": "Awa", "performer": "awa"}
    assert client.post(f"/cases/{mine}/parties/", slug).status_code == 400
    assert client.post(
        f"/occurrences/{there.occurrence}/give/", {"case": mine}
    ).status_code == 403  # fmt: skip
    assert cases.items(mine) == []
    assert client.get(f"/occurrences/{there.occurrence}/").status_code == 403
    assert client.get("/overview/awa/").status_code in {403, 404}


def test_a_performer_gives_what_is_theirs_where_they_were_let_in(there: Committee) -> None:
    from replique.store import cases

    mine = cases.open_case("Eli's own", by=there.people.eli).id
    awa, eli = there.client("awa"), there.client("eli")
    give = f"/occurrences/{there.occurrence}/give/"
    assert awa.post(give, {"case": mine}).status_code == 404
    eli.post(f"/cases/{mine}/workers/", {"member": there.people.awa})
    assert "Eli" in awa.get(give).content.decode()
    assert awa.post(give, {"case": mine}).status_code == 302
    assert [each.key for each in cases.items(mine)] == [str(there.occurrence)]
    assert eli.get(f"/cases/{mine}/findings/").status_code == 200


def test_a_paper_is_kept_as_it_is_and_only_saved_never_shown(there: Committee) -> None:
    from replique.store import cases

    client = there.client("dan")
    evil = SimpleUploadedFile("../x<b>.html", b"<script>alert(1)</script>", "text/html")
    client.post(f"/cases/{there.case}/papers/add/", {"files": [evil]})
    (item,) = cases.items(there.case, "file")
    answer: Any = client.get(f"/cases/{there.case}/files/{item.id}/")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/cases/{there.other}/files/{item.id}/").status_code == 403
    cleo = there.client("cleo")
    assert cleo.get(f"/cases/{there.other}/files/{item.id}/").status_code == 404


def test_who_else_reads_a_case_is_told(there: Committee) -> None:
    cleo, dan = there.client("cleo"), there.client("dan")
    assert "Nobody else" in cleo.post(f"/cases/{there.case}/reading/").content.decode()
    assert "Cleo" in dan.post(f"/cases/{there.case}/reading/").content.decode()
    assert "Cleo" in dan.get(f"/cases/{there.case}/").content.decode(), "without scripts, too"
    assert "Cleo is reading it" in dan.get("/cases/").content.decode()


def test_two_cases_that_are_one_are_merged(there: Committee) -> None:
    from replique.store import cases

    cleo, dan = there.client("cleo"), there.client("dan")
    where = f"/cases/{there.other}/merge/"
    assert "1 thing in common" in cleo.get(where).content.decode()
    assert dan.post(where, {"into": there.case, "sure": "yes"}).status_code == 403
    assert cleo.post(where, {"into": there.case}).status_code == 400, "who is not sure does nothing"
    assert cleo.post(where, {"into": there.case, "sure": "yes"}).status_code == 302
    assert cases.case(there.other).merged_into == there.case
    for place in (
        "",
        "findings/",
        "papers/",
        "timeline/",
        "people/",
        "export/",
        "merge/",
        "letter/",
    ):
        for each in (cleo, dan):
            gone = each.get(f"/cases/{there.other}/{place}")
            assert (gone.status_code, gone["Location"]) == (302, f"/cases/{there.case}/{place}")
    assert there.client("eli").get(f"/cases/{there.other}/").status_code == 403, "works on neither"
    answer = cleo.post(f"/cases/{there.other}/notes/", {"text": "late"})
    assert answer.status_code == 400
    assert f"c{there.case}" in answer.content.decode(), "and nothing that was written is lost"


def test_a_case_about_the_same_says_so_to_who_works_on_both(there: Committee) -> None:
    cleo, dan = there.client("cleo"), there.client("dan")
    assert "may be the same" not in cleo.get(f"/cases/{there.other}/").content.decode()
    for name, kind in (("studio-lune", "company"), ("Studio Lune", "person")):
        cleo.post(f"/cases/{there.other}/parties/", {"kind": kind, "name": name})
    said = cleo.get(f"/cases/{there.other}/").content.decode()
    assert "may be the same" in said
    assert f"c{there.case} · " in said
    assert said.count("Studio Lune</bdi>)") == 1, "a person of that name is no company"
    assert "2 things in common" in cleo.get(f"/cases/{there.other}/merge/").content.decode()
    assert "may be the same" in cleo.get(f"/cases/{there.case}/").content.decode()
    assert "may be the same" not in dan.get(f"/cases/{there.case}/").content.decode()


def test_an_export_says_how_far_it_is(there: Committee, monkeypatch: Any) -> None:
    from replique.store import cases, evidence_files, jobs
    from replique.web import exporting

    paper = Path(Home.opened().path) / "paper"
    for number in range(3):
        paper.write_text(str(number))
        cases.add_items(there.case, "file", [evidence_files.keep(paper)], by=there.people.cleo)
    told: list[tuple[str, int, int]] = []
    tell = jobs.tell

    def listen(job: int, progress: dict[str, Any]) -> bool:
        told.append((progress["step"], progress["done"], progress["all"]))
        return tell(job, progress)

    monkeypatch.setattr(exporting, "TOLD_EVERY_S", 0.0)
    monkeypatch.setattr(jobs, "tell", listen)
    there.client("dan").post(f"/cases/{there.case}/export/", {})
    (job,) = jobs.jobs("export", case=there.case)
    assert job.state == "finished", job.error_message
    assert [each for each in told if each[0] == "files"] == [("files", n, 3) for n in range(3)]
    assert ("packed", 0, told[-1][2]) in told


def test_who_leaves_hands_over(there: Committee) -> None:
    from replique.store import case_merging

    cleo = there.client("cleo")
    assert cleo.get("/cases/hand-over/").status_code == 200
    form = {"to": there.people.eli, "sure": "yes"}
    assert cleo.post("/cases/hand-over/", form).status_code == 302
    assert not case_merging.stranded(there.people.cleo).leads
    assert there.client("eli").get(f"/cases/{there.case}/").status_code == 200


def test_the_last_who_works_on_a_case_cannot_be_let_out(there: Committee) -> None:
    cleo = there.client("cleo")
    answer = cleo.post(f"/cases/{there.other}/workers/", {"out": there.people.cleo})
    assert answer.status_code == 400
    answer = there.client("dan").post(f"/cases/{there.case}/workers/", {"out": there.people.dan})
    assert answer["Location"] == "/cases/"


def test_a_case_is_taken_along_and_checks_itself(there: Committee, tmp_path: Path) -> None:
    from replique.store import jobs

    client = there.client("dan")
    client.post(f"/cases/{there.case}/papers/add/", {"files": [SimpleUploadedFile("a.txt", b"a")]})
    assert client.post(f"/cases/{there.case}/export/", {"notes": "yes"}).status_code == 302
    (job,) = jobs.jobs("export", case=there.case)
    assert job.state == "finished", job.error_message
    said = client.get(f"/cases/{there.case}/export/").content.decode()
    where = f"/cases/{there.case}/export/{job.id}/"
    assert where in said
    answer: Any = client.get(where)
    folder = export_of(b"".join(answer.streaming_content), tmp_path)
    assert answer["Content-Type"] == "application/zip"
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    checked = subprocess.run(
        [sys.executable, "verify_ledger.py", "."],
        cwd=folder / "ledger",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Thursdays" in (folder / "index.html").read_text()
    for file in folder.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()
    assert client.get(f"/cases/{there.other}/export/{job.id}/").status_code == 403
    cleo = there.client("cleo")
    assert cleo.get(f"/cases/{there.other}/export/{job.id}/").status_code == 404


def test_on_a_laptop_cases_are_kept_too(searched: Home) -> None:
    del searched
    client: Client = entered()
    answer = client.post("/cases/open/", {"title": "Mine"})
    where = answer["Location"]
    assert client.post(f"{where}items/", {"kind": "occurrence", "keys": "1"}).status_code == 302
    said = client.get(f"{where}findings/").content.decode()
    assert "scene 1" in said
    assert client.post("/occurrences/1/give/", {"case": where.split("/")[2]}).status_code == 302
    assert "/members/" not in client.get("/").content.decode()
    for page in ("/cases/", where, f"{where}people/", f"{where}findings/", f"{where}papers/"):
        said = client.get(page).content.decode()
        for of_several in ("has this case open", "works on", "Hand over", "runs the server"):
            assert of_several not in said, (page, of_several)
    client.post(f"{where}tasks/", {"text": "Call", "due": "2026-01-02", "who": "1"})
    assert "overdue" in client.get(where).content.decode()


def test_a_reason_is_sealed_on_a_committee_s_desk(there: Committee) -> None:
    """Whoever runs the server reads that it was judged, and not why."""
    from replique.store import sealing
    from replique.store.consent_models import Judgement

    cleo = there.client("cleo")
    form = {"said": "yes", "why": SECRET}
    assert cleo.post(f"/occurrences/{there.occurrence}/judge/", form).status_code == 302
    row = Judgement.objects.get()
    assert (row.verdict, row.by, row.why) == ("yes", "Cleo", "")
    (text,) = sealing.sealed_texts(about=f"judgement/{row.pk}")
    readers = {each.name for each in text.readers}
    assert readers == {"Awa", "Cleo", "Dan"}, "the performer, and their confidants"
    for each in Path(Home.opened().path).rglob("*"):
        assert not each.is_file() or SECRET.encode() not in each.read_bytes()
    assert store.judgements([there.occurrence])[there.occurrence].has_reason is False


def test_a_judgement_without_a_key_is_not_half_kept(there: Committee) -> None:
    from replique.store import members
    from replique.store.consent_models import Judgement
    from replique.store.testimony_models import MemberKey

    number = there.people.cleo
    row = MemberKey.objects.get(member=number)
    row.state = MemberKey.State.RETIRED
    row.save()
    cleo = there.client("cleo")
    where = f"/occurrences/{there.occurrence}/judge/"
    assert cleo.post(where, {"said": "yes", "why": SECRET}).status_code == 400
    assert not Judgement.objects.exists()
    assert cleo.post(where, {"said": "yes"}).status_code == 302
    assert members.member(number).here


@pytest.fixture
def found(searched: Home, settings: Any) -> Committee:
    del searched
    settings.COMMITTEE = True
    return committee(occurrence=1)


def test_a_letter_is_written_from_a_case_and_kept_in_it(
    found: Committee, counting: Counting
) -> None:
    from replique.store import cases

    client = found.client("dan")
    where = f"/cases/{found.case}/letter/"
    client.get("/cases/")
    with counting() as seen:
        assert "The Lighthouse" in client.get(where).content.decode()
    assert len(seen) <= MOST_QUERIES
    form = {"use": "u1", "kind": "access", "language": "fr", "days": "30", "address": "1 rue X"}
    answer = client.post(where, form)
    assert answer.status_code == 200, answer.content
    kept = {each.name.rpartition(".")[2]: each for each in cases.items(found.case, "letter")}
    assert set(kept) == {"pdf", "txt"}
    pdf: Any = client.get(f"/cases/{found.case}/files/{kept['pdf'].id}/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    for wrong in ({"use": "u9"}, {"kind": "love"}, {"days": "999"}):
        assert client.post(where, {**form, **wrong}).status_code in {400, 404}


def test_a_letter_that_is_sent_twice_is_written_once(found: Committee) -> None:
    from replique.store import cases
    from replique.store.ledger_models import LedgerEntry

    client = found.client("dan")
    where = f"/cases/{found.case}/letter/"
    form = {"use": "u1", "kind": "access", "language": "fr", "once": "the-word-of-one-form"}
    assert "The letter is written" in client.post(where, form).content.decode()
    entries = LedgerEntry.objects.count()
    second = client.post(where, form)
    assert second.headers["Location"] == f"/cases/{found.case}/papers/"
    assert LedgerEntry.objects.count() == entries
    assert len(cases.items(found.case, "letter")) == 2


@pytest.mark.parametrize(
    ("kind", "language"),
    [("access", "en"), ("objection", "fr"), ("takedown", "en"), ("payment", "fr"),
     ("withdrawal", "fr")],
)  # fmt: skip
def test_a_letter_from_the_desk_says_what_one_from_the_command_line_says(
    found: Committee, tmp_path: Path, kind: str, language: str
) -> None:
    from click.testing import CliRunner

    from replique.cli.letter import letter
    from replique.store import cases, evidence_files

    form = {"use": "u1", "kind": kind, "language": language, "days": "30", "place": "Lyon",
            "address": "1 rue X\nLyon", "to_address": "2 rue Y", "note": "Enough."}  # fmt: skip
    answer = found.client("dan").post(f"/cases/{found.case}/letter/", form)
    assert answer.status_code == 200, answer.content
    (kept,) = [each for each in cases.items(found.case, "letter") if each.name.endswith(".txt")]
    from_desk = evidence_files.path_of(Home.opened(), kept.key).read_text()
    details = tmp_path / "details.toml"
    details.write_text(
        'place = "Lyon"\nanswer_within_days = 30\nnote = "Enough."\n'
        '[sender]\naddress = ["1 rue X", "Lyon"]\n[to]\naddress = ["2 rue Y"]\n'
    )
    out = tmp_path / "letter.pdf"
    words = ["u1", "--kind", kind, "--lang", language, "--details", str(details), "--out", str(out)]
    done = CliRunner().invoke(letter, words)
    assert done.exit_code == 0, done.output
    assert out.with_suffix(".txt").read_text() == from_desk
    if kind == "access":
        assert re.search(r"[0-9]+.h", from_desk), "how much was searched"
