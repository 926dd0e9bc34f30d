from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.report.markup import Html, digest, element, html, join, name, visible

UNSEEN = {
    "right-to-left override": "\u202e",
    "left-to-right isolate": "\u2066",
    "pop directional isolate": "\u2069",
    "arabic letter mark": "\u061c",
    "zero-width space": "\u200b",
    "byte order mark": "\ufeff",
    "line feed": "\n",
    "escape": "\x1b",
    "null": "\0",
    "line separator": "\u2028",
    "soft hyphen": "\u00ad",
    "tag": "\U000e0041",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)


def _read(markup: str) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


@pytest.mark.parametrize("character", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_acts_unseen_is_shown(character: str) -> None:
    shown = visible(f"holiday{character}gpj.exe")
    assert character not in shown
    assert f"‹U+{ord(character):04X}›" in shown


def test_bytes_that_are_no_text_are_shown() -> None:
    assert visible(b"caf\xe9.wav".decode("utf-8", "surrogateescape")) == "caf‹0xE9›.wav"


def test_a_lone_surrogate_can_be_written() -> None:
    assert name("\ud800x").encode("utf-8")


def test_joined_emoji_and_persian_stay_whole() -> None:
    assert visible("👩‍🎤 می‌خواهم") == "👩‍🎤 می‌خواهم"


@given(st.text())
def test_any_name_reads_back_as_it_is_shown(text: str) -> None:
    reader = _read(name(text))
    assert "".join(reader.text) == visible(text)
    assert set(reader.tags) <= {"bdi", "wbr"}


@given(st.text(), st.text())
def test_text_and_attributes_cannot_leave_their_place(text: str, title: str) -> None:
    reader = _read(element("p", text, title=title))
    assert reader.tags == ["p"]


def test_html_is_not_escaped_twice() -> None:
    assert element("p", element("b", "<")) == "<p><b>&lt;</b></p>"
    assert html(Html("<i>")) == "<i>"
    assert join("a", None, Html("<br>"), between="&") == "a&amp;&amp;<br>"


def test_attributes_are_named_as_html_names_them() -> None:
    made = element("a", "x", class_="c", aria_label="l", hidden=True, title=None, inert=False)
    assert made == '<a class="c" aria-label="l" hidden>x</a>'


def test_a_hash_can_be_copied_whole() -> None:
    value = "0123456789abcdef" * 4
    assert "".join(_read(digest(value)).text) == value
