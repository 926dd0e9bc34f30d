"""What every probe must keep to, whoever wrote it: the contract of replique/probe.py as tests.

class TestMyProbe(ProbeConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def ground(cls) -> Ground:
        return Ground(fresh=MyProbe, other=lambda: MyProbe(slower=True), ...)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import FrozenInstanceError, dataclass, fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from replique.errors import RepliqueError
from replique.probe import HOUSE_RATE, Block, Occurrence, Probe, Samples, Subject, search

EDGE_S = 0.01
"""What an extent may reach past the edges of its track: rounding, no more."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a probe is tried on.

    fresh : makes a probe that has learnt nothing; the same settings each time.
    other : makes one whose settings could change what is found.
    subjects : two or more to look for.
    track : float32 (n,) at HOUSE_RATE, a few seconds, in which a subject occurs.
    """

    fresh: Callable[[], Probe]
    other: Callable[[], Probe]
    subjects: tuple[Subject, ...]
    track: Samples

    def taught(self, subjects: Iterable[Subject] | None = None) -> Probe:
        probe = self.fresh()
        probe.learn(self.subjects if subjects is None else subjects)
        return probe


def blocks(
    samples: Samples, sizes: Iterable[int] = (), views: tuple[str, ...] = ("mono",)
) -> Iterator[Block]:
    """Cut float32 (views, n) or (n,) into blocks of these sizes, and one of the rest."""
    rows = np.atleast_2d(samples)
    start = 0
    for size in (*sizes, rows.shape[1]):
        if start < rows.shape[1]:
            yield Block(start, views, rows[:, start : start + size])
        start += size


def found(probe: Probe, samples: Samples, sizes: Iterable[int] = ()) -> list[Occurrence]:
    """Return what a probe finds in a mono track, in the order of time."""
    return in_order(search(probe, blocks(samples, sizes)))


def in_order(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    return sorted(occurrences, key=lambda o: (o.start_s, o.subject, o.view, o.take_start_s))


def check_sane(occurrence: Occurrence, ground: Ground, samples: Samples) -> None:
    """Hold one occurrence to what its fields are said to mean."""
    durations = {s.key: len(s.samples) / HOUSE_RATE for s in ground.subjects}
    numbers = [getattr(occurrence, each.name) for each in fields(occurrence)]
    numbers = [each for each in numbers if isinstance(each, float)] + [*occurrence.how.values()]
    assert np.isfinite(numbers).all()
    assert -EDGE_S <= occurrence.start_s < occurrence.end_s
    assert occurrence.end_s <= len(samples) / HOUSE_RATE + EDGE_S
    assert 0 <= occurrence.take_start_s < occurrence.take_end_s
    assert occurrence.take_end_s <= durations[occurrence.subject] + EDGE_S
    assert occurrence.speed > 0
    assert occurrence.polarity in {-1, 0, 1}


_SIZES = st.lists(
    st.one_of(st.integers(1, 9), st.integers(10, 5_000), st.integers(5_001, 90_000)), max_size=30
)


class ProbeConformance:
    """Inherit, and give a `ground`."""

    @pytest.fixture(scope="class")
    @classmethod
    def ground(cls) -> Ground:
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def whole(cls, ground: Ground) -> list[Occurrence]:
        """Return what is found when the track comes in one block."""
        return found(ground.taught(), ground.track)

    def test_it_finds_something_to_be_judged_by(self, whole: list[Occurrence]) -> None:
        assert whole

    def test_what_it_finds_is_sane(self, ground: Ground, whole: list[Occurrence]) -> None:
        for each in whole:
            check_sane(each, ground, ground.track)
            assert each.view == "mono"

    def test_a_track_may_begin_and_end_amid_a_subject(
        self, ground: Ground, whole: list[Occurrence]
    ) -> None:
        first = whole[0]
        low, high = (round(s * HOUSE_RATE) for s in (first.start_s, first.end_s))
        tenth = (high - low) // 10
        for part in (ground.track[: high - 3 * tenth], ground.track[low + 3 * tenth :]):
            for each in found(ground.taught(), part):
                check_sane(each, ground, part)

    def test_its_records_are_frozen(self, whole: list[Occurrence]) -> None:
        with pytest.raises(FrozenInstanceError):
            whole[0].strength = 99.0  # type: ignore[misc]  # that it cannot be set is the point

    @settings(
        max_examples=12,
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )
    @given(sizes=_SIZES)
    @example(sizes=[1] * 700)
    @example(sizes=[HOUSE_RATE] * 100)
    @example(sizes=[997] * 300)
    def test_blocks_of_any_size_give_the_same(
        self, ground: Ground, whole: list[Occurrence], sizes: list[int]
    ) -> None:
        assert found(ground.taught(), ground.track, sizes) == whole

    def test_a_search_says_the_same_each_time(
        self, ground: Ground, whole: list[Occurrence]
    ) -> None:
        probe = ground.taught()
        assert found(probe, ground.track) == whole
        assert found(probe, ground.track) == whole

    def test_two_searches_at_once_do_not_meet(
        self, ground: Ground, whole: list[Occurrence]
    ) -> None:
        probe = ground.taught()
        here, there = probe.begin(), probe.begin()
        heard: list[Occurrence] = []
        for block in blocks(ground.track, [HOUSE_RATE] * 100):
            heard += here.push(block)
            there.push(replace(block, samples=block.samples[:, ::-1].copy()))
        there.end()
        assert in_order(heard + here.end()) == whole

    def test_the_order_of_subjects_does_not_matter(
        self, ground: Ground, whole: list[Occurrence]
    ) -> None:
        assert found(ground.taught(ground.subjects[::-1]), ground.track) == whole

    def test_only_what_was_learnt_is_found(self, ground: Ground, whole: list[Occurrence]) -> None:
        assert {o.subject for o in whole} <= {s.key for s in ground.subjects}
        absent = [s for s in ground.subjects if s.key != whole[0].subject]
        left = [o for o in whole if o.subject != whole[0].subject]
        assert found(ground.taught(absent), ground.track) == left
        assert found(ground.taught([]), ground.track) == []

    def test_subjects_are_learnt_once(self, ground: Ground) -> None:
        probe = ground.taught()
        with pytest.raises(RepliqueError):
            probe.learn(ground.subjects)

    def test_each_view_is_searched(self, ground: Ground, whole: list[Occurrence]) -> None:
        views = ("downmix", "centre")
        rows = np.stack([np.zeros_like(ground.track), ground.track])
        both = in_order(search(ground.taught(), blocks(rows, [HOUSE_RATE] * 4, views)))
        assert both == [replace(o, view="centre") for o in whole]

    def test_silence_holds_nothing(self, ground: Ground) -> None:
        assert found(ground.taught(), np.zeros(5 * HOUSE_RATE, np.float32)) == []

    @pytest.mark.parametrize("count", [1, 2, 100, 1_000])
    def test_a_track_of_a_few_samples_holds_nothing(self, ground: Ground, count: int) -> None:
        assert found(ground.taught(), np.full(count, 0.5, np.float32)) == []

    def test_an_empty_track_holds_nothing(self, ground: Ground) -> None:
        assert ground.taught().begin().end() == []
        nothing = Block(0, ("mono",), np.zeros((1, 0), np.float32))
        assert list(search(ground.taught(), [nothing])) == []

    def test_empty_blocks_change_nothing(self, ground: Ground, whole: list[Occurrence]) -> None:
        halves = list(blocks(ground.track, [len(ground.track) // 2]))
        nothing = replace(halves[1], samples=halves[1].samples[:, :0])
        assert in_order(search(ground.taught(), [halves[0], nothing, halves[1]])) == whole

    def test_its_input_is_left_alone(self, ground: Ground) -> None:
        samples = ground.track.copy()
        samples.flags.writeable = False
        subjects = [replace(s, samples=s.samples.copy()) for s in ground.subjects]
        for each in subjects:
            each.samples.flags.writeable = False
        found(ground.taught(subjects), samples)
        assert np.array_equal(samples, ground.track)

    def test_its_name_and_version_can_be_stored(self, ground: Ground) -> None:
        probe = ground.fresh()
        assert re.fullmatch(r"[a-z]+", probe.name)
        assert probe.version

    def test_its_digest_says_which_settings_and_nothing_else(self, ground: Ground) -> None:
        probe = ground.fresh()
        digest = probe.digest
        assert re.fullmatch(r"[0-9a-f]{64}", digest)
        assert ground.fresh().digest == digest != ground.other().digest
        probe.learn(ground.subjects)
        found(probe, ground.track)
        assert probe.digest == digest
