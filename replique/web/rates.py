"""How often something may be asked: counted in this process's memory, a minute at a time.

The desk's server is one process: nothing is counted twice, and a restart forgets it.
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
