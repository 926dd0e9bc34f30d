"""From a found voice to a letter: two papers, one search, four occurrences, four verdicts.

Awa Diop dubbed a film for Nord Films, for three years, to be paid. Her rider forbids
training. Her session is found in the film, in a later release, in a data set; a cry
from an audition, for which there is no paper at all, is found in a game.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from replique.cli.root import replique
from tests.sounds import music, voice, write_wav

RATE = 16_000
CANARY = "the line producer said it in the corridor"

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "what-was-agreed.md"
DEAL, RIDER = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
"""The papers of the guide, which tells the same story."""
PRIVATE = f"""
[[circumstance]]
marker = "no_copy_given"
on = 2022-02-20
text = "{CANARY}"
"""

USES: dict[str, dict[str, str]] = {
    "la nuit.wav": {
        "production": "La Nuit", "company": "Nord Films", "act": "dub_language",
        "date": "2024-05-01", "territory": "FR", "language": "fr",
    },
    "la nuit, new release.wav": {
        "production": "La Nuit", "company": "Nord Films", "act": "dub_language",
        "date": "2026-05-01", "territory": "FR", "language": "fr",
    },
    "data set.wav": {
        "company": "Vox Data", "act": "train_generative", "date": "2026-02-01",
    },
    "game.wav": {
        "production": "Iron Tide", "company": "Iron Tide Games", "act": "edit_reuse",
        "date": "2026-03-01", "territory": "US", "language": "en",
    },
}  # fmt: skip
VERDICTS = {
    "la nuit.wav": "duty_unmet",
    "la nuit, new release.wav": "not_in_force",
    "data set.wav": "outside_scope",
    "game.wav": "no_grant_found",
}


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    takes, media = tmp_path / "takes", tmp_path / "media"
    takes.mkdir()
    media.mkdir()
    line, cry = voice(5.0, 11), voice(4.0, 12)
    write_wav(takes / "session.wav", line)
    write_wav(takes / "audition.wav", cry)
    for seed, name in enumerate(USES):
        sound = music(20.0, 30 + seed)
        heard = cry if name == "game.wav" else line
        sound[5 * RATE : 5 * RATE + len(heard)] = heard
        write_wav(media / name, sound)
    (tmp_path / "nord-deal.toml").write_text(DEAL, encoding="utf-8")
    (tmp_path / "rider.toml").write_text(RIDER + PRIVATE, encoding="utf-8")
    return tmp_path


def run(*words: object, status: int = 0, read: str | None = None) -> Result:
    result = CliRunner().invoke(
        replique, [str(word) for word in words], prog_name="replique", input=read
    )
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result


def told(*words: object) -> Any:
    return json.loads(run(*words, "--json").stdout)


def occurrences() -> dict[str, dict[str, Any]]:
    return {Path(each["medium"]).name: each for each in told("occurrences")["occurrences"]}


@pytest.mark.usefixtures("home")
def test_from_a_found_voice_to_a_letter(disk: Path, tmp_path: Path) -> None:
    run("performer", "add", "Awa Diop")
    run("take", "add", "awa-diop", disk / "takes")

    # what was agreed
    run("agreement", "add", disk / "nord-deal.toml", disk / "rider.toml")
    assert {each["agreement"] for each in told("agreement", "list")["agreements"]} == {
        "nord-deal", "no-training",
    }  # fmt: skip

    # where it is heard
    run("scan", disk / "media", "--jobs", 1)
    found = occurrences()
    assert set(found) == set(USES)

    # what was done there, as far as is known, and what the papers say of it
    for name, facts in USES.items():
        said = [part for key, value in facts.items() for part in (f"--{key}", value)]
        run("use", "describe", found[name]["occurrence"], *said)
    answers = {
        name: told("check", found[name]["occurrence"], "--on", "2026-06-01") for name in USES
    }
    verdicts = {name: _only(answer)["verdict"] for name, answer in answers.items()}
    assert verdicts == VERDICTS

    # the reasons name the clause, and the gaps stay gaps
    forbidden = run("check", found["data set.wav"]["occurrence"]).stdout
    assert "R 1" in forbidden
    assert "No recording of the performer may be used to train a model." in forbidden
    unpaid = _only(answers["la nuit.wav"])["duty_states"]
    assert [(each["duty"], each["status"], each["due"]) for each in unpaid] == [
        ("nord-deal/dub/fee", "unmet", "2024-05-31")
    ]

    # a person judges, and says why in private
    run(
        "judge",
        found["la nuit.wav"]["occurrence"],
        "yes",
        "--why",
        "-",
        read="It is my own session.\n",
    )

    # the letter that follows, to sign
    letter = tmp_path / "letter.pdf"
    run("letter", found["la nuit.wav"]["occurrence"], "--kind", "payment", "--out", letter)
    assert letter.read_bytes().startswith(b"%PDF")
    text = letter.with_suffix(".txt").read_text(encoding="utf-8")
    assert "Nord Films" in text
    assert "1200.00 EUR" in text

    # what was decided is on record, and anybody can check it without Réplique
    run("ledger", "verify")
    export = tmp_path / "export"
    run("ledger", "export", export)
    verifier = next(export.glob("*.py"))
    checked = subprocess.run(
        [sys.executable, "-I", verifier, export], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    kinds = {each["kind"] for each in told("ledger", "show")["entries"]}
    assert {"agreement", "use", "judgement", "letter", "medium"} <= kinds

    # nothing private went with it
    everything = b"".join(each.read_bytes() for each in export.rglob("*") if each.is_file())
    assert CANARY.encode() not in everything
    assert b"my own session" not in everything

    # a word changed in the export is found
    entries = export / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b'"use"', b'"sue"', 1))
    changed = subprocess.run(
        [sys.executable, "-I", verifier, export], capture_output=True, text=True, check=False
    )
    assert changed.returncode == 1
    assert "Traceback" not in changed.stderr

    # the report has the findings in both languages
    for language in ("en", "fr"):
        out = tmp_path / f"report.{language}.html"
        run("report", out, "--lang", language)
        page = out.read_text(encoding="utf-8")
        assert "No recording of the performer may be used to train a model." in page
        assert CANARY not in page


def _only(told_of: dict[str, Any]) -> dict[str, Any]:
    answers = told_of["findings"]
    assert len(answers) == 1
    return dict(answers[0]["answer"])
