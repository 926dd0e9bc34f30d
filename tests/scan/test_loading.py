from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import replique.scan
from tests.sounds import voice, write_wav


def test_everything_that_is_promised_is_there() -> None:
    assert all(getattr(replique.scan, name) is not None for name in replique.scan.__all__)
    with pytest.raises(AttributeError):
        _ = replique.scan.nothing_of_the_kind


@pytest.mark.parametrize("module", ["replique.scan.nursery", "replique.store.starting"])
def test_workers_can_be_started_before_anything_heavy_is_loaded(module: str) -> None:
    heavy = {"numpy", "av", "numba", "django"}
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "[]"


SEARCH = """
import sys
from pathlib import Path
from replique import store
from replique.scan import InProcess

home = store.open(sys.argv[1])
store.add_performer("Awa Diop", "awa-diop")
take = store.add_take(home, "awa-diop", Path(sys.argv[2]), kind="session")
done = store.scan(home, [sys.argv[2]], executor=InProcess())
assert done.summary.found == 1, done
print(sorted({"onnxruntime", "keyring", "c2pa"} & set(sys.modules)))
print([name for name in sys.modules if name.startswith("replique.voices.p")])
"""


def test_who_looks_for_takes_alone_loads_nothing_that_hears_voices(tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "take.wav", voice(3.0, 5))
    said = subprocess.run(
        [sys.executable, "-c", SEARCH, str(tmp_path / "home"), str(sound)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.splitlines() == ["[]", "[]"]
