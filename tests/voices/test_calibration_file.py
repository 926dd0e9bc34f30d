"""A calibration as a file: it comes back as it was, and nothing else is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.errors import EncoderUnusable
from replique.voices.calibrated import CALIBRATION
from replique.voices.calibration_file import from_json, to_json

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_FIELDS = sorted(json.loads(to_json(CALIBRATION)))


def _changed(**values: Any) -> str:
    return json.dumps(json.loads(to_json(CALIBRATION)) | values)


def test_it_comes_back_as_it_was() -> None:
    again = from_json(to_json(CALIBRATION))
    assert again == CALIBRATION
    assert again.rates == CALIBRATION.rates
    assert again.digest == CALIBRATION.digest


@given(st.sampled_from(_FIELDS), _JSON)
def test_whatever_stands_in_a_field_it_is_believed_or_refused(field: str, value: object) -> None:
    try:
        read = from_json(_changed(**{field: value}))
    except EncoderUnusable:
        return
    assert from_json(to_json(read)) == read


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "something else"),
        ("format", 2),
        ("models", "abc"),
        ("source", ""),
        ("people", 11),
        ("people", True),
        ("weights", {}),
        ("weights", {**json.loads(to_json(CALIBRATION))["weights"], "likeness": -1.0}),
        ("weights", {**json.loads(to_json(CALIBRATION))["weights"], "likeness": float("nan")}),
        ("floor", [0.0]),
        ("floor", [0.0, float("inf")]),
        ("speech_s", [40.0, 1.0]),
        ("speech_s", [0.1, 40.0]),
        ("log10", [-2.5, 6.0]),
        ("alike", 2),
        ("close", "0.7"),
        ("rates", {"by moonlight": {}}),
    ],
)
def test_what_is_wrong_is_named(field: str, value: object) -> None:
    with pytest.raises(EncoderUnusable) as caught:
        from_json(_changed(**{field: value}))
    assert "calibrate" in caught.value.advice
    assert field in str(caught.value) or field == "format"


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000])
def test_what_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(EncoderUnusable):
        from_json(text)


def test_rates_decide_nothing() -> None:
    bare = replace(CALIBRATION, rates={})
    assert bare == CALIBRATION
    assert bare.digest == CALIBRATION.digest
