"""Boxes, passphrases and texts: what opens, what does not, and how it is written."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from replique.errors import SealDamaged, StaysSealed, UsageError
from replique.testimony import texts
from replique.testimony.keys import DATA_KEY, SHARE, PrivateKey, seal
from replique.testimony.passphrases import Cost, locked, unlocked
from replique.testimony.spoken import spoken

CANARY = "SERINUS-CANARIA: they said that I would never work again"
PASSPHRASE = "quiet orange ladder seven"  # noqa: S105 — of nobody
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
AWA, BEN = PrivateKey.new(), PrivateKey.new()


def _extract(salt: bytes, key: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), key, hashlib.sha256)


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    made, block = b"", b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), hashlib.sha256)
        made += block
    return made[:length]


def opened_by_the_rfc(box: bytes, private: bytes, info: bytes, aad: bytes, aead: int) -> bytes:
    """Open a box by RFC 9180, section 5.1, written anew: a second hand on the same format."""
    secret = X25519PrivateKey.from_private_bytes(private)
    enc, sealed = box[:32], box[32:]
    kem = b"KEM" + (0x20).to_bytes(2, "big")
    suite = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (0x20, 1, aead))

    def extract(id_: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
        return _extract(salt, b"HPKE-v1" + id_ + label + key)

    def expand(id_: bytes, key: bytes, label: bytes, said: bytes, length: int) -> bytes:
        return _expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + id_ + label + said, length)

    met = secret.exchange(X25519PublicKey.from_public_bytes(enc))
    both = enc + secret.public_key().public_bytes_raw()
    shared = expand(kem, extract(kem, b"", b"eae_prk", met), b"shared_secret", both, 32)
    said = (
        b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    )
    key = extract(suite, shared, b"secret", b"")
    nonce = expand(suite, key, b"base_nonce", said, 12)
    key = expand(suite, key, b"key", said, 16 if aead == 1 else 32)
    cipher = AESGCM(key) if aead == 1 else ChaCha20Poly1305(key)
    return cipher.decrypt(nonce, sealed, aad)


def test_the_second_hand_opens_what_the_rfc_publishes() -> None:
    """RFC 9180, appendix A.1.1.1, sequence number 0."""
    box = bytes.fromhex(
        "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
        "6d8770ac83d07bea87e13c512a"
    )
    private = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    assert opened_by_the_rfc(box, private, info, b"Count-0", 1) == b"Beauty is truth, truth beauty"


@given(st.binary(max_size=200), st.binary(max_size=30))
def test_a_box_is_written_as_the_rfc_says(content: bytes, about: bytes) -> None:
    box = seal(AWA.public, content, SHARE + about)
    assert len(box) == 32 + len(content) + 16
    assert opened_by_the_rfc(box, AWA.to_bytes(), SHARE + about, b"", 3) == content
    assert AWA.open(box, SHARE + about) == content


def test_a_box_opens_for_its_reader_and_its_purpose_alone() -> None:
    box = seal(AWA.public, b"x", SHARE + b"1")
    for private, purpose in ((BEN, SHARE + b"1"), (AWA, SHARE + b"2"), (AWA, DATA_KEY + b"1")):
        with pytest.raises(StaysSealed):
            private.open(box, purpose)
    for at in range(len(box)):
        altered = bytearray(box)
        altered[at] ^= 1
        with pytest.raises(StaysSealed):
            AWA.open(bytes(altered), SHARE + b"1")
    with pytest.raises(StaysSealed):
        AWA.open(b"", SHARE)


@pytest.mark.parametrize("public", ["", "zz" * 32, "00" * 31])
def test_what_is_no_key_is_told(public: str) -> None:
    with pytest.raises(SealDamaged):
        seal(public, b"x", SHARE)


def test_a_key_says_nothing_of_itself() -> None:
    assert AWA.to_bytes().hex()[:8] not in repr(AWA)
    with pytest.raises(SealDamaged):
        PrivateKey(b"short")


def test_a_passphrase_opens_its_key_however_it_is_typed() -> None:
    data = locked(AWA, "été très long ici", cost=CHEAP)
    assert (
        unlocked(data, AWA.public, "e\u0301te\u0301 tre\u0300s long ici").to_bytes()
        == AWA.to_bytes()
    )
    assert AWA.to_bytes() not in data


def test_another_passphrase_or_another_name_does_not() -> None:
    data = locked(AWA, PASSPHRASE, cost=CHEAP)
    with pytest.raises(StaysSealed) as told:
        unlocked(data, AWA.public, PASSPHRASE + "?")
    assert PASSPHRASE not in f"{told.value} {told.value.advice}"
    with pytest.raises(StaysSealed):
        unlocked(data, BEN.public, PASSPHRASE)


def test_a_locked_key_that_was_altered_never_opens() -> None:
    data = locked(AWA, PASSPHRASE, cost=CHEAP)
    for at in [*range(4), *range(11, len(data))]:
        altered = bytearray(data)
        altered[at] ^= 1
        with pytest.raises((StaysSealed, SealDamaged)):
            unlocked(bytes(altered), AWA.public, PASSPHRASE)


def test_a_forged_cost_does_not_stop_the_machine() -> None:
    data = bytearray(locked(AWA, PASSPHRASE, cost=CHEAP))
    data[4:8] = b"\xff" * 4
    with pytest.raises(SealDamaged):
        unlocked(bytes(data), AWA.public, PASSPHRASE)


def test_the_usual_cost_is_the_second_choice_of_rfc_9106() -> None:
    data = locked(AWA, PASSPHRASE)
    assert data[4:11] == (65536).to_bytes(4, "big") + b"\x00\x03\x04"
    assert unlocked(data, AWA.public, PASSPHRASE).public == AWA.public


@pytest.mark.parametrize("short", ["", "password", " " * 40, "eleven char"])
def test_a_short_passphrase_is_refused_and_not_repeated(short: str) -> None:
    with pytest.raises(UsageError) as told:
        locked(AWA, short, cost=CHEAP)
    assert "password" not in f"{told.value} {told.value.advice}"


@given(st.text(max_size=1500))
def test_a_text_comes_back_as_it_was_and_its_length_is_hidden(text: str) -> None:
    sealed, keys = texts.encrypted(text, "testimony/7", [AWA.public, BEN.public])
    assert set(keys) == {AWA.public, BEN.public}
    for private in (AWA, BEN):
        key = texts.key_of(keys[private.public], "testimony/7", private)
        assert texts.decrypted(sealed, "testimony/7", key) == text
    assert (len(sealed) - 4 - 12 - 16) % texts.PAGE == 0


def test_nothing_of_a_text_can_be_seen() -> None:
    sealed, keys = texts.encrypted(CANARY, "t", [AWA.public])
    assert b"CANARIA" not in sealed + b"".join(keys.values())
    again, _keys = texts.encrypted(CANARY, "t", [AWA.public])
    assert again != sealed


def test_a_text_in_another_s_place_does_not_open() -> None:
    sealed, keys = texts.encrypted(CANARY, "one", [AWA.public])
    key = texts.key_of(keys[AWA.public], "one", AWA)
    with pytest.raises(SealDamaged):
        texts.decrypted(sealed, "two", key)
    with pytest.raises(StaysSealed):
        texts.key_of(keys[AWA.public], "two", AWA)
    with pytest.raises(StaysSealed):
        texts.key_of(keys[AWA.public], "one", BEN)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_an_altered_text_is_told_and_not_repeated(at: int, flip: int) -> None:
    sealed, keys = texts.encrypted(CANARY, "t", [AWA.public])
    key = texts.key_of(keys[AWA.public], "t", AWA)
    altered = bytearray(sealed)
    altered[at % len(altered)] ^= flip
    with pytest.raises(SealDamaged) as told:
        texts.decrypted(bytes(altered), "t", key)
    assert "CANARIA" not in repr(told.value)


def test_one_more_reader_is_added_by_who_can_read() -> None:
    sealed, keys = texts.encrypted(CANARY, "t", [AWA.public])
    box = texts.given(texts.key_of(keys[AWA.public], "t", AWA), "t", BEN.public)
    assert texts.decrypted(sealed, "t", texts.key_of(box, "t", BEN)) == CANARY


def test_a_text_for_nobody_is_a_defect() -> None:
    with pytest.raises(TypeError):
        texts.encrypted(CANARY, "t", [])


def test_a_key_is_read_aloud_as_digits() -> None:
    assert len(spoken(AWA.public)) == 29
    assert spoken(AWA.public).replace(" ", "").isdigit()
    assert spoken(AWA.public) == spoken(AWA.public) != spoken(BEN.public)
