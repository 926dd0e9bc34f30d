"""Rules that hold for the whole house."""

from __future__ import annotations

import re
import socket
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


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    numbered = [int(n) for n in re.findall(r"^  (\d+)\. [A-Z]", text, re.MULTILINE)]
    assert sorted(set(numbered)) == list(range(18))
    assert text.rstrip().endswith("<https://www.gnu.org/licenses/>.")
