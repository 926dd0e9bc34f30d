"""Pages of a long list: complete, in order, without doubles, whatever the filter."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique import store
from replique.errors import NotFound
from replique.store import Home, desk_queries
from replique.store.desk_filters import unmarked
from replique.store.desk_queries import ORDERS, Wanted


@pytest.fixture
def many(records: Home, awa: str) -> list[int]:
    """Keep 57 occurrences of two people, of many strengths, some of them the same."""
    from replique.store.models import Location, Medium, Occurrence, Performer, Recording, Take

    del records
    tom = store.add_performer("Tom Reed", "tom-reed").slug
    media = [Medium.objects.create(sha256=f"{n:064x}", size=1) for n in range(3)]
    for n, medium in enumerate(media):
        Location.objects.create(
            medium=medium, locator=f"/films/part {n}.mkv", way='["/x"]', path_key=f"{n:032}",
            place_key=f"{n:032}",
        )  # fmt: skip
    takes = []
    for n, slug in enumerate((awa, tom)):
        recording = Recording.objects.create(sha256=f"{100 + n:064x}", size=1, duration_s=5)
        takes.append(
            Take.objects.create(
                performer=Performer.objects.get(slug=slug), recording=recording, title=f"take {n}",
                kind="audition", file_name="t.wav", origin="/t.wav",
            )
        )  # fmt: skip
    return [
        Occurrence.objects.create(
            medium=media[n % 3], recording=takes[n % 2].recording, probe="recordings",
            probe_version="1", probe_digest="d" * 64, track=0, view="mid", start_s=n / 3,
            end_s=n / 3 + 1, take_start_s=0, take_end_s=1, speed=1, pitch_semitones=0,
            gain_db=0, polarity=1, strength=(n * 7) % 5 + 0.5,
        ).pk
        for n in range(57)
    ]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_walking_on_and_back_meets_each_once(many: list[int], order: str) -> None:
    wanted = Wanted(order=order)
    there: list[int] = []
    page = desk_queries.page(wanted, size=10)
    assert not page.before
    while True:
        there += [line.id for line in page.lines]
        if not page.after:
            break
        page = desk_queries.page(wanted, after=page.after, size=10)
    assert sorted(there) == sorted(many)
    assert len(there) == len(set(there))
    back = [line.id for line in page.lines]
    while page.before:
        page = desk_queries.page(wanted, before=page.before, size=10)
        back = [line.id for line in page.lines] + back
    assert back == there


@pytest.mark.parametrize("order", ORDERS)
def test_neighbours_are_those_of_the_list(many: list[int], order: str) -> None:
    wanted = Wanted(order=order, performer="tom-reed")
    listed = [line.id for line in desk_queries.page(wanted, size=100).lines]
    assert len(listed) == len(many) // 2
    for place, number in enumerate(listed):
        before, after = desk_queries.neighbours(number, wanted)
        assert before == (listed[place - 1] if place else None)
        assert after == (listed[place + 1] if place + 1 < len(listed) else None)


def test_strength_falls_along_the_list(many: list[int]) -> None:
    del many
    values = [line.strength for line in desk_queries.page(Wanted(), size=100).lines]
    assert values == sorted(values, reverse=True)


def test_filters_narrow_and_counts_agree(many: list[int]) -> None:
    store.judge(many[0], "yes", by="Awa")
    store.judge(many[1], "yes", by="Awa")
    store.judge(many[1], "no", by="Awa")
    store.describe_use(many[2], facts={"act": "dub_language", "production": "The Lighthouse"})
    store.check("u1")
    verdict = store.finding("u1").verdict
    for wanted, count in [
        (Wanted(), 57),
        (Wanted(judged="not"), 55),
        (Wanted(judged="yes"), 1),
        (Wanted(judged="no"), 1),
        (Wanted(judged="unsure"), 0),
        (Wanted(production="The Lighthouse"), 1),
        (Wanted(verdict=verdict), 1),
        (Wanted(medium="part 1"), 19),
        (Wanted(medium="PART 1"), 19),
        (Wanted(kind="voice"), 0),
        (Wanted(kind="take"), 57),
        (Wanted(least=4.5), len([n for n in range(57) if (n * 7) % 5 == 4])),
        (Wanted(performer="nobody"), 0),
    ]:
        assert desk_queries.count(wanted) == count, wanted
        assert len(desk_queries.page(wanted, size=100).lines) == count
    assert desk_queries.waiting() == (55, 57)
    assert desk_queries.productions() == ["The Lighthouse"]
    assert desk_queries.verdicts() == {verdict: 1}
    line = next(each for each in desk_queries.page(Wanted(), size=100).lines if each.id == many[2])
    assert line.uses[0].verdict == verdict


def test_withdrawn_takes_leave_the_list(records: Home, many: list[int]) -> None:
    store.withdraw_take(records, "take 0")
    assert desk_queries.count(Wanted()) == len(many) // 2
    assert desk_queries.heard(records, many[0]).takes[0].withdrawn_at is not None


def test_one_is_heard_with_all_that_belongs_to_it(records: Home, many: list[int]) -> None:
    heard = desk_queries.heard(records, many[1])
    assert heard.people == ("Tom Reed",)
    assert heard.medium.locator == "/films/part 1.mkv"
    assert heard.found.strength == 2.5
    assert heard.found_at <= dt.datetime.now(dt.UTC)
    with pytest.raises(NotFound):
        desk_queries.heard(records, 10_000)


@given(st.text(max_size=60), st.integers(1, 4))
def test_a_mark_that_is_not_ours_is_no_mark(text: str, length: int) -> None:
    told = unmarked(text, length)
    assert told is None or len(told) == length
