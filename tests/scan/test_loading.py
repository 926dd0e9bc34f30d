from __future__ import annotations

import subprocess
import sys

import pytest

import replique.scan


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
