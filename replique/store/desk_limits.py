"""Whose things lists show: on a committee's desk, one's own and those of who chose one."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable
from typing import TypeVar

_Thing = TypeVar("_Thing")

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


def theirs(things: Iterable[_Thing], performer: Callable[[_Thing], str]) -> list[_Thing]:
    """Return, of what hangs on one occurrence, what is of the performers whom lists show.

    Two may have registered the same recording: each sees what is theirs of it. Where none of it
    is theirs, all of it: whoever got so far works on a case that holds it.
    performer : tells whose a thing is, by slug.
    """
    every = list(things)
    limited = _seen.get()
    if limited is None:
        return every
    return [each for each in every if performer(each) in limited] or every
