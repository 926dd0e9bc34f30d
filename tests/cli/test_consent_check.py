from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from replique.cli.root import replique
from tests.cli.conftest import Typed, answer

CANARY = "canary-52ab"
PAPER = (
    'schema = "replique-agreement/1"\nid = "rider"\nkind = "individual"\n'
    'performer = "awa-diop"\ncompany = "Northlight"\n[term]\nend = "none"\n'
    '[form]\nkind = "rider"\ngiven = 2024-03-05\n[[signature]]\nby = "performer"\n'
    f'[[circumstance]]\nmarker = "less_than_48h"\ntext = "{CANARY}"\n'
    '[[grant]]\nid = "dub"\nacts = "dub_language"\nsubjects = "voice"\nclause = "§2"\n'
    'artefacts = "original_recording"\n[grant.scope]\nterritories = ["FR"]\n'
)
LIFE = 'schema = "replique-performer/1"\nperformer = "awa-diop"\nborn = 1990-01-01\n'
USE = (
    'schema = "replique-use/1"\nid = "u1"\nperformer = "awa-diop"\nact = "dub_language"\n'
    'subjects = "voice"\nartefact = "original_recording"\ndate = 2026-05-01\n'
    'company = "Northlight"\nterritories = "FR"\n'
)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "rider.toml").write_text(PAPER, encoding="utf-8")
    (folder / "awa.toml").write_text(LIFE, encoding="utf-8")
    (folder / "readme.txt").write_text("no agreement", encoding="utf-8")
    return folder


@pytest.fixture
def use(tmp_path: Path) -> Path:
    file = tmp_path / "use.toml"
    file.write_text(USE, encoding="utf-8")
    return file


def test_files_alone_give_a_verdict(typed: Typed, papers: Path, use: Path) -> None:
    told = answer(typed("consent", "check", "--agreements", papers, "--use", use, "--json"))
    assert (told["ok"], told["schema"]) == (True, "replique-answer/1")
    assert (told["use"], told["performer"], told["relied_on"]) == ("u1", "awa-diop", "rider/dub")
    assert told["coverage"] == "yes"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        (('territories = "FR"', 'territories = "DE"'), "outside_scope"),
        (('"awa-diop"', '"zoe"'), "no_grant_found"),
        (("dub_language", "train_generative"), "outside_scope"),
    ],
    ids=["elsewhere", "somebody else", "something else"],
)
def test_the_status_is_0_whatever_the_verdict(
    typed: Typed, papers: Path, use: Path, changed: tuple[str, str], verdict: str
) -> None:
    use.write_text(USE.replace(*changed), encoding="utf-8")
    result = typed("consent", "check", "--agreements", papers, "--use", use, "--json")
    assert result.exit_code == 0
    assert answer(result)["verdict"] == verdict


def test_the_text_says_the_verdict_and_the_clause(typed: Typed, papers: Path, use: Path) -> None:
    result = typed("consent", "check", "--agreements", papers, "--use", use, "--full")
    assert result.exit_code == 0
    assert "rider" in result.stdout
    assert "§2" in result.stdout


def test_several_uses_are_a_list_in_their_order(typed: Typed, papers: Path, use: Path) -> None:
    other = use.with_name("other.toml")
    other.write_text(USE.replace('"u1"', '"u2"'), encoding="utf-8")
    words = ("consent", "check", "--agreements", papers, "--use", other, "--use", use)
    told = json.loads(typed(*words, "--json").stdout)
    assert [each["use"] for each in told] == ["u2", "u1"]
    assert "Use u2" in typed(*words).stdout


def test_a_use_comes_by_standard_input(home: Path, papers: Path) -> None:
    words = ["consent", "check", "--agreements", str(papers), "--use", "-", "--json"]
    result = CliRunner().invoke(replique, words, input=USE)
    assert answer(result)["use"] == "u1"
    assert list(home.iterdir()) == []


def test_nothing_is_kept_and_no_home_is_touched(
    typed: Typed, papers: Path, use: Path, home: Path
) -> None:
    home.rmdir()
    assert typed("consent", "check", "--agreements", papers, "--use", use).exit_code == 0
    assert not home.exists()


def test_a_use_beside_the_agreements_is_passed_over(typed: Typed, papers: Path) -> None:
    file = papers / "use.toml"
    file.write_text(USE, encoding="utf-8")
    told = answer(typed("consent", "check", "--agreements", papers, "--use", file, "--json"))
    assert told["relied_on"] == "rider/dub"


def test_a_folder_without_papers_grants_nothing(typed: Typed, tmp_path: Path, use: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    told = answer(typed("consent", "check", "--agreements", empty, "--use", use, "--json"))
    assert told["verdict"] == "no_grant_found"


def test_a_file_alone_and_a_folder_are_the_same(typed: Typed, papers: Path, use: Path) -> None:
    def told(*places: Path) -> object:
        words = [word for place in places for word in ("--agreements", place)]
        return answer(
            typed("consent", "check", *words, "--use", use, "--on", "2026-06-01", "--json")
        )

    assert told(papers) == told(papers / "awa.toml", papers / "rider.toml")


def test_the_day_of_asking_can_be_said(typed: Typed, papers: Path, use: Path) -> None:
    words = ("consent", "check", "--agreements", papers, "--use", use, "--on", "2026-06-01")
    assert answer(typed(*words, "--json"))["asked_on"] == "2026-06-01"


def test_every_slip_in_every_file_is_told_at_once(typed: Typed, papers: Path, use: Path) -> None:
    (papers / "rider.toml").write_text(PAPER + "x = 1\n", encoding="utf-8")
    (papers / "awa.toml").write_text(LIFE + "y = 1\n", encoding="utf-8")
    result = typed("consent", "check", "--agreements", papers, "--use", use)
    assert result.exit_code == 7
    for told in ("rider.toml", "line 24, grant[1].scope.x", "awa.toml", "line 4, y"):
        assert told in result.stderr
    use.write_text(USE + "z = 1\n", encoding="utf-8")
    (papers / "rider.toml").write_text(PAPER, encoding="utf-8")
    (papers / "awa.toml").unlink()
    assert "line 10, z" in typed("consent", "check", "--agreements", papers, "--use", use).stderr


def test_testimony_is_never_told(typed: Typed, papers: Path, use: Path) -> None:
    for more in ((), ("--json",), ("--full",)):
        words = ("consent", "check", "--agreements", papers, "--use", use, *more)
        assert CANARY not in typed(*words).output
    (papers / "rider.toml").write_text(PAPER + f'note = "{CANARY}', encoding="utf-8")
    for more in ((), ("--json",)):
        words = ("consent", "check", "--agreements", papers, "--use", use, *more)
        result = typed(*words)
        assert result.exit_code == 7
        assert CANARY not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("--agreements", "{papers}"),
        ("--use", "{use}"),
        ("--agreements", "no-such-folder", "--use", "{use}"),
        ("--agreements", "{papers}", "--use", "no-such-file.toml"),
        ("--agreements", "{papers}", "--use", "-", "--use", "-"),
        ("--agreements", "{papers}", "--use", "{use}", "--on", "someday"),
        ("--agreements", "", "--use", "{use}"),
    ],
    ids=["no use", "no agreements", "no folder", "no file", "twice the input", "no day", "nothing"],
)
def test_a_slip_of_the_hand_is_told(
    typed: Typed, papers: Path, use: Path, words: tuple[str, ...]
) -> None:
    result = typed("consent", "check", *(w.format(papers=papers, use=use) for w in words))
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")


def test_a_folder_is_no_use(typed: Typed, papers: Path) -> None:
    result = typed("consent", "check", "--agreements", papers, "--use", papers)
    assert result.exit_code == 4
    assert "cannot be read" in result.stderr


@pytest.mark.parametrize("text", [PAPER, LIFE], ids=["agreement", "performer"])
def test_the_same_paper_twice_is_told_with_both_names(
    typed: Typed, papers: Path, use: Path, text: str
) -> None:
    (papers / "again.toml").write_text(text, encoding="utf-8")
    result = typed("consent", "check", "--agreements", papers, "--use", use)
    assert result.exit_code == 2
    assert "again.toml" in result.stderr
    assert ("rider.toml" in result.stderr) or ("awa.toml" in result.stderr)


def test_a_folder_without_papers_is_told(typed: Typed, tmp_path: Path, use: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = typed("consent", "check", "--agreements", empty, "--use", use, "--json")
    assert json.loads(result.stdout)["verdict"] == "no_grant_found"
    assert "No agreement was found there" in result.stderr
