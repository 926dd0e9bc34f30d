"""What a file says of its own origin: every check answers, for every source, in fair words."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from replique.errors import Unreadable
from replique.language import choose, restore
from replique.media import Refused, Source, walk
from replique.media.origin import OriginCheck, check, sentence
from tests.media.origins import FMT, SOUND, TRAINED, chunk, manifest, riff, signed, xmp

WAV = riff(b"WAVE", FMT, chunk(b"data", bytes(range(256)) * 200), chunk(b"_PMX", xmp(TRAINED)))


def _states(found: tuple[OriginCheck, ...]) -> list[str]:
    return [each.state for each in found[:2]]


def test_every_check_answers_in_order(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(riff(b"WAVE", FMT, SOUND))
    found = check(Source.of(path))
    assert [each.check for each in found] == [
        "content-credentials",
        "iptc-digital-source-type",
        "watermark:audioseal",
        "watermark:perth",
        "watermark:silentcipher",
        "watermark:wavmark",
        "watermark:synthid",
    ]
    assert all(each.said for each in found)


def test_a_result_survives_json() -> None:
    found = check(Source("x", Path("x"), (), (0, 0, 0), opener=lambda: io.BytesIO(WAV)))
    kept = json.loads(json.dumps([each.as_dict() for each in found]))
    assert [sentence(each) for each in kept] == [each.said for each in found]
    assert set(kept[0]) == {"check", "state", "said", "detail"}


@pytest.mark.parametrize("archive", ["zip", "tar"])
def test_a_member_of_an_archive_is_read_where_it_lies(
    tmp_path: Path, zipped: Callable[..., bytes], archive: str
) -> None:
    data = signed(WAV, "audio/wav", manifest(TRAINED))
    path = tmp_path / f"x.{archive}"
    if archive == "zip":
        path.write_bytes(zipped({"a.wav": data}))
    else:
        with tarfile.open(path, "w:gz") as tar:
            member = tarfile.TarInfo("a.wav")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    results = [check(each) for each in walk([path]) if not isinstance(each, Refused)]
    assert [_states(each) for each in results] == [["found", "found"]]
    assert results[0][0].detail["validation"] == "valid"


def test_a_file_that_went_away_is_said_not_to_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(WAV)
    source = Source.of(path)
    path.unlink()
    found = check(source)
    assert {(each.state, each.detail["reason"]) for each in found[:2]} == {
        ("not_checked", "unreadable")
    }


def test_a_disk_that_fails_while_it_is_read_is_said() -> None:
    class Failing(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    def refused() -> io.BytesIO:
        raise Unreadable("x cannot be read.", advice="Try again.")

    for opener in (lambda: Failing(WAV), refused):
        found = check(Source("x", Path("x"), (), (0, 0, 0), opener=opener))
        assert {each.detail["reason"] for each in found[:2]} == {"unreadable"}


def test_no_sentence_states_as_the_programs_own_that_something_is_generated() -> None:
    data = signed(WAV, "audio/wav", manifest(TRAINED))
    source = Source("x", Path("x"), (), (0, 0, 0), opener=lambda: io.BytesIO(data))
    for each in check(source)[:2]:
        assert "AI-generated" not in each.said
        claims = [line for line in each.said.split(". ") if "trained model" in line]
        assert claims
        assert all(line.startswith(("They state", "The file's metadata states")) for line in claims)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({}, ": "),
        ({"check": "later-check", "state": "found"}, "later-check: found"),
        ({"check": "content-credentials", "state": "not_checked", "detail": {"reason": "new"}},
         "Content Credentials were not checked: new."),
        ({"check": "iptc-digital-source-type", "state": "nothing", "detail": None},
         "The file states no IPTC digital source type. That says nothing of how it was made."),
    ],
)  # fmt: skip
def test_words_are_made_of_what_another_version_kept(kept: dict[str, object], said: str) -> None:
    assert sentence(kept) == said


def test_every_term_has_words_in_the_language_of_the_reader() -> None:
    kept = {
        "check": "iptc-digital-source-type",
        "state": "found",
        "detail": {"source_types": "trainedAlgorithmicMedia"},
    }
    token = choose("fr")
    try:
        assert "[trainedAlgorithmicMedia]" in sentence(kept)
    finally:
        restore(token)


def test_the_library_of_credentials_is_not_loaded_into_the_scan() -> None:
    """It weighs 23 MB, and it may crash: another process has it."""
    data = signed(WAV, "audio/wav", manifest(TRAINED))
    code = (
        "import io, pathlib, sys\n"
        "from replique.media import Source\n"
        "from replique.media.origin import check\n"
        "data = sys.stdin.buffer.read()\n"
        "x = Source('x', pathlib.Path('x'), (), (0, 0, 0), opener=lambda: io.BytesIO(data))\n"
        "found = check(x)[0].state == 'found'\n"
        "sys.exit('c2pa' in sys.modules or not found)"
    )
    assert subprocess.run([sys.executable, "-c", code], input=data, check=False).returncode == 0
