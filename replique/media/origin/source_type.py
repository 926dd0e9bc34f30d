"""The IPTC Digital Source Type that a file states in its metadata."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from replique.media.origin import xmp
from replique.media.origin.bounded import Bounded, Spent
from replique.media.origin.places import Broken, Container, Piece, container_of, ends, pieces
from replique.media.origin.result import SOURCE_TYPE, OriginCheck, listed
from replique.media.origin.vocabulary import terms_in_text

_MOST_READ = 64 << 20
"""Bytes read of one file, whatever it says: most files give a few kilobytes."""
_CREDENTIALS_STORE = b"jumd"
"""A box of a C2PA store: what it states is for `credentials` to tell, with who signed it."""


@dataclass(slots=True)
class _Gathered:
    whole: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        packets = [piece.data] if piece.xmp else xmp.packets_in(piece.data)
        said = False
        for packet in packets:
            try:
                stated = xmp.read(packet)
            except xmp.Malformed:
                self.malformed.append(piece.place)
                continue
            self.whole += stated.whole
            self.parts += stated.parts
            said = said or bool(stated.whole or stated.parts)
        if not packets and _CREDENTIALS_STORE not in piece.data:
            named = terms_in_text(piece.data)
            self.whole += named
            said = bool(named)
        if said:
            self.places.append(piece.place)


def check_source_type(content: BinaryIO) -> OriginCheck:
    """Return which Digital Source Type a file states of itself; never raises for its content.

    content : the file, seekable. Raises OSError when it cannot be read at all.

    found : detail has "source_types" (terms said of the file), "part_source_types" (of
        something in it), "places"; "looked" is "structure", or "ends" when only its
        beginning and its end were looked through.
    nothing : "looked".
    not_checked : "reason" is "damaged" (the structure or a packet makes no sense) or
        "bounds" (it asks for more than is read of one file).
    """
    file = Bounded(content, most=_MOST_READ)
    gathered = _Gathered()
    reason = ""
    looked = "structure"
    try:
        if container_of(file.exactly(0, 16)) is Container.OTHER:
            looked = "ends"
        _gather(pieces(file), gathered)
    except Broken:
        reason = "damaged"
    except Spent:
        reason = "bounds"
    if reason == "damaged" and not gathered.places:
        looked = "ends"
        try:
            _gather(ends(file), gathered)
        except Spent:
            reason = "bounds"
    return _result(gathered, reason or ("damaged" if gathered.malformed else ""), looked)


def _gather(found: Iterable[Piece], gathered: _Gathered) -> None:
    for piece in found:
        gathered.add(piece)


def _result(gathered: _Gathered, reason: str, looked: str) -> OriginCheck:
    detail = {"looked": looked}
    if gathered.whole or gathered.parts:
        detail |= {
            "source_types": listed(gathered.whole),
            "part_source_types": listed(gathered.parts),
            "places": listed(gathered.places),
            "reason": reason,
        }
        kept = {name: value for name, value in detail.items() if value}
        return OriginCheck(SOURCE_TYPE, "found", detail=kept)
    if reason:
        return OriginCheck(SOURCE_TYPE, "not_checked", detail=detail | {"reason": reason})
    return OriginCheck(SOURCE_TYPE, "nothing", detail=detail)
