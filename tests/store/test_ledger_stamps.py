"""Time stamps, by an authority that this machine plays itself, without a line to anywhere."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from replique.errors import LedgerBroken, NotFound, StoreError, UsageError
from replique.store import Home

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(not OPENSSL, reason="no openssl, which plays the authority")

CONFIGURATION = """
[tsa]
default_tsa = here
[here]
dir = .
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""
Ask = Callable[[str, bytes], bytes]


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an authority in it: a root, and a certificate for time stamps."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "tsa.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "rsa:2048", "-nodes")
    openssl(
        folder, "req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650",
        "-subj", "/CN=Root of the tests",
    )  # fmt: skip
    openssl(
        folder,
        "req",
        *key,
        "-keyout",
        "tsa.key",
        "-out",
        "tsa.csr",
        "-subj",
        "/CN=Clock of the tests",
    )
    openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
        "-CAcreateserial", "-out", "tsa.pem", "-days", "3650", "-extfile", "tsa.cnf",
        "-extensions", "ext",
    )  # fmt: skip
    return folder


@pytest.fixture
def ask(authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return what stands for the line to the authority, once it is configured."""
    monkeypatch.setenv("REPLIQUE_TSA_URL", "https://authority.example/stamp")
    monkeypatch.setenv("REPLIQUE_TSA_ROOTS", str(authority / "root.pem"))

    def answer(address: str, request: bytes) -> bytes:
        assert address == "https://authority.example/stamp"
        asked, answered = tmp_path / "request.tsq", tmp_path / "response.tsr"
        asked.write_bytes(request)
        openssl(
            authority, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", str(asked),
            "-out", str(answered),
        )  # fmt: skip
        return answered.read_bytes()

    return answer


def add() -> None:
    from django.db import transaction

    from replique.store.ledger import append

    with transaction.atomic():
        append("report", "report/1", {"verb": "made"})


def test_a_head_is_stamped_and_the_stamp_is_verified_with_the_ledger(
    records: Home, ask: Ask
) -> None:
    from replique.store.ledger_checking import check
    from replique.store.ledger_stamps import stamp, stamps

    del records
    add()
    made = stamp(ask)
    assert abs(made.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=2)
    assert made.size == 2
    add()
    assert stamps() == [made]
    found = check()
    assert (found.problems, found.stamps, found.unproved) == ((), 1, 0)


def test_a_stamp_goes_with_an_export_and_openssl_confirms_it(
    records: Home, ask: Ask, authority: Path, tmp_path: Path
) -> None:
    from replique.evidence import verify_ledger
    from replique.store.ledger_export import export
    from replique.store.ledger_stamps import stamp

    del records
    add()
    stamp(ask)
    folder = tmp_path / "export"
    assert export(folder).stamps == 1
    assert verify_ledger.main([str(folder)]) == 0
    openssl(
        folder / "stamps", "ts", "-verify", "-data", "2-0.head", "-in", "2-0.tsr",
        "-CAfile", "authority.pem",
    )  # fmt: skip
    assert b"Root" not in (folder / "entries.jsonl").read_bytes()
    assert (authority / "root.pem").exists()


def test_without_the_authoritys_root_a_stamp_is_kept_and_not_claimed(
    records: Home, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store.ledger_checking import check
    from replique.store.ledger_stamps import stamp

    del records
    add()
    stamp(ask)
    monkeypatch.delenv("REPLIQUE_TSA_ROOTS")
    found = check()
    assert (found.problems, found.unproved) == ((), 1)


def test_a_stamp_that_was_changed_or_is_on_something_else_is_named(records: Home, ask: Ask) -> None:
    from replique.store.ledger_checking import check
    from replique.store.ledger_models import LedgerStamp
    from replique.store.ledger_stamps import stamp

    del records
    add()
    stamp(ask)
    row = LedgerStamp.objects.get()
    whole = bytes(row.response)
    for spoiled in (whole[:-10], whole[:-3] + b"\0\0\0", b"", b"no stamp at all"):
        row.response = spoiled
        row.save()
        assert [each.code for each in check().problems] == ["stamp_changed"]
    add()
    later = stamp(ask)
    row.response = later.response
    row.save()
    assert [each.code for each in check().problems] == ["stamp_changed"]


def test_a_stamp_shows_that_the_database_was_turned_back(records: Home, ask: Ask) -> None:
    """Even when the home was turned back with it: the stamp is kept with the export."""
    from replique.evidence.verification import verify
    from replique.store.ledger import head
    from replique.store.ledger_reading import lines
    from replique.store.ledger_stamps import stamp

    del records
    add()
    old = head()
    assert old is not None
    add()
    stamped = stamp(ask)
    found = verify(lines(old.size), heads=[old.line], seen=[stamped.head])
    assert [each.code for each in found.problems] == ["rolled_back"]
    assert verify(lines(old.size), heads=[old.line]).problems == ()


def test_an_answer_that_is_no_stamp_by_that_authority_is_refused(
    records: Home, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store.ledger_stamps import stamp, stamps

    del records
    add()
    kept = ask("https://authority.example/stamp", _request(b"another head"))
    answers: list[Ask] = [
        lambda _address, _request: b"",
        lambda _address, _request: b"<html>a portal</html>",
        lambda _address, _request: kept,
    ]
    for answer in answers:
        with pytest.raises(LedgerBroken):
            stamp(answer)
    other = tmp_path / "other.pem"
    openssl(
        tmp_path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key",
        "-out", "other.pem", "-days", "9", "-subj", "/CN=Somebody else",
    )  # fmt: skip
    monkeypatch.setenv("REPLIQUE_TSA_ROOTS", str(other))
    with pytest.raises(LedgerBroken):
        stamp(ask)
    assert stamps() == []


def _request(data: bytes) -> bytes:
    from replique.evidence.stamps import request

    return request(data)[0]


def test_nothing_is_sent_unless_an_authority_is_configured(
    records: Home, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store.ledger_stamps import stamp

    del records
    with pytest.raises(NotFound):
        stamp(ask)
    add()
    monkeypatch.setenv("REPLIQUE_TSA_ROOTS", str(tmp_path / "nowhere.pem"))
    with pytest.raises(StoreError):
        stamp(ask)
    (tmp_path / "no.pem").write_text("no certificate")
    monkeypatch.setenv("REPLIQUE_TSA_ROOTS", str(tmp_path / "no.pem"))
    with pytest.raises(UsageError):
        stamp(ask)
    for name in ("REPLIQUE_TSA_ROOTS", "REPLIQUE_TSA_URL"):
        monkeypatch.delenv(name, raising=False)
        with pytest.raises(UsageError, match="configured"):
            stamp(ask)


def test_an_authority_that_does_not_answer_is_an_error_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import urllib.request

    from replique.store.ledger_stamps import ask as real

    def refuse(*_said: object, **_more: object) -> None:
        raise OSError

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    with pytest.raises(StoreError) as raised:
        real("https://authority.example/stamp", b"request")
    assert raised.value.advice
    with pytest.raises(UsageError):
        real("file:///etc/passwd", b"request")
