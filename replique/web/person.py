"""Who is at the desk."""

from __future__ import annotations

import getpass
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

NAME = "name"
"""Where the session keeps what a person wants to be called."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk. name : under which they judge; role : see `permissions.Role`."""

    name: str
    role: str


def person_of(request: HttpRequest) -> Person:
    """Return who asks."""
    if not settings.COMMITTEE:
        return Person(request.session.get(NAME) or _account_here(), "owner")
    return Person("", "")


def _account_here() -> str:
    """Return the name of the account at this computer."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
