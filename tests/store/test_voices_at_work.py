"""Voices in worker processes, with the real models: what they hear is told elsewhere.

They need the models' files: `make models`, or REPLIQUE_TEST_MODELS names their folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from replique import store
from replique.errors import UsageError
from replique.models import Library
from replique.scan import LocalProcesses, Nursery
from replique.store import Home
from replique.store.starting import PRELOAD, PRELOAD_VOICES
from tests.store.enrolled import HIGH, LOW, KeysHere, enrol, film

ROOT = Path(__file__).resolve().parents[2]
MODELS = Library(Path(os.environ.get("REPLIQUE_TEST_MODELS", ROOT / ".models")))
pytestmark = pytest.mark.skipif(bool(MODELS.missing()), reason="needs the models: make models")


@pytest.fixture
def films(records: Home, awa: str, tmp_path: Path) -> Path:
    del awa
    if records.models.exists():
        records.models.rmdir()
    records.models.symlink_to(MODELS.folder)
    for number in range(2):
        film(tmp_path / "films" / f"{number}.wav", (None, 2), (LOW, 6), seed=number)
    return tmp_path / "films"


def preloaded(asked: list[tuple[str, ...]], patch: pytest.MonkeyPatch) -> None:
    """Note what the process that bears the workers is told to load."""
    begin = Nursery.__init__

    def note(nursery: Nursery, **settings: object) -> None:
        preload = settings.get("preload", ())
        assert isinstance(preload, tuple)
        asked.append(preload)
        begin(nursery, **settings)  # type: ignore[arg-type]  # passed on

    patch.setattr(Nursery, "__init__", note)


def test_workers_hear_voices_and_what_is_damaged_is_left_out(
    records: Home, awa: str, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store.bits import unpack
    from replique.store.models import Coverage
    from replique.store.voice_models import Voice

    keys, asked = KeysHere(), list[tuple[str, ...]]()
    preloaded(asked, monkeypatch)
    bad = Voice.objects.get(pk=enrol(records, awa, LOW, keys))
    store.add_performer("Ben Okri", "ben-okri")
    good = enrol(records, "ben-okri", HIGH, keys)
    (records.voices / f"{bad.key}.rpv").write_bytes(b"rubbish")
    done = store.scan(records, [films], keys=keys, jobs=2)
    assert (done.voices, done.probes, done.summary.failed) == (1, ("voices",), 0)
    assert len(done.notes) == 1
    assert "Awa Diop" in done.notes[0]
    assert done.summary.decoded_s == pytest.approx(16.0)
    assert asked == [(*PRELOAD, *PRELOAD_VOICES)]
    rows = Coverage.objects.filter(probe="voices")
    assert [unpack(bytes(row.subjects.bits)) for row in rows] == [[good], [good]]
    again = store.scan(records, [films], keys=keys, jobs=1, probes=["voices"])
    assert again.summary.known == 2


def test_where_nobody_is_enrolled_workers_load_nothing_for_it(
    records: Home, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    preloaded(asked, monkeypatch)
    with pytest.raises(UsageError):
        store.scan(records, [films], executor=LocalProcesses(1))
    with pytest.raises(UsageError):
        store.scan(records, [films], probes=["recordings"])
    assert asked == [PRELOAD, PRELOAD]
