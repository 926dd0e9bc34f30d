"""Réplique: where a performer's recordings are used, and whether it was agreed.

The library does the work; `replique.cli` speaks and `replique.web` shows.
The house, its rooms and the direction of its arrows: docs/architecture.md.
"""

__version__ = "0.1.0"
