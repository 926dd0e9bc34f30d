"""A file that lies about itself: a reason, never a crash, a hang or an endless read."""

from __future__ import annotations

import io
import struct
import time
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.media.origin import check, credentials, sentence
from replique.media.origin.bounded import Bounded, Spent
from replique.media.origin.credentials import check_credentials
from replique.media.origin.source_type import check_source_type
from tests.media.origins import (
    FMT,
    FTYP,
    SOUND,
    TRAINED,
    XMP_UUID,
    box,
    chunk,
    flac,
    id3,
    manifest,
    riff,
    signed,
    source_of,
    source_type_of,
    xmp,
    xmp_around,
)

PACKET = xmp(TRAINED)


@cache
def seeds() -> tuple[bytes, ...]:
    """Return valid files, one of each structure, with everything in them."""
    wav = riff(b"WAVE", FMT, chunk(b"data", bytes(4000)), chunk(b"_PMX", PACKET))
    return (
        signed(wav, "audio/wav", manifest(TRAINED)),
        signed(id3((b"PRIV", b"XMP\0" + PACKET)) + flac(), "audio/flac", manifest(TRAINED)),
        wav,
        riff(b"AIFF", chunk(b"APPL", b"XMP " + PACKET, ">"), name=b"FORM", order=">"),
        FTYP + box(b"moov", box(b"udta", box(b"XMP_", PACKET))) + box(b"uuid", XMP_UUID, PACKET),
        id3((b"PRIV", b"XMP\0" + PACKET)) + b"\xff\xfb\x90\0" * 100,
        flac((2, b"XMP " + PACKET), (4, TRAINED.encode())),
        b"OggS" + bytes(30) + PACKET,
    )


class Counted(io.BytesIO):
    """Bytes that count how many of them were given."""

    given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Count what is read."""
        data = super().read(size)
        self.given += len(data)
        return data


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put", "cut", "repeat", "end"]),
        st.floats(0, 1, exclude_max=True),
        st.sampled_from([b"\xff", b"\0", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1", b"\x80"])
        | st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=8,
)


def _changed(data: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    changed = bytearray(data)
    for kind, where, what in changes:
        at = int(where * len(changed))
        if kind == "put":
            changed[at : at + len(what)] = what
        elif kind == "cut":
            del changed[at : at + 7 * len(what)]
        elif kind == "repeat":
            changed[at:at] = changed[at : at + 50 * len(what)]
        else:
            del changed[max(at, 16) :]
    return bytes(changed)


@settings(max_examples=60)
@given(index=st.integers(0, 7), changes=CHANGES)
def test_whatever_is_changed_in_a_file_it_is_answered(
    index: int, changes: list[tuple[str, float, bytes]]
) -> None:
    data = _changed(seeds()[index], changes)
    results = check(source_of(data))
    assert [each.check for each in results[:2]] == [
        "content-credentials",
        "iptc-digital-source-type",
    ]
    for each in results:
        assert each.state in ("found", "nothing", "not_checked")
        assert each.detail.get("reason") or each.state != "not_checked"
        assert each.said == sentence(each.as_dict())
        assert each.said.isprintable()


@settings(max_examples=30)
@given(index=st.integers(0, 7), changes=CHANGES)
def test_reading_is_bounded_by_the_size_of_the_file(
    index: int, changes: list[tuple[str, float, bytes]]
) -> None:
    data = _changed(seeds()[index], changes)
    for look in (check_credentials, check_source_type):
        file = Counted(data)
        look(file)
        assert file.given <= 12 * len(data) + 4096


BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>".encode() for n in range(12)
)
BROKEN_PACKETS = {
    "billion laughs": BOMB + b"]>" + PACKET.replace(TRAINED.encode(), b"&m;"),
    "entity from outside": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    + PACKET.replace(TRAINED.encode(), b"&a;"),
    "document type": b"<!DOCTYPE x SYSTEM 'http://127.0.0.1/x.dtd'>" + PACKET,
    "undeclared entity": PACKET.replace(TRAINED.encode(), b"&a;"),
    "nested without end": xmp_around("<rdf:li>" * 100_000),
    "nested too deep": xmp_around("<rdf:li>" * 200 + "</rdf:li>" * 200),
    "cut off": PACKET[:200],
    "too large": xmp_around(f"<!--{' ' * (5 << 20)}-->"),
    "no XML": b"\0\1\2\3" * 50,
    "unknown encoding": b"<?xml version='1.0' encoding='klingon'?>" + PACKET,
    "half a character": b"\xff\xfe" + PACKET.decode().encode("utf-16-le")[:-3] + b"\0\xd8",
}


@pytest.mark.parametrize("flaw", BROKEN_PACKETS)
def test_a_packet_that_makes_no_sense_is_said_not_to_be_checked(flaw: str) -> None:
    began = time.monotonic()
    found = source_type_of(riff(b"WAVE", FMT, chunk(b"_PMX", BROKEN_PACKETS[flaw]), SOUND))
    assert (found.state, found.detail["reason"]) == ("not_checked", "damaged")
    assert found.said.endswith("this part of the file is damaged or makes no sense.")
    assert time.monotonic() - began < 5


BROKEN_STRUCTURES = {
    "chunk beyond the end": riff(b"WAVE", FMT, b"_PMX\xff\xff\xff\x7fabc"),
    "box beyond the end": FTYP + struct.pack(">I4s", 0x7FFFFFFF, b"moov") + bytes(50),
    "box of four gigabytes": FTYP + struct.pack(">I4sQ", 1, b"moov", 1 << 32) + bytes(50),
    "box of all bytes there are": FTYP + struct.pack(">I4sQ", 1, b"moov", (1 << 64) - 1),
    "box smaller than its header": FTYP + struct.pack(">I4s", 4, b"moov") + bytes(50),
    "boxes nested too deep": FTYP + box(b"moov", b"".join([struct.pack(">I4s", 0, b"udta")] * 50)),
    "block beyond the end": b"fLaC" + b"\4\xff\xff\xff" + bytes(40),
    "blocks that stop": b"fLaC\0\0\0\4" + bytes(4),
    "frame beyond the end": b"ID3\3\0\0\0\0\0\x20PRIV\x7f\xff\xff\xff\0\0" + bytes(60),
    "tag of eight bits": b"ID3\3\0\0\xff\xff\xff\xff" + bytes(60),
    "chunks without end": riff(b"WAVE", *[b"junk\0\0\0\0"] * 60_000),
    "boxes without end": FTYP + box(b"free") * 60_000,
}


@pytest.mark.parametrize("flaw", BROKEN_STRUCTURES)
def test_a_structure_that_lies_is_said_not_to_be_checked(flaw: str) -> None:
    began = time.monotonic()
    found = check_source_type(io.BytesIO(BROKEN_STRUCTURES[flaw]))
    assert (found.state, found.detail["reason"]) == ("not_checked", "damaged")
    assert time.monotonic() - began < 5


def test_a_file_that_keeps_a_reader_busy_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library takes a square of the number of boxes: 60,000 of nothing are nine seconds."""
    monkeypatch.setattr(credentials, "Bounded", partial(Bounded, seconds=0.3))
    began = time.monotonic()
    found = check_credentials(io.BytesIO(FTYP + box(b"free") * 60_000))
    assert (found.state, found.detail) == ("not_checked", {"reason": "bounds"})
    assert time.monotonic() - began < 5


def test_a_packet_before_the_damage_is_told_with_the_damage() -> None:
    found = source_type_of(riff(b"WAVE", chunk(b"_PMX", PACKET), b"data\xff\xff\xff\x70abc"))
    assert found.detail["places"] == "riff:_PMX"
    assert "Not all of it could be read" in found.said


def test_what_a_damaged_file_says_in_its_credentials_is_not_told_as_metadata() -> None:
    """Without who signed it, and whether the signature holds, it would be half the truth."""
    data = bytearray(signed(riff(b"WAVE", FMT, SOUND), "audio/wav", manifest(TRAINED)))
    data[16:20] = b"\xff\xff\xff\x70"
    assert TRAINED.encode() in data
    assert source_type_of(bytes(data)).state == "not_checked"


def test_metadata_of_many_gigabytes_is_not_read_whole() -> None:
    many = riff(b"WAVE", *[chunk(b"iXML", bytes(4 << 20))] * 20)
    found = check_source_type(io.BytesIO(many))
    assert (found.state, found.detail["reason"]) == ("not_checked", "bounds")
    assert sentence(found).endswith("the file asks for more to be read than is safe.")


def test_a_bound_once_spent_stays_spent() -> None:
    file = Bounded(io.BytesIO(bytes(1000)), most=300)
    assert len(file.exactly(0, 100)) == 100
    with pytest.raises(Spent):
        file.exactly(0, 1000)
    for _again in range(2):
        with pytest.raises(Spent):
            file.read(1)
    assert file.spent


def test_a_byte_at_a_time_is_no_way_round_a_bound() -> None:
    file = Bounded(io.BytesIO(bytes(1000)), most=6400)
    for _each in range(100):
        file.read(1)
    with pytest.raises(Spent):
        file.read(1)


def test_a_bound_in_time_holds() -> None:
    file = Bounded(io.BytesIO(bytes(1000)), most=6400, seconds=-1)
    with pytest.raises(Spent):
        file.read(1)
