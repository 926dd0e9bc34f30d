"""The field, and secrets in parts: against published values, then by properties."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.errors import SealDamaged, StaysSealed, UsageError
from replique.testimony.field import interpolated, inverse, times
from replique.testimony.shares import Share, joined, split

BYTE = st.integers(0, 255)
SECRET = b"thirty-two bytes of a secret key"


@pytest.mark.parametrize(
    ("a", "b", "product"), [(0x57, 0x83, 0xC1), (0x57, 0x13, 0xFE), (0x57, 0x02, 0xAE)]
)
def test_the_field_is_that_of_fips_197(a: int, b: int, product: int) -> None:
    """Sections 4.2 and 4.2.1 of the standard."""
    assert times(a, b) == times(b, a) == product


def test_an_inverse_of_fips_197() -> None:
    """The S-box begins with the inverse of its argument; of 0x53 it is 0xCA (appendix)."""
    assert inverse(0x53) == 0xCA
    assert inverse(0) == 0


@given(BYTE, BYTE, BYTE)
def test_the_field_is_a_field(a: int, b: int, c: int) -> None:
    assert times(a, times(b, c)) == times(times(a, b), c)
    assert times(a, b ^ c) == times(a, b) ^ times(a, c)
    assert times(a, 1) == a
    assert 0 <= times(a, b) <= 255
    if a:
        assert times(a, inverse(a)) == 1


def test_every_byte_but_zero_has_an_inverse_of_its_own() -> None:
    assert {inverse(a) for a in range(1, 256)} == set(range(1, 256))


# The test vectors of Blockchain Commons' bc-shamir: the secret lies at 255.
PUBLISHED = [
    (
        "0ff784df000c4380a5ed683f7e6e3dcf",
        {
            0: "00112233445566778899aabbccddeeff",
            1: "d43099fe444807c46921a4f33a2a798b",
            2: "d9ad4e3bec2e1a7485698823abf05d36",
            3: "0d8cf5f6ec337bc764d1866b5d07ca42",
            4: "1aa7fe3199bc5092ef3816b074cabdf2",
        },
        3,
    ),
    (
        "204188bfa6b440a1bdfd6753ff55a8241e07af5c5be943db917e3efabc184b1a",
        {
            0: "2dcd14c2252dc8489af3985030e74d5a48e8eff1478ab86e65b43869bf39d556",
            1: "a1dfdd798388aada635b9974472b4fc59a32ae520c42c9f6a0af70149b882487",
        },
        2,
    ),
]


@pytest.mark.parametrize(("secret", "parts", "threshold"), PUBLISHED, ids=["3 of 5", "2 of 7"])
def test_parts_that_others_published_give_their_secret(
    secret: str, parts: dict[int, str], threshold: int
) -> None:
    for chosen in itertools.combinations(parts.items(), threshold):
        points = [(place, bytes.fromhex(value)) for place, value in chosen]
        assert interpolated(points, 255).hex() == secret


@st.composite
def splittings(draw: st.DrawFn) -> tuple[bytes, int, int]:
    parts = draw(st.integers(2, 9))
    return draw(st.binary(min_size=1, max_size=64)), draw(st.integers(2, parts)), parts


@given(splittings(), st.randoms(use_true_random=False))
def test_any_parts_that_are_enough_give_the_secret(
    case: tuple[bytes, int, int], chance: object
) -> None:
    secret, threshold, parts = case
    made = [
        Share.from_bytes(each.to_bytes())
        for each in split(secret, threshold=threshold, parts=parts)
    ]
    chance.shuffle(made)  # type: ignore[attr-defined] # hypothesis' own Random
    assert joined(made[:threshold]) == secret
    assert joined(made) == secret


@given(splittings())
def test_fewer_give_nothing(case: tuple[bytes, int, int]) -> None:
    secret, threshold, parts = case
    made = split(secret, threshold=threshold, parts=parts)
    with pytest.raises(StaysSealed):
        joined(made[: threshold - 1])
    with pytest.raises(StaysSealed):
        joined([made[0]] * threshold)


@given(st.binary(min_size=1, max_size=8), BYTE)
def test_one_part_of_two_fits_every_secret(other: bytes, place: int) -> None:
    """Whatever the secret, there is a second part with which this one gives it."""
    one = split(SECRET, threshold=2, parts=2)[0]
    wanted = other.ljust(len(one.value), b"\0")
    second = interpolated([(0, wanted), (one.place, one.value)], 2)
    assert interpolated([(one.place, one.value), (2, second)], 0) == wanted
    del place


def test_parts_are_not_the_secret_and_say_nothing_when_printed() -> None:
    for each in split(SECRET, threshold=2, parts=5):
        assert SECRET[:6] not in each.to_bytes()
        assert each.value.hex() not in repr(each)


def test_parts_of_two_splittings_are_not_mixed() -> None:
    first, second = (split(SECRET, threshold=2, parts=3) for _time in range(2))
    with pytest.raises(SealDamaged):
        joined([first[0], second[1]])


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_part_that_was_altered_is_never_taken_for_whole(at: int, flip: int) -> None:
    made = [each.to_bytes() for each in split(SECRET, threshold=3, parts=3)]
    altered = bytearray(made[1])
    altered[at % len(altered)] ^= flip
    with pytest.raises((SealDamaged, StaysSealed)):
        joined([Share.from_bytes(each) for each in (made[0], bytes(altered), made[2])])


@pytest.mark.parametrize(("threshold", "parts"), [(1, 3), (3, 2), (2, 256), (0, 0)])
def test_what_is_no_quorum_is_refused(threshold: int, parts: int) -> None:
    with pytest.raises(UsageError):
        split(SECRET, threshold=threshold, parts=parts)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_part_are_told(data: bytes) -> None:
    with pytest.raises(SealDamaged):
        Share.from_bytes(data)
