"""Voices that belong to nobody: eSpeak NG, through ctypes.

espeakng-loader carries the library and its data. One process has one
synthesiser, so this module keeps one.
"""

from __future__ import annotations

import ctypes
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import espeakng_loader
import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 44_100
"""Hz, of everything in the demo."""

Sound = NDArray[np.float32]

_RETRIEVAL, _UTF8, _BY_CHARACTER = 1, 1, 1
_SPEAKING_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_SEED = 1
_LONGEST_PATH = 150
"""eSpeak NG keeps its data path in 160 bytes and fails on longer ones."""

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A synthetic voice.

    name : of eSpeak NG: a language, and after "+" a variant.
    words_a_minute, pitch, liveliness : 80…450, 0…99, 0…99.
    """

    name: str
    words_a_minute: int = 150
    pitch: int = 50
    liveliness: int = 60


class _Synthesiser:
    def __init__(self) -> None:
        self._pieces: list[NDArray[np.int16]] = []
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self.rate = self._library.espeak_Initialize(_RETRIEVAL, 0, _short_path(), 0)
        if self.rate <= 0:
            raise RuntimeError("eSpeak NG did not start.")
        self._callback = _Callback(self._take)  # kept: C does not
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if count:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def say(self, text: str, voice: Voice) -> NDArray[np.int16]:
        self._pieces.clear()
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise RuntimeError(f"eSpeak NG has no voice {voice.name}.")
        for which, value in (
            (_SPEAKING_RATE, voice.words_a_minute),
            (_VOLUME, 100),
            (_PITCH, voice.pitch),
            (_RANGE, voice.liveliness),
        ):
            self._library.espeak_SetParameter(which, value, 0)
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))  # breath is noise
        said = text.encode() + b"\0"
        self._library.espeak_Synth(said, len(said), 0, _BY_CHARACTER, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        return np.concatenate([np.zeros(0, np.int16), *self._pieces])


def _short_path() -> bytes:
    path = espeakng_loader.get_data_path()
    if len(path.encode()) > _LONGEST_PATH:
        link = Path(tempfile.mkdtemp(prefix="replique-")) / "espeak-ng-data"
        link.symlink_to(path)
        path = str(link)
    return str(path).encode()


@cache
def _synthesiser() -> _Synthesiser:
    return _Synthesiser()


def speak(text: str, voice: Voice) -> Sound:
    """Return a line as float32 (n,) at RATE, peaking at 0.5, a little silence around it."""
    synthesiser = _synthesiser()
    spoken = synthesiser.say(text, voice).astype(np.float32) / 32768.0
    resampled = soxr.resample(spoken, synthesiser.rate, RATE)
    loud = np.flatnonzero(np.abs(resampled) > 1e-3)
    trimmed = resampled[loud[0] : loud[-1] + 1]
    edge = np.zeros(RATE // 10, np.float32)
    peak = float(np.abs(trimmed).max())
    return np.concatenate([edge, 0.5 * trimmed / peak, edge]).astype(np.float32)
