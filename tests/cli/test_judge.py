from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from replique import store
from replique.cli.root import replique
from tests.cli.conftest import Typed, answer
from tests.cli.papers import CANARY


@pytest.fixture
def number(typed: Typed, searched: Path) -> int:
    """Return the number of an occurrence."""
    del searched
    return int(answer(typed("occurrences", "--json"))["occurrences"][0]["occurrence"])


def kept(number: int) -> tuple[str, str, str]:
    store.open()
    made = store.judgement(number, testimony=True)
    return made.verdict, made.by, made.why


def test_a_judgement_is_kept_with_who_gave_it(typed: Typed, number: int) -> None:
    said = typed("judge", number, "unsure", "--by", "Awa Diop").stdout
    assert said == f"Occurrence {number}: unsure, says Awa Diop.\n"
    assert kept(number) == ("unsure", "Awa Diop", "")
    told = answer(typed("judge", number, "yes", "--by", "Ben", "--json"))
    assert told["judgement"]["verdict"] == "yes"
    assert kept(number)[:2] == ("yes", "Ben")


def test_why_is_kept_and_not_said_again(typed: Typed, number: int) -> None:
    for words in ((), ("--json",)):
        result = typed("judge", number, "no", "--by", "Awa", "--why", CANARY, *words)
        assert result.exit_code == 0
        assert CANARY not in result.output
    assert kept(number) == ("no", "Awa", CANARY)


def test_why_is_read_from_standard_input(number: int) -> None:
    result = CliRunner().invoke(
        replique,
        ["judge", str(number), "no", "--by", "Awa", "--why", "-"],
        input=f"{CANARY}\nin two lines\n",
    )
    assert result.exit_code == 0, result.output
    assert CANARY not in result.output
    assert kept(number) == ("no", "Awa", f"{CANARY}\nin two lines")


def test_what_is_no_reason_but_a_file_is_not_read_to_its_end(number: int) -> None:
    words = ["judge", str(number), "no", "--by", "Awa", "--why", "-"]
    result = CliRunner().invoke(replique, words, input=f"{CANARY} " * 10_000)
    assert result.exit_code == 2
    assert "too long" in result.stderr
    assert CANARY not in result.output


def test_why_in_another_alphabet_is_kept_as_far_as_it_is_read(number: int) -> None:
    words = ["judge", str(number), "no", "--by", "Awa", "--why", "-"]
    assert CliRunner().invoke(replique, words, input=b"caf\xe9 noir").exit_code == 0
    assert kept(number)[2] == "caf\N{REPLACEMENT CHARACTER} noir"


def test_nobody_is_asked_where_there_is_no_terminal(typed: Typed, number: int) -> None:
    result = typed("judge", number, "no", "--by", "Awa")
    assert "Why" not in result.output
    assert kept(number)[2] == ""


def test_a_person_at_a_terminal_is_asked_why(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from replique.cli import speaker

    monkeypatch.setattr(speaker, "is_terminal", lambda *_stream: True)
    words = ["judge", str(number), "no", "--by", "Awa"]
    asked = CliRunner().invoke(replique, words, input=f"{CANARY}\n")
    assert "Why?" in asked.output
    assert kept(number)[2] == CANARY
    assert CliRunner().invoke(replique, words, input="\n").exit_code == 0
    assert kept(number)[2] == "", "Enter leaves it out"


def test_the_help_says_how_to_keep_it_out_of_the_shell(typed: Typed) -> None:
    page = " ".join(typed("judge", "--help").stdout.split())
    assert "history of your shell" in page
    assert "--why -" in page


@pytest.mark.parametrize(
    "wrong", [("99", "yes"), ("0", "yes"), ("u1", "yes"), ("1", "maybe"), ("1",), ()]
)
def test_what_is_no_judgement_is_told(typed: Typed, number: int, wrong: tuple[str, ...]) -> None:
    assert number == 1
    result = typed("judge", *wrong, "--why", CANARY, "--by", "Awa")
    assert result.exit_code == 2
    assert CANARY not in result.output
    assert answer(typed("occurrences", "--json"))["occurrences"][0]["judgement"] == ""


def test_a_mistake_of_the_program_writes_down_no_private_word(
    typed: Typed, number: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store import judging

    def fail(_number: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "find_occurrence", fail)
    result = typed("judge", number, "no", "--by", "Awa", "--why", CANARY)
    assert result.exit_code == 70
    (crash,) = (home / "logs").iterdir()
    written = crash.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in written
    assert CANARY not in written + result.output


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc to look into")
def test_why_is_in_the_arguments_of_no_process(number: int) -> None:
    """Whoever lists the processes of this computer while it is typed in reads nothing of it."""
    words = [sys.executable, "-m", "replique.cli", "judge", str(number), "no", "--by", "Awa"]
    with subprocess.Popen(
        [*words, "--why", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as judging:
        assert judging.stdin is not None
        judging.stdin.write(f"{CANARY}\n".encode())
        judging.stdin.close()
        seen: set[str] = set()
        until = time.monotonic() + 30
        while judging.poll() is None and time.monotonic() < until:
            seen |= processes()
            time.sleep(0.02)
    assert judging.returncode == 0
    assert any("replique.cli" in each for each in seen), "it was seen while it ran"
    assert [each for each in seen if CANARY in each] == []
    assert kept(number)[2] == CANARY


def processes() -> set[str]:
    """Return the arguments and the environment of every process that can be seen."""
    seen = set()
    for folder in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            with contextlib.suppress(OSError):  # it has ended, or is somebody else's
                seen.add((folder / name).read_bytes().decode(errors="replace"))
    return seen
