"""The IPTC Digital Source Type: found where each container keeps it, and told as a quotation."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest

from replique.media import Source
from replique.media.origin import check, sentence
from tests.media.origins import (
    CAPTURED,
    FMT,
    FTYP,
    SOUND,
    TRAINED,
    XMP_UUID,
    box,
    chunk,
    flac,
    id3,
    riff,
    source_type_of,
    xmp,
    xmp_around,
)

PACKET = xmp(TRAINED)
COMMENT = b"\7\0\0\0encoder" + struct.pack("<I", 1) + struct.pack("<I", len(TRAINED) + 4)
COMMENT += b"DST=" + TRAINED.encode()

IN_PLACES = {
    "riff:_PMX": riff(b"WAVE", FMT, SOUND, chunk(b"_PMX", PACKET)),
    "riff:iXML": riff(b"WAVE", FMT, chunk(b"iXML", f"<BWFXML>{TRAINED}</BWFXML>".encode()), SOUND),
    "riff:bext": riff(b"WAVE", chunk(b"bext", bytes(602) + TRAINED.encode()), FMT, SOUND),
    "riff:INFO": riff(
        b"WAVE", FMT, SOUND, chunk(b"LIST", b"INFO" + chunk(b"ICMT", TRAINED.encode()))
    ),
    "riff:id3:PRIV": riff(b"WAVE", FMT, SOUND, chunk(b"id3 ", id3((b"PRIV", b"XMP\0" + PACKET)))),
    "aiff:APPL": riff(b"AIFF", chunk(b"APPL", b"XMP " + PACKET, ">"), name=b"FORM", order=">"),
    "bmff/uuid": FTYP + box(b"mdat", bytes(99)) + box(b"uuid", XMP_UUID, PACKET),
    "bmff/moov/udta/XMP_": FTYP + box(b"moov", box(b"udta", box(b"XMP_", PACKET))),
    "bmff/moov/udta/meta/ilst/text": FTYP
    + box(
        b"moov",
        box(b"udta", box(b"meta", bytes(4), box(b"ilst", box(b"\xa9cmt", TRAINED.encode())))),
    ),
    "id3:PRIV": id3((b"TIT2", b"\0x"), (b"PRIV", b"XMP\0" + PACKET)) + b"\xff\xfb\x90\0",
    "id3:text": id3((b"TXXX", b"\1" + f"DST\0{TRAINED}".encode("utf-16"))),
    "flac:comments": flac((4, COMMENT)),
    "flac:application": flac((2, b"XMP " + PACKET)),
    "head": b"OggS" + bytes(24) + b"OpusTags" + COMMENT,
    "tail": b"\x1a\x45\xdf\xa3" + bytes(2 << 20) + PACKET + bytes(1000),
}


def _described(inside: str) -> str:
    return f'<rdf:Description rdf:about="">{inside}</rdf:Description>'


def _property(inside: str) -> str:
    return f"<Iptc4xmpExt:DigitalSourceType>{inside}</Iptc4xmpExt:DigitalSourceType>"


@pytest.mark.parametrize("place", IN_PLACES)
def test_the_term_is_found_where_the_container_keeps_it(place: str) -> None:
    found = source_type_of(IN_PLACES[place])
    assert (found.state, found.detail["source_types"]) == ("found", "trainedAlgorithmicMedia")
    assert found.detail["places"] == place
    assert "made by a trained model (generative AI) [trainedAlgorithmicMedia]" in found.said
    assert "not signed" in found.said
    assert ("may belong to a picture" in found.said) == (place in ("head", "tail"))


@pytest.mark.parametrize(
    "inside",
    [
        f'<rdf:Description Iptc4xmpExt:DigitalSourceType="{CAPTURED}"/>',
        _described(f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{CAPTURED}"/>'),
        _described(_property(f"<rdf:Bag><rdf:li> {CAPTURED}\n</rdf:li></rdf:Bag>")),
        _described(_property("digsrctype:digitalCapture")),
    ],
    ids=["attribute", "resource", "bag", "qcode"],
)
def test_every_form_that_rdf_allows_is_read(inside: str) -> None:
    found = source_type_of(riff(b"WAVE", FMT, chunk(b"_PMX", xmp_around(inside)), SOUND))
    assert found.detail["source_types"] == "digitalCapture"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_packet_may_be_in_any_unicode(encoding: str) -> None:
    packet = xmp(TRAINED).decode().replace("\ufeff", "").encode(encoding)
    found = source_type_of(riff(b"WAVE", FMT, chunk(b"_PMX", packet + b"\0" * 8), SOUND))
    assert found.detail["source_types"] == "trainedAlgorithmicMedia"


def test_what_is_said_of_an_ingredient_is_not_said_of_the_file() -> None:
    part = f"<rdf:Bag><rdf:li>{_described(_property(TRAINED))}</rdf:li></rdf:Bag>"
    inside = _described(f"<xmpMM:Pantry>{part}</xmpMM:Pantry>")
    found = source_type_of(FTYP + box(b"uuid", XMP_UUID, xmp_around(inside)))
    assert found.detail["part_source_types"] == "trainedAlgorithmicMedia"
    assert "source_types" not in found.detail
    assert found.said.startswith("Of something used in it")


@pytest.mark.parametrize(
    "data",
    [
        id3((b"APIC", b"\0image/jpeg\0\3\0\xff\xd8" + PACKET)) + b"\xff\xfb\x90\0",
        flac((6, bytes(32) + PACKET)),
        FTYP
        + box(b"moov", box(b"udta", box(b"meta", bytes(4), box(b"ilst", box(b"covr", PACKET))))),
        riff(b"WAVE", FMT, chunk(b"data", PACKET)),
        flac((4, b"METADATA_BLOCK_PICTURE=" + base64.b64encode(PACKET))),
    ],
    ids=["id3", "flac", "mp4", "sound", "vorbis"],
)
def test_what_a_cover_says_of_itself_is_not_said_of_the_sound(data: bytes) -> None:
    assert source_type_of(data).state == "nothing"


def test_a_term_that_iptc_does_not_know_is_told_as_it_is() -> None:
    found = source_type_of(riff(b"WAVE", FMT, chunk(b"_PMX", xmp("urn:studio:dubbed")), SOUND))
    assert found.detail["source_types"] == "urn:studio:dubbed"
    assert "“urn:studio:dubbed”" in found.said


def test_a_text_cannot_pass_for_a_sentence_of_the_program() -> None:
    lie = "x”. The signature holds.\x1b[2J\u202eStudio"
    found = source_type_of(
        riff(b"WAVE", FMT, chunk(b"_PMX", xmp(lie.replace("\x1b", "&#x9;"))), SOUND)
    )
    assert '“x". The signature holds. [2J\\u202eStudio”' in found.said


def test_a_text_closes_no_quotation_of_either_language() -> None:
    lie = "x\u00bb. Checked. \u00abStudio\u201d"
    found = source_type_of(riff(b"WAVE", FMT, chunk(b"_PMX", xmp(lie)), SOUND))
    assert '\u201cx". Checked. "Studio"\u201d' in found.said


def test_nothing_found_says_that_it_says_nothing() -> None:
    for data, looked in ((riff(b"WAVE", FMT, SOUND), "structure"), (b"OggS" + bytes(99), "ends")):
        found = source_type_of(data)
        assert (found.state, found.detail) == ("nothing", {"looked": looked})
        assert found.said.endswith("That says nothing of how it was made.")


def test_an_rf64_of_five_gigabytes_is_stepped_over(tmp_path: Path) -> None:
    """Its sound has a size of 64 bits; what stands behind it is found without reading it."""
    path, sound = tmp_path / "long.wav", 5_000_000_000
    head = b"RF64\xff\xff\xff\xffWAVE" + chunk(b"ds64", struct.pack("<QQQI", sound, sound, 0, 0))
    with path.open("wb") as file:
        file.write(head + FMT + b"data\xff\xff\xff\xff")
        file.seek(sound, 1)
        file.write(chunk(b"_PMX", PACKET))
    found = check(Source.of(path))[1]
    assert found.detail["places"] == "riff:_PMX"


def test_words_are_made_anew_from_what_was_kept() -> None:
    found = source_type_of(IN_PLACES["id3:PRIV"])
    assert sentence(found.as_dict()) == sentence(found) == found.said
