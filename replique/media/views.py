"""Which mixtures of a track's channels are searched.

    mono                  mono
    stereo                mid      (left + right) / 2
      out of phase        mid, side      side = (left - right) / 2
    surround, a centre    downmix, centre      dialogue lives in the centre
    other                 downmix

The downmix is that of ITU-R BS.775-4, Annex 4, table 2, its two channels then averaged
and the whole scaled so that full scale everywhere stays full scale; the LFE is left out,
as there. A channel that the table does not know counts as much as a surround.

A stereo track whose channels are one another's inverse has an empty mid. That is decided
once, over the beginning of the track: the first DECIDE_ON_S of audible sound, or the
first DECIDE_WITHIN_S when there is less: there the side must carry 6 dB more than the mid.
"""

from __future__ import annotations

import numpy as np

from replique.probe import Samples

DECIDE_ON_S = 20.0
DECIDE_WITHIN_S = 120.0
SIDE_OVER_MID = 4.0
"""Energy ratio. Stereo of film, radio and music keeps its middle: even wide mixes stay below 1."""
AUDIBLE_RMS = 1e-3

_SIN45 = 0.5**0.5
_BS775 = {"FL": 0.5, "FR": 0.5, "FC": _SIN45, "LFE": 0.0, "LFE2": 0.0}
_UNNAMED = {
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}
"""Plain WAV names no channels; six and eight have this order wherever they come from film."""


def mixtures(names: tuple[str, ...]) -> dict[str, Samples]:
    """Return the views of a layout, each with its weights, float32 (channels,).

    names : FFmpeg's names of the channels. Stereo has both mid and side here; whether the
        side is searched, `PhaseWatch` decides.
    """
    if len(names) in _UNNAMED and set(names) == {"NONE"}:
        names = _UNNAMED[len(names)]
    if len(names) == 1:
        return {"mono": np.ones(1, np.float32)}
    if len(names) == 2 and "FC" not in names and "LFE" not in names:
        return {
            "mid": np.array([0.5, 0.5], np.float32),
            "side": np.array([0.5, -0.5], np.float32),
        }
    weights = np.array([_BS775.get(name, _SIN45 / 2) for name in names], np.float32)
    total = float(weights.sum())
    weights = weights / np.float32(total) if total else np.full(len(names), 1 / len(names), "f4")
    views = {"downmix": weights.astype(np.float32)}
    if "FC" in names:
        views["centre"] = np.array([name == "FC" for name in names], np.float32)
    return views


def mix(channels: Samples, weights: Samples) -> Samples:
    """Return one view, float32 (n,), of channels, float32 (channels, n)."""
    mixed: Samples = channels[0] * weights[0]
    for channel, weight in zip(channels[1:], weights[1:], strict=True):
        if weight:
            mixed += channel * weight
    return mixed


class PhaseWatch:
    """Decide, from the beginning of a stereo track, whether its side is searched too."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._seen = 0
        self._heard = 0
        self._mid = 0.0
        self._side = 0.0

    def push(self, mid: Samples, side: Samples) -> bool:
        """Take the next samples of both; return whether enough was heard to decide."""
        self._seen += len(mid)
        energy_mid, energy_side = float(np.dot(mid, mid)), float(np.dot(side, side))
        if max(energy_mid, energy_side) > AUDIBLE_RMS**2 * len(mid):
            self._heard += len(mid)
            self._mid += energy_mid
            self._side += energy_side
        return self._heard >= DECIDE_ON_S * self._rate or self._seen >= DECIDE_WITHIN_S * self._rate

    @property
    def out_of_phase(self) -> bool:
        """Whether the side carries what the mid has lost."""
        return self._side > SIDE_OVER_MID * self._mid
