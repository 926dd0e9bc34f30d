from __future__ import annotations

import base64
import errno
import hashlib
import re
import stat
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from replique.errors import DiskFull, UsageError
from replique.report import Contents, Found, page, render
from replique.report.numbered import numbered

MakeContents = Callable[..., Contents]
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onload="alert(1)" x="',
    "single quotes": "' onmouseover='alert(1)",
    "picture": "<img src=x onerror=alert(1)>",
    "end of main": "</article></main></body>",
    "comment": "<!-- hides the rest",
    "style": "</style><style>*{display:none}</style>",
    "entity": "&lt;script&gt;",
    "braces": "{path} {0} {} %s %(a)s",
    "override": "evil\u202e4pm.exe",
    "invalid bytes": "caf\udce9.wav",
    "newlines": "a\n\r\u2028b",
}


class _Outline(HTMLParser):
    """Reads a page as a browser would: what opens, closes, and is linked to."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link", "wbr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.contents: dict[str, list[str]] = {}
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            self.contents.setdefault(self.open[-1], []).append(data)
        else:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def _rendered(contents: Contents, folder: Path, language: str = "en") -> tuple[str, _Outline]:
    out = folder / "report.html"
    render(contents, out, language)
    text = out.read_text("utf-8")
    outline = _Outline()
    outline.feed(text)
    outline.close()
    assert outline.open == []
    return text, outline


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_names_stay_names(
    hostile: str, make_contents: MakeContents, tmp_path: Path
) -> None:
    kind = make_contents(locator=hostile, take_name=hostile, performer=hostile, reason=hostile)
    kind = replace(kind, notice=hostile)
    _text, outline = _rendered(kind, tmp_path)
    _plain, expected = _rendered(make_contents(), tmp_path)
    ignored = {"wbr"}
    tags = [tag for tag, _ in outline.tags if tag not in ignored and tag != "p"]
    assert tags == [tag for tag, _ in expected.tags if tag not in ignored and tag != "p"]
    for _tag, attributes in outline.tags:
        assert not any(key.startswith("on") or key == "style" for key in attributes)
    for character in "\u202e\u2028\r":
        assert character not in _text


def test_nothing_outside_the_file_is_asked_for(make_contents: MakeContents, tmp_path: Path) -> None:
    text, outline = _rendered(make_contents(), tmp_path)
    for _tag, attributes in outline.tags:
        for key in ("src", "href", "xlink:href", "srcset", "action", "poster"):
            value = attributes.get(key)
            assert value is None or value.startswith(("#", "data:"))
    style = outline.contents["style"][0]
    assert "url(" not in style
    assert "@import" not in style
    assert re.search(r"https?://", text) is None


def test_the_policy_lets_only_the_reports_own_script_and_style_act(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    _text, outline = _rendered(make_contents(), tmp_path)
    policy = next(
        meta["content"] or ""
        for meta in outline.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    style, script = outline.contents["style"][0], outline.contents["script"][-1]
    for directive, content in (("style-src", style), ("script-src", script)):
        wanted = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{wanted}'" in policy
    assert not any("style" in attributes for _tag, attributes in outline.tags)


def test_a_screen_reader_finds_its_way(make_contents: MakeContents, tmp_path: Path) -> None:
    _text, outline = _rendered(make_contents(), tmp_path)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for landmark in ("header", "nav", "main", "footer"):
        assert len(outline.all(landmark)) == 1
    assert outline.all("html")[0]["lang"] == "en"
    assert all(th.get("scope") in {"row", "col"} for th in outline.all("th"))
    assert len(outline.all("caption")) == len(outline.all("table"))
    for tag in ("svg", "audio"):
        named = [a for a in outline.all(tag) if a.get("role") == "img" or tag == "audio"]
        assert named
        assert all(a.get("aria-label") or a.get("aria-labelledby") for a in named)


def test_every_id_is_unique_and_every_link_leads_somewhere(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    _text, outline = _rendered(make_contents(count=3), tmp_path)
    ids = [a["id"] for _tag, a in outline.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for key in ("aria-labelledby", "href"):
        for _tag, attributes in outline.tags:
            for wanted in (attributes.get(key) or "").split():
                if not wanted.startswith("data:"):
                    assert wanted.removeprefix("#") in ids


def test_it_says_all_that_was_measured(make_contents: MakeContents, tmp_path: Path) -> None:
    contents = make_contents(speed=25 / 24, pitch_semitones=0.7067)
    _text, outline = _rendered(contents, tmp_path)
    said = " ".join(outline.text)
    for expected in (
        "0:00:03.000 to 0:00:04.920",
        "00:00:03:00 to 00:00:04:23",
        "4.17% faster, as film",
        "0.71 semitones higher",
        "8\u202fdB under everything else",
        "as in the take",
        "Strength 5.0",
        "language: fra, VF, aac, stereo",
        "The file stops in the middle.",
        "What this does not say",
        "It accuses nobody",
    ):
        assert expected in said
    unbroken = "".join(outline.text)
    for digest in (contents.media[0].sha256, contents.takes[0].sha256, contents.run.probe_digest):
        assert digest in unbroken


def test_the_take_at_its_own_speed_is_there_when_it_differs(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    def parts(contents: Contents) -> list[str | None]:
        _text, outline = _rendered(contents, tmp_path)
        return [audio["data-part"] for audio in outline.all("audio")]

    assert parts(make_contents(count=1)) == ["a", "b"]
    assert parts(make_contents(count=1, speed=1.04, pitch_semitones=0.68)) == ["a", "b", "o"]


def test_nothing_found_is_told_with_its_limits(make_contents: MakeContents, tmp_path: Path) -> None:
    _text, outline = _rendered(replace(make_contents(), found=()), tmp_path)
    said = " ".join(outline.text)
    assert "Nothing was found. That does not mean that no take was used" in said
    assert outline.all("article") == []


def test_an_occurrence_without_sound_is_still_told(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    contents = make_contents(count=1)
    mute = replace(contents.found[0], medium_audio=None, take_audio=None)
    _text, outline = _rendered(replace(contents, found=(mute,)), tmp_path)
    assert outline.all("audio") == []
    assert "The sound of the medium is not at hand." in " ".join(outline.text)


def test_both_languages_have_the_same_bones(make_contents: MakeContents, tmp_path: Path) -> None:
    _text, english = _rendered(make_contents(), tmp_path)
    _text, french = _rendered(make_contents(), tmp_path, "fr")
    assert [tag for tag, _ in english.tags] == [tag for tag, _ in french.tags]
    assert french.all("html")[0]["lang"] == "fr"
    assert "0:00:03,000" in " ".join(french.text)


def test_a_budget_takes_the_sound_and_says_so(make_contents: MakeContents, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    render(make_contents(), out, "en", sound_budget_bytes=0)
    text = out.read_text()
    assert "<audio" not in text
    assert "this is not one of them" in text
    assert text.count('class="spectrograms"') == 2


def test_many_occurrences_are_held_one_at_a_time(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        render(make_contents(count=count), tmp_path / "r.html", "en")
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)
    few = peak(4)
    assert peak(24) < few + 1_000_000
    assert (tmp_path / "r.html").stat().st_size > 4_000_000


def test_a_report_is_private_and_leaves_nothing_beside_it(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    _rendered(make_contents(count=1), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == 0o600


def test_a_failed_report_leaves_the_old_one(
    make_contents: MakeContents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "report.html"
    old.write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(page, "article", full)
    with pytest.raises(DiskFull) as failure:
        render(make_contents(), old, "en")
    assert failure.value.advice
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_folder_that_is_not_there_is_a_clear_error(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="could not be written"):
        render(make_contents(), tmp_path / "nowhere" / "r.html", "en")


def test_occurrences_are_told_by_medium_and_time(
    make_contents: MakeContents, tmp_path: Path
) -> None:
    contents = make_contents(count=1)

    def at(start_s: float) -> Found:
        found = contents.found[0]
        moved = replace(found.occurrence, start_s=start_s, end_s=start_s + 2)
        return replace(found, occurrence=moved)

    text, _outline = _rendered(replace(contents, found=(at(5.0), at(1.0), at(3.0))), tmp_path)
    heads = re.findall(r"Occurrence \d, at ([\d:.]+)</h3>", text)
    assert heads == sorted(heads)
    assert len(heads) == 3


def test_an_occurrence_is_named_as_the_command_line_names_it(make_contents: MakeContents) -> None:
    contents = make_contents()
    found = [replace(each, number=40 - n) for n, each in enumerate(contents.found)]
    items = numbered(replace(contents, found=tuple(found)))
    assert {item.number for item in items} == {each.number for each in found}
    assert all(item.number == item.found.number for item in items)
