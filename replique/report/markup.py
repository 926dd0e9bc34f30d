"""HTML that cannot be broken by what is put into it.

Everything that is not already `Html` is escaped on its way in.  Names of files
come from strangers: they pass through `name`, which also shows what would
otherwise act unseen (controls, bidirectional overrides, bytes that are no text).
"""

from __future__ import annotations

import re
import unicodedata
from html import escape


class Html(str):
    """Text that is already HTML."""

    __slots__ = ()


Child = str | Html | None

_VOID = frozenset({"meta", "br", "hr", "img", "input", "link", "wbr"})
_JOINERS = "\u200c\u200d"
"""Needed to write Persian, Hindi and many emoji; they reorder nothing."""


def html(child: Child) -> Html:
    """Escape text; leave HTML as it is; nothing for None."""
    if child is None:
        return Html("")
    return child if isinstance(child, Html) else Html(escape(child, quote=True))


def join(*children: Child, between: str = "") -> Html:
    """Put pieces one after the other."""
    return Html(html(between).join(html(child) for child in children))


def element(tag: str, *children: Child, **attributes: str | float | bool | None) -> Html:
    """Write an element.

    attributes : underscores become hyphens, a trailing one is dropped (`class_`);
        True writes the bare name, False and None write nothing.
    """
    opening = open_tag(tag, **attributes)
    if tag in _VOID:
        return opening
    return Html(f"{opening}{join(*children)}</{tag}>")


def open_tag(tag: str, **attributes: str | float | bool | None) -> Html:
    """Write the opening of an element that is closed elsewhere."""
    written = []
    for key, value in attributes.items():
        plain = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(f" {plain}")
        elif value is not None and value is not False:
            written.append(f' {plain}="{escape(str(value), quote=True)}"')
    return Html(f"<{tag}{''.join(written)}>")


def visible(text: str) -> str:
    """Return text in which nothing acts unseen.

    Controls, bidirectional marks, private and unassigned characters become
    ‹U+202E›; bytes of a file name that are no UTF-8 become ‹0xFF›.
    """
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"‹0x{code - 0xDC00:02X}›"
    category = unicodedata.category(character)
    hidden = category[0] == "C" or category in {"Zl", "Zp"}
    return f"‹U+{code:04X}›" if hidden and character not in _JOINERS else character


def name(text: str) -> Html:
    """Write a name that a stranger may have chosen: visible, isolated, breakable."""
    pieces = re.split(r"(?<=[/\\_.!-])", visible(text))
    return element("bdi", join(*pieces, between=Html("<wbr>")))


def digest(value: str) -> Html:
    """Write a hash in groups of eight, which a person can compare and a line can break."""
    groups = [value[i : i + 8] for i in range(0, len(value), 8)]
    return element("code", join(*groups, between=Html("<wbr>")), class_="hash")
