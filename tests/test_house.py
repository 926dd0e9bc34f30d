"""Rules that hold for the whole house."""

from __future__ import annotations

import re
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).parents[1]


def test_a_test_cannot_reach_the_network() -> None:
    with (
        pytest.warns(UserWarning, match=r"192\.0\.2\.1"),
        pytest.raises(SocketConnectBlockedError),
        socket.socket() as line,
    ):
        line.connect(("192.0.2.1", 80))  # TEST-NET-1: nobody lives there


def test_the_lock_names_no_registry_and_no_place_on_a_disk() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.search(r"://|^-|file:|@ ", line)] == []


def test_the_lock_has_a_hash_for_every_package() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"\n(?=[a-z])", text)
    assert len(packages) > 30
    assert [p.split()[0] for p in packages if "--hash=sha256:" not in p] == []


def test_the_lock_holds_whatever_is_asked_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *asked["build-system"]["requires"],
        *asked["project"]["dependencies"],
        *(each for group in asked["project"]["optional-dependencies"].values() for each in group),
        *asked["dependency-groups"]["dev"],
    ]
    locked = re.findall(
        r"^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    names = {re.split(r"[\[<>=]", each)[0] for each in wanted}
    assert len(names) > 20
    assert names - set(locked) == set()


def test_ci_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o100
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    numbered = [int(n) for n in re.findall(r"^  (\d+)\. [A-Z]", text, re.MULTILINE)]
    assert sorted(set(numbered)) == list(range(18))
    assert text.rstrip().endswith("<https://www.gnu.org/licenses/>.")


def test_the_house_has_no_room_without_a_sentence_on_what_it_is() -> None:
    empty = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "replique").rglob("*.py"))
        if "migrations" not in path.parts and not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert empty == []


def test_no_module_is_longer_than_a_sitting() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in sorted((ROOT / "replique").rglob("*.py"))
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_no_room_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "manager", "service", "common", "misc", "core"}
    names = {path.stem for path in (ROOT / "replique").rglob("*")}
    assert names & nothing == set()


def test_architecture_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for room in sorted((ROOT / "replique").iterdir()):
        if room.is_dir() and (room / "__init__.py").exists():
            assert f"  {room.name}/" in text


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    described = set(re.findall(r"^([a-z0-9]+):.*##", text, re.MULTILINE))
    assert set(phony[1].split()) == described


def test_every_target_that_the_docs_name_exists() -> None:
    targets = set(
        re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for named in re.findall(
            r"(?:^|`| {4})make ([a-z0-9]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert named in targets, page.name
