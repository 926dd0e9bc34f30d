from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Typed, answer
from tests.cli.papers import DESCRIBED


@pytest.fixture
def number(typed: Typed, searched: Path) -> int:
    """Return the number of the occurrence that the scan found."""
    del searched
    (found,) = answer(typed("occurrences", "--json"))["occurrences"]
    assert isinstance(found["occurrence"], int)
    return found["occurrence"]


def test_the_list_of_occurrences_shows_the_number_to_type(typed: Typed, number: int) -> None:
    lines = typed("occurrences").stdout.splitlines()
    (heading,) = [line for line in lines if line.lstrip().startswith("Number")]
    row = lines[lines.index(heading) + 1]
    assert row.split()[0] == str(number)


def test_a_use_is_described_from_an_occurrence(typed: Typed, number: int) -> None:
    said = typed("use", "describe", number, *DESCRIBED).stdout
    assert f"Use u1, of occurrence {number}: Awa Diop" in said
    assert "what was made: the original recording" in said
    assert "replique check u1" in said
    (use,) = answer(typed("use", "list", "--json"))["uses"]
    assert (use["use"], use["occurrence"], use["performer"]) == ("u1", number, "awa-diop")
    assert use["said"] == {
        "act": "dub_language",
        "subjects": ["recording"],
        "artefact": "original_recording",
        "date": "2026-05-01",
        "company": "Studio Lune",
        "how_known": "occurrence",
    }


def test_every_option_says_what_it_says(typed: Typed, number: int) -> None:
    result = typed(
        "use", "describe", number, "--json",
        "--act", "generate", "--artefact", "icdr", "--date", "2026-05", "--began", "2026-04-01",
        "--production", "Les Marées", "--company", "Studio Lune", "--character", "Mina",
        "--medium", "game", "--channel", "streaming", "--model", "m1",
        "--practice", "pitch", "--how-known", "document",
        "--territory", "FR", "--territory", "US-CA", "--language", "fr", "--language", "en",
        "--subject", "voice", "--subject", "face", "--content", "violence",
        "--count", "lines=12", "--count", "day=2", "--event", "release=2026-05-01",
        "--event", "invoice=not yet", "--not-identifiable", "--no-strike", "--labelled",
    )  # fmt: skip
    assert answer(result)["use"]["said"] == {
        "act": "generate",
        "subjects": ["face", "voice"],
        "artefact": "icdr",
        "date": "2026-05",
        "began": "2026-04-01",
        "production": "Les Marées",
        "company": "Studio Lune",
        "character": "Mina",
        "medium": "game",
        "channel": "streaming",
        "territories": ["FR", "US-CA"],
        "languages": ["en", "fr"],
        "model": "m1",
        "content": ["violence"],
        "practice": "pitch",
        "counts": {"line": 12.0, "day": 2.0},
        "identifiable": False,
        "strike": False,
        "how_known": "document",
        "labelled": True,
        "events": {"release": "2026-05-01", "invoice": "not yet"},
    }
    shown = typed("use", "show", "u1").stdout
    assert "how much: 2 days, 12 lines" in shown
    assert "labelled: yes" in shown


def test_content_that_is_known_to_be_none_is_not_unknown(typed: Typed, number: int) -> None:
    typed("use", "describe", number, "--content", "none")
    assert answer(typed("use", "show", "u1", "--json"))["use"]["said"]["content"] == []
    assert "content: none" in typed("use", "show", "u1").stdout


def test_a_use_is_changed_and_facts_are_taken_back(typed: Typed, number: int) -> None:
    typed("use", "describe", number, *DESCRIBED)
    result = typed("use", "describe", "u1", "--territory", "FR", "--unknown", "date", "--json")
    said = answer(result)["use"]["said"]
    assert said["territories"] == ["FR"]
    assert said["company"] == "Studio Lune"
    assert "date" not in said
    assert len(answer(typed("use", "list", "--json"))["uses"]) == 1


def test_a_use_is_read_from_a_file_or_from_standard_input(
    typed: Typed, number: int, tmp_path: Path
) -> None:
    typed("use", "describe", number, *DESCRIBED)
    file = tmp_path / "use.toml"
    file.write_text(typed("use", "show", "u1", "--toml").stdout, encoding="utf-8")
    again = answer(typed("use", "describe", "--from", file, "--json"))["use"]
    first = answer(typed("use", "show", "u1", "--json"))["use"]
    assert again["said"] == first["said"]
    assert again["occurrence"] is None
    changed = typed("use", "describe", number, "--from", file, "--company", "Studio Soleil")
    assert "company: Studio Soleil" in changed.stdout


def test_a_slip_in_a_file_names_its_line(typed: Typed, number: int, tmp_path: Path) -> None:
    file = tmp_path / "use.toml"
    file.write_text(
        'schema = "replique-use/1"\nid = "x"\nperformer = "awa-diop"\nact = "dubbed"\n',
        encoding="utf-8",
    )
    result = typed("use", "describe", number, "--from", file)
    assert result.exit_code != 0
    assert "line 4, act" in result.stderr
    assert "dub_language" in result.stderr
    assert answer(typed("use", "list", "--json"))["uses"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("--act", "dubbing"),
        ("--count", "lines"),
        ("--count", "pages=3"),
        ("--count", "line=many"),
        ("--event", "release"),
        ("--event", "party=2026-05-01"),
        ("--date", "yesterday"),
        ("--territory", "France"),
        ("--performer", "nobody"),
        ("--unknown", "everything"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_kept(
    typed: Typed, number: int, wrong: tuple[str, str]
) -> None:
    result = typed("use", "describe", number, *wrong)
    assert result.exit_code not in {0, 1, 70}
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output
    assert answer(typed("use", "list", "--json"))["uses"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("describe",), ("describe", "99"), ("describe", "u9", "--act", "sell"),
        ("describe", "film.wav"), ("show", "1"), ("show", "u9"), ("remove", "u9", "--yes"),
        ("describe", "u9", "--performer", "awa-diop"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told(typed: Typed, number: int, words: tuple[str, ...]) -> None:
    assert number
    result = typed("use", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 2, "what happened, and what to do"


def test_forgetting_must_be_meant(typed: Typed, number: int) -> None:
    typed("use", "describe", number)
    refused = typed("use", "remove", "u1")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert typed("use", "remove", "u1", "--yes").exit_code == 0
    said = typed("use", "list").stdout
    assert "No use is described yet" in said


def test_the_list_shows_what_is_known(typed: Typed, number: int) -> None:
    typed("use", "describe", number, *DESCRIBED)
    typed("use", "describe", "--performer", "awa-diop", "--production", "Les Marées")
    said = typed("use", "list", "--performer", "awa-diop").stdout
    assert "dubbing into a language" in said
    assert "Les Marées" in said
    assert [line.split()[0] for line in said.splitlines()] == ["Use", "u1", "u2"]


def test_a_take_with_a_use_is_not_forgotten(typed: Typed, number: int) -> None:
    typed("use", "describe", number)
    result = typed("take", "remove", "scene 1", "--yes")
    assert result.exit_code == 2
    assert "u1" in result.stderr


def test_the_dates_of_a_performer_are_said_and_shown(typed: Typed, cast: Path) -> None:
    del cast
    assert "Born: not known" in typed("performer", "dates", "awa-diop").stdout
    said = answer(typed("performer", "dates", "awa-diop", "--born", "2010-03", "--json"))
    assert said == {"ok": True, "performer": "awa-diop", "born": "2010-03", "died": None}
    assert "Born: 2010-03" in typed("performer", "dates", "awa-diop").stdout
    assert typed("performer", "dates", "awa-diop", "--died", "later").exit_code == 2
