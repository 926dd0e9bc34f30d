"""XMP: the Digital Source Type that a packet states, read from XML that may be hostile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from replique.media.origin.vocabulary import term

LARGEST = 4 << 20
"""Bytes of one packet. Video editors keep whole histories in it: some reach a megabyte."""
MOST = 4
"""Packets in one place: there should be one."""
DEEPEST = 100
"""Elements within elements."""
_LONGEST_VALUE = 2000

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_PROPERTY = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ DigitalSourceType"
_CONTAINERS = frozenset(_RDF + name for name in ("Bag", "Seq", "Alt", "li"))

_BEGIN = re.compile(rb"<(?:x:xmpmeta|x:xapmeta|rdf:RDF)[\s>]")


class Malformed(Exception):
    """Not XML, or XML that does what no XMP does. Never leaves this package."""


@dataclass(slots=True)
class Stated:
    """What one packet states.

    whole : terms said of the file itself, as they stand in the packet, in order.
    parts : terms said of something in it (an ingredient, an earlier version).
    """

    whole: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def packets_in(data: bytes) -> list[bytes]:
    """Return the XMP packets that stand somewhere in bytes, in UTF-8; MOST of them at most.

    One that has no end goes on to the end of the bytes: it will not be well formed.
    """
    found: list[bytes] = []
    at = 0
    while len(found) < MOST and (begin := _BEGIN.search(data, at)):
        end = b"</" + begin[0][1:-1] + b">"
        stop = data.find(end, begin.end())
        at = stop + len(end) if stop >= 0 else len(data)
        found.append(data[begin.start() : at])
    return found


def read(packet: bytes) -> Stated:
    """Return what a packet states of digital source types.

    Raises Malformed: not well formed, larger than LARGEST, nested deeper than DEEPEST, or
    with a document type: XMP has none, and entities that unfold without end live there.
    """
    if len(packet) > LARGEST:
        raise Malformed
    listener = _Listener()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = listener.start
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.text
    try:
        parser.Parse(_as_text(packet), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Malformed from error
    return listener.stated


def _as_text(packet: bytes) -> str | bytes:
    """Return a packet without what fills its place up; UTF-16 decoded, since NUL is half of it."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le")):
        if packet.startswith(mark):
            return packet[: len(packet) & ~1].decode(encoding).strip("\0 \r\n\t")
    return packet.strip(b"\0 \r\n\t")


def _refuse(*_declaration: object) -> None:
    raise Malformed


class _Listener:
    """Follows the elements of a packet and keeps the values of one property."""

    def __init__(self) -> None:
        self.stated = Stated()
        self._open: list[str] = []
        self._property_at: int | None = None
        self._text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise Malformed
        if value := attributes.get(_PROPERTY):
            self._keep(value, whole=self._is_whole([*self._open, name]))
        self._open.append(name)
        if name == _PROPERTY and self._property_at is None:
            self._property_at = len(self._open)
        if self._property_at is not None:
            self._text = ""
            if value := attributes.get(_RDF + "resource"):
                self._keep(value, whole=self._is_whole(self._open[: self._property_at - 1]))

    def text(self, text: str) -> None:
        if self._property_at is not None and len(self._text) < _LONGEST_VALUE:
            self._text += text[:_LONGEST_VALUE]

    def end(self, name: str) -> None:
        if self._property_at is not None:
            if name == _PROPERTY or name in _CONTAINERS:
                self._keep(self._text, whole=self._is_whole(self._open[: self._property_at - 1]))
                self._text = ""
            if len(self._open) == self._property_at:
                self._property_at = None
        self._open.pop()

    def _is_whole(self, above: list[str]) -> bool:
        """Say whether a property below these elements is one of the file itself."""
        return above[-2:] == [_RDF + "RDF", _RDF + "Description"] and len(above) <= 3

    def _keep(self, value: str, *, whole: bool) -> None:
        if value := term(value):
            kept = self.stated.whole if whole else self.stated.parts
            if value not in kept:
                kept.append(value)
