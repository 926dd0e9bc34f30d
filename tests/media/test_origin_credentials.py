"""Content Credentials: told as the file's own words, with whether the signature holds."""

from __future__ import annotations

import io
import resource
import socket
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from replique.media.origin import credentials, sentence
from replique.media.origin.asking import Answer
from replique.media.origin.bounded import Bounded
from tests.media.origins import (
    CAPTURED,
    FMT,
    IPTC,
    TRAINED,
    Signer,
    chunk,
    credentials_of,
    id3,
    manifest,
    new_signer,
    riff,
    signed,
    usual_signer,
)

WAV = riff(b"WAVE", FMT, chunk(b"data", bytes(range(256)) * 200))
FORMS = {
    "audio/mpeg": ("mp3", "mp3"),
    "audio/mp4": ("mp4", "aac"),
    "audio/flac": ("flac", "flac"),
    "video/quicktime": ("mov", "aac"),
    "video/avi": ("avi", "mp3"),
}


@pytest.fixture(scope="module")
def files(encode: Callable[..., None]) -> dict[str, bytes]:
    """Return one small file of each kind whose credentials can be read."""
    noise = np.random.default_rng(4).normal(0, 0.1, (1, 48_000)).astype(np.float32)
    made = {"audio/wav": WAV}
    for media_type, (form, codec) in FORMS.items():
        out = io.BytesIO()
        encode(out, [noise], form=form, codec=codec)
        made[media_type] = out.getvalue()
    return made


@pytest.mark.parametrize("media_type", ["audio/wav", *FORMS])
def test_what_a_signed_file_states_is_told(files: dict[str, bytes], media_type: str) -> None:
    found = credentials_of(signed(files[media_type], media_type, manifest(TRAINED)))
    assert found.state == "found"
    assert found.detail == {
        "validation": "valid",
        "trust": "not_checked",
        "signer": "Studio Inventé",
        "signer_name": "Voix de test",
        "generators": "Forge de voix 1.2",
        "source_types": "trainedAlgorithmicMedia",
        "actions": "c2pa.created",
    }
    assert "They state of the file: made by a trained model (generative AI)" in found.said
    assert "not checked against a list of trusted signers" in found.said
    assert sentence(found.as_dict()) == found.said


@pytest.mark.parametrize("media_type", ["audio/wav", *FORMS])
def test_a_file_without_them_says_nothing(files: dict[str, bytes], media_type: str) -> None:
    found = credentials_of(files[media_type])
    assert (found.state, found.detail) == ("nothing", {})
    assert found.said.endswith("That says nothing of how it was made.")


@pytest.mark.parametrize("media_type", ["audio/wav", *FORMS])
def test_a_sound_changed_after_signing_is_said_to_fail_its_check(
    files: dict[str, bytes], media_type: str
) -> None:
    original = files[media_type]
    data = bytearray(signed(original, media_type, manifest(CAPTURED)))
    middle = len(original) // 2
    data[data.find(original[middle : middle + 64]) + 32] ^= 1
    found = credentials_of(bytes(data))
    assert (found.state, found.detail["validation"]) == ("found", "invalid")
    assert found.detail["failures"].startswith("assertion.")
    assert found.detail["failures"].endswith("Hash.mismatch")
    assert f"whose check failed ({found.detail['failures']})" in found.said
    assert "the signature holds" not in found.said


def test_an_account_changed_after_signing_is_said_to_fail_its_check() -> None:
    data = signed(WAV, "audio/wav", manifest(CAPTURED))
    found = credentials_of(data.replace(b"digitalCapture", b"digitalCupture"))
    assert (found.state, found.detail["validation"]) == ("found", "invalid")
    assert found.detail["failures"]


def test_a_signature_by_another_key_is_said_to_fail_its_check() -> None:
    impostor = Signer(new_signer().key, usual_signer().chain)
    found = credentials_of(signed(WAV, "audio/wav", manifest(CAPTURED), signer=impostor))
    assert found.detail["validation"] == "invalid"
    assert found.detail["failures"] == "claimSignature.mismatch"


def test_a_file_too_large_to_be_compared_is_said_not_to_be(monkeypatch: Any) -> None:
    monkeypatch.setattr(credentials, "LARGEST_COMPARED", {})
    monkeypatch.setattr(credentials, "LARGEST_COMPARED_WHOLE", 1000)
    found = credentials_of(signed(WAV, "audio/wav", manifest(TRAINED)))
    assert found.detail["validation"] == "not_compared"
    assert found.detail["source_types"] == "trainedAlgorithmicMedia"
    assert "whether they are about it was not checked" in found.said
    assert "the signature holds" not in found.said


def test_what_an_ingredient_states_is_not_said_of_the_file() -> None:
    source = signed(WAV, "audio/wav", manifest(TRAINED))
    data = signed(WAV, "audio/wav", manifest(IPTC + "humanEdits"), ingredient=source)
    found = credentials_of(data)
    assert found.detail["source_types"] == "humanEdits"
    assert found.detail["ingredient_source_types"] == "trainedAlgorithmicMedia"
    assert found.detail["ingredients"] == "1"
    assert "Of ingredients or earlier versions, not of the file" in found.said


def test_what_is_stated_of_training_is_told() -> None:
    entries = {"cawg.ai_generative_training": {"use": "notAllowed"}}
    assertion = {"label": "cawg.training-mining", "data": {"entries": entries}}
    found = credentials_of(signed(WAV, "audio/wav", manifest(assertions=[assertion])))
    assert found.detail["mining"] == "cawg.ai_generative_training=notAllowed"
    assert "They do not state how the file was made." in found.said


def test_names_are_quoted_so_that_none_passes_for_a_sentence_of_the_program() -> None:
    lie = "X”. The signer was checked.\x1b[2J\u202e"
    found = credentials_of(signed(WAV, "audio/wav", manifest(claim_generator_info=[{"name": lie}])))
    assert '“X". The signer was checked.\\x1b[2J\\u202e”' in found.said


@pytest.mark.parametrize("head", [b"OggS", b"\x1a\x45\xdf\xa3", b"", b"PK\3\4", b"%PDF-1.7"])
def test_a_container_without_a_reader_is_said_not_to_be_checked(head: bytes) -> None:
    found = credentials_of(head + bytes(200))
    assert (found.state, found.detail) == ("not_checked", {"reason": "container"})


def _stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    """Put something else in the place of the library, in the process that reads."""
    (folder / "c2pa").mkdir()
    code = f"""
        import os, time
        class C2paError(Exception): ...
        class Context:
            @classmethod
            def from_dict(cls, settings): return cls()
        class Reader:
            @classmethod
            def try_create(cls, kind, file, data, context): return cls()
            def json(self): return {body}
    """
    (folder / "c2pa" / "__init__.py").write_text(textwrap.dedent(code))
    monkeypatch.setenv("PYTHONPATH", str(folder))


SIGNED = signed(WAV, "audio/wav", manifest(TRAINED))


def test_a_missing_library_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c2pa.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert credentials_of(SIGNED).detail == {"reason": "library"}


def test_a_library_that_crashes_is_said_to_have_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _stand_in(monkeypatch, tmp_path, "os.abort()")
    found = credentials_of(SIGNED)
    assert (found.state, found.detail) == ("not_checked", {"reason": "failed"})
    assert found.said == "Content Credentials were not checked: the reader failed."


def test_a_library_that_never_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _stand_in(monkeypatch, tmp_path, "time.sleep(600)")
    monkeypatch.setattr(credentials, "Bounded", partial(Bounded, seconds=1.0))
    assert credentials_of(SIGNED).detail == {"reason": "bounds"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("'x' * (9 << 20)", "bounds"),
        ("'[' * 100_000", "damaged"),
        ('\'{"manifests": [], "active_manifest": []}\'', "damaged"),
        ("(print('AN'), os.write(1, b'AN'), 'no JSON')[2]", "damaged"),
    ],
    ids=["endless", "nested", "of other types", "chatter"],
)
def test_an_account_that_makes_no_sense_is_said_to_be_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, reason: str
) -> None:
    _stand_in(monkeypatch, tmp_path, body)
    assert credentials_of(SIGNED).detail == {"reason": reason}


def test_the_process_that_reads_is_told_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    phrase = "sesame-of-awa"
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", phrase)
    told = tmp_path / "told"
    code = f"import os\nopen({str(told)!r}, 'w').write(repr(dict(os.environ)))\nraise ImportError"
    (tmp_path / "c2pa.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert credentials_of(SIGNED).detail == {"reason": "library"}
    assert "PYTHONPATH" in told.read_text()
    assert phrase not in told.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on memory elsewhere")
def test_the_process_that_reads_can_open_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _stand_in(monkeypatch, tmp_path, "__import__('socket').socket() and '' or open('/dev/null')")
    assert credentials_of(SIGNED).detail == {"reason": "failed"}


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on memory elsewhere")
@pytest.mark.parametrize("length", [1 << 32, 1 << 40, (1 << 63) - 1])
def test_a_length_that_lies_is_given_no_memory(length: int) -> None:
    entries = {"cawg.ai_generative_training": {"use": "notAllowed"}}
    assertion = {"label": "cawg.training-mining", "data": {"entries": entries}}
    mp3 = id3((b"TIT2", b"\0x")) + b"\xff\xfb\x90\0" * 100
    data = signed(mp3, "audio/mpeg", manifest(assertions=[assertion]))
    honest = b"x\x1bcawg.ai_generative_training"
    assert honest in data
    lie = b"\x7b" + length.to_bytes(8, "big") + honest[9:]
    found = credentials_of(data.replace(honest, lie))
    assert (found.state, found.detail["reason"]) == ("not_checked", "damaged")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_600_000  # KiB


def test_metadata_that_names_credentials_is_enough_to_look_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a file has no place for them, no process is started to read them."""
    asked: list[str] = []

    def ask(_file: object, media_type: str, **_how: bool) -> tuple[Answer, str]:
        asked.append(media_type)
        return Answer.NOTHING, ""

    monkeypatch.setattr(credentials, "ask", ask)
    credentials_of(WAV)
    assert not asked
    credentials_of(riff(b"WAVE", FMT, chunk(b"_PMX", b"<x dcterms:provenance='http://x'/>")))
    credentials_of(WAV[:-3])  # cut off: our own walk cannot tell
    credentials_of(SIGNED)
    assert asked == ["audio/wav"] * 3


@pytest.fixture
def listening() -> Iterator[tuple[str, list[bytes]]]:
    """Give the address of a server on this machine, and what it was asked."""
    asked: list[bytes] = []
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()

    def answer() -> None:
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(500))
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/", asked
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_nothing_is_fetched_that_a_file_only_names(listening: tuple[str, list[bytes]]) -> None:
    address, asked = listening
    data = signed(WAV, "audio/wav", manifest(TRAINED), remote=address + "x.c2pa")
    found = credentials_of(data)
    assert (found.state, found.detail["reason"]) == ("not_checked", "remote")
    assert found.detail["remote"] == address + "x.c2pa"
    assert "nothing was fetched" in found.said
    assert not asked
    library = import_module("c2pa")  # left to itself, it does: this test can fail
    with pytest.raises(library.C2paError):
        library.Reader("audio/wav", io.BytesIO(data))
    assert asked


def test_nobody_is_asked_whether_a_signer_is_revoked(listening: tuple[str, list[bytes]]) -> None:
    address, asked = listening
    signer = new_signer(revocation=address)
    data = signed(WAV, "audio/wav", manifest(TRAINED), signer=signer)
    assert address.encode() in data
    assert credentials_of(data).detail["validation"] == "valid"
    assert not asked
