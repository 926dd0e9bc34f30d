from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from replique.evidence.canonical import NotCanonical, canonical, parse, plain
from replique.evidence.commitments import commitment, fits, new_nonce
from replique.evidence.entries import read, write
from replique.evidence.keys import Signer
from replique.evidence.proofs import read_proof

SIGNER = Signer.new()
CANARY = "what he said at call time"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)
bodies = st.dictionaries(keys, plain_values, max_size=4)


@given(bodies)
def test_what_is_written_is_rfc_8785_and_is_read_again(body: dict[str, Any]) -> None:
    written = plain(body)
    assert written == rfc8785.dumps(body)
    assert parse(written) == body


@given(bodies, st.sampled_from([{"indent": 1}, {"separators": (", ", ":")}, {"sort_keys": False}]))
def test_no_other_way_to_write_it_is_read(body: dict[str, Any], way: dict[str, Any]) -> None:
    body = {"z": 1, "a": "é", **body}
    other = json.dumps(body, **{"ensure_ascii": False, **way}).encode()
    with pytest.raises(NotCanonical):
        parse(other)


@given(st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False) | texts))
def test_any_json_object_can_be_committed_to(content: dict[str, Any]) -> None:
    nonce = new_nonce()
    assert canonical(content) == rfc8785.dumps(content)
    told = commitment(nonce, content)
    assert fits(nonce, content, told)
    assert not fits(nonce, {**content, "more": 1}, told)
    assert not fits(new_nonce(), content, told)
    assert not fits("no nonce", content, told)


@pytest.mark.parametrize(
    "value",
    [{"x": CANARY.encode()}, {CANARY: 1}, {"x": float("nan")}, {"x": {CANARY}}, {"x": 2**60}],
)
def test_what_is_refused_is_not_repeated(value: object) -> None:
    with pytest.raises(TypeError) as raised:
        plain(value)
    assert CANARY not in str(raised.value)
    deep: list[Any] = [CANARY]
    for _level in range(100_000):
        deep = [deep]
    with pytest.raises(TypeError) as raised:
        canonical({"x": deep})
    assert CANARY not in str(raised.value)
    del deep


@given(bodies, st.from_regex(r"[!-~]{1,30}", fullmatch=True))
def test_an_entry_round_trips(body: dict[str, Any], subject: str) -> None:
    made = write(SIGNER, sequence=3, kind="report", subject=subject, body=body, previous="0" * 64)
    assert read(made.line) == made
    assert made.line == rfc8785.dumps(json.loads(made.line))
    assert made.is_signed()


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": -1},
        {"sequence": True},
        {"sequence": "1"},
        {"previous": "0" * 63},
        {"previous": "A" * 64},
        {"signature": "0" * 127},
        {"key": 1},
        {"kind": "Report"},
        {"subject": "two words"},
        {"at": "yesterday"},
        {"body": []},
        {"more": 1},
    ],
    ids=str,
)
def test_a_line_with_another_form_is_no_entry(change: dict[str, Any]) -> None:
    made = write(SIGNER, sequence=3, kind="report", subject="report/3", body={}, previous="0" * 64)
    fields = {**json.loads(made.line), **change}
    with pytest.raises(NotCanonical):
        read(rfc8785.dumps(fields))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"path":1,"entry":1,"head":1}', "[" * 100_000, '{"path":["zz"]}']
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        read_proof(text)
