"""The voices probe: the contract of all probes, and what is its own."""

from __future__ import annotations

import hashlib
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from replique.errors import ReferenceDamaged
from replique.models import Ears, Library
from replique.probe import Occurrence, Subject, search
from replique.voices import Reference, Settings, VoicesProbe
from replique.voices import probe as probe_module
from replique.voices.reference import prepare
from tests.conformance import Ground, ProbeConformance, blocks, found, in_order
from tests.voices.keen import RATE, Array, KeenEars, coloured, silence

LOW, HIGH, OTHER = (200.0, 700.0), (2_500.0, 6_000.0), (900.0, 1_600.0)


def _subject(name: str, band: tuple[float, float]) -> Subject:
    return Subject(hashlib.sha256(name.encode()).hexdigest(), coloured(6.0, *band, seed=1))


def _track(*said: Array) -> Array:
    return np.concatenate([part for each in said for part in (silence(1.0), each)])


class TestContract(ProbeConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def ground(cls) -> Ground:
        ears = KeenEars()
        return Ground(
            fresh=lambda: VoicesProbe(ears),
            other=lambda: VoicesProbe(ears, Settings(alike=0.9)),
            subjects=(_subject("low", LOW), _subject("high", HIGH)),
            track=_track(
                coloured(3.0, *LOW, seed=2), coloured(2.5, *OTHER, seed=3),
                coloured(2.0, *HIGH, seed=4),
            ),
        )  # fmt: skip


def _probe(**settings: float) -> VoicesProbe:
    return VoicesProbe(KeenEars(), Settings(**settings))  # type: ignore[arg-type]  # all are floats


def test_each_is_found_where_he_speaks_and_a_stranger_nowhere() -> None:
    probe = _probe()
    probe.learn([_subject("low", LOW), _subject("high", HIGH)])
    track = _track(
        coloured(3.0, *LOW, seed=2), coloured(2.5, *OTHER, seed=3), coloured(2.0, *HIGH, seed=4)
    )
    rows = found(probe, track)
    assert [o.subject for o in rows] == [_subject("low", LOW).key, _subject("high", HIGH).key]
    for row, (start, end) in zip(rows, ((1.0, 4.0), (8.5, 10.5)), strict=True):
        assert row.start_s == pytest.approx(start, abs=0.5)
        assert row.end_s == pytest.approx(end, abs=0.5)


def test_too_little_speech_gets_no_likelihood_ratio() -> None:
    probe = _probe()
    probe.learn([_subject("low", LOW)])
    assert found(probe, _track(coloured(0.8, *LOW, seed=2), silence(3.0))) == []


def test_a_long_monologue_is_one_row() -> None:
    probe = _probe()
    probe.learn([_subject("low", LOW)])
    (row,) = found(probe, _track(coloured(43.0, *LOW, seed=2), silence(1.0)))
    assert row.end_s - row.start_s == pytest.approx(43.0, abs=0.8)


def test_chapters_keep_what_spans_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "CHAPTER", 10 * RATE)
    probe = _probe()
    probe.learn([_subject("low", LOW)])
    track = _track(*(coloured(3.0, *LOW, seed=i) for i in range(12)))
    rows = found(probe, track)
    covered = sum(o.end_s - o.start_s for o in rows)
    assert covered >= 12 * 3.0 - 1
    assert all(b.start_s >= a.end_s - 0.6 for a, b in pairwise(rows))


def test_nothing_of_a_chapter_outlives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "CHAPTER", 10 * RATE)
    probe = _probe()
    probe.learn([_subject("low", LOW)])
    running = probe.begin()
    for block in blocks(_track(*(coloured(3.0, *OTHER, seed=i) for i in range(12))), [RATE] * 99):
        running.push(block)
    (row,) = running._rows
    assert all(said.turn.start >= 30 * RATE for said in row._said)
    assert sum(map(len, row._tape)) <= 21 * RATE


def test_who_looks_for_nobody_loads_nothing() -> None:
    probe = VoicesProbe(Ears(Library(Path("nowhere"))))
    probe.learn([])
    assert found(probe, coloured(3.0, *LOW)) == []


def test_a_reference_made_by_other_models_is_refused() -> None:
    made = prepare(KeenEars(), [coloured(6.0, *LOW)], speech_s=6.0)
    old = Reference("00" * 32, made.speech_s, made.mean, made.middle, made.short, made.windows)
    with pytest.raises(ReferenceDamaged):
        _probe().learn([("somebody", old)])


def test_it_travels_to_workers_small() -> None:
    import pickle

    ears = Ears(Library(Path("nowhere")))
    assert len(pickle.dumps(VoicesProbe(ears))) < 5_000


@pytest.mark.parametrize("seed", [1, 6])
def test_what_two_views_show_is_told_once_however_it_comes(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "CHAPTER", 20 * RATE)
    random = np.random.default_rng(seed)
    said = [
        coloured(float(random.uniform(1, 9)), *(LOW, HIGH, OTHER)[i % 3], seed=100 * seed + i)
        for i in range(12)
    ]
    left = _track(*said)
    right = left.copy()
    for start in random.integers(0, len(left) - 6 * RATE, 4):  # turns end elsewhere in it
        right[start : start + 3 * RATE] = 0
    rows = np.stack([left, right])

    def told(*sizes: int) -> list[Occurrence]:
        probe = _probe()
        probe.learn([_subject("low", LOW), _subject("high", HIGH)])
        return in_order(search(probe, blocks(rows, sizes, ("left", "right"))))

    whole = told()
    assert told(*[RATE // 2] * 300) == told(*[10 * RATE] * 20) == whole
    for one, other in combinations(whole, 2):
        if one.subject == other.subject and one.view != other.view:
            weaker = min(one, other, key=lambda o: o.strength)
            shared_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
            assert shared_s <= (weaker.end_s - weaker.start_s) / 2


def test_what_one_view_alone_shows_is_not_lost_for_what_it_shares() -> None:
    """Spoken by one person, on the left first, then on the right: both halves are told."""
    first, then = coloured(9.0, *LOW, seed=2), coloured(9.0, *LOW, seed=3)
    left = np.concatenate([silence(1.0), first, silence(8.0)])
    right = np.concatenate([silence(9.0), then])
    probe = _probe()
    probe.learn([_subject("low", LOW), _subject("high", HIGH)])
    rows = in_order(search(probe, blocks(np.stack([left, right]), (), ("left", "right"))))
    assert [(o.view, round(o.start_s), round(o.end_s)) for o in rows] == [
        ("left", 1, 10),
        ("right", 9, 18),
    ]
