"""Is this the ledger that was written? If not, what was done to it?

One pass reads every line, follows the chain and grows the tree.  The signatures that
bind everything are checked: that of the last entry under each key, and those of the
heads.  Each entry holds the hash of the one before, its signature included, so none can
be other than it was without breaking the last; docs/ledger.md says the argument whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from replique.evidence import problems
from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import FIRST, KEY_LOST, LEDGER, ROTATED, Entry, read
from replique.evidence.heads import Head, read_head
from replique.evidence.merkle import Frontier
from replique.evidence.problems import Problem

MOST_LOOSE = 200_000
"""Lines kept after a break, to say what was done; more than that are only counted."""

Whole = Callable[[int, int, bytes], object]
"""Told of each node of the tree that becomes whole: level, position, hash."""


@dataclass(frozen=True, slots=True)
class KeySpan:
    """A key, and the number of the first entry that it signs. vouched : the one before named it."""

    key: str
    first: int
    vouched: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    size : entries read. root : of the tree over them. keys : in the order of their use.
    key : that signs the next entry.
    signatures : how many were checked. problems : what is wrong; empty when all is well.
    """

    size: int
    root: bytes
    keys: tuple[KeySpan, ...]
    key: str
    first_at: str
    last_at: str
    signatures: int
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Walk:
    """What is known on the way.

    loose : lines from the first break on; None while there is none.
    furthest : the largest number among all of them.
    """

    every_signature: bool
    roots: dict[int, bytes]
    whole: Whole | None
    each: Callable[[Entry], object] | None
    frontier: Frontier = field(default_factory=Frontier)
    last: Entry | None = None
    next_key: str = ""
    keys: list[KeySpan] = field(default_factory=list)
    first_at: str = ""
    signatures: int = 0
    loose: list[Entry | None] | None = None
    furthest: int = 0
    found: list[Problem] = field(default_factory=list)


def verify(
    lines: Iterable[bytes],
    *,
    heads: Sequence[bytes],
    seen: Sequence[bytes] = (),
    every_signature: bool = False,
    accepted: frozenset[str] = frozenset(),
    whole: Whole | None = None,
    each: Callable[[Entry], object] | None = None,
) -> Verified:
    """Verify a ledger.

    lines : all entries in the order in which they are kept, without ends of line.
    heads : lines of signed heads that go with it; the largest is its end.
    seen : lines of heads that were seen elsewhere: an older export, a file outside the
        database. What is no head in it is left out.
    accepted : keys that are known to be right though the one before did not name them.
    whole, each : told of each whole node, and of each entry, up to the first break.
    """
    ours, spoiled = _read_all(heads)
    others, _torn = _read_all(seen)
    walk = _Walk(every_signature, {head.size: b"" for head in [*ours, *others]}, whole, each)
    for line in lines:
        _step(walk, line)
    if walk.loose is not None:
        walk.found += _diagnose(walk.last, walk.loose)
    elif walk.last is not None:
        _sign_check(walk, walk.last)
    foreign = {each.sequence for each in walk.found if each.code == "inserted"}
    found = [
        each
        for each in dict.fromkeys(walk.found)
        if each.code != "changed" or each.sequence not in foreign
    ]
    size = walk.frontier.size
    if spoiled:
        found.append(problems.head_changed())
    found += _end(walk, ours)
    if not found:
        found += _against(walk, others)
    found += [
        problems.key_replaced(span.first, span.key)
        for span in walk.keys
        if not span.vouched and span.key not in accepted
    ]
    return Verified(
        size=size,
        root=walk.frontier.root(),
        keys=tuple(walk.keys),
        key=walk.next_key,
        first_at=walk.first_at,
        last_at=walk.last.at if walk.last else "",
        signatures=walk.signatures,
        problems=tuple(found),
    )


def _read_all(lines: Sequence[bytes]) -> tuple[list[Head], bool]:
    """Return the heads, and whether a line was none or bears no signature of its key."""
    found, spoiled = [], False
    for line in lines:
        try:
            head = read_head(line)
        except NotCanonical:
            spoiled = True
            continue
        if head.is_signed():
            found.append(head)
        else:
            spoiled = True
    return found, spoiled


def _step(walk: _Walk, line: bytes) -> None:
    """Take one line in."""
    try:
        entry = read(line)
    except NotCanonical:
        entry = None
    if walk.loose is not None:
        if len(walk.loose) < MOST_LOOSE:
            walk.loose.append(entry)
        walk.furthest = max(walk.furthest, entry.sequence if entry else 0)
        return
    last = walk.last
    sequence, previous = (last.sequence + 1, last.leaf.hex()) if last else (0, FIRST)
    if entry is None or entry.sequence != sequence or entry.previous != previous:
        walk.loose = [entry]
        walk.furthest = entry.sequence if entry else 0
        return
    _follow_keys(walk, entry)
    if walk.every_signature:
        _sign_check(walk, entry)
    nodes = walk.frontier.append(entry.leaf)
    if walk.whole is not None:
        for level, position, hash_ in nodes:
            walk.whole(level, position, hash_)
    if walk.frontier.size in walk.roots:
        walk.roots[walk.frontier.size] = walk.frontier.root()
    if walk.each is not None:
        walk.each(entry)
    walk.first_at = walk.first_at or entry.at
    walk.last = entry


def _follow_keys(walk: _Walk, entry: Entry) -> None:
    """Note where another key begins to sign, and whether the one before named it."""
    if not walk.keys:
        walk.keys.append(KeySpan(entry.key, 0, vouched=True))
    elif entry.key != walk.next_key:
        walk.keys.append(KeySpan(entry.key, entry.sequence, vouched=False))
    elif entry.key != walk.keys[-1].key:
        walk.keys.append(KeySpan(entry.key, entry.sequence, vouched=True))
    if walk.last is not None and walk.last.key != entry.key:
        _sign_check(walk, walk.last)  # the last under its key: it binds all that lies before
    walk.next_key = _key_after(entry)


def _key_after(entry: Entry) -> str:
    """Return the key that signs next."""
    named = entry.body.get("key")
    # a tuple: what stands there may be anything, and not to be looked for in a set
    if entry.kind == LEDGER and entry.body.get("verb") in (ROTATED, KEY_LOST):
        return named if isinstance(named, str) else ""
    return entry.key


def _sign_check(walk: _Walk, entry: Entry) -> None:
    walk.signatures += 1
    if not entry.is_signed():
        walk.found.append(problems.changed(entry.sequence))


def _end(walk: _Walk, ours: Sequence[Head]) -> list[Problem]:
    """Hold the heads that go with the ledger against it."""
    size = walk.frontier.size
    broken = bool(walk.found)
    if not ours:
        return [problems.headless()] if size and not broken else []
    end = max(ours, key=lambda head: head.size)
    if walk.loose is not None or broken:
        return _cut(walk, end)
    if end.size > size:
        return [problems.truncated(size, end.size)]
    if end.size < size:
        return [problems.unvouched(end.size)]
    for head in ours:
        if problem := _disagreement(walk, head):
            return [problem]
    return []


def _cut(walk: _Walk, end: Head) -> list[Problem]:
    """Say whether the end is gone too, where something else is wrong already."""
    here = max(walk.frontier.size, walk.furthest + 1)
    unread = sum(entry is None for entry in walk.loose or ())
    return [problems.truncated(here, end.size)] if here + unread < end.size else []


def _against(walk: _Walk, seen: Sequence[Head]) -> list[Problem]:
    """Hold heads that were seen elsewhere against a ledger that is sound in itself."""
    size = walk.frontier.size
    known = {walk.next_key, *(span.key for span in walk.keys)}
    for head in sorted(seen, key=lambda head: head.size):
        if head.size > size:
            break
        if head.key not in known:
            return [problems.other_key(head.key)]
        if problem := _disagreement(walk, head):
            return [problem]
    newest = max(seen, key=lambda head: head.size, default=None)
    if newest is None or newest.size <= size:
        return []
    unknown = size > 0 and not any(head.key in known for head in seen)
    strangers = [problems.other_key(newest.key)] if unknown else []
    return [*strangers, problems.rolled_back(size, newest.size, newest.at)]


def _disagreement(walk: _Walk, head: Head) -> Problem | None:
    if walk.roots[head.size].hex() != head.root:
        return problems.forked(head.size - 1)
    if head.key not in _in_force(walk, head.size):
        return problems.key_replaced(head.size, head.key)
    return None


def _in_force(walk: _Walk, size: int) -> set[str]:
    """Return the keys that may sign the head of so many entries: of the last, or of the next."""
    last = [span.key for span in walk.keys if span.first < size][-1:]
    after = [span.key for span in walk.keys if span.first <= size][-1:]
    return {*last, *([walk.next_key] if size == walk.frontier.size else after)}


def _diagnose(before: Entry | None, loose: Sequence[Entry | None]) -> list[Problem]:
    """Say what was done, where the lines do not follow one another.

    before : the last line up to which all is well. loose : all lines after it; None for
        one that is no entry.
    """
    start = before.sequence + 1 if before else 0
    known = [entry for entry in loose if entry is not None]
    often = Counter(entry.sequence for entry in known)
    found: list[Problem] = []
    extra = [number for number, count in often.items() if count > 1 or number < start]
    found += [_doubled(number, known, known_before=number < start) for number in sorted(extra)]
    here = sorted(number for number in often if number >= start)
    missing = (here[-1] + 1 - start if here else 0) - len(here)
    spoiled = [start + at for at, entry in enumerate(loose) if entry is None]
    found += [problems.changed(number) for number in spoiled]
    if missing > len(spoiled):
        # from neighbour to neighbour: a forged number may be as large as numbers get
        told = sorted({start - 1, *here, *(number for number in spoiled if number < here[-1])})
        found += [problems.dropped(a + 1, b - 1) for a, b in pairwise(told) if b - a > 1]
    numbers = [entry.sequence for entry in known]
    if not extra and numbers != sorted(numbers):
        misplaced = next(a for a, b in zip(numbers, sorted(numbers), strict=True) if a != b)
        found.append(problems.reordered(misplaced))
    return found + _links(before, known)


def _doubled(number: int, known: Sequence[Entry], *, known_before: bool) -> Problem:
    """Two lines with one number: a copy or a forgery, unless both were signed."""
    same = {entry.leaf: entry for entry in known if entry.sequence == number}
    signed = sum(entry.is_signed() for entry in same.values())
    if signed > 1 and not known_before:
        return problems.forked(number)
    return problems.inserted(number)


def _links(before: Entry | None, known: Sequence[Entry]) -> list[Problem]:
    """Follow the chain in the order of the numbers; say which end of a broken link is wrong.

    Where the chain holds, the signature of the last binds all before it.
    """
    ordered = sorted({entry.leaf: entry for entry in known}.values(), key=lambda e: e.sequence)
    often = Counter(entry.sequence for entry in ordered)
    chain = [*([before] if before else []), *(e for e in ordered if often[e.sequence] == 1)]
    loose_ends: dict[int, Entry] = {entry.sequence: entry for entry in chain[-1:]}
    torn: list[Entry] = []
    for first, second in pairwise(chain):
        if second.previous == first.leaf.hex():
            continue
        loose_ends |= {first.sequence: first, second.sequence: second}
        if second.sequence == first.sequence + 1:
            torn.append(second)
    wrong = {entry.sequence for entry in loose_ends.values() if not entry.is_signed()}
    forks = [e.sequence for e in torn if not {e.sequence - 1, e.sequence} & wrong]
    return [
        *(problems.changed(number) for number in sorted(wrong)),
        *(problems.forked(number) for number in forks),
    ]
