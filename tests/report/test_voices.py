"""Voices in the report: weighed, explained, heard, and never more than a likeness."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from replique.errors import KeysLocked
from replique.probe import HOUSE_RATE, Samples
from replique.report import Contents, Explained, Finding, Found, Judged, render
from replique.report.timeline import MOST_PEOPLE
from replique.voices.support import caution, propositions
from tests import answers
from tests.report.conftest import AWA, TOM

MakeContents = Callable[..., Contents]
HOSTILE = '<script>alert(1)</script>\u202e"\' onload="x" {person} </article>'
SAYS_TOO_MUCH = (
    r"\bmatch", r"\bidentified\b", r"AI-generated", r"99\s?%", r"\bfingerprint", r"\bvoiceprint",
    r"\bis (?:her|his|their) voice\b", r"\bproves\b", r"\bdeepfake", r"\bclone",
)  # fmt: skip


class _Page(HTMLParser):
    VOID = frozenset({"meta", "br", "hr", "img", "input", "link", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.raw = text
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.articles: dict[str, list[str]] = {}
        self._article: str | None = None
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "article":
            self._article = dict(attrs)["id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "article":
            self._article = None

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"script", "style"}:
            self.words.append(data)
            if self._article is not None:
                self.articles.setdefault(self._article, []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def said(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def article(self, number: int) -> str:
        return re.sub(r"\s+", " ", "".join(self.articles[f"o{number}"]))

    def classes(self) -> list[str]:
        return [a["class"] or "" for _tag, a in self.tags if a.get("class")]


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., _Page]:
    """Return a function that renders contents and reads the page."""

    def read(contents: Contents, language: str = "en", **settings: float) -> _Page:
        out = tmp_path / "report.html"
        render(contents, out, language, **settings)
        return _Page(out.read_text("utf-8"))

    return read


Read = Callable[..., _Page]


def _only(contents: Contents, *numbers: int) -> Contents:
    return replace(contents, found=tuple(f for f in contents.found if f.number in numbers))


def _changed(contents: Contents, number: int, **how: float) -> Contents:
    def change(found: Found) -> Found:
        if found.number != number:
            return found
        strength = how.get("strength", found.occurrence.strength)
        measured = {**found.occurrence.how, **how}
        return replace(found, occurrence=replace(found.occurrence, strength=strength, how=measured))

    return replace(contents, found=tuple(change(each) for each in contents.found))


# --- what a voice's article says


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_each_voice_comes_with_both_propositions_and_the_caution(
    number: int, make_voice_contents: MakeContents, page: Read
) -> None:
    article = page(make_voice_contents()).article(number)
    for sentence in (*propositions(), caution()):
        assert sentence in article


def test_a_ratio_is_told_with_its_band_and_range(
    make_voice_contents: MakeContents, page: Read
) -> None:
    article = page(make_voice_contents()).article(3)
    assert "Log10 likelihood ratio 1.4: moderate support" in article
    assert "about 25 times better explained by the first than by the second" in article
    assert "Validated for 1 to 40 s of net speech" in article
    assert "Validated for log10 likelihood ratios from −2.5 to 3.0" in article
    assert "People searched for: 2, in 1.5 h of sound" in article


def test_at_the_end_of_the_range_no_more_is_claimed(
    make_voice_contents: MakeContents, page: Read
) -> None:
    article = page(make_voice_contents()).article(4)
    assert "Log10 likelihood ratio 3.0 or more: strong support" in article
    assert "1,000 times better explained" in article
    assert "no larger figure could be validated" in article


@pytest.mark.parametrize("speech_s", [0.0, 0.5, 0.99])
def test_with_less_speech_than_was_validated_there_is_no_ratio_and_no_band(
    speech_s: float, make_voice_contents: MakeContents, page: Read
) -> None:
    contents = _changed(make_voice_contents(), 3, speech_s=speech_s, alone=1.25, together=1.5)
    article = page(contents).article(3)
    assert "1.25" not in article
    assert "No likelihood ratio available" in article
    assert "of net speech lie outside of what was validated" in article
    assert " support" not in article
    assert "times better" not in article


@pytest.mark.parametrize("speech_s", [1.0, 40.0, 41.0, 3_000.0])
def test_a_long_monologue_keeps_its_ratio(
    speech_s: float, make_voice_contents: MakeContents, page: Read
) -> None:
    article = page(_changed(make_voice_contents(), 3, speech_s=speech_s)).article(3)
    assert "Log10 likelihood ratio 1.4: moderate support" in article
    assert "Validated for 1 to 40 s of net speech; longer speech is counted as 40 s." in article
    assert "lie outside of what was validated" not in article


def test_where_longer_speech_is_counted_as_longer_none_beyond_the_range_has_a_ratio(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = _changed(make_voice_contents(), 3, speech_s=20.5)
    assert contents.voice_search is not None
    shorter = replace(contents.voice_search.range, speech_s=(1.0, 20.0))
    search = replace(contents.voice_search, range=shorter)
    article = page(replace(contents, voice_search=search)).article(3)
    assert "20.5 s of net speech lie outside of what was validated" in article
    assert "longer speech is counted" not in article


def test_without_net_speech_on_record_there_is_no_ratio(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = make_voice_contents()
    bare = tuple(
        replace(f, occurrence=replace(f.occurrence, how={})) if f.number == 3 else f
        for f in contents.found
    )
    article = page(replace(contents, found=bare)).article(3)
    assert "No likelihood ratio available" in article
    assert "How much net speech was heard is not on record" in article


def test_what_another_calibration_judged_has_no_ratio(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = make_voice_contents()
    other = tuple(replace(f, calibrated=f.number != 3) for f in contents.found)
    read = page(replace(contents, found=other))
    assert "with another calibration" in read.article(3)
    assert " support" not in read.article(3)
    assert "Validated for" not in read.article(3)
    assert "Log10 likelihood ratio 3.0 or more" in read.article(4)


def test_conditions_and_error_rates_are_told(make_voice_contents: MakeContents, page: Read) -> None:
    read = page(_changed(make_voice_contents(), 4, overlap=0.5, agreement=0.6))
    assert "Error rate measured with about 5 s of clear speech: 0.04%" in read.article(3)
    assert "224 trials of the same person, 6,720 of two people" in read.article(3)
    assert "1%: hardly anything lies under another voice" in read.article(3)
    assert "as in clear speech" in read.article(3)
    assert "another person talking at the same time" in read.article(4)
    assert "50% lies under another voice: it may be that one which is heard" in read.article(4)
    assert "changes from second to second more than clear speech does" in read.article(4)
    assert "Error rates were not measured under conditions like these" in read.article(5)


def test_where_no_error_was_seen_it_does_not_read_as_if_there_could_be_none(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = make_voice_contents()
    assert contents.voice_search is not None
    table = page(contents).said
    assert "judged togethernone seenup to 9.68%1,82454,720" in table
    assert "up to three in as many as there were people (31) is not excluded" in table
    clean = replace(contents.voice_search.rates["clean"], eer=0.0, low=0.0, high=0.0)
    search = replace(contents.voice_search, rates={"clean": clean}, people_calibrated=12)
    read = page(replace(contents, voice_search=search))
    assert "No error was seen with about 5 s of clear speech, in 224 trials" in read.article(3)
    assert "12 people only, so that a rate of up to 25.00% is not excluded" in read.article(3)
    for said in (table, read.said):
        assert not re.search(r"(?<![\d.,])0(\.0+)?\s?%(?! to| lies|:)", said), "nothing is 0%"


def test_resembles_closely_is_a_matter_of_likeness(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(make_voice_contents())
    assert "resembles the enrolled voice of Awa Diop closely." in read.article(3)
    assert "resembles the enrolled voice of Tom Lee." in read.article(4)
    assert "closely" not in read.article(4)
    stricter = page(_changed(make_voice_contents(), 3, close=0.9))
    assert "closely" not in stricter.article(3)


def test_what_explains_a_voice_is_told_and_linked(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(make_voice_contents())
    assert "explains it. It is counted with the take, and not once more. By occurrence: 1." in (
        read.article(2)
    )
    assert "an unknown session" not in read.article(2)
    assert "a session that is not registered, a synthesis made to resemble the voice, or" in (
        read.article(3)
    )
    assert "By occurrence: 1, 99 (left out of this report)." in read.article(4)
    assert "What is left: 0:00:01.000 to 0:00:02.500." in read.article(4)
    assert "this person’s takes were not searched for in this medium" in read.article(5)
    article = read.raw[read.raw.index('id="o2"') : read.raw.index('id="o1"')]
    assert 'href="#o1"' in article


def test_what_was_looked_for_in_the_file_is_listed_and_says_nothing(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(make_voice_contents())
    assert "Content Credentials (C2PA)nothing found" in read.said
    assert "Watermarks not looked for, as no reader is installed: AudioSeal." in read.said
    assert "Watermark, by the reader" not in read.said
    assert "Where nothing was found, that says nothing" in read.said
    assert "Nothing was found in the file that says how it was made. That says nothing." in (
        read.article(3)
    )


def test_a_file_that_was_not_asked_is_told(make_voice_contents: MakeContents, page: Read) -> None:
    contents = make_voice_contents()
    silent = tuple(replace(medium, origin=()) for medium in contents.media)
    assert "was not asked how it was made" in page(replace(contents, media=silent)).article(3)


def test_a_judgement_on_a_voice_is_of_the_ear(
    make_voice_contents: MakeContents, page: Read
) -> None:
    judged = Judged("yes", "Léa Roy", datetime(2026, 2, 2, tzinfo=UTC))
    use = Finding("u1", "Awa Diop", answers.use(), answers.answer(), judged)
    contents = make_voice_contents()
    found = tuple(replace(f, findings=(use,)) if f.number == 3 else f for f in contents.found)
    article = page(replace(contents, found=found)).article(3)
    assert "yes, to their ear it resembles this person’s voice" in article
    assert "it is this take" not in article


def _of_the_enrolment(contents: Contents, number: int) -> Contents:
    found = tuple(
        replace(f, explained=Explained("enrolled")) if f.number == number else f
        for f in contents.found
    )
    return replace(contents, found=found)


def test_a_recording_of_the_enrolment_is_told_in_short_and_weighs_nothing(
    make_voice_contents: MakeContents, page: Read
) -> None:
    whole = page(make_voice_contents()).article(3)
    read = page(_of_the_enrolment(make_voice_contents(), 3))
    article = read.article(3)
    assert "This medium is a recording that this person’s voice was enrolled with" in article
    assert caution() in article
    assert len(article) < len(whole) / 2
    for alarming in ("support", "ratio", "synthesis", "No take", "Error rate"):
        assert alarming not in article
    assert "no registered take explains it" not in read.said
    assert "1 place is in a recording that the voice was enrolled with, and is not" in read.said
    start = read.raw.index('id="o3"')
    assert "<audio" not in read.raw[start : read.raw.index("</article>", start)]


def test_a_recording_of_the_enrolment_has_a_stroke_and_a_row_of_its_own_words(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(_of_the_enrolment(_only(make_voice_contents(), 3), 3))
    assert "voice told" in read.classes()
    assert not {"voice open", "voice unasked"} & set(read.classes())
    assert "a voice in a recording that it was enrolled with" in read.said
    assert "in a recording of its enrolmentresembles closely–" in read.said
    assert "Heard in all" not in read.said, "it is counted for nobody"


# --- around the articles


def test_a_place_that_a_take_explains_is_counted_once(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(_only(make_voice_contents(), 1, 2))
    assert "1 of them is heard again, in 1 place of 1 medium." in read.said
    assert "In 1 place a take explains it: that one is counted with the takes only." in read.said
    assert "no registered take explains it" not in read.said


def test_the_summary_counts_each_kind(make_voice_contents: MakeContents, page: Read) -> None:
    said = page(make_voice_contents()).said
    assert "The voices of 2 people who enrolled them were listened for." in said
    assert "In 1 place of 1 medium a voice is heard that resembles one of them, and no" in said
    assert "In 1 place such a voice goes on where the take that explains it ends." in said
    assert "nobody has searched for that person’s takes there" in said


def test_voices_that_were_listened_for_in_vain_are_told(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(_only(make_voice_contents(), 1))
    assert "None that resembles them was heard; a voice may be missed all the same." in read.said


def test_without_a_search_for_voices_nothing_is_said_of_them(
    make_contents: MakeContents, page: Read
) -> None:
    read = page(make_contents())
    assert "oices" not in read.said
    assert "It is about recordings, not about people." in read.said


def test_voices_alone_say_nothing_of_takes(make_voice_contents: MakeContents, page: Read) -> None:
    contents = _only(make_voice_contents(), 3)
    run = replace(contents.run, takes_searched=0)
    read = page(replace(contents, takes=(), run=run))
    assert "0 takes" not in read.said
    assert "In 1 place of 1 medium a voice is heard" in read.said


def test_the_limits_are_told_of_voices_too(make_voice_contents: MakeContents, page: Read) -> None:
    said = page(make_voice_contents()).said
    assert "Of takes, it is about recordings, not about people." in said
    assert "Of voices it says only that one resembles another." in said
    assert "does not say how a sound was made" in said


def test_the_method_tells_models_calibration_and_rates(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = make_voice_contents()
    read = page(contents)
    assert contents.voice_search is not None
    unbroken = "".join(read.words)
    for digest in (
        contents.voice_search.probe_digest,
        contents.voice_search.calibration,
        contents.voice_search.models[0].sha256,
    ):
        assert digest in unbroken
    assert "31 people, voices-dev" in read.said
    assert "two to eight turns of one person, judged together" in read.said


@pytest.mark.parametrize("pattern", SAYS_TOO_MUCH)
def test_nothing_is_said_that_a_likeness_cannot_bear(
    pattern: str, make_voice_contents: MakeContents, page: Read
) -> None:
    assert re.search(pattern, page(make_voice_contents()).said, re.IGNORECASE) is None


def test_keys_of_voices_stay_out(make_voice_contents: MakeContents, page: Read) -> None:
    contents = make_voice_contents()
    raw = page(contents).raw
    for voice in contents.voices:
        assert voice.key not in raw
        assert voice.key[:16] not in raw


# --- the timeline


def test_takes_and_voices_are_told_apart_by_shape_and_words(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(make_voice_contents())
    shapes = [a for a in read.all("rect") if a.get("class") in {"bar", "voice open", "voice told"}]
    assert {a["class"]: a.get("rx") is None or a["rx"] == "0" for a in shapes} == {
        "bar": True, "voice open": False, "voice told": False,
    }  # fmt: skip
    heights = {a["class"]: a["height"] for a in shapes}
    assert float(heights["voice open"] or 0) > float(heights["voice told"] or 0)
    for words in ("a take, heard again", "no take explains it", "explained by a take there"):
        assert words in read.said


def test_who_speaks_when_is_in_a_table_too(make_voice_contents: MakeContents, page: Read) -> None:
    read = page(make_voice_contents())
    table = read.said[read.said.index("Voices in this medium that resemble") :]
    for row in (
        "20:00:02.900 to 0:00:05.100Awa Diopexplained by a take",
        "30:00:06.000 to 0:00:07.000Awa Diopno take explains it",
        "40:00:01.000 to 0:00:04.000Tom Leepartly explained by a take",
        "50:00:07.000 to 0:00:07.500Tom Leenot known: takes were not searched for there",
    ):
        assert row in table


def test_only_enrolled_people_have_a_lane_of_voice(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(_only(make_voice_contents(), 1, 4))
    strokes = [a for a in read.all("rect") if "voice" in (a.get("class") or "")]
    drawn = [a for a in strokes if a.get("y") not in {"1", "2.5"}]  # not those of the legend
    assert len(drawn) == 2  # the part that is explained, and the part that is not


def test_a_shape_stays_in_the_strip(make_voice_contents: MakeContents, page: Read) -> None:
    contents = make_voice_contents()
    late = tuple(
        replace(f, occurrence=replace(f.occurrence, start_s=7.99, end_s=8.0))
        for f in contents.found
    )
    read = page(replace(contents, found=late))
    for rect in read.all("rect"):
        if rect.get("class") in {"bar", "voice open", "voice told", "voice unasked"}:
            assert float(rect["x"] or 0) >= 0
            assert float(rect["x"] or 0) + float(rect["width"] or 0) <= 760.1


def test_of_a_crowd_those_most_heard_are_drawn(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = make_voice_contents()
    voice, found = contents.voices[1], contents.found[3]
    crowd = [replace(voice, key=f"{n:064x}", performer=f"p{n}") for n in range(30)]
    several = tuple(
        replace(found, number=100 + n, occurrence=replace(found.occurrence, subject=one.key))
        for n, one in enumerate(crowd)
    )
    read = page(replace(contents, voices=tuple(crowd), found=several), sound_budget_bytes=0)
    names = [a for a in read.all("text") if a.get("class") == "panel-title"]
    assert len(names) == MOST_PEOPLE
    assert "6 further people are in the tables only." in read.said
    assert len(read.articles) == 30


# --- listening


def _enrolled(contents: Contents, sounds: Callable[[], list[Samples]]) -> Contents:
    voices = tuple(replace(v, sound=sounds) if v.key == AWA else v for v in contents.voices)
    return replace(contents, voices=voices)


def _speech(seconds: float) -> Samples:
    noise = np.random.default_rng(3).standard_normal(round(seconds * HOUSE_RATE))
    return (0.1 * noise).astype(np.float32)


def test_enrolment_stays_out_unless_it_is_given(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(make_voice_contents())
    assert "replique report --with-enrolment" in read.said
    assert not any(a.get("data-part") == "e" for _tag, a in read.tags)
    assert "This report holds sound that voices were enrolled with" not in read.said


def test_an_enrolment_is_in_the_page_once_and_players_lead_to_it(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(_enrolled(make_voice_contents(), lambda: [_speech(30.0)]))
    assert "biometric material: give the file only to whom" in read.said
    links = [a for a in read.all("a") if a.get("data-part") == "e"]
    assert [a["href"] for a in links] == ["#v1-sound"]  # of the one that no take explains
    (sound,) = [a for a in read.all("audio") if a.get("id") == "v1-sound"]
    assert (sound["src"] or "").startswith("data:audio/flac;base64,")
    data = base64.b64decode((sound["src"] or "").partition(",")[2])
    assert len(data) < 10.5 * HOUSE_RATE * 2


def test_a_voice_is_never_played_in_step(make_voice_contents: MakeContents, page: Read) -> None:
    read = page(_enrolled(make_voice_contents(), lambda: [_speech(3.0)]))
    parts = [a["data-part"] for _tag, a in read.tags if a.get("data-part")]
    article = read.raw[read.raw.index('id="o3"') :]
    article = article[: article.index("</article>")]
    assert parts.count("b") == 1  # of the take
    assert 'data-part="b"' not in article
    assert 'data-of="voice"' in article


def test_an_enrolment_that_cannot_be_opened_is_told(
    make_voice_contents: MakeContents, page: Read
) -> None:
    def locked() -> list[Samples]:
        raise KeysLocked("The voices are locked.", advice="Say the passphrase.")

    read = page(_enrolled(make_voice_contents(), locked))
    assert "The enrolment could not be opened: The voices are locked." in read.said
    assert not any(a.get("data-part") == "e" for _tag, a in read.tags)


def test_why_there_is_no_enrolment_is_told_beside_the_finding(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = make_voice_contents()
    why = "The enrolment cannot be heard here: no passphrase."
    voices = tuple(replace(v, without_sound=why) for v in contents.voices)
    assert why in page(replace(contents, voices=voices)).article(3)


def test_a_voice_that_a_take_explains_is_heard_with_the_take(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(make_voice_contents())
    assert "It can be heard with the take that explains it." in read.article(2)
    alone = page(_only(make_voice_contents(), 2))
    assert alone.all("audio") == []
    assert "heard with the take" not in alone.article(2)


def test_a_budget_takes_sound_of_voices_too(make_voice_contents: MakeContents, page: Read) -> None:
    read = page(make_voice_contents(), sound_budget_bytes=0)
    assert read.all("audio") == []
    assert "this is not one of them" in read.article(3)


# --- made safe


def test_hostile_names_stay_names(make_voice_contents: MakeContents, page: Read) -> None:
    plain = page(make_voice_contents())
    read = page(make_voice_contents(person=HOSTILE, manner=HOSTILE))
    ignored = {"wbr"}
    assert [t for t, _ in read.tags if t not in ignored] == [
        t for t, _ in plain.tags if t not in ignored
    ]
    for _tag, attributes in read.tags:
        assert not any(key.startswith("on") or key == "style" for key in attributes)
    assert "\u202e" not in read.raw


def test_a_hostile_file_says_nothing_that_acts(
    make_voice_contents: MakeContents, page: Read
) -> None:
    contents = make_voice_contents()
    said = replace(
        contents.media[0].origin[0],
        state="found",
        detail={"validation": "valid", "signer": HOSTILE, "source_types": HOSTILE},
    )
    media = (replace(contents.media[0], origin=(said,)), *contents.media[1:])
    read = page(replace(contents, media=media))
    assert len(read.all("script")) == len(page(contents).all("script"))
    assert "\u202e" not in read.raw


def test_nothing_outside_the_file_is_asked_for(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(_enrolled(make_voice_contents(), lambda: [_speech(3.0)]))
    for _tag, attributes in read.tags:
        for key in ("src", "href", "srcset", "action", "poster"):
            value = attributes.get(key)
            assert value is None or value.startswith(("#", "data:"))


def test_ids_are_unique_links_lead_and_headings_do_not_jump(
    make_voice_contents: MakeContents, page: Read
) -> None:
    read = page(_enrolled(make_voice_contents(), lambda: [_speech(3.0)]))
    ids = [a["id"] for _tag, a in read.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for key in ("aria-labelledby", "href"):
        for _tag, attributes in read.tags:
            for wanted in (attributes.get(key) or "").split():
                if not wanted.startswith("data:"):
                    assert wanted.removeprefix("#") in ids
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(read.all("caption")) == len(read.all("table"))


def test_both_languages_have_the_same_bones(make_voice_contents: MakeContents, page: Read) -> None:
    english, french = (page(make_voice_contents(), language) for language in ("en", "fr"))
    assert [tag for tag, _ in english.tags] == [tag for tag, _ in french.tags]


def test_an_unknown_state_claims_nothing(make_voice_contents: MakeContents, page: Read) -> None:
    contents = _only(make_voice_contents(), 3)
    found = tuple(replace(f, explained=Explained("something new")) for f in contents.found)
    article = page(replace(contents, found=found)).article(3)
    assert "Whether a take explains it is not known" in article
    assert "No take of this person" not in article


def test_two_voices_of_two_people_have_rows_of_their_own(
    make_voice_contents: MakeContents, page: Read
) -> None:
    said = page(make_voice_contents()).said
    table = said[said.index("Voices that resemble, by person") :]
    assert "Awa Diop13.2 s1 s3" in table
    assert "Tom Lee13.5 s1.5 s4, 5" in table
    assert TOM != AWA
