"""Letters as PDF: the same bytes, and names that nothing turns into markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique.report.letters import (
    KINDS,
    Addressee,
    Letter,
    LetterFacts,
    Sender,
    as_pdf,
    as_text,
    compose,
    setting,
)
from tests import answers

Fitting = Callable[..., LetterFacts]

HOSTILE = {
    "markup": "*bold* _it_ = head #set page(width: 1pt) $x^2$ `raw` <label> @ref // no",
    "code": '#read("/etc/passwd") #panic("x") #sys.inputs',
    "end of text": '"] ) } #import "x.typ" \\u{41} \\" "',
    "json": '", "lang": "xx", "a": "',
    "right to left": "شركة الليل הלילה",
    "override": "evil\u202e4pm.exe",
    "controls": "a\x00b\x1b[31mc\td\re",
    "lone surrogate": "caf\udce9.wav",
    "emoji": "Studio 🎬 🏳️‍🌈 👩🏽‍🎤",
    "other scripts": "夜の会社 रात 밤",
    "very long": "x" * 1500,
    "many words": "word " * 500,
    "dashes and quotes": "--- -- ... 'single' \"double\" ~ &nbsp;",
    "link": "https://example.org/a?b=c#d",
    "private use": "\ue000\U000f0000",
}


def _texts(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        own = [tree["text"]] if isinstance(tree.get("text"), str) else []
        return own + [text for value in tree.values() for text in _texts(value)]
    if isinstance(tree, list):
        return [text for value in tree for text in _texts(value)]
    return []


def _pages(letter: Letter) -> int:
    counted = re.search(rb"/Type/Pages/Count (\d+)", as_pdf(letter))
    assert counted is not None
    return int(counted[1])


def _set_texts(letter: Letter) -> str:
    """Return the text nodes of the letter's paragraphs, as Typst has them."""
    template = files("replique.report.letters").joinpath("letter.typ").read_bytes()
    found = typst.query(
        template,
        "par",
        sys_inputs={"letter": json.dumps(setting._document(letter))},
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
    )
    return "".join(_texts(json.loads(found))).replace("\u200b", "")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_same_facts_give_the_same_bytes(kind: str, language: str, fitting: Fitting) -> None:
    first = as_pdf(compose(kind, fitting(kind), language))
    assert first.startswith(b"%PDF-1.7")
    assert first == as_pdf(compose(kind, fitting(kind), language))
    assert first != as_pdf(compose(kind, fitting(kind, reference="other"), language))


def test_a_pdf_says_its_language_and_title_and_is_tagged(fitting: Fitting) -> None:
    pdf = as_pdf(compose("access", fitting("access"), "fr"))
    assert b"/Lang(fr-FR)" in pdf
    assert b"/MarkInfo" in pdf
    assert b"pdfuaid" in pdf


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_name_is_set_as_plain_text(hostile: str, fitting: Fitting) -> None:
    text = HOSTILE[hostile]
    facts = fitting(
        "takedown",
        sender=Sender(text, (text,), text, text),
        addressee=Addressee(text, text, (text,)),
        use=answers.use(production=text, company=text),
        reference=text,
        place=text,
        answer=answers.answer(considered=(answers.grant(quote=text, clause=text),)),
        note=text if hostile not in {"very long", "many words"} else "",
        enclosures=(text,),
    )
    letter = compose("takedown", facts, "en")
    assert as_pdf(letter).startswith(b"%PDF-")
    name = letter.sender[0][0].text
    assert name in as_text(letter)
    if hostile not in {"controls", "override", "lone surrogate", "private use"}:
        assert name == " ".join(text.split())
    assert name in _set_texts(letter)


def test_what_would_act_unseen_is_shown(fitting: Fitting) -> None:
    letter = compose("access", fitting("access", sender=Sender("a\u202eb\x1bc\udce9")), "en")
    assert "a‹U+202E›b‹U+001B›c‹0xE9›" in as_text(letter)
    as_pdf(letter)


def test_right_to_left_names_are_isolated(fitting: Fitting) -> None:
    letter = compose("access", fitting("access", use=answers.use(production="הלילה")), "en")
    assert "\u2068הלילה\u2069" in as_text(letter)
    assert "\u2068" not in as_text(compose("access", fitting("access"), "en"))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=60))
def test_no_text_breaks_the_setting(text: str, fitting: Fitting) -> None:
    facts = fitting("access", sender=Sender("N" + text), enclosures=("E" + text,))
    letter = compose("access", facts, "en")
    assert as_pdf(letter).startswith(b"%PDF-")
    assert letter.sender[0][0].text in _set_texts(letter)


def test_nothing_leaves_a_letter_with_no_open_point_but_its_pages(fitting: Fitting) -> None:
    settled = compose("payment", fitting("payment"), "en")
    bare = Letter(**{field: getattr(settled, field) for field in Letter.__slots__}
                  | {"open_points": (), "warnings": ()})  # fmt: skip
    assert _pages(bare) == _pages(settled) - 1
    assert "To settle" not in as_text(bare)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_usual_letter_is_one_page_and_its_annex(
    kind: str, language: str, fitting: Fitting
) -> None:
    letter = compose(kind, fitting(kind), language)
    assert _pages(letter) == 2 + bool(letter.open_points or letter.warnings)
