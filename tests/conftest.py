"""What every test finds: a home of its own, English, and no trace left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from replique.language import choose, restore

# Before anything of Réplique is imported: nothing may touch the tester's own home.
_SESSION_HOME = tempfile.mkdtemp(prefix="replique-tests-")
os.environ["REPLIQUE_HOME"] = _SESSION_HOME
os.environ["REPLIQUE_LANG"] = "en"
os.environ.pop("DATABASE_URL", None)

settings.register_profile(
    "house",
    deadline=None,  # the machine is shared: time is measured in bench/, not here
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("house")


def pytest_unconfigure() -> None:
    shutil.rmtree(_SESSION_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _english_and_no_trace(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every test begin in English, and take back what the command line sets."""
    for name, value in (("REPLIQUE_LANG", "en"), ("LANGUAGE", "en")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REPLIQUE_HOME", os.environ.get("REPLIQUE_HOME", _SESSION_HOME))
    token = choose("en")
    yield
    restore(token)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty REPLIQUE_HOME that this test has for itself."""
    path = tmp_path / "home"
    path.mkdir(mode=0o700)
    monkeypatch.setenv("REPLIQUE_HOME", str(path))
    return path
