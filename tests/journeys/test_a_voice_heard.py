"""A voice, heard elsewhere: the guide's own commands with the real models, enrol to forget."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from keyring.backends.fail import Keyring
from numpy.typing import NDArray

from replique.cli.root import replique
from replique.models import Library
from replique.probe import HOUSE_RATE
from replique.voices.support import caution
from tests.store.enrolling_people import PASSPHRASE, written

ROOT = Path(__file__).parents[2]
MODELS = Path(os.environ.get("REPLIQUE_TEST_MODELS", ROOT / ".models"))
GUIDE = ROOT / "docs" / "guide" / "a-voice-heard-elsewhere.md"
SAID_AT_S = 3.0
"""Where the enrolled voice speaks in the film; somebody else does later."""
ANSWERS = {
    "voice enrol awa-diop voice/*.wav": "Awa Diopp\nAwa Diop\n",  # a slip, mended
    "voice enrol awa-diop song.wav --manner singing": "Awa Diop\n",
    "judge": "I never said this.\n",
    "voice forget awa-diop": "yes\n",
}
"""What a person types, by how a command begins; the longest beginning that fits."""

pytestmark = pytest.mark.skipif(
    bool(Library(MODELS).missing()), reason="needs the models: make models"
)
Sound = NDArray[np.float32]


def commands() -> list[str]:
    """Return what the guide says to type, without the program's name and what is remarked."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    typed = [line.strip() for line in lines if line.startswith("    replique ")]
    return [line.removeprefix("replique ").split("  #")[0].rstrip() for line in typed]


@pytest.fixture
def desk(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a person at a terminal, with her recordings and a film; models need no registry."""
    spoken = pytest.importorskip("demo.voices", reason="needs the demo extra", exc_type=ImportError)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("keyring.get_keyring", Keyring)
    for module in ("voice_enrol", "voice_forget", "fetching", "passphrase"):
        monkeypatch.setattr(f"replique.cli.{module}.is_terminal", lambda _stream=None: True)
    for name, least in (("MEMORY_KIB", 64), ("ITERATIONS", 1), ("LANES", 1)):
        monkeypatch.setattr(f"replique.store.wrapping.{name}", least)
    (home / "models").symlink_to(MODELS)
    _record(tmp_path, spoken)
    return tmp_path


def _record(place: Path, spoken: Any) -> None:
    import soxr

    hers = spoken.Voice("en-gb-x-rp+m3", words_a_minute=150, pitch=38)
    another_day = spoken.Voice("en-gb-x-rp+m3", words_a_minute=138, pitch=44, liveliness=75)
    slowly = spoken.Voice("en-gb-x-rp+m3", words_a_minute=110, pitch=60, liveliness=99)
    stranger = spoken.Voice("en-us+f5", words_a_minute=158, pitch=55)
    pause = np.zeros(HOUSE_RATE // 2, np.float32)

    def say(voice: Any, *texts: str) -> Sound:
        lines = [
            soxr.resample(spoken.speak(text, voice), spoken.RATE, HOUSE_RATE) for text in texts
        ]
        return np.concatenate([part for line in lines for part in (line, pause)]).astype(np.float32)

    boat = "The boat left before dawn, and nobody on the quay said a word about it to anybody."
    tin = "I kept the letters in a tin under the stairs, where the damp could not reach them."
    lamp = "When you come back in the winter, bring the lamp and the old coat with you."
    road = "There is no road to that house any more, only a path along the cliff and the wind."
    written(place / "voice" / "monday.wav", say(hers, boat, tin, lamp))
    written(place / "voice" / "friday.wav", say(another_day, road, boat, tin))
    written(place / "song.wav", say(slowly, lamp, road, boat))
    written(place / "later.wav", say(another_day, lamp, road))
    (place / "signed.pdf").write_bytes(b"%PDF-1.7 signed by Awa Diop")
    silence = np.zeros(round(SAID_AT_S * HOUSE_RATE), np.float32)
    anew = "I never said that I would wait for you, not once in all those years."
    others = "This summer one family will learn that the quiet ones remember everything."
    film = [silence, say(another_day, anew), silence, say(stranger, others), silence]
    written(place / "Films" / "film.wav", np.concatenate(film))


def words(line: str, number: int) -> list[str]:
    """Return a command as a shell gives it: names that fit, the home, no redirection.

    number : of the occurrence for which the guide has 12.
    """
    out: list[str] = []
    for word in shlex.split(line.partition(" > ")[0]):
        fitting = sorted(str(path) for path in Path().glob(word)) if "*" in word else []
        typed = str(Path(word).expanduser()) if word.startswith("~") else word
        out += fitting or [str(number) if word == "12" else typed]
    return [*out, "--jobs", "1"] if out[0] == "scan" else out


def run(*typed: str, said: str = "") -> Result:
    result = CliRunner().invoke(replique, list(typed), prog_name="replique", input=said)
    assert result.exit_code == 0, f"{shlex.join(typed)}\n{result.output}"
    assert "Traceback" not in result.output
    return result


def told(*typed: str) -> Any:
    return json.loads(run(*typed, "--json").stdout)


def unexplained() -> dict[str, Any]:
    (one,) = told("occurrences", "--unexplained")["occurrences"]
    return dict(one)


def test_the_guide_tells_a_story_that_happens(desk: Path, home: Path) -> None:
    after: dict[str, Callable[[str], None]] = {
        "voice enrol awa-diop voice/*.wav": lambda out: _enrolled(out, desk),
        "voice check awa-diop": lambda out: _contains(out, "Good enough"),
        "voice enrol awa-diop song.wav": lambda out: _contains(out, "(singing)"),
        "scan ~/Films": lambda out: _contains(out, "No take explains it.", caution()),
        "occurrences": _listed,
        "report out.html": lambda _out: _reported(desk / "out.html"),
        "check 12": lambda out: _contains(out, "NO GRANT FOUND"),
        "voice forget awa-diop": lambda out: _forgotten(out, home),
    }
    number = 0
    for line in commands():
        said = max((each for each in ANSWERS if line.startswith(each)), key=len, default="")
        out = run(*words(line, number), said=ANSWERS.get(said, "")).stdout
        if check := after.pop(line, None) or after.pop(line.split(" --manner")[0], None):
            check(out)
        if line == "occurrences":
            number = unexplained()["occurrence"]
    assert not after, "the guide no longer tells this"
    kinds = {each["kind"] for each in told("ledger", "show")["entries"]}
    assert {"voice", "use", "judgement", "medium"} <= kinds
    run("ledger", "verify")


def _contains(out: str, *wanted: str) -> None:
    flat = " ".join(out.split())
    for each in wanted:
        assert each in flat


def _enrolled(out: str, desk: Path) -> None:
    _contains(out, "Statement of Awa Diop", "is enrolled (speaking)", "never a proof")
    # what comes next in the guide, a signed page, brings a recording of another day
    (desk / "later.wav").rename(desk / "voice" / "later.wav")


def _listed(out: str) -> None:
    _contains(out, "resembles", "by no take", caution())
    found = unexplained()
    assert abs(found["start_s"] - SAID_AT_S) < 1.0
    assert found["log10_lr"] >= 0.5
    assert len(told("occurrences")["occurrences"]) == 1  # and the stranger is nobody's


def _reported(page: Path) -> None:
    said = page.read_text(encoding="utf-8")
    assert caution() in said
    assert "no take explains it" in said


def _forgotten(out: str, home: Path) -> None:
    _contains(out, "is forgotten", "looked for afterwards", "marked as withdrawn")
    assert told("voice", "list")["voices"] == []
    assert told("occurrences")["occurrences"] == []
    assert not [each for each in (home / "voices").iterdir() if each.suffix in {".rpv", ".key"}]
