"""Models at work: what onnxruntime does besides computing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voices.stand_in import encoder_graph

ROOT = Path(__file__).resolve().parents[2]
COMPUTE = """
import sys
from pathlib import Path
import numpy as np
from replique.models.sessions import Session
session = Session(Path(sys.argv[1]).read_bytes())
(name,) = session.inputs
session.run({name: np.zeros((1, 150, 80), np.float32)})
"""


def left_behind(tmp_path: Path, code: str) -> list[str]:
    """Return the files of a user's whose program ran some code."""
    pytest.importorskip("onnxruntime")
    user = tmp_path / "user"
    user.mkdir()
    graph = tmp_path / "graph.onnx"
    graph.write_bytes(encoder_graph())
    kept = {"PATH", "LD_LIBRARY_PATH", "SYSTEMROOT"}
    plain = {name: value for name, value in os.environ.items() if name in kept}
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR"), str(user))
    subprocess.run(
        [sys.executable, "-B", "-c", code, str(graph)],
        env={**plain, **places, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    return sorted(str(each.relative_to(user)) for each in user.rglob("*") if each.is_file())


def test_nobody_is_told_of_what_is_computed(tmp_path: Path) -> None:
    """Nothing is noted for its maker, neither of the computer nor of the models."""
    assert left_behind(tmp_path, COMPUTE) == []
