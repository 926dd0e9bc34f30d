"""`replique agreement export` and `import`, and `replique statements`."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from replique import store
from replique.cli import exchange
from replique.consent import reading
from replique.consent.exchange import odrl
from tests.cli.conftest import Typed, answer

CANARY = "the canary sings"
RIDER = f"""
schema = "replique-agreement/1"
id = "rider"
kind = "individual"
performer = "awa-diop"
company = "Studio A"
note = "{CANARY} in a note"

[form]
kind = "rider"
given = 2026-03-01

[[circumstance]]
marker = "presented_on_set"
text = "{CANARY} on set"

[[grant]]
id = "dub"
acts = ["dub_language"]
subjects = ["voice"]

[grant.scope]
territories = ["FR"]

[[prohibition]]
id = "no-training"
acts = ["train_generative", "train_foundation"]
"""
FOREIGN: dict[str, Any] = {
    "@context": "http://www.w3.org/ns/odrl.jsonld",
    "@type": "Agreement",
    "uid": "https://studio.example/policies/1",
    "assigner": {"uid": "https://awa.example/", "vcard:fn": "Awa Diop"},
    "assignee": {"uid": "https://studio.example/", "vcard:fn": "Studio A"},
    "permission": [
        {"target": "https://studio.example/tapes/7", "action": "archive"},
        {"target": "https://studio.example/tapes/7", "action": "urn:x:clone"},
    ],
    "prohibition": [{"action": "sell"}],
}


@pytest.fixture
def kept(typed: Typed) -> None:
    """Register a performer and her rider."""
    assert typed("performer", "add", "Awa Diop").exit_code == 0
    store.open()
    store.add_agreement(RIDER)


@pytest.fixture
def exported(typed: Typed) -> Typed:
    """Return a function that exports."""
    return lambda *words: typed("agreement", "export", *words)


@pytest.fixture
def imported(typed: Typed) -> Typed:
    """Return a function that imports."""
    return lambda *words: typed("agreement", "import", *words)


@pytest.mark.usefixtures("kept")
def test_an_agreement_travels_out_and_in_without_loss(
    home: Path, typed: Typed, tmp_path: Path, exported: Typed, imported: Typed
) -> None:
    out = tmp_path / "rider.jsonld"
    assert exported("rider", "--out", out).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert CANARY not in out.read_text(encoding="utf-8")
    store.close()
    for file in sorted(home.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    assert typed("performer", "add", "Awa Diop").exit_code == 0
    result = imported(out)
    assert result.exit_code == 0, result.output
    got = store.agreement("rider", testimony=True).agreement
    assert got == odrl.without_testimony(reading.agreement(RIDER))


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("form", exchange.FORMS)
def test_every_form_is_json_and_holds_no_testimony(form: str, exported: Typed) -> None:
    result = exported("rider", "--as", form)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["@context"]
    assert CANARY not in result.output
    assert "circumstances:presented_on_set" not in result.output


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("form", ["odrl", "record"])
def test_testimony_is_written_when_asked_for_and_told(
    form: str, typed: Typed, exported: Typed
) -> None:
    result = exported("rider", "--as", form, "--testimony")
    assert result.stdout.count(CANARY) == 2
    listed = typed("ledger", "show", "--json")
    assert listed.exit_code == 0, listed.output
    assert '"read"' in listed.stdout, "the ledger says that it was read"
    assert CANARY not in listed.stdout
    with_it = exported("rider", "--as", "receipt", "--testimony")
    assert with_it.exit_code == 2
    assert CANARY not in with_it.output


@pytest.mark.usefixtures("kept")
def test_two_minimal_receipts_share_no_identifier(exported: Typed) -> None:
    one, other = (json.loads(exported("rider", "--as", "minimal-receipt").stdout) for _ in "ab")
    assert one["uid"] != other["uid"]


@pytest.mark.usefixtures("kept")
def test_a_file_that_is_there_is_not_replaced_unless_told(tmp_path: Path, exported: Typed) -> None:
    out = tmp_path / "mine.txt"
    out.write_text("mine", encoding="utf-8")
    assert exported("rider", "--out", out).exit_code == 2
    assert out.read_text(encoding="utf-8") == "mine"
    assert exported("rider", "--out", out, "--force").exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("kept")
def test_what_cannot_be_is_told_in_words(tmp_path: Path, exported: Typed, imported: Typed) -> None:
    assert exported("nobody").exit_code == 2
    assert exported("rider", "--out", tmp_path / "no folder" / "x").exit_code == 2
    assert exported("rider", "--withdrawal", "by letter").exit_code == 2
    for text in ("", "{", "[1]", '"x"', "<rdf/>", "[" * 100_000, '{"a": 1, "a": 2}'):
        file = tmp_path / "odd.jsonld"
        file.write_text(text, encoding="utf-8")
        result = imported(file)
        assert result.exit_code == 7, result.output
        assert "Traceback" not in result.output
    assert imported(tmp_path / "none.jsonld").exit_code == 4


@pytest.mark.usefixtures("kept")
def test_a_foreign_document_is_kept_as_far_as_it_is_understood(
    tmp_path: Path, imported: Typed
) -> None:
    file = tmp_path / "studio.jsonld"
    file.write_text(json.dumps(FOREIGN), encoding="utf-8")
    seen = imported(file, "--performer", "awa-diop", "--dry-run")
    assert seen.exit_code == 0, seen.output
    assert "permission 2: left out, because of urn:x:clone." in seen.stderr
    assert reading.agreement(seen.stdout).performers == frozenset({"awa-diop"})
    assert [each.id for each in store.agreements()] == ["rider"], "nothing was kept"
    made = imported(file, "--performer", "awa-diop")
    assert made.exit_code == 0, made.output
    (new,) = [each for each in store.agreements() if each.id != "rider"]
    assert [rule.kind for rule in new.agreement.rules] == ["grant", "prohibition"]
    assert imported(file, "--performer", "awa-diop").exit_code == 2, "it is there already"


@pytest.mark.usefixtures("kept")
def test_a_program_is_told_all_that_was_not_understood(tmp_path: Path, imported: Typed) -> None:
    file = tmp_path / "studio.jsonld"
    file.write_text(json.dumps(FOREIGN), encoding="utf-8")
    told = answer(imported(file, "--performer", "awa-diop", "--json"))
    assert told["ok"]
    assert told["kept"]
    assert {
        "where": "permission",
        "number": 2,
        "what": "urn:x:clone",
        "effect": "left out",
    } in told["not_understood"]


@pytest.mark.usefixtures("kept")
def test_an_agreement_of_somebody_who_is_not_registered_is_not_kept(
    tmp_path: Path, imported: Typed
) -> None:
    file = tmp_path / "studio.jsonld"
    file.write_text(json.dumps(FOREIGN), encoding="utf-8")
    result = imported(file)
    assert result.exit_code in {2, 7}, result.output
    assert len(store.agreements()) == 1


STATED = {
    "tdmrep": '"tdm-reservation": 1',
    "tdmrep-header": "tdm-reservation: 1",
    "tdmrep-meta": '<meta name="tdm-reservation" content="1">',
    "cawg": '"cawg.ai_generative_training": {\n        "use": "notAllowed"',
    "aipref": "Content-Usage: train-ai=n",
    "aipref-robots": "Content-Usage: / train-ai=n",
}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("form", STATED)
def test_statements_say_what_was_refused_and_tell_of_no_deal(typed: Typed, form: str) -> None:
    result = typed("statements", "awa-diop", "--as", form)
    assert result.exit_code == 0, result.output
    assert STATED[form] in result.stdout
    assert "Studio" not in result.stdout
    assert CANARY not in result.stdout


@pytest.mark.usefixtures("kept")
def test_a_policy_says_whom_to_ask(typed: Typed) -> None:
    words = ["statements", "awa-diop", "--as", "tdmrep-policy"]
    assert typed(*words).exit_code == 2
    made = typed(
        *words,
        *("--policy-url", "https://awa.example/tdm.json", "--contact-name", "Awa Diop"),
        *("--contact-email", "awa@example.org"),
    )
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["assigner"]["vcard:hasEmail"] == "mailto:awa@example.org"


def test_where_nothing_is_stated_there_is_no_line_and_nothing_allowed(typed: Typed) -> None:
    assert typed("performer", "add", "Bo Lind").exit_code == 0
    result = typed("statements", "bo-lind", "--as", "aipref")
    assert result.exit_code == 2
    assert "nothing to the public" in result.output
    assert '"tdm-reservation": 1' in typed("statements", "bo-lind", "--as", "tdmrep").stdout
    assert typed("statements", "nobody", "--as", "tdmrep").exit_code == 2
