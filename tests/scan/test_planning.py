from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.media import Refused, Source, walk
from replique.scan import Unit, plan, planning
from tests.scan.fakes import write_wav


def of_units(planned: list[Unit | Refused]) -> list[Unit]:
    return [each for each in planned if isinstance(each, Unit)]


def test_the_largest_comes_first(tmp_path: Path) -> None:
    for seconds in (1, 3, 2):
        write_wav(tmp_path / f"{seconds}.wav", seconds=seconds)
    assert [unit.path.name for unit in of_units(plan([tmp_path]))] == ["3.wav", "2.wav", "1.wav"]


def test_a_file_named_twice_is_planned_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_wav(tmp_path / "a" / "a.wav")
    monkeypatch.chdir(tmp_path)
    assert of_units(plan(["a", file, "a/a.wav", tmp_path])) == [
        Unit(file, (0, 1), file.stat().st_size)
    ]


def test_what_is_not_there_is_refused_and_the_rest_is_planned(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav")
    refused, unit = plan([tmp_path / "missing", file])
    assert isinstance(refused, Refused)
    assert refused.error.code == "unreadable"
    assert isinstance(unit, Unit)


def test_nothing_gives_nothing(tmp_path: Path) -> None:
    assert plan([]) == []
    assert plan([tmp_path]) == []


def zip_of(path: Path, count: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            member = write_wav(path.parent / "member.wav", seconds=0.1, seed=number)
            archive.write(member, f"{number}.wav")
            member.unlink()
    return path


@given(count=st.integers(1, 9), least=st.integers(1, 20_000))
def test_portions_are_the_whole_archive_each_member_once(
    count: int, least: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = zip_of(tmp_path_factory.mktemp("zips") / "a.zip", count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "PORTION_BYTES", least)
        portions = of_units(plan([archive]))
    assert len(portions) <= planning.MOST_PORTIONS
    members = [
        each.members
        for unit in portions
        for each in walk([unit.path], portion=unit.portion)
        if isinstance(each, Source)
    ]
    assert sorted(members) == [(f"{number}.wav",) for number in range(count)]
    assert sum(unit.size for unit in portions) <= archive.stat().st_size


def test_a_film_is_never_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "PORTION_BYTES", 1)
    assert len(plan([write_wav(tmp_path / "film.wav")])) == 1


def test_names_that_are_not_utf8_are_planned(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \n\xf0\x9f\x8e\xac.wav")
    file = write_wav(tmp_path / name)
    assert [unit.path for unit in of_units(plan([tmp_path]))] == [file]
