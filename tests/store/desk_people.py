"""People of a committee for tests, with keys that open quickly."""

from __future__ import annotations

from dataclasses import dataclass

from replique import store
from replique.testimony.keys import PrivateKey
from replique.testimony.passphrases import Cost

CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
CANARY = "SERINUS-CANARIA: sign it or go home, he said"


def passphrase(name: str) -> str:
    return f"{name} quiet orange ladder"


@dataclass(frozen=True)
class People:
    """Awa and Ben are performers; Cleo, Dan, Eli are members; Olga organises."""

    awa: int
    ben: int
    cleo: int
    dan: int
    eli: int
    olga: int


def people() -> People:
    """Register them all, each with a key."""
    from replique.store import members, testimony_keys

    made = {}
    for name in ("awa", "ben"):
        store.add_performer(name.title(), name)
        made[name] = members.add_member(name.title(), roles=(), performer=name).id
    for name in ("cleo", "dan", "eli"):
        made[name] = members.add_member(name.title(), roles=("member",)).id
    made["olga"] = members.add_member("Olga", roles=("organiser",)).id
    for name, number in made.items():
        testimony_keys.make_key(number, passphrase(name), cost=CHEAP)
    return People(**made)


def opened(people: People, name: str) -> PrivateKey:
    """Return somebody's private key, by their passphrase."""
    from replique.store import testimony_keys

    return testimony_keys.unlock(getattr(people, name), passphrase(name))
