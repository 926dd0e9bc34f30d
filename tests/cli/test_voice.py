from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from replique import store
from replique.cli.root import replique
from replique.store import Home
from tests.cli.conftest import Typed, answer
from tests.cli.voices import (
    AWA,
    BO,
    PASSPHRASE,
    at_a_terminal,
    enrolled,
    hers,
    keen,
    signed,
    spoken,
    voices,
)
from tests.store.enrolling_people import written
from tests.voices.keen import silence

__all__ = ["at_a_terminal", "enrolled", "hers", "keen", "signed", "voices"]  # fixtures


def answered(answers: str, *words: object) -> Result:
    """Type a command and answer what it asks."""
    typed = [str(word) for word in words]
    return CliRunner().invoke(replique, typed, input=answers, prog_name="replique")


@pytest.fixture
def awa(typed: Typed, keen: Path) -> Path:
    """Add Awa Diop; return the home."""
    assert typed("performer", "add", "Awa Diop").exit_code == 0
    return keen


def kept(home: Path) -> set[str]:
    """Return what is kept of voices, the note of where keys lie left out."""
    return {each.name for each in (home / "voices").iterdir() if each.suffix in {".rpv", ".key"}}


def made_with_others() -> None:
    """Let all voices be of models that are not those in use."""
    store.open()
    from replique.store.voice_models import Voice

    for voice in Voice.objects.all():
        voice.models_digest = "0" * 64
        voice.save(update_fields=["models_digest"])


class TestTheStatement:
    def test_it_can_be_printed_for_signing(self, typed: Typed, awa: Path) -> None:
        del awa
        said = typed("voice", "statement", "awa-diop").stdout
        assert "Awa Diop" in said
        assert "signature" in said
        assert max(map(len, said.splitlines())) <= 80
        told = answer(typed("voice", "statement", "Awa Diop", "--json"))
        assert told["performer"] == "awa-diop"
        assert told["version"] >= 1
        assert " ".join(told["text"].split()) in " ".join(said.split())

    def test_nobody_agrees_off_a_terminal(self, typed: Typed, awa: Path, hers: Path) -> None:
        for asked in ([], ["--json"]):
            result = typed("voice", "enrol", "awa-diop", hers, *asked)
            assert result.exit_code == 2
            assert "--statement" in result.output
            assert "voice statement awa-diop" in result.output
        assert kept(awa) == set()

    def test_no_option_agrees_for_them(self, typed: Typed, awa: Path, hers: Path) -> None:
        del awa
        assert typed("voice", "enrol", "awa-diop", hers, "--yes").exit_code == 2
        assert "yes" not in {each.lstrip("-") for each in _options("enrol")}

    @pytest.mark.usefixtures("at_a_terminal")
    def test_at_a_terminal_it_is_shown_and_the_name_typed_under_it(
        self, typed: Typed, awa: Path, hers: Path
    ) -> None:
        result = answered("awa  DIOP\n", "voice", "enrol", "awa-diop", hers)
        assert result.exit_code == 0, result.output
        shown = " ".join(result.stdout.split())
        assert shown.index("What enrolling needs") < shown.index("Statement of Awa Diop")
        assert "nobody has made it a condition of work" in shown
        assert shown.index("Statement of Awa Diop") < shown.index("Full name")
        assert "never a proof" in shown
        assert len(kept(awa)) == 2
        (voice,) = answer(typed("voice", "list", "--json"))["voices"]
        assert voice["way"] == "typed"

    @pytest.mark.usefixtures("at_a_terminal")
    @pytest.mark.parametrize("name", ["Karim Ba", "awa-diop", "yes", "", "   "])
    def test_another_name_or_none_enrols_nobody(self, awa: Path, hers: Path, name: str) -> None:
        result = answered(f"{name}\n" * 3, "voice", "enrol", "awa-diop", hers)
        assert result.exit_code == 2, result.output
        assert kept(awa) == set()

    @pytest.mark.usefixtures("at_a_terminal")
    def test_a_slip_in_the_name_is_told_before_anything_else_is_asked(
        self, awa: Path, hers: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
        answers = "Awa Diopp\nAwa Diop\nopen sesame\nopen sesame\n"
        result = answered(answers, "voice", "enrol", "awa-diop", hers)
        assert result.exit_code == 0, result.output
        said = result.stderr
        assert said.index("not the name that is registered: Awa Diop") < said.index("New pass")
        assert len(kept(awa)) == 2

    def test_it_is_kept_in_the_language_in_which_it_was_read(
        self, typed: Typed, awa: Path, hers: Path, signed: Path
    ) -> None:
        del awa
        page = typed("voice", "statement", "awa-diop", "--lang", "fr")
        assert "Awa Diop" in page.stdout
        assert "--lang fr" in page.stderr  # beside the page, not on it
        assert (
            answer(typed("voice", "statement", "awa-diop", "--lang", "fr", "--json"))["language"]
            == "fr"
        )
        result = typed("voice", "enrol", "awa-diop", hers, "--statement", signed, "--lang", "fr")
        assert result.exit_code == 0, result.output
        store.open()
        from replique.store.voice_models import VoiceStatement

        assert VoiceStatement.objects.get().language == "fr"

    def test_what_one_person_signed_enrols_no_other(
        self, typed: Typed, enrolled: Path, signed: Path, tmp_path: Path
    ) -> None:
        before = kept(enrolled)
        typed("performer", "add", "Karim Ba")
        his = spoken(tmp_path / "karim.wav", BO)
        result = typed("voice", "enrol", "karim-ba", his, "--statement", signed)
        assert result.exit_code == 2
        assert "somebody else" in result.stderr
        assert kept(enrolled) == before


class TestEnrolling:
    def test_it_says_what_was_heard_in_each_recording_and_what_comes_next(
        self, typed: Typed, awa: Path, hers: Path, signed: Path
    ) -> None:
        del awa
        result = typed("voice", "enrol", "awa-diop", hers, "--statement", signed)
        assert result.exit_code == 0, result.output
        for name in ("monday.wav", "friday.wav"):
            assert name in result.stdout
            assert f"Listening to {hers / name}" in result.stderr
        assert "The voice of Awa Diop is enrolled (speaking)" in result.stdout
        assert "under the passphrase" in result.stdout
        assert "never a proof" in result.stdout
        assert "replique scan" in result.stdout

    def test_no_key_and_no_passphrase_is_told(
        self, typed: Typed, awa: Path, hers: Path, signed: Path
    ) -> None:
        told = typed("voice", "enrol", "awa-diop", hers, "--statement", signed, "--json")
        (key,) = {name.partition(".")[0] for name in kept(awa)}
        said = told.output + typed("voice", "list").output
        said += typed("voice", "list", "--json").output + typed("voice", "check", "--json").output
        assert answer(told)["voice"]["recordings"] == 2
        assert len(answer(told)["recordings"]) == 2
        assert key not in said
        assert PASSPHRASE not in said

    def test_what_could_be_better_is_told_with_what_to_do(
        self, typed: Typed, awa: Path, signed: Path, tmp_path: Path
    ) -> None:
        del awa
        little = spoken(tmp_path / "little.wav", AWA, count=3)
        result = typed("voice", "enrol", "awa-diop", little, "--statement", signed)
        assert result.exit_code == 0, result.output
        assert "There are 12 s of speech" in result.stdout
        assert "of another day" in result.stdout
        codes = {e["code"] for e in answer(typed("voice", "check", "--json"))["voices"][0]["add"]}
        assert {"little-speech", "one-recording"} <= codes

    def test_what_is_said_of_one_recording_names_it(
        self, typed: Typed, awa: Path, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        del awa
        for name, seed in (("desk.wav", 1), ("call.wav", 2)):
            spoken(tmp_path / "hers" / name, AWA, seed=seed)
        from replique.voices import enrolment

        asked = iter(range(100))
        monkeypatch.setattr(enrolment, "_narrow", lambda _sound: next(asked) % 2 == 0)
        said = typed("voice", "enrol", "awa-diop", tmp_path / "hers", "--statement", signed)
        assert said.exit_code == 0, said.output
        lines = said.stdout.splitlines()
        assert "- call.wav: It sounds as over a telephone: nothing is above 3600 Hz." in lines

    def test_each_recording_that_is_refused_is_named_with_the_reason(
        self, typed: Typed, awa: Path, signed: Path, tmp_path: Path
    ) -> None:
        for name, seconds in (("one.wav", 10.0), ("two.wav", 11.0)):
            written(tmp_path / "breath" / name, silence(seconds))
        result = typed("voice", "enrol", "awa-diop", tmp_path / "breath", "--statement", signed)
        assert result.exit_code == 3
        assert "What enrolling needs" in result.stderr
        refused = [line for line in result.stderr.splitlines() if "Hardly any speech" in line]
        assert [("one.wav" in line, "two.wav" in line) for line in refused] == [
            (True, False),
            (False, True),
        ]
        assert kept(awa) == set()
        told = typed(
            "voice", "enrol", "awa-diop", tmp_path / "breath", "--statement", signed, "--json"
        )
        assert answer(told)["error"]["code"] == "reference-refused"

    def test_two_people_are_not_enrolled_as_one(
        self, typed: Typed, awa: Path, signed: Path, tmp_path: Path
    ) -> None:
        spoken(tmp_path / "both" / "a.wav", AWA)
        spoken(tmp_path / "both" / "b.wav", BO)
        result = typed("voice", "enrol", "awa-diop", tmp_path / "both", "--statement", signed)
        assert result.exit_code == 3
        assert "one person" in result.stderr
        assert kept(awa) == set()

    def test_recordings_given_later_are_added_and_other_manners_stand_apart(
        self, typed: Typed, enrolled: Path, signed: Path, tmp_path: Path
    ) -> None:
        more = spoken(tmp_path / "sunday.wav", AWA, seed=41)
        assert typed("voice", "enrol", "awa-diop", more, "--statement", signed).exit_code == 0
        sung = spoken(tmp_path / "song.wav", BO)
        words = ("voice", "enrol", "awa-diop", sung, "--manner", "singing", "--statement", signed)
        assert typed(*words).exit_code == 0
        voices = answer(typed("voice", "list", "--json"))["voices"]
        assert {each["manner"]: each["recordings"] for each in voices} == {
            "speaking": 3,
            "singing": 1,
        }
        assert len(kept(enrolled)) == 4
        assert "singing" in typed("voice", "list", "--performer", "awa-diop").stdout

    @pytest.mark.parametrize(
        "wrong",
        [("nobody", "."), ("awa-diop", "no such folder"), ("awa-diop",), ("awa-diop", "")],
    )
    def test_what_cannot_be_is_told(
        self, typed: Typed, awa: Path, signed: Path, wrong: tuple[str, ...]
    ) -> None:
        del awa
        result = typed("voice", "enrol", *wrong, "--statement", signed)
        assert result.exit_code == 2, result.output
        assert result.stderr.startswith("Error: ")

    def test_without_models_it_names_the_command(
        self, typed: Typed, awa: Path, hers: Path, signed: Path
    ) -> None:
        next((awa / "models").iterdir()).unlink()
        result = typed("voice", "enrol", "awa-diop", hers, "--statement", signed)
        assert result.exit_code == 1
        assert "replique models install" in result.stderr


class TestThePassphrase:
    def test_a_wrong_one_is_told(
        self, typed: Typed, enrolled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        del enrolled
        monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", "not this one")
        result = typed("voice", "check")
        assert result.exit_code == 5
        assert "not the passphrase" in result.stderr
        assert "not this one" not in result.output
        assert answer(typed("voice", "check", "--json"))["error"]["code"] == "keys-locked"

    @pytest.mark.usefixtures("at_a_terminal")
    def test_a_first_one_is_asked_for_twice_unseen_and_what_it_is_for_is_said(
        self, awa: Path, hers: Path, signed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
        words = ("voice", "enrol", "awa-diop", hers, "--statement", signed)
        other = answered("sesame\nsesam\n" * 3, *words)
        assert other.exit_code == 5
        assert "not the same" in other.stderr
        assert kept(awa) == set()
        result = answered("sesame\nsesam\nopen sesame\nopen sesame\n", *words)
        assert result.exit_code == 0, result.output
        assert result.stderr.index("nobody can recover") < result.stderr.index("New passphrase")
        assert "sesame" not in result.output
        again = answered("open sesame\n", "voice", "check", "awa-diop")
        assert again.exit_code == 0, again.output
        assert "New passphrase" not in again.output

    @pytest.mark.usefixtures("at_a_terminal")
    def test_a_slip_may_be_typed_again_twice(
        self, enrolled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        del enrolled
        right = os.environ["REPLIQUE_VOICE_PASSPHRASE"]
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
        result = answered(f"not this one\nnor this\n{right}\n", "voice", "check")
        assert result.exit_code == 0, result.output
        assert result.stderr.count("Type it once more.") == 2
        assert "nor this" not in result.output
        assert answered("no\n" * 4, "voice", "check").exit_code == 5
        assert answered("no\n\n", "voice", "check").exit_code == 5  # Enter stops

    def test_off_a_terminal_it_says_where_to_give_one(
        self, typed: Typed, enrolled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        del enrolled
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
        result = typed("voice", "check")
        assert result.exit_code == 5
        assert "REPLIQUE_VOICE_PASSPHRASE" in result.stderr
        assert typed("voice", "list").exit_code == 0  # which needs none


class TestChecking:
    def test_it_says_of_each_recording_what_was_heard(self, typed: Typed, enrolled: Path) -> None:
        del enrolled
        result = typed("voice", "check")
        assert result.exit_code == 0
        assert "Awa Diop, speaking" in result.stdout
        assert "monday.wav" in result.stdout
        assert "Good enough" in result.stdout
        (voice,) = answer(typed("voice", "check", "awa-diop", "--json"))["voices"]
        assert (voice["good"], voice["readable"], voice["current"]) == (True, True, True)
        assert [each["name"] for each in voice["made_of"]] == ["friday.wav", "monday.wav"]
        assert all(each["speech_s"] > 20 for each in voice["made_of"])

    def test_of_singing_it_says_that_its_errors_were_not_measured(
        self, typed: Typed, awa: Path, hers: Path, signed: Path
    ) -> None:
        del awa
        words = ("voice", "enrol", "awa-diop", hers, "--manner", "singing", "--statement", signed)
        assert typed(*words).exit_code == 0
        said = " ".join(typed("voice", "check").stdout.split())
        assert "expect more errors than are told" in said
        assert "voices like it" not in said

    def test_one_that_is_damaged_is_told(self, typed: Typed, enrolled: Path) -> None:
        (file,) = (enrolled / "voices").glob("*.rpv")
        file.write_bytes(file.read_bytes()[:-10])
        result = typed("voice", "check")
        assert "damaged or gone" in result.stdout
        assert "replique voice forget awa-diop" in result.stdout
        assert answer(typed("voice", "check", "--json"))["ok"] is False

    def test_of_nobody_it_says_how_to_begin(self, typed: Typed, awa: Path) -> None:
        del awa
        assert "replique voice enrol" in typed("voice", "check").stdout
        assert "replique voice enrol" in typed("voice", "list").stdout
        assert typed("voice", "check", "awa-diop").exit_code == 2

    def test_a_voice_of_other_models_is_told_and_made_anew(
        self, typed: Typed, enrolled: Path
    ) -> None:
        assert "nothing was done" in typed("voice", "remake").stdout
        made_with_others()
        assert "replique voice remake awa-diop" in typed("voice", "check").stdout
        before = kept(enrolled)
        result = typed("voice", "remake", "awa-diop")
        assert "made anew (speaking)" in result.stdout
        assert kept(enrolled).isdisjoint(before)
        assert "Good enough" in typed("voice", "check").stdout


class TestForgetting:
    def test_it_must_be_meant(self, typed: Typed, enrolled: Path) -> None:
        result = typed("voice", "forget", "awa-diop")
        assert result.exit_code == 2
        assert "--yes" in result.stderr
        assert len(kept(enrolled)) == 2

    @pytest.mark.usefixtures("at_a_terminal")
    def test_at_a_terminal_it_is_asked(self, enrolled: Path) -> None:
        result = answered("\n", "voice", "forget", "awa-diop")
        assert "Nothing was destroyed" in result.stdout
        assert len(kept(enrolled)) == 2
        result = answered("yes\n", "voice", "forget", "awa-diop")
        assert "is forgotten" in result.stdout
        assert kept(enrolled) == set()

    def test_what_is_gone_is_counted_and_what_stays_is_named(
        self, typed: Typed, enrolled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")  # forgetting needs none
        result = typed("voice", "forget", "awa-diop", "--yes")
        assert result.exit_code == 0, result.output
        assert "The voice of Awa Diop is forgotten (speaking)." in result.stdout
        gone, _heading, stays = result.stdout.partition("What stays:")
        assert "1 key; it was looked for afterwards" in gone
        assert "1 file with recordings and reference" in gone
        assert "1 statement, marked as withdrawn" in stays
        assert "the ledger" in stays
        assert "backups" in stays
        assert kept(enrolled) == set()
        assert answer(typed("voice", "list", "--json"))["voices"] == []

    def test_json_tells_the_same(self, typed: Typed, enrolled: Path) -> None:
        del enrolled
        told = answer(typed("voice", "forget", "awa-diop", "--yes", "--json"))
        assert told["destroyed"]["keys"] == told["destroyed"]["files"] == 1
        assert told["stays"]["statements"] == 1
        assert told["keys_left"] == 0
        assert typed("voice", "forget", "awa-diop", "--yes").exit_code == 2

    def test_one_manner_may_go_and_the_rest_stay(
        self, typed: Typed, enrolled: Path, signed: Path, tmp_path: Path
    ) -> None:
        sung = spoken(tmp_path / "song.wav", BO)
        words = ("voice", "enrol", "awa-diop", sung, "--manner", "singing", "--statement", signed)
        assert typed(*words).exit_code == 0
        assert typed("voice", "forget", "awa-diop", "--manner", "opera", "--yes").exit_code == 2
        result = typed("voice", "forget", "awa-diop", "--manner", "singing", "--yes")
        assert "(singing)" in result.stdout
        (left,) = answer(typed("voice", "list", "--json"))["voices"]
        assert left["manner"] == "speaking"
        assert len(kept(enrolled)) == 2

    def test_a_person_whose_voice_is_enrolled_is_not_removed_by_the_way(
        self, typed: Typed, enrolled: Path
    ) -> None:
        result = typed("performer", "remove", "awa-diop")
        assert result.exit_code == 2
        assert len(kept(enrolled)) == 2


def test_in_french_all_of_it_is_said_too(typed: Typed, enrolled: Path) -> None:
    del enrolled
    for words in (
        ("list",),
        ("check",),
        ("statement", "awa-diop"),
        ("forget", "awa-diop", "--yes"),
    ):
        result = typed("--lang", "fr", "voice", *words)
        assert result.exit_code == 0, result.output


def test_doctor_tells_what_voices_lack_and_fails_for_none_of_it(
    typed: Typed, enrolled: Path
) -> None:
    def found() -> dict[str, dict[str, str]]:
        told = answer(typed("doctor", "--json"))
        assert told["ok"] is True
        return {each["code"]: each for each in told["checks"]}

    checks = found()
    assert checks["models"]["state"] == "attention"  # of the right size, and nothing in them
    assert "replique models install" in checks["models"]["mend"]
    assert checks["keys"]["state"] == "works"
    assert "passphrase" in checks["keys"]["found"]
    assert checks["voices"]["state"] == "works"
    assert checks["origin"]["state"] == "works"
    made_with_others()
    assert "replique voice remake" in found()["voices"]["mend"]
    for file in (enrolled / "voices").glob("*.rpv"):
        file.unlink()
    assert "gone" in found()["voices"]["costs"]
    for file in (enrolled / "models").iterdir():
        file.unlink()
    assert "Silero" in found()["models"]["found"]


def test_doctor_is_content_with_who_wants_no_voices(typed: Typed, home: Path) -> None:
    checks = {e["code"]: e for e in answer(typed("doctor", "--json"))["checks"]}
    assert checks["models"]["state"] == "absent"
    assert "voices" not in checks
    assert not Home(home).models.exists()


def _options(verb: str) -> set[str]:
    import click

    group = replique.get_command(click.Context(replique), "voice")
    assert isinstance(group, click.Group)
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    return {name for each in command.params for name in each.opts}
