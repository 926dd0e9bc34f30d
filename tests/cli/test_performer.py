from __future__ import annotations

from tests.cli.conftest import Typed, answer


def test_a_performer_is_added_under_a_short_name(typed: Typed) -> None:
    result = typed("performer", "add", "Zoé Ångström")
    assert result.exit_code == 0
    assert "zoe-angstrom" in result.stdout
    assert answer(typed("performer", "list", "--json"))["performers"] == [
        {"performer": "zoe-angstrom", "name": "Zoé Ångström", "takes": 0}
    ]


def test_a_namesake_gets_a_number_and_is_pointed_out(typed: Typed) -> None:
    typed("performer", "add", "Awa Diop")
    result = typed("performer", "add", "Awa Diop")
    assert "awa-diop-2" in result.stdout
    assert "already somebody of that name, awa-diop" in result.stdout


def test_nobody_yet_says_how_to_begin(typed: Typed) -> None:
    result = typed("performer", "list")
    assert result.exit_code == 0
    assert "performer add" in result.stdout


def test_a_name_of_nothing_is_refused(typed: Typed) -> None:
    for nothing in ("", "   "):
        result = typed("performer", "add", nothing)
        assert result.exit_code == 2
        assert "needs a name" in result.stderr


def test_a_hostile_name_is_kept_and_shown_harmless(typed: Typed) -> None:
    result = typed("performer", "add", "A\x1b[2Jwa\nDiop")
    assert "\x1b" not in result.stdout
    assert "\x1b" not in typed("performer", "list").stdout
    assert len(typed("performer", "list").stdout.splitlines()) == 2


def test_rename_and_remove(typed: Typed) -> None:
    typed("performer", "add", "Awa Diup")
    assert typed("performer", "rename", "awa-diup", "Awa Diop").exit_code == 0
    assert "Awa Diop" in typed("performer", "list").stdout
    assert typed("performer", "remove", "awa-diup").exit_code == 0
    assert answer(typed("performer", "list", "--json"))["performers"] == []


def test_a_performer_with_takes_is_not_removed(typed: Typed, cast: object) -> None:
    del cast
    result = typed("performer", "remove", "awa-diop")
    assert result.exit_code == 2
    assert "take list" in result.stderr


def test_somebody_unknown(typed: Typed) -> None:
    for words in (("rename", "nobody", "X"), ("remove", "nobody")):
        result = typed("performer", *words)
        assert result.exit_code == 2
        assert "nobody" in result.stderr
        assert "performer list" in result.stderr
