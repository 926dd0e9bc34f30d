"""The voices that are looked for, on their way to the workers: their keys, and no sound.

Worker processes load their probes from the encrypted files; nothing of it is loaded before a
voice is looked for, and no model before it hears one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from replique.store.ears import ears
from replique.store.home import Home
from replique.voices.settings import NAME, VERSION, Settings

if TYPE_CHECKING:
    from replique.voices import Reference, VoicesProbe


@dataclass(frozen=True, slots=True)
class VoicesSpec:
    """The voices probe on its way to a worker; see replique.scan.ProbeSpec.

    keys : of the voices. data_keys : 32 bytes for each, which open its file; they travel through
        a pipe of this program's own, and no text of this object shows them.
    """

    home: Home
    settings: Settings
    keys: tuple[str, ...]
    data_keys: tuple[bytes, ...] = field(repr=False)
    name: str = NAME
    version: str = VERSION
    _opened: dict[str, Reference] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Those that were read: one may be forgotten while it is looked for, and then its file is
    gone; the search for the others goes on, and what is found of that one is not kept."""

    @property
    def digest(self) -> str:
        """Of the probe, its settings and its models."""
        return self.settings.digest

    def load(self, wanted: int) -> VoicesProbe:
        """Return the probe, ready for the voices in the mask.

        Raises ReferenceDamaged, StoreError.
        """
        from replique.store import voice_files
        from replique.voices import VoicesProbe

        probe = VoicesProbe(ears(self.home), self.settings)
        chosen: list[tuple[str, Reference]] = []
        for place, (key, data_key) in enumerate(zip(self.keys, self.data_keys, strict=True)):
            if wanted >> place & 1:
                if key not in self._opened:
                    content = voice_files.read(self.home, key, data_key)
                    self._opened[key] = content.reference
                chosen.append((key, self._opened[key]))
        probe.learn(chosen)
        return probe
