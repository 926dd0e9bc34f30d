"""What was agreed, and what was done: written, seen, asked, withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store
from tests.store.papers import CANARY
from tests.web.conftest import Counting

RIDER: dict[str, Any] = {
    "count-grant": "1", "count-prohibition": "0", "count-signature": "1",
    "count-circumstance": "0", "kind": "individual", "title": "Rider of spring",
    "company": "Studio Nord", "grant[1].acts": ["dub_language"],
    "grant[1].subjects": ["recording"], "grant[1].artefacts": ["original_recording"],
    "grant[1].scope.territories": "FR, BE", "grant[1].pay.unit": "line",
    "grant[1].pay.amount": "2,50", "grant[1].pay.currency": "EUR", "duty": ["grant[1].credit"],
    "form.kind": "rider", "form.given": "2026-05", "signature[1].by": "performer",
    "term.start": "2026-05-01", "term.years": "2",
}  # fmt: skip
NEW = "/agreements/new/awa-diop/"


def test_an_agreement_is_written_seen_whole_and_kept(inside: Client) -> None:
    seen = inside.post(NEW, RIDER).content.decode()
    assert "This is what it says" in seen
    assert len(store.agreements()) == 1, "nothing is kept before that is meant"
    answer = inside.post(NEW, {**RIDER, "keep": "yes"})
    assert answer.status_code == 302
    kept = store.agreement("rider-of-spring-studio-nord")
    rule = kept.agreement.rules[0]
    assert rule.scope.territories == frozenset({"FR", "BE"})
    assert {each.kind: each.amount for each in rule.duties} == {"pay": 2.5, "credit": None}
    assert kept.agreement.term.end is not None
    assert kept.agreement.term.end.written == "2028-04-30"
    assert "Rider of spring" in inside.get(answer["Location"]).content.decode()


def test_a_slip_is_told_at_its_field_and_nothing_is_lost(inside: Client) -> None:
    sent = {**RIDER, "grant[1].scope.territories": "Narnia", "keep": "yes"}
    said = inside.post(NEW, sent).content.decode()
    assert 'aria-invalid="true" aria-describedby="grant-1-scope-territories-wrong"' in said
    assert "Studio Nord" in said
    assert len(store.agreements()) == 1


@pytest.mark.parametrize("template", ["", "rider", "replica", "dubbing", "audition",
                                      "training-refusal", "collective"])  # fmt: skip
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_beginning_makes_a_form_without_what_is_to_be_filled_in(
    inside: Client, template: str, language: str
) -> None:
    answer = inside.get(NEW, {"template": template}, headers={"Accept-Language": language})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "&lt;" not in said
    # what is still to be filled in is not known to be none
    assert 'scope.productions" value="none"' not in said


@pytest.mark.parametrize("more", ["grant", "prohibition", "signature", "circumstance"])
def test_more_of_a_thing_is_asked_without_losing_the_rest(inside: Client, more: str) -> None:
    said = inside.post(NEW, {**RIDER, "more": more}).content.decode()
    number = int(RIDER[f"count-{more}"]) + 1
    assert f'name="{more}[{number}].' in said
    assert "Studio Nord" in said


def test_a_beginning_keeps_what_the_form_does_not_ask(inside: Client) -> None:
    sent = {"template": "training-refusal", "count-prohibition": "1", "kind": "refusal",
            "title": "No training", "prohibition[1].acts": ["train_generative"],
            "form.given": "2026-05-01", "count-signature": "1", "signature[1].by": "performer",
            "keep": "yes"}  # fmt: skip
    assert inside.post(NEW, sent).status_code == 302
    kept = store.agreement("no-training")
    assert kept.agreement.kind == "refusal"
    assert kept.agreement.rules[0].acts == frozenset({"train_generative"})


def test_the_page_of_an_agreement_tells_no_testimony_unasked(inside: Client) -> None:
    assert CANARY not in inside.get("/agreements/of/rider-2026/").content.decode()
    assert f"{CANARY}-story" in inside.post("/agreements/of/rider-2026/private/").content.decode()


def test_it_is_suspended_resumed_and_withdrawn(inside: Client) -> None:
    where = "/agreements/of/rider-2026/"
    for what, status in (("suspend", "suspended"), ("resume", "resumed"),
                         ("withdraw", "withdrawn")):  # fmt: skip
        sent = {"what": what, "on": "2026-06-01", "why": f"{CANARY}-why"}
        assert inside.post(f"{where}state/", sent).status_code == 302
        assert store.agreement("rider-2026").status == status
    said = inside.get(where).content.decode()
    assert "Earlier editions" in said
    assert CANARY not in said


def test_a_paper_is_kept_and_given_back_to_be_saved(inside: Client) -> None:
    where = "/agreements/of/rider-2026/papers/"
    file = SimpleUploadedFile("../../r<ider>.html", b"<script>alert(1)</script>")
    assert inside.post(where, {"paper": file}).status_code == 302
    kept = store.agreement("rider-2026").files[0]
    assert "/" not in kept.name
    answer = inside.get(f"{where}{kept.sha256}/")
    assert b"".join(answer) == b"<script>alert(1)</script>"
    answer.close()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert inside.get(f"{where}{'0' * 64}/").status_code == 404


def test_the_answer_follows_the_facts_and_keeps_nothing(inside: Client) -> None:
    before = len(store.uses())
    covered = {"act": "dub_language", "subjects": "recording", "artefact": "original_recording",
               "company": "Studio Lune", "date": "2026-05-01"}  # fmt: skip
    ask = "/occurrences/1/use/answer/"
    owed = inside.post(ask, covered).content.decode()
    assert "duty_unmet" in owed or "covered" in owed
    outside = inside.post(ask, {**covered, "company": "Studio Noir"}).content.decode()
    assert "no_grant_found" in outside or "outside_scope" in outside
    slip = inside.post(ask, {**covered, "date": "yesterday"}).content.decode()
    assert "cannot be read yet" in slip
    assert len(store.uses()) == before


def test_a_use_is_described_and_changed(inside: Client) -> None:
    sent = {"act": "dub_language", "company": "Studio Nord", "date": "2026-03-01"}
    answer = inside.post("/occurrences/1/use/", sent)
    assert answer["Location"] == "/uses/u2/"
    assert "Studio Nord" in inside.get("/uses/u2/").content.decode()
    changed = {**sent, "company": "", "content": "none"}
    assert inside.post("/uses/u2/change/", changed).status_code == 302
    use = store.find_use("u2").use
    assert use.company is None
    assert use.content == frozenset()
    assert inside.post("/uses/u2/answer/", {**sent, "act": "sell"}).status_code == 200
    wrong = inside.post("/uses/u2/change/", {**sent, "territories": "Narnia"})
    assert b"territories-wrong" in wrong.content


def test_many_agreements_cost_no_more_queries(inside: Client, counting: Counting) -> None:
    from tests.store.papers import rider

    for number in range(30):
        store.add_agreement(rider(f"paper-{number}"))
    for page in ("/agreements/", "/agreements/of/rider-2026/", "/occurrences/1/use/", "/uses/u1/"):
        with counting() as seen:
            assert inside.get(page).status_code == 200
        assert len(seen) <= 15, page


def test_plain_words_name_people_and_say_days_as_elsewhere(inside: Client) -> None:
    from replique.web.plainly import plainly

    for each in store.agreements():
        lines = [line for part in plainly(each.agreement) for line in part.lines]
        assert any("for Awa Diop" in line for line in lines)
        assert not any("awa-diop" in line or "-0" in line for line in lines)
    listed = inside.get("/agreements/").content.decode()
    assert store.agreements()
    assert all(each.given not in listed for each in store.agreements() if len(each.given) > 4)


@pytest.mark.parametrize(
    ("committee", "said"), [(False, "stays on this computer"), (True, "sealed for you")]
)
def test_who_reads_what_is_private_is_said_as_it_is(
    settings: Any, monkeypatch: pytest.MonkeyPatch, *, committee: bool, said: str
) -> None:
    from replique.web.forms import agreement

    monkeypatch.setattr(settings, "COMMITTEE", committee)
    tree = agreement.begin("", "awa-diop")
    agreement.more(tree, "circumstance")
    leads = " ".join(each.lead for each in agreement.sections(tree, {}))
    assert said in leads
    assert ("this computer" in leads) is not committee
