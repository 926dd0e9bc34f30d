"""A calibration as a file: JSON, so that it can be looked at, checked before it is believed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from replique.errors import EncoderUnusable
from replique.language import gettext as _
from replique.voices.calibrating import FEWEST, HIGHEST, LOWEST
from replique.voices.calibration import LENGTHS, VARIABLES, Calibration, Range
from replique.voices.measured import CONDITIONS, LEAST_SPEECH_S, Rate

FORMAT = 1
KIND = "replique voice calibration"
LONGEST_NAME = 200
_RATE = ("eer", "low", "high", "targets", "others", "cllr", "least_cllr")


def to_json(calibration: Calibration) -> str:
    """Return the file's content."""
    value = {
        "kind": KIND,
        "format": FORMAT,
        "models": calibration.models,
        "source": calibration.source,
        "people": calibration.people,
        "weights": dict(zip(("constant", *VARIABLES), calibration.weights, strict=True)),
        "floor": list(calibration.floor),
        "speech_s": list(calibration.range.speech_s),
        "log10": list(calibration.range.log10),
        "alike": calibration.alike,
        "close": calibration.close,
        "rates": {
            name: {field: getattr(rate, field) for field in _RATE}
            for name, rate in calibration.rates.items()
        },
    }
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> Calibration:
    """Read a file's content; raises EncoderUnusable with what is wrong in it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong("JSON") from error
    if not isinstance(value, dict) or value.get("kind") != KIND:
        raise _wrong("kind")
    if value.get("format") != FORMAT:
        raise EncoderUnusable(
            _("The calibration of voices was written by another version of Réplique."),
            advice=_advice(),
        )
    models, source = value.get("models"), value.get("source")
    if not (isinstance(models, str) and re.fullmatch(r"[0-9a-f]{64}", models)):
        raise _wrong("models")
    if not (isinstance(source, str) and 0 < len(source) <= LONGEST_NAME):
        raise _wrong("source")
    return Calibration(
        models=models,
        weights=_weights(value.get("weights")),
        floor=_pair("floor", value.get("floor"), -100, 100, ordered=False),
        range=Range(
            speech_s=_pair("speech_s", value.get("speech_s"), LEAST_SPEECH_S, LENGTHS[1]),
            log10=_pair("log10", value.get("log10"), LOWEST, HIGHEST),
        ),
        people=_count("people", value.get("people"), FEWEST),
        source=source,
        alike=_number("alike", value.get("alike"), -1, 1),
        close=_number("close", value.get("close"), -1, 1),
        rates=_rates(value.get("rates")),
    )


def _weights(value: object) -> tuple[float, ...]:
    names = ("constant", *VARIABLES)
    if not isinstance(value, dict) or set(value) != set(names):
        raise _wrong("weights")
    weights = tuple(_number("weights", value[name], -1e4, 1e4) for name in names)
    if weights[1] <= 0 or weights[2] < 0:  # more alike would be less support
        raise _wrong("weights")
    return weights


def _rates(value: object) -> Mapping[str, Rate]:
    if not isinstance(value, dict) or not set(value) <= set(CONDITIONS):
        raise _wrong("rates")
    return {name: _rate(value[name]) for name in CONDITIONS if name in value}


def _rate(value: Any) -> Rate:  # noqa: ANN401 - whatever the file holds
    if not isinstance(value, dict) or set(value) != set(_RATE):
        raise _wrong("rates")
    eer, low, high = (_number("rates", value[name], 0, 100) for name in ("eer", "low", "high"))
    targets, others = (_count("rates", value[name], 0) for name in ("targets", "others"))
    cllr, least = (_number("rates", value[name], 0, 1e3) for name in ("cllr", "least_cllr"))
    return Rate(eer, low, high, targets, others, cllr, least)


def _number(name: str, value: object, low: float, high: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wrong(name)
    if not (low <= value <= high and math.isfinite(value)):
        raise _wrong(name)
    return float(value)


def _count(name: str, value: object, least: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value < 1 << 40:
        return value
    raise _wrong(name)


def _pair(
    name: str, value: object, low: float, high: float, *, ordered: bool = True
) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise _wrong(name)
    first, second = (_number(name, each, low, high) for each in value)
    if ordered and first >= second:
        raise _wrong(name)
    return first, second


def _wrong(name: str) -> EncoderUnusable:
    return EncoderUnusable(
        _("The calibration of voices cannot be used: “{name}” in it is not as it must be.").format(
            name=name
        ),
        advice=_advice(),
    )


def _advice() -> str:
    return _("Run `replique voice calibrate DIR` again, or remove it from settings.toml.")
