from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from replique.cli import voice_words
from replique.cli.listing import HEADINGS
from replique.probe import Occurrence
from replique.voices.calibrated import CALIBRATION
from tests.cli.conftest import Typed, answer
from tests.cli.voices import AWA, enrolled, explained, film, films, heard, hers, keen, voices
from tests.store.enrolling_people import spoken

__all__ = ["enrolled", "explained", "films", "heard", "hers", "keen", "voices"]  # fixtures
NEVER = ("match", "identified", "99 %", "ai-generated", "fake", "stolen", "she speaks", "spoken by")


def events(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def listed(typed: Typed, *words: object) -> list[dict[str, Any]]:
    found = answer(typed("occurrences", *words, "--json"))["occurrences"]
    assert isinstance(found, list)
    return found


class TestScan:
    def test_it_tells_voices_apart_with_how_many_people_and_how_little_it_proves(
        self, typed: Typed, enrolled: Path, films: Path
    ) -> None:
        del enrolled
        result = typed("scan", films, "--jobs", 1)
        assert result.exit_code == 0, result.output
        assert "1 place was found in which a voice resembles an enrolled one." in result.stdout
        assert "No take explains it." in result.stdout
        assert "People whose voices were looked for: 1" in result.stdout
        assert "no proof of identity" in result.stdout
        assert not any(each in result.stdout.casefold() for each in NEVER)

    def test_takes_and_voices_are_told_apart(self, typed: Typed, explained: Path) -> None:
        both = ("--probe", "recordings", "--probe", "voices")
        result = typed("scan", *both, explained, "--jobs", 1)
        assert "occurrences of takes were found" in result.stdout
        lines = [line.split() for line in result.stdout.splitlines()]
        assert ["scene", "awa-diop", "0", "1"] in lines
        assert ["awa-diop", "0", "1", "0", "0"] in lines  # new, in all, by no take, in part

    def test_json_has_the_voices_and_the_probes(
        self, typed: Typed, enrolled: Path, films: Path
    ) -> None:
        del enrolled
        told = events(typed("scan", films, "--probe", "voices", "--jobs", 1, "--json"))
        assert (told[0]["voices"], told[0]["probes"]) == (1, ["voices"])
        assert told[-1]["probes"] == ["voices"]
        assert told[-1]["voices"] == [
            {
                "performer": "awa-diop",
                "manner": "speaking",
                "found": 1,
                "unexplained": 1,
                "partly_explained": 0,
                "in_enrolment": 0,
            }
        ]

    def test_support_that_is_asked_for_is_kept(
        self, typed: Typed, enrolled: Path, films: Path
    ) -> None:
        del enrolled
        result = typed("scan", films, "--probe", "voices", "--min-support", "9", "--jobs", 1)
        assert "0 places were found" in result.stdout
        assert "does not mean that no voice was used" in result.stdout

    def test_recordings_alone_ask_for_no_passphrase(
        self, typed: Typed, explained: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
        result = typed("scan", explained, "--probe", "recordings", "--jobs", 1)
        assert result.exit_code == 0
        assert "resembles" not in result.stdout
        assert "Voices were not looked for" not in result.stdout

    def test_without_models_takes_are_searched_and_a_note_says_what_was_not(
        self, typed: Typed, explained: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _without_models(monkeypatch)
        result = typed("scan", explained, "--jobs", 1)
        assert result.exit_code == 0, result.output
        assert "Voices were not looked for" in result.stdout
        assert "replique models install" in result.stdout
        assert "0 occurrences were found" in result.stdout

    def test_voices_asked_for_by_name_without_models_are_an_error_that_names_the_command(
        self, typed: Typed, enrolled: Path, films: Path
    ) -> None:
        next((enrolled / "models").iterdir()).unlink()
        result = typed("scan", films, "--probe", "voices")
        assert result.exit_code == 1
        assert "replique models install" in result.stderr

    def test_voices_asked_for_of_nobody_are_told(
        self, typed: Typed, keen: Path, films: Path
    ) -> None:
        del keen
        result = typed("scan", films, "--probe", "voices")
        assert result.exit_code == 2
        assert "replique voice enrol" in result.stderr

    def test_without_a_passphrase_it_says_that_voices_were_left_out(
        self, typed: Typed, explained: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
        result = typed("scan", explained, "--jobs", 1)
        assert result.exit_code == 0
        assert "REPLIQUE_VOICE_PASSPHRASE" in result.stdout
        named = typed("scan", explained, "--probe", "voices", "--jobs", 1)
        assert named.exit_code == 5


def _without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the look at the models fail, as where there are none."""
    from replique.errors import ModelMissing

    def refuse(_ears: object) -> None:
        raise ModelMissing("The model is not installed.", advice="Run `replique models install`.")

    monkeypatch.setattr("replique.store.sought.check_models", refuse)


class TestOccurrences:
    def test_a_voice_is_told_with_its_support_its_ratio_and_what_explains_it(
        self, typed: Typed, heard: Path
    ) -> None:
        result = typed("occurrences")
        assert str(heard / "film.wav") in result.stdout
        (line,) = [each for each in result.stdout.splitlines() if "awa-diop" in each]
        assert "resembles" in line
        assert "support" in line
        assert "by no take" in line
        assert "was made to resemble it" in result.stdout
        assert "taken at random" in result.stdout
        assert "People enrolled here: 1" in result.stdout
        assert "no proof of identity" in result.stdout
        assert not any(each in result.stdout.casefold() for each in NEVER)

    def test_json_and_csv_have_the_columns_of_both_and_leave_empty_what_it_has_not(
        self, typed: Typed, heard: Path
    ) -> None:
        del heard
        (found,) = listed(typed)
        assert tuple(found) == HEADINGS
        assert (found["kind"], found["manner"], found["performer"]) == (
            "voice",
            "speaking",
            "awa-diop",
        )
        assert abs(found["start_s"] - 2.0) < 1.0
        assert found["log10_lr"] > 0
        assert found["explained"] == "unexplained_voice"
        assert found["unexplained_s"] == pytest.approx(found["end_s"] - found["start_s"])
        of_a_take = ("take", "strength", "speed", "take_sha256", "take_start_s")
        assert [found[name] for name in of_a_take] == [None] * 5
        (row,) = csv.DictReader(io.StringIO(typed("occurrences", "--csv").stdout, newline=""))
        assert {name: "" if v is None else str(v) for name, v in found.items()} == row

    def test_an_edit_list_says_what_it_resembles_and_no_more(
        self, typed: Typed, heard: Path
    ) -> None:
        del heard
        said = typed("occurrences", "--edl").stdout
        assert "A VOICE THAT RESEMBLES" in said
        assert "Awa Diop" in said
        assert "NO TAKE EXPLAINS IT" in said
        assert "NO PROOF OF IDENTITY" in said

    def test_a_take_that_is_found_there_explains_it(self, typed: Typed, explained: Path) -> None:
        del explained
        take, voice = sorted(listed(typed), key=lambda each: str(each["kind"]))
        assert (take["kind"], voice["kind"]) == ("take", "voice")
        assert voice["explained"] == "by_take"
        assert voice["explained_by"] == str(take["occurrence"])
        assert voice["unexplained_s"] == 0
        assert f"by occurrence {take['occurrence']}" in typed("occurrences").stdout
        assert listed(typed, "--unexplained") == []

    @pytest.mark.parametrize(
        ("speech_s", "told"), [(0.9, False), (1.0, True), (40.0, True), (1_800.0, True)]
    )
    def test_a_ratio_is_told_from_the_least_speech_on_and_of_long_speech_too(
        self, *, speech_s: float, told: bool
    ) -> None:
        how = {"speech_s": speech_s}
        found = Occurrence("", "mono", 0, 1, 0, 0, 1.0, 0.0, 0.0, 0, 1.4, how)
        assert (voice_words.times(found, CALIBRATION.range) == "25") is told
        assert ("moderate" in voice_words.support(found, CALIBRATION.range)) is told

    @pytest.mark.parametrize(
        ("narrowed", "kinds"),
        [
            (("--takes",), ["take"]),
            (("--voices",), ["voice"]),
            (("--take", "scene"), ["take"]),
            (("--performer", "awa-diop"), ["take", "voice"]),
            (("--min-strength", "1e6"), ["voice"]),
            (("--min-support", "9"), ["take"]),
            (("--min-strength", "1e6", "--min-support", "9"), []),
            (("--contested",), ["take", "voice"]),
        ],
    )
    def test_the_list_can_be_narrowed_to_either(
        self, typed: Typed, explained: Path, narrowed: tuple[str, ...], kinds: list[str]
    ) -> None:
        del explained
        assert sorted(each["kind"] for each in listed(typed, *narrowed)) == kinds

    def test_takes_only_and_voices_only_at_once_is_a_slip(self, typed: Typed, heard: Path) -> None:
        del heard
        for both in (("--takes", "--voices"), ("--take", "1", "--unexplained")):
            assert typed("occurrences", *both).exit_code == 2

    def test_a_slip_in_the_settings_does_not_hide_what_was_found(
        self, typed: Typed, heard: Path, home: Path
    ) -> None:
        del heard
        (home / "settings.toml").write_text("[voices]\ncalibration = 1\n", encoding="utf-8")
        result = typed("occurrences")
        assert result.exit_code == 0
        assert "no ratio available" in result.stdout


class TestWhatPeopleMakeOfIt:
    def test_it_can_be_judged_described_and_checked(self, typed: Typed, heard: Path) -> None:
        del heard
        (found,) = listed(typed)
        number = found["occurrence"]
        assert typed("judge", number, "unsure").exit_code == 0
        result = typed("check", number)
        assert "UNDETERMINED" in result.stdout
        assert typed("use", "describe", number, "--act", "voice_convert").exit_code == 0
        assert typed("check", "u1").exit_code != 70
        assert "Traceback" not in typed("check", "--all").output
        (found,) = listed(typed)
        assert (found["judgement"], found["verdict"]) == ("unsure", "no_grant_found")

    def test_what_is_found_goes_with_the_voice_and_what_was_described_stays(
        self, typed: Typed, heard: Path
    ) -> None:
        del heard
        (found,) = listed(typed)
        typed("judge", found["occurrence"], "yes")
        typed("use", "describe", found["occurrence"], "--act", "voice_convert")
        result = typed("voice", "forget", "awa-diop", "--yes")
        gone, _heading, stays = result.stdout.partition("What stays:")
        assert "1 occurrence that was found by it" in gone
        assert "1 judgement" in gone
        assert "u1" in stays
        assert listed(typed) == []
        assert len(answer(typed("use", "list", "--json"))["uses"]) == 1


class TestARecordingOfTheEnrolment:
    @pytest.fixture
    def scanned(self, typed: Typed, enrolled: Path, hers: Path) -> str:
        """Search one of the recordings that Awa was enrolled with."""
        del enrolled
        result = typed("scan", hers / "monday.wav", "--jobs", 1)
        assert result.exit_code == 0, result.output
        return result.stdout

    def test_a_search_says_so_and_counts_nothing(self, typed: Typed, scanned: str) -> None:
        assert "a recording that the voice was enrolled with" in scanned
        assert "No take explains" not in scanned
        lines = [line.split() for line in scanned.splitlines()]
        (row,) = (line for line in lines if line[:1] == ["awa-diop"])
        assert row[-2:] == ["0", "0"]
        assert typed("doctor").exit_code == 0

    def test_lists_say_so(self, typed: Typed, scanned: str) -> None:
        del scanned
        found = listed(typed)
        assert found
        assert {each["explained"] for each in found} == {"enrolled"}
        assert {(each["explained_by"], each["unexplained_s"]) for each in found} == {("", 0)}
        assert listed(typed, "--unexplained") == []
        said = typed("occurrences").stdout
        assert "a recording of the enrolment" in said
        assert "What no take explains" not in said
        assert "moderate" not in said
        edl = typed("occurrences", "--edl").stdout
        assert "THIS FILE IS A RECORDING OF THE ENROLMENT" in edl
        assert ",enrolled,," in typed("occurrences", "--csv").stdout

    def test_a_report_says_so(self, typed: Typed, scanned: str, tmp_path: Path) -> None:
        del scanned
        out = tmp_path / "report.html"
        assert typed("report", out).exit_code == 0
        page = out.read_text("utf-8")
        assert "a recording that this person’s voice was enrolled with" in page
        assert "no registered take explains it" not in page

    def test_no_letter_is_written_on_it(self, typed: Typed, scanned: str, tmp_path: Path) -> None:
        del scanned
        number = listed(typed)[0]["occurrence"]
        typed("use", "describe", number, "--act", "voice_convert")
        result = typed("letter", "u1", "--kind", "access", "--out", tmp_path / "letter.pdf")
        assert result.exit_code == 2
        assert "a recording that the voice was enrolled with" in result.stderr
        assert "register it as a take" in result.stderr


class TestMedia:
    def test_what_a_medium_says_of_its_own_origin_is_told_where_a_voice_was_heard(
        self, typed: Typed, heard: Path
    ) -> None:
        del heard
        media = {
            Path(each["medium"]).name: each for each in answer(typed("media", "--json"))["media"]
        }
        asked = {each["check"] for each in media["film.wav"]["origin"]}
        assert {"content-credentials", "iptc-digital-source-type"} <= asked
        assert media["quiet.wav"]["origin"] == []
        named = typed("media", "--medium", "film").stdout
        assert "carries no Content Credentials" in named
        assert "that says nothing" in named
        (unread,) = (line for line in named.splitlines() if "SynthID" in line)
        assert unread.strip().startswith("Watermarks not looked for, as no reader is installed:")
        assert "Content Credentials" not in typed("media").stdout  # nothing was found in any

    def test_it_is_said_in_the_language_of_who_reads(self, typed: Typed, heard: Path) -> None:
        del heard
        french = typed("--lang", "fr", "media", "--medium", "film")
        assert french.exit_code == 0


def test_recordings_of_two_people_in_one_place_show_the_better_supported(
    typed: Typed, enrolled: Path, tmp_path: Path
) -> None:
    """Ben has Awa's very voice, as the ears here hear it."""
    del enrolled
    (tmp_path / "ben.pdf").write_bytes(b"signed by Ben")
    typed("performer", "add", "Ben Okri")
    his = spoken(tmp_path / "ben.wav", AWA, seed=60)
    result = typed("voice", "enrol", "ben-okri", his, "--statement", tmp_path / "ben.pdf")
    assert result.exit_code == 0, result.output
    assert "resembles the enrolled voice of awa-diop" in result.stdout
    film(tmp_path / "films" / "one.wav", (None, 1), (AWA, 8), (None, 1))
    scanned = typed("scan", tmp_path / "films", "--jobs", 1)
    assert scanned.exit_code == 0
    assert "1 more is not listed: in the same place another manner" in scanned.stdout
    (shown,) = listed(typed)
    other = {"awa-diop": "ben-okri", "ben-okri": "awa-diop"}[shown["performer"]]
    for asked in ((), ("--performer", other), ("--performer", other, "--unexplained")):
        told = typed("occurrences", *asked).stdout
        assert "1 more is not listed" in told
        assert "nothing was found" not in told
    assert "not listed" not in typed("occurrences", "--contested").stdout
    assert "not listed" not in typed("occurrences", "--performer", shown["performer"]).stdout
    assert {each["performer"] for each in listed(typed, "--contested")} == {"awa-diop", "ben-okri"}
