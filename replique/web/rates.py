"""How often something may be asked: counted in Django's cache, a minute at a time.

A laptop's is in memory; a committee's is shared by the processes of its server.
"""

from __future__ import annotations

import time

from django.core.cache import cache

MINUTE_S = 60


def allowed(what: str, whose: str, most: int) -> bool:
    """Count one more; return whether it is still within what a minute may hold."""
    minute = int(time.time()) // MINUTE_S
    name = f"rate:{what}:{whose}:{minute}"
    cache.add(name, 0, 2 * MINUTE_S)
    try:
        return int(cache.incr(name)) <= most
    except ValueError:  # let go of between the two: memory is bounded
        return True


def wait_s() -> int:
    """Return the seconds until the next minute begins."""
    return MINUTE_S - int(time.time()) % MINUTE_S
