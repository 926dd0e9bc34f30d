from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique.cli import drafting
from replique.cli.interview import interview
from replique.cli.root import replique
from replique.consent import reading, writing
from replique.consent.records import Agreement
from replique.language import LANGUAGES
from replique.store.forms import NAMES, form
from tests.cli.conftest import Typed, answer

CANARY = "canary-91e4"
TEXT = (
    'schema = "replique-agreement/1"\nid = "rider"\nkind = "individual"\n'
    'performer = "awa-diop"\ntitle = "AI rider"\ncompany = "Northlight"\n'
    '[form]\nkind = "rider"\ngiven = 2024-03-05\n[[signature]]\nby = "performer"\n'
    f'[[circumstance]]\nmarker = "threat_of_dismissal"\ntext = "{CANARY}"\n'
    '[[grant]]\nid = "dub"\nacts = "dub_language"\nsubjects = "voice"\n'
)


@pytest.fixture
def awa(typed: Typed) -> Typed:
    assert typed("performer", "add", "Awa Diop").exit_code == 0
    return typed


@pytest.fixture
def rider(awa: Typed, tmp_path: Path) -> Path:
    """Return an agreement that is kept, as its file."""
    file = tmp_path / "rider.toml"
    file.write_text(TEXT, encoding="utf-8")
    result = awa("agreement", "add", file)
    assert result.exit_code == 0, result.output
    return file


def only(typed: Typed) -> dict[str, Any]:
    (known,) = answer(typed("agreement", "list", "--json"))["agreements"]
    assert isinstance(known, dict)
    return known


# add, list, show


def test_an_agreement_is_checked_kept_and_listed(awa: Typed, rider: Path) -> None:
    del rider
    known = only(awa)
    assert (known["agreement"], known["version"], known["title"]) == ("rider", 1, "AI rider")
    assert known["performers"] == ["awa-diop"]
    assert known["given"] == "2024-03-05"
    assert "Northlight" in awa("agreement", "list", "--performer", "awa-diop").stdout


def test_nothing_yet_says_how_to_begin(awa: Typed) -> None:
    assert "agreement new" in awa("agreement", "list").stdout


def test_every_slip_is_told_with_its_file_and_its_line(awa: Typed, tmp_path: Path) -> None:
    for name, text in (("one", TEXT.replace("dub_language", "dub")), ("two", TEXT + "x = 1\n")):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    files = (tmp_path / "one.toml", tmp_path / "two.toml")
    result = awa("agreement", "add", *files)
    assert result.exit_code == 7
    for told in ("one.toml", "two.toml", "line 17, grant[1].acts", "line 19, grant[1].x"):
        assert told in result.stderr
    assert CANARY not in result.output
    error = answer(awa("agreement", "add", *files, "--json"))["error"]
    assert error["code"] == "agreement-refused"
    assert [(each["line"], each["field"]) for each in error["problems"]] == [
        (17, "grant[1].acts"), (19, "grant[1].x"),
    ]  # fmt: skip
    assert [Path(each["file"]).name for each in error["problems"]] == ["one.toml", "two.toml"]
    assert answer(awa("agreement", "list", "--json"))["agreements"] == []


def test_a_higher_version_is_kept_beside_the_first(awa: Typed, rider: Path) -> None:
    rider.write_text(
        TEXT.replace('id = "rider"\n', 'id = "rider"\nversion = 2\n'), encoding="utf-8"
    )
    assert awa("agreement", "add", rider).exit_code == 0
    known = answer(awa("agreement", "list", "--json"))["agreements"]
    assert [each["version"] for each in known] == [1, 2]


def test_another_text_of_the_same_version_needs_replace(awa: Typed, rider: Path) -> None:
    rider.write_text(TEXT.replace("AI rider", "The rider"), encoding="utf-8")
    result = awa("agreement", "add", rider)
    assert result.exit_code == 2
    assert "--replace" in result.stderr
    assert awa("agreement", "add", rider, "--replace").exit_code == 0
    assert only(awa)["title"] == "The rider"


def test_what_cannot_be_kept_does_not_stop_the_rest(
    awa: Typed, rider: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(TEXT.replace('"rider"\nkind', '"other"\nkind'), encoding="utf-8")
    result = awa("agreement", "add", rider, other)
    assert result.exit_code == 2
    assert "other is kept" in result.stdout
    assert "rider.toml" in result.stderr
    told = answer(awa("agreement", "add", rider, other, "--json"))
    assert told["ok"] is False
    assert len(told["not_kept"]) == 2


def test_an_agreement_comes_by_standard_input(awa: Typed) -> None:
    result = CliRunner().invoke(replique, ["agreement", "add", "-"], input=TEXT)
    assert result.exit_code == 0, result.output
    assert only(awa)["agreement"] == "rider"


def test_it_is_shown_in_plain_words(awa: Typed, rider: Path) -> None:
    del rider
    shown = awa("agreement", "show", "rider").stdout
    for words in ("dubbing into a language", "the voice", "Northlight", "left open"):
        assert words in shown


def test_testimony_is_shown_only_when_it_is_asked_for_and_the_ledger_knows(
    awa: Typed, rider: Path
) -> None:
    del rider
    for quiet in ((), ("--json",), ("--toml",)):
        assert CANARY not in awa("agreement", "show", "rider", *quiet).output
        assert "read" not in reads(awa)
    for asked in ((), ("--json",), ("--toml",)):
        assert CANARY in awa("agreement", "show", "rider", "--testimony", *asked).stdout
    assert reads(awa).count("read") == 3
    assert CANARY not in awa("agreement", "list", "--json").output
    assert CANARY not in awa("ledger", "show", "--json").output


def reads(typed: Typed) -> list[str]:
    entries = answer(typed("ledger", "show", "--json"))["entries"]
    return [each["body"]["verb"] for each in entries if each["kind"] == "agreement"]


def test_the_text_that_is_shown_can_be_added_again(awa: Typed, rider: Path) -> None:
    del rider
    whole = awa("agreement", "show", "rider", "--toml", "--testimony").stdout
    assert reading.agreement(whole) == reading.agreement(TEXT)
    told = awa("agreement", "show", "rider", "--toml").stdout
    assert reading.agreement(told).circumstances[0].marker == "threat_of_dismissal"


# withdraw, suspend, resume, attach, remove


def test_withdrawing_keeps_why_to_itself(awa: Typed, rider: Path) -> None:
    del rider
    result = CliRunner().invoke(
        replique,
        ["agreement", "withdraw", "rider", "--on", "2026-06-01", "--why", "-"],
        input=CANARY,
    )
    assert result.exit_code == 0, result.output
    assert CANARY not in result.output
    assert only(awa)["status"] == "withdrawn"
    told = awa("agreement", "show", "rider", "--testimony", "--toml").stdout
    (state,) = reading.agreement(told).states
    assert (state.status, state.note) == ("withdrawn", CANARY)
    assert state.on is not None
    assert state.on.written == "2026-06-01"


def test_a_suspension_and_its_end(awa: Typed, rider: Path) -> None:
    del rider
    words = ("--acts", "generate, alter", "--from", "2026-07-01", "--until", "2026-07-31")
    result = awa("agreement", "suspend", "rider", *words)
    assert result.exit_code == 0, result.output
    told = awa("agreement", "show", "rider", "--toml").stdout
    (state,) = reading.agreement(told).states
    assert state.status == "suspended"
    assert state.acts == frozenset({"generate", "alter"})
    assert awa("agreement", "resume", "rider", "--on", "2026-07-15").exit_code == 0
    assert only(awa)["status"] == "resumed"


@pytest.mark.parametrize(
    "words",
    [
        ("withdraw", "nothing"),
        ("withdraw", "rider", "--on", "someday"),
        ("suspend", "rider", "--acts", "dubbing"),
        ("suspend", "rider", "--from", "2026-07-01", "--until", "2026-06-01"),
        ("show", "nothing"),
        ("remove", "rider"),
        ("attach", "rider", "no-such-file.pdf"),
        ("schema", "--use", "--performer"),
        ("add", "no-such-file.toml"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_told(awa: Typed, rider: Path, words: tuple[str, ...]) -> None:
    del rider
    result = awa("agreement", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert only(awa)["status"] is None


def test_the_paper_itself_is_kept(awa: Typed, rider: Path, tmp_path: Path) -> None:
    del rider
    paper = tmp_path / "rider.pdf"
    paper.write_bytes(b"%PDF-1.7 of the rider")
    result = awa("agreement", "attach", "rider", paper)
    assert result.exit_code == 0, result.output
    assert [each["name"] for each in only(awa)["files"]] == ["rider.pdf"]
    assert "rider.pdf" in awa("agreement", "show", "rider").stdout


def test_one_that_was_a_mistake_is_forgotten(awa: Typed, rider: Path) -> None:
    del rider
    assert awa("agreement", "remove", "rider", "--yes").exit_code == 0
    assert answer(awa("agreement", "list", "--json"))["agreements"] == []


@pytest.mark.parametrize("words", [(), ("--use",), ("--performer",)])
def test_the_schema_is_written(typed: Typed, words: tuple[str, ...]) -> None:
    schema = json.loads(typed("agreement", "schema", *words).stdout)
    assert schema["title"].startswith("replique-")
    assert schema["properties"]["schema"]["const"] == schema["title"]


# forms


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_form_is_right_as_it_stands(name: str, language: str) -> None:
    text = form(name, language, performer="awa-diop")
    read = reading.agreement(text)
    assert read.id == name
    assert read.performers == frozenset({"awa-diop"})
    assert read.rules
    assert "en|" not in text
    assert "fr|" not in text
    assert "@" not in text
    assert sum(line.startswith("# ") for line in text.splitlines()) > 3


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_the_same(name: str) -> None:
    one, other = (without_words(tomllib.loads(form(name, each))) for each in LANGUAGES)
    assert one == other


def without_words(tree: Any) -> Any:
    """Return a tree of TOML with each text that is no word of the vocabulary left blank."""
    match tree:
        case dict():
            return {k: None if k in SPOKEN else without_words(v) for k, v in tree.items()}
        case list():
            return [without_words(each) for each in tree]
        case _:
            return tree


SPOKEN = {"title", "company", "productions", "approver", "quote", "union", "language",
          "languages", "performer", "performers"}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_remarks_that_show_a_key_show_one_that_is_right(name: str) -> None:
    """Whoever takes the # off an example gets something that can be read."""
    lines = form(name, "en").splitlines()
    opened = [line.removeprefix("# ") if is_example(line) else line for line in lines]
    assert opened != lines or name == "training-refusal"
    reading.agreement("\n".join(opened))


def is_example(line: str) -> bool:
    return re.match(r"# (?:[a-z_]+ = |\[\[)", line) is not None


def test_a_form_is_written_to_a_file_that_its_owner_alone_reads(
    typed: Typed, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    words = ("agreement", "new", "--template", "rider", "--performer", "awa-diop", "--out", file)
    assert typed(*words).exit_code == 0
    assert reading.agreement(file.read_text(encoding="utf-8")).id == "rider"
    assert file.stat().st_mode & 0o077 == 0
    again = typed(*words)
    assert again.exit_code == 2
    assert "already" in again.stderr


def test_a_form_is_written_in_french(typed: Typed) -> None:
    told = typed("agreement", "new", "--template", "dubbing", "--out", "-", "--lang", "fr").stdout
    assert "Contrat de doublage" in told
    assert reading.agreement(told).form.language == "fr"


def test_a_form_that_is_not_filled_in_is_not_kept(awa: Typed, tmp_path: Path) -> None:
    file = tmp_path / "rider.toml"
    awa("agreement", "new", "--template", "rider", "--performer", "awa-diop", "--out", file)
    result = awa("agreement", "add", file)
    assert result.exit_code == 7
    assert "still to be filled in" in result.stderr
    filled = file.read_text(encoding="utf-8").replace('"<', '"').replace('>"', '"')
    file.write_text(filled, encoding="utf-8")
    assert awa("agreement", "add", file).exit_code == 0


# the interview


@pytest.fixture
def answered(awa: Typed, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that starts the interview and types what is given."""
    del awa
    monkeypatch.setattr(drafting, "is_terminal", lambda _stream: True)

    def run(answers: str, *words: str) -> Result:
        return CliRunner().invoke(replique, ["agreement", "new", *words], input=answers)

    return run


DUBBING = """\
1
Dubbing contract
Studio X
y
11
3
1
The Night


FR, BE
fr
200

y
2
6,50
EUR
2
30
9
n
y
n
n
§2

n
y
5-8
§5

y
n
4
2026-05-01
y

fr

1
Awa Diop


1
3
n
FR
1
n
n
1
3
Awa Diop
y
3
Awa Diop
2026-05-01
We had to sign before we began.
a message

y
"""


def test_an_interview_ends_with_an_agreement(awa: Typed, answered: Callable[..., Result]) -> None:
    result = answered(DUBBING)
    assert result.exit_code == 0, result.output
    assert "This is what it says" in result.output
    assert only(awa)["agreement"] == "dubbing-contract-studio-x"
    told = awa("agreement", "show", "dubbing-contract-studio-x", "--toml", "--testimony").stdout
    read = reading.agreement(told)
    grant, refusal = read.rules
    assert (grant.acts, grant.clause) == (frozenset({"dub_language"}), "§2")
    assert grant.scope.territories == frozenset({"FR", "BE"})
    assert grant.scope.max_counts == {"line": 200.0}
    pay, credit = grant.duties
    assert (pay.amount, pay.currency, pay.unit) == (6.5, "EUR", "line")
    assert (pay.within_days, pay.after, credit.kind) == (30, "invoice", "credit")
    assert refusal.kind == "prohibition"
    assert "train_generative" in (refusal.acts or ())
    assert read.term.end is not None
    assert read.term.end.written == "2029-04-30"
    assert read.onward.transfer == "with_approval"
    assert read.posthumous.survives is False
    (said,) = read.circumstances
    assert (said.marker, said.said_by) == ("presented_on_set", "Awa Diop")
    assert said.text == "We had to sign before we began."


def test_an_interview_can_end_in_a_file(
    awa: Typed, answered: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    result = answered(DUBBING, "--out", str(file))
    assert result.exit_code == 0, result.output
    assert reading.agreement(file.read_text(encoding="utf-8")).company == "Studio X"
    assert answer(awa("agreement", "list", "--json"))["agreements"] == []


def test_an_interview_may_be_thrown_away(awa: Typed, answered: Callable[..., Result]) -> None:
    result = answered(DUBBING.removesuffix("y\n") + "n\n")
    assert "Nothing was kept" in result.output
    assert answer(awa("agreement", "list", "--json"))["agreements"] == []


def test_a_form_is_gone_through_by_pressing_enter(
    awa: Typed, answered: Callable[..., Result]
) -> None:
    result = answered("\n" * 200, "--template", "training-refusal")
    assert result.exit_code == 0, result.output
    assert only(awa)["kind"] == "refusal"


def test_a_refusal_proposes_what_is_refused_most(
    awa: Typed, answered: Callable[..., Result]
) -> None:
    result = answered("3\nNo training\n" + "\n" * 100)
    assert result.exit_code == 0, result.output
    told = awa("agreement", "show", "no-training", "--toml").stdout
    (rule,) = reading.agreement(told).rules
    assert rule.kind == "prohibition"
    assert {"train_generative", "data_mining", "create_replica"} <= (rule.acts or frozenset())


def test_without_a_person_there_is_no_interview(awa: Typed) -> None:
    result = awa("agreement", "new")
    assert result.exit_code == 2
    assert "--out" in result.stderr


def test_without_a_performer_there_is_no_interview(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "is_terminal", lambda _stream: True)
    result = typed("agreement", "new")
    assert result.exit_code == 2
    assert "performer add" in result.stderr


def test_stopping_keeps_nothing_and_says_so(awa: Typed, answered: Callable[..., Result]) -> None:
    result = answered("1\n\nDubbing\n")
    assert result.exit_code == 130
    assert "Nothing was kept" in result.output
    assert answer(awa("agreement", "list", "--json"))["agreements"] == []


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.sampled_from([None, *NAMES]), st.randoms(use_true_random=False))
def test_whatever_is_answered_the_agreement_can_be_read_back(name: str | None, random: Any) -> None:
    asked = 0

    def prompt(text: str, *, default: str, value_proc: Callable[[str], Any], **_extra: Any) -> Any:
        nonlocal asked
        asked += 1
        usual = ["", "n"] if asked > 150 else [random.choice(GUESSES) for _try in range(4)]
        for guess in [*usual, default, "1", "2026-05-01", "FR", "no", "abc"]:
            try:
                return value_proc(guess or default)
            except click.BadParameter:
                continue
        raise AssertionError(text)

    start = reading.agreement(form(name, "en", performer="awa-diop")) if name else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(click, "prompt", prompt)
        made = interview(["awa-diop", "zoe"], ["rider"], start)
    assert isinstance(made, Agreement)
    assert reading.agreement(writing.agreement(made)) == made


GUESSES = [
    "", "", "y", "yes", "oui", "n", "non", "1", "2", "3, 1", "1-4", "9-2", "0", "99", "2026-05-01",
    "2026-05", "2020", "31/12/2026", "FR", "FR, BE", "fr", "Studio X", "a, b,, c", "6,50", "1e999",
    "-3", "unknown", "any", '"', "é" * 400, "\0", "awa-diop",
]  # fmt: skip
