"""Whose things lists show: on a committee's desk, one's own and those of who chose one."""

from __future__ import annotations

import contextvars

_seen: contextvars.ContextVar[frozenset[str] | None] = contextvars.ContextVar("seen", default=None)
"""The performers whose things lists show; None: all, as on a laptop."""


def limit(performers: frozenset[str] | None) -> contextvars.Token[frozenset[str] | None]:
    """Show in lists, in this context, only what is of these performers, by slug; None: all.

    Give the token to `unlimit`.
    """
    return _seen.set(performers)


def unlimit(token: contextvars.Token[frozenset[str] | None]) -> None:
    """Undo `limit`."""
    _seen.reset(token)


def seen_only() -> frozenset[str] | None:
    """Return the performers whose things lists show, by slug; None: all."""
    return _seen.get()


def seen(performer: str) -> bool:
    """Return whether lists show what is of this performer, by slug."""
    limited = _seen.get()
    return limited is None or performer in limited
