"""Where a committee's desk is found, and by whom it is told so.

    REPLIQUE_ADDRESS=https://desk.example.org     as people type it
    REPLIQUE_PROXY=127.0.0.1                      whose X-Forwarded-… is believed
    REPLIQUE_SMTP=smtps://user:password@mail.example.org?from=desk@example.org

Without the last, no mail is ever sent.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from replique.errors import UsageError
from replique.language import gettext as _

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the desk is. origin : "https://desk.example.org". host : without the port."""

    origin: str
    host: str

    @property
    def secure(self) -> bool:
        """Whether it is reached encrypted."""
        return self.origin.startswith("https://")


def address(said: str) -> Address | None:
    """Return where the desk is; None when nothing is said. Raises UsageError."""
    if not said:
        return None
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        raise _bad_address() from None
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    whole = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    encrypted = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not host or not whole or not encrypted:
        raise _bad_address()
    return Address(f"{parts.scheme}://{host}" + (f":{port}" if port else ""), host)


def _bad_address() -> UsageError:
    return UsageError(
        _("REPLIQUE_ADDRESS is not an address that a desk can have."),
        advice=_("Write it as people type it, without a path: https://desk.example.org"),
    )


def proxies(said: str) -> frozenset[str]:
    """Return the addresses of the proxies that are believed. Raises UsageError."""
    try:
        return frozenset(str(ipaddress.ip_address(each)) for each in said.replace(",", " ").split())
    except ValueError:
        raise UsageError(
            _("REPLIQUE_PROXY holds something that is no IP address."),
            advice=_("Write the address from which the proxy connects: 127.0.0.1"),
        ) from None


@dataclass(frozen=True, slots=True)
class Mail:
    """Who carries mail. tls : "implicit", "starttls" or "none". sender : whom it is from."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str


_PORTS = {"smtps": (465, "implicit"), "smtp": (587, "starttls")}


def mail(said: str) -> Mail | None:
    """Return who carries mail; None when nobody does.

    Raises UsageError, which never repeats what was said: it may hold a password.
    """
    if not said:
        return None
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        raise _bad_mail() from None
    more = dict(parse_qsl(parts.query))
    sender = more.get("from", "")
    if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender:
        raise _bad_mail()
    usual, tls = _PORTS[parts.scheme]
    if parts.scheme == "smtp" and parts.hostname in LOOPBACK and more.get("tls") == "none":
        tls = "none"  # a carrier on this very computer
    return Mail(
        parts.hostname, port or usual, unquote(parts.username or ""),
        unquote(parts.password or ""), tls, sender,
    )  # fmt: skip


def _bad_mail() -> UsageError:
    return UsageError(
        _("REPLIQUE_SMTP does not name a server that carries mail."),
        advice=_("Write smtps://user:password@mail.example.org?from=desk@example.org"),
    )
