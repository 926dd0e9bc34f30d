from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.evidence.entries import Entry, write
from replique.evidence.entries import read as read_entry
from replique.evidence.heads import read_head
from replique.evidence.keys import Signer
from replique.evidence.merkle import root_of
from replique.evidence.verification import verify
from tests.evidence.ledgers import Ledger, branch, codes, ledger

OLD = ledger(12, Signer.new())


def forged(like: Entry, *, sequence: int | None = None, previous: str | None = None) -> bytes:
    """Return an entry that says it is signed by the key of another, and is not."""
    stranger = write(
        Signer.new(),
        sequence=like.sequence if sequence is None else sequence,
        kind="report",
        subject="report/forged",
        body={"verb": "made"},
        previous=like.previous if previous is None else previous,
        at=like.at,
    )
    return stranger.line.replace(stranger.key.encode(), like.key.encode())


@pytest.mark.parametrize("every", [False, True], ids=["bound", "every signature"])
def test_a_ledger_as_it_was_written_is_sound(*, every: bool) -> None:
    found = verify(OLD.lines, heads=OLD.heads, seen=OLD.heads, every_signature=every)
    assert found.problems == ()
    assert (found.size, found.root) == (12, root_of([each.leaf for each in OLD.entries]))
    assert [span.key for span in found.keys] == [OLD.signer.public]
    assert found.signatures == (13 if every else 1)
    assert (found.first_at, found.last_at) == (OLD.entries[0].at, OLD.entries[-1].at)


def test_an_empty_ledger_is_sound() -> None:
    assert verify([], heads=[]).problems == ()


def altered(line: bytes) -> bytes:
    assert b'"verb":"made"' in line
    return line.replace(b'"verb":"made"', b'"verb":"mead"')


def change(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], altered(lines[5]), *lines[6:]]


def change_the_last(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], altered(lines[-1])]


def change_into_nonsense(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], b"\xff{[", *lines[6:]]


def change_and_forge(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], forged(OLD.entries[5]), *lines[6:]]


def drop(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], *lines[7:]]


def drop_the_first(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def reorder(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[6], lines[5], *lines[7:]]


def reorder_the_end(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-2], lines[-1], lines[-2]]


def turn_round(lines: list[bytes]) -> list[bytes]:
    return lines[::-1]


def insert(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], forged(OLD.entries[5]), *lines[5:]]


def insert_a_copy(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[2], *lines[5:]]


def insert_at_the_end(lines: list[bytes]) -> list[bytes]:
    last = OLD.entries[-1]
    return [*lines, forged(last, sequence=12, previous=last.leaf.hex())]


def truncate(lines: list[bytes]) -> list[bytes]:
    return lines[:-3]


def truncate_all(lines: list[bytes]) -> list[bytes]:
    del lines
    return []


@pytest.mark.parametrize("every", [False, True], ids=["bound", "every signature"])
@pytest.mark.parametrize(
    ("attack", "named"),
    [
        (change, {"changed"}),
        (change_the_last, {"changed"}),
        (change_into_nonsense, {"changed"}),
        (change_and_forge, {"changed"}),
        (drop, {"dropped"}),
        (drop_the_first, {"dropped"}),
        (reorder, {"reordered"}),
        (reorder_the_end, {"reordered"}),
        (turn_round, {"reordered"}),
        (insert, {"inserted"}),
        (insert_a_copy, {"inserted"}),
        (truncate, {"truncated"}),
        (truncate_all, {"truncated"}),
    ],
)
def test_an_attack_on_the_lines_is_named(
    attack: Callable[[list[bytes]], list[bytes]], named: set[str], *, every: bool
) -> None:
    found = verify(attack(OLD.lines), heads=OLD.heads, every_signature=every)
    assert codes(found.problems) == named
    assert all(each.message for each in found.problems)


def test_an_entry_put_in_at_the_end_is_named() -> None:
    found = verify(insert_at_the_end(OLD.lines), heads=OLD.heads)
    assert "changed" in codes(found.problems)


def test_signed_entries_after_the_signed_end_are_named() -> None:
    found = verify(OLD.lines, heads=OLD.heads[:-2])
    assert codes(found.problems) == {"inserted"}


def test_the_place_of_an_attack_is_named() -> None:
    places = [
        (change, 5),
        (change_the_last, 11),
        (drop, 5),
        (drop_the_first, 0),
        (reorder, 6),
        (insert, 5),
        (insert_a_copy, 2),
    ]
    for attack, sequence in places:
        (problem,) = verify(attack(OLD.lines), heads=OLD.heads).problems
        assert problem.sequence == sequence, attack


def test_a_drop_and_a_cut_are_both_named() -> None:
    lines = OLD.lines
    found = verify([*lines[:3], *lines[4:9]], heads=OLD.heads)
    assert codes(found.problems) == {"dropped", "truncated"}


def test_a_history_written_twice_by_the_same_key_is_named() -> None:
    """Whoever has the key can write another history; what was seen elsewhere gives it away."""
    other = branch(OLD, 6)
    for _number in range(8):
        other.add(verb="made")
    assert verify(other.lines, heads=other.heads).problems == ()
    assert codes(verify(other.lines, heads=other.heads, seen=OLD.heads).problems) == {"forked"}
    mixed = [*OLD.lines[:8], *other.lines[8:]]
    assert codes(verify(mixed, heads=other.heads).problems) == {"forked"}


def test_an_earlier_state_brought_back_is_named() -> None:
    found = verify(OLD.lines[:8], heads=OLD.heads[:8], seen=OLD.heads)
    assert codes(found.problems) == {"rolled_back"}
    assert "12" in found.problems[0].message


def test_an_earlier_state_from_before_a_change_of_key_is_named() -> None:
    made = ledger(3)
    made.rotate()
    made.add(verb="made")
    seen = made.heads
    assert codes(verify(made.lines[:3], heads=seen[:3], seen=seen).problems) == {"rolled_back"}


def test_a_key_may_be_rotated() -> None:
    made = ledger(4)
    for _time in range(3):
        made.rotate()
        made.add(verb="made")
    made.rotate()
    found = verify(made.lines, heads=made.heads, seen=made.heads)
    assert found.problems == ()
    assert [(span.first, span.vouched) for span in found.keys] == [
        (0, True),
        (5, True),
        (7, True),
        (9, True),
    ]


def test_a_change_under_an_earlier_key_is_named() -> None:
    made = ledger(4)
    made.rotate()
    made.add(verb="made")
    lines = made.lines
    lines[2] = altered(lines[2])
    assert codes(verify(lines, heads=made.heads).problems) == {"changed"}


def rewritten(old: Ledger, signer: Signer, start: int = 0) -> Ledger:
    """Return the ledger with all entries from one on signed anew with another key."""
    made = branch(old, start)
    made.signer = signer
    for entry in old.entries[start:]:
        made.add(entry.kind, entry.subject, **entry.body)
    return made


def test_another_key_from_some_entry_on_is_named() -> None:
    made = rewritten(OLD, Signer.new(), 5)
    (problem,) = verify(made.lines, heads=made.heads).problems
    assert (problem.code, problem.sequence) == ("key_replaced", 5)


def test_a_ledger_written_anew_with_another_key_is_named_by_what_was_seen() -> None:
    made = rewritten(OLD, Signer.new())
    assert verify(made.lines, heads=made.heads).problems == ()
    found = verify(made.lines, heads=made.heads, seen=OLD.heads[:6]).problems
    assert codes(found) == {"key_replaced"}


def test_a_head_by_another_key_is_named() -> None:
    made = rewritten(OLD, Signer.new())
    found = verify(OLD.lines, heads=made.heads[-1:]).problems
    assert codes(found) <= {"forked", "key_replaced"}
    assert found


def test_a_lost_key_is_named_until_the_new_one_is_accepted() -> None:
    made = ledger(4)
    made.rotate(lost=True)
    made.add(verb="made")
    (problem,) = verify(made.lines, heads=made.heads, seen=made.heads).problems
    assert (problem.code, problem.sequence) == ("key_replaced", 4)
    accepted = frozenset({made.signer.public})
    assert verify(made.lines, heads=made.heads, accepted=accepted).problems == ()


def test_a_head_that_was_changed_is_named() -> None:
    heads = [*OLD.heads[:-1], OLD.heads[-1].replace(b'"size":12', b'"size":13')]
    assert "head_changed" in codes(verify(OLD.lines, heads=heads).problems)
    assert codes(verify(OLD.lines, heads=[]).problems) == {"truncated"}


def test_what_is_torn_among_the_heads_seen_is_left_out() -> None:
    assert verify(OLD.lines, heads=OLD.heads, seen=[b"{torn", *OLD.heads]).problems == ()


@given(st.data())
def test_no_byte_of_a_line_can_be_another(data: st.DataObject) -> None:
    lines = OLD.lines
    row = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[row]) - 1))
    other = data.draw(st.integers(1, 255))
    line = bytearray(lines[row])
    line[at] ^= other
    lines[row] = bytes(line)
    assert verify(lines, heads=OLD.heads).problems


@given(st.lists(st.sampled_from(range(12)), max_size=16))
def test_only_the_whole_in_its_order_is_sound(order: list[int]) -> None:
    lines = [OLD.lines[each] for each in order]
    sound = not verify(lines, heads=OLD.heads).problems
    assert sound == (order == list(range(12)))


@given(st.lists(st.binary(max_size=60), max_size=5), st.lists(st.binary(max_size=60), max_size=3))
def test_nonsense_is_never_sound_and_never_a_traceback(
    lines: list[bytes], heads: list[bytes]
) -> None:
    assert bool(verify(lines, heads=heads).problems) == bool(lines or heads)


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b'{"at":' + b"9" * 10_000 + b"}",
        b'{"a":1,"a":1}',
        b'{"a":1e400}',
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b"null",
        b"",
    ],
    ids=["deep", "long number", "twice", "infinite", "NaN", "half a letter", "null", "empty"],
)
def test_a_line_made_to_trip_the_reader_is_only_a_changed_line(line: bytes) -> None:
    found = verify([*OLD.lines[:4], line, *OLD.lines[5:]], heads=[*OLD.heads, line])
    assert codes(found.problems) == {"changed", "head_changed"}


@pytest.mark.parametrize("verb", [{}, {"a": []}, [], None, 1])
def test_a_verb_that_is_no_word_trips_nothing(verb: object) -> None:
    made = ledger(3)
    made.add("ledger", "ledger", verb=verb)
    assert verify(made.lines, heads=made.heads).problems == ()


def test_a_forged_number_as_large_as_numbers_get_is_named() -> None:
    """In no time, and not by counting up to it."""
    line = forged(OLD.entries[5], sequence=2**53 - 1)
    found = verify([*OLD.lines[:5], line, *OLD.lines[6:]], heads=OLD.heads)
    assert {"dropped", "changed"} <= codes(found.problems)


def test_a_long_list_after_a_break_is_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replique.evidence.verification.MOST_LOOSE", 3)
    found = verify(drop(OLD.lines), heads=OLD.heads)
    assert codes(found.problems) == {"dropped"}


def test_an_entry_says_the_same_when_it_is_read_again() -> None:
    for entry, head in itertools.zip_longest(OLD.entries, OLD.heads):
        assert read_entry(entry.line) == entry
        assert entry.is_signed()
        assert read_head(head).line == head
