from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from replique import store
from replique.consent.labels import label
from tests.cli.conftest import Stage, Typed, answer
from tests.sounds import music, write_wav


def test_a_report_is_written(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    out = tmp_path / "out.html"
    result = typed("report", out)
    assert result.exit_code == 0, result.output
    assert str(out) in result.stdout
    page = re.sub("<[^>]*>", "", out.read_text(encoding="utf-8"))
    assert "film.wav" in page
    assert "Awa Diop" in page
    raw = out.read_text(encoding="utf-8")
    assert base64.b64encode(b"fLaC").decode()[:5] in raw  # sound that a browser can play
    assert typed("report", out).exit_code == 0  # our own may be written anew


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fr", "Où des prises se font réentendre"), ("en", "Where takes are heard again")],
)
def test_it_is_in_the_language_asked(
    typed: Typed, searched: Path, tmp_path: Path, language: str, heading: str
) -> None:
    del searched
    out = tmp_path / "out.html"
    result = typed("report", out, "--lang", language)
    assert "The report is written" in result.stdout  # we go on speaking English
    page = out.read_text(encoding="utf-8")
    assert f'lang="{language}"' in page
    assert heading in page


def test_the_json_says_where_it_is(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    told = answer(typed("report", tmp_path / "out.html", "--json"))
    assert told == {"ok": True, "report": str(tmp_path / "out.html"), "occurrences": 1}


def test_only_what_is_asked(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    out = tmp_path / "out.html"
    assert answer(typed("report", out, "--min-strength", "1e6", "--json"))["occurrences"] == 0
    typed("performer", "add", "Somebody Else")
    told = answer(typed("report", out, "--performer", "somebody-else", "--json"))
    assert told["occurrences"] == 0
    assert typed("report", out, "--performer", "nobody").exit_code == 2


def test_a_file_that_is_no_report_is_not_lost(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    film = write_wav(tmp_path / "film.wav", music(1.0, 1))
    before = film.read_bytes()
    result = typed("report", film)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert film.read_bytes() == before
    assert typed("report", film, "--force").exit_code == 0
    assert film.read_bytes() != before


def test_a_folder_or_a_place_that_is_not_there(
    typed: Typed, searched: Path, tmp_path: Path
) -> None:
    del searched
    for out in (tmp_path, tmp_path / "no" / "such" / "out.html"):
        result = typed("report", out)
        assert result.exit_code == 2
        assert result.stderr.startswith("Error: ")


def test_before_anything_was_searched(typed: Typed, cast: Path, tmp_path: Path) -> None:
    del cast
    result = typed("report", tmp_path / "out.html")
    assert result.exit_code == 2
    assert "replique scan" in result.stderr
    assert not (tmp_path / "out.html").exists()


def test_another_content_is_not_heard_under_the_hash_of_the_one_searched(
    typed: Typed, searched_copy: Path, tmp_path: Path
) -> None:
    write_wav(searched_copy / "film.wav", music(20.0, 99))
    out = tmp_path / "out.html"
    result = typed("report", out)
    assert result.exit_code == 0, result.output
    assert "is not what it was when it was searched" in out.read_text(encoding="utf-8")


def test_a_recording_of_two_performers_is_told_once(
    typed: Typed, searched: Path, stage: Stage, tmp_path: Path
) -> None:
    del searched
    typed("performer", "add", "Bo Li")
    assert typed("take", "add", "bo-li", stage.takes / "scene 1.wav").exit_code == 0
    out = tmp_path / "out.html"
    result = typed("report", out, "--json")
    assert answer(result).get("occurrences") == 1, result.output
    assert "Awa Diop, Bo Li" in out.read_text(encoding="utf-8")


CANARY = "canary-5d2e-private"


@pytest.fixture
def judged(searched: Path) -> int:
    """Return the number of an occurrence with an agreement, a use and a judgement."""
    del searched
    home = store.open()
    store.add_agreement(
        f"""
        schema = "replique-agreement/1"
        id = "rider"
        kind = "individual"
        performers = ["awa-diop"]
        title = "Dubbing rider"
        company = "Northlight"
        law = ["FR"]
        form.given = 2024-03-05
        [[circumstance]]
        marker = "threat_of_dismissal"
        on = 2024-03-05
        text = "{CANARY}"
        [[grant]]
        id = "dub"
        subjects = ["recording"]
        acts = ["alter"]
        quote = "The Company may dub the Picture."
        """
    )
    number = store.occurrences(home)[0].id
    store.describe_use(
        number, facts={"company": "Northlight", "act": "alter", "date": "2026-05-01"}
    )
    store.describe_use(performer="awa-diop", facts={"company": "Voicemill", "act": "sell"})
    store.judge(number, "yes", CANARY, "Léa Roy")
    store.close()
    return number


def _words(out: Path) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", out.read_text(encoding="utf-8")))


def test_findings_stand_with_their_occurrence(typed: Typed, judged: int, tmp_path: Path) -> None:
    del judged
    out = tmp_path / "out.html"
    assert typed("report", out).exit_code == 0
    said = _words(out)
    assert "2 uses were described and asked about" in said
    assert "The Company may dub the Picture." in said
    assert "Léa Roy listened and judged: yes" in said
    assert "Uses that are known otherwise" in said
    assert "Voicemill" in said


def test_an_occurrence_that_nobody_described_says_how(
    typed: Typed, searched: Path, tmp_path: Path
) -> None:
    del searched
    out = tmp_path / "out.html"
    typed("report", out)
    number = store.occurrences(store.open())[0].id
    assert f"replique use describe {number}" in _words(out)


def test_what_is_private_is_told_only_when_it_is_asked_for(
    typed: Typed, judged: int, tmp_path: Path
) -> None:
    del judged
    out = tmp_path / "out.html"
    result = typed("report", out)
    said = _words(out)
    assert CANARY not in said
    assert label("circumstance", "threat_of_dismissal") not in said
    assert "it is private and left out here" in said
    assert CANARY not in result.output
    result = typed("report", out, "--private")
    said = _words(out)
    assert said.count(CANARY) == 1  # why it was judged so; the testimony's text never
    assert label("circumstance", "threat_of_dismissal") in said
    assert CANARY not in result.output


def test_the_ledger_knows_which_report_was_made_and_what_was_read_for_it(
    typed: Typed, judged: int, tmp_path: Path
) -> None:
    del judged
    from replique.store.ledger_models import LedgerEntry

    out = tmp_path / "out.html"
    typed("report", out, "--private")
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    store.open()
    lines = [str(row.line) for row in LedgerEntry.objects.order_by("pk")]
    assert f'"report/{sha256}"' in lines[-1]
    assert any('"verb":"read"' in line for line in lines)
    assert not any(CANARY in line for line in lines)


def test_findings_are_in_the_language_of_the_report(
    typed: Typed, judged: int, tmp_path: Path
) -> None:
    del judged
    english, french = tmp_path / "en.html", tmp_path / "fr.html"
    typed("report", english)
    typed("report", french, "--lang", "fr")
    assert "Was this consent freely given?" in _words(english)
    assert "Was this consent freely given?" not in _words(french)
    assert "Ce consentement a-t-il été donné librement" in _words(french)
