from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from replique import errors
from replique.cli import failures
from replique.cli.root import replique

PAGE = Path(__file__).parents[2] / "docs" / "exit-codes.md"
LEAVES = [
    member
    for _name, member in inspect.getmembers(errors, inspect.isclass)
    if issubclass(member, errors.RepliqueError)
]
OURS = {
    "unexpected": failures.UNEXPECTED,
    "interrupted": failures.INTERRUPTED,
    "usage": failures.USAGE,
}


def documented() -> dict[str, int]:
    """Return code → status, as the page has it."""
    rows = re.findall(r"^\| (\d+) \|.*\|([^|]*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 5
    return {code: int(status) for status, codes in rows for code in re.findall(r"`([^`]+)`", codes)}


@pytest.mark.parametrize("error", LEAVES, ids=lambda e: e.__name__)
def test_every_error_is_in_the_table_with_its_status(error: type[errors.RepliqueError]) -> None:
    assert documented()[error.code] == error.exit_status


def test_the_table_has_no_code_that_is_never_given() -> None:
    given = {e.code for e in LEAVES} | set(OURS)
    assert set(documented()) == given
    assert {code: documented()[code] for code in OURS} == OURS


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Make `replique version` raise what is put in this list."""
    planted: list[BaseException] = []

    @click.command("version")
    @click.option("--json", "as_json", is_flag=True)
    def version(*, as_json: bool) -> None:
        del as_json
        raise planted[0]

    monkeypatch.setattr("replique.cli.version.version", version)
    return planted


@pytest.mark.parametrize("error", LEAVES, ids=lambda e: e.__name__)
def test_an_error_is_told_with_its_advice_and_ends_with_its_status(
    error: type[errors.RepliqueError], failing: list[BaseException]
) -> None:
    failing.append(error("It is \x1b[31mbroken.", advice="Mend it."))
    result = CliRunner().invoke(replique, ["version"])
    assert result.exit_code == error.exit_status
    assert result.stdout == ""
    assert result.stderr == "Error: It is \\x1b[31mbroken.\nMend it.\n"


def test_an_error_in_json_is_one_object(failing: list[BaseException]) -> None:
    failing.append(errors.StoreLocked("It is held.", advice="Wait."))
    result = CliRunner().invoke(replique, ["version", "--json"])
    assert result.exit_code == errors.StoreLocked.exit_status
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "ok": False,
        "error": {
            "code": "store-locked", "message": "It is held.", "advice": "Wait.", "retry": True,
        },
    }  # fmt: skip


def test_a_slip_in_the_arguments_is_json_too() -> None:
    result = CliRunner().invoke(replique, ["version", "--json", "--nonsense"])
    assert result.exit_code == failures.USAGE
    assert json.loads(result.stdout)["error"]["code"] == "usage"


def test_ctrl_c_is_no_error(failing: list[BaseException]) -> None:
    failing.append(KeyboardInterrupt())
    result = CliRunner().invoke(replique, ["version"])
    assert result.exit_code == failures.INTERRUPTED
    assert "Stopped" in result.stderr
    assert "Error" not in result.stderr


def test_a_mistake_of_ours_gives_a_sentence_and_keeps_the_details(
    failing: list[BaseException], home: Path
) -> None:
    failing.append(ZeroDivisionError("canary"))
    result = CliRunner().invoke(replique, ["version"])
    assert result.exit_code == failures.UNEXPECTED
    assert "Traceback" not in result.output
    assert "canary" not in result.output
    (log,) = (home / "logs").iterdir()
    assert str(log) in result.stderr
    text = log.read_text(encoding="utf-8")
    assert "ZeroDivisionError: canary" in text
    assert log.stat().st_mode & 0o077 == 0


def test_the_details_hold_no_argument_and_no_environment(
    failing: list[BaseException], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://canary-password@127.0.0.1/x")
    failing.append(ZeroDivisionError())
    CliRunner().invoke(replique, ["--home", str(home / "canary-home"), "version"])
    (log,) = (home / "canary-home" / "logs").iterdir()
    assert "canary" not in log.read_text(encoding="utf-8")


def test_debug_shows_the_details(failing: list[BaseException]) -> None:
    failing.append(errors.NotFound("No."))
    result = CliRunner().invoke(replique, ["--debug", "version"])
    assert "Traceback" in result.stderr
    assert result.exit_code == errors.NotFound.exit_status


def test_a_home_that_cannot_be_written_does_not_hide_the_sentence(
    failing: list[BaseException], tmp_path: Path
) -> None:
    failing.append(ZeroDivisionError())
    file = tmp_path / "file"
    file.touch()
    result = CliRunner().invoke(replique, ["--home", str(file / "sub"), "version"])
    assert result.exit_code == failures.UNEXPECTED
    assert "mistake in Réplique" in result.stderr


def test_whoever_stops_reading_is_not_told_of_it(failing: list[BaseException]) -> None:
    failing.append(BrokenPipeError())
    result = CliRunner().invoke(replique, ["version"])
    assert result.exit_code == failures.DONE
    assert result.output == ""
