"""Every address of the desk, in every role, for things of every belonging."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from replique import store
from replique.store import Home

ROOT = Path(__file__).parents[2]
REFUSED = 403
# allauth's pages have a door of their own: tests/web/test_accounts.py
DOORS = ("account/",)
WORDS = {"part": "found", "code": "no-such-code"}
"""What stands in an address and is no number."""


def patterns(found: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the desk with its pattern."""
    for each in get_resolver().url_patterns if found is None else found:
        where = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, where)
        else:
            yield where, each


def unnamed(found: list[Any] | None = None) -> list[str]:
    """Return the addresses whose view names no action."""
    return [
        where
        for where, each in patterns(found)
        if not where.startswith(DOORS) and not hasattr(each.callback, "action")
    ]


@dataclass
class World:
    """Who is there, by role; and the things of Awa and of Zoe, by what they are.

    whose : (kind, thing, role) to how it belongs to the person of that role.
    """

    people: dict[str, int] = field(default_factory=dict)
    things: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)


# Cleo is Awa's confidant; Dan works on the case, which holds Zoe's occurrence and use.
WHOSE = {"performer": "own", "confidant": "confided", "member": "shared"}
MINE = {"performer": "awa", "confidant": "awa", "member": "zoe"}


def whose(kind: str, thing: str, role: str) -> str:
    """Return how a thing belongs to somebody, as a person would say it."""
    if kind == "case":
        return "shared" if role == "member" and thing == "zoe" else "other"
    if kind in {"take", "voice"} and role == "member":
        return "other"  # a case does not hold them
    return WHOSE[role] if MINE.get(role) == thing else "other"


@pytest.fixture
def world(empty: Home, settings: Any) -> World:
    """Fill a committee's desk."""
    del empty
    from replique.store import cases, confiding, members, sealing, testimony_keys
    from replique.web.models import Account
    from tests.store.desk_people import CHEAP
    from tests.store.papers import find, register, rider

    settings.COMMITTEE = True
    made = World()
    for slug in ("awa", "zoe"):
        store.add_performer(slug.title(), slug)
    numbers = {
        "performer": members.add_member("Awa", roles=(), performer="awa").id,
        "confidant": members.add_member("Cleo", roles=()).id,
        "member": members.add_member("Dan", roles=("member",)).id,
        "organiser": members.add_member("Olga", roles=("organiser",)).id,
        "auditor": members.add_member("Ada", roles=("auditor",)).id,
    }
    zoe = members.add_member("Zoe", roles=("member",), performer="zoe").id
    confiding.choose_confidant(numbers["performer"], numbers["confidant"])
    for role, number in (*numbers.items(), ("zoe", zoe)):
        testimony_keys.make_key(number, "four long words here", cost=CHEAP)
        made.people[role] = Account.objects.create_user(
            f"{role}@example.org", "a long password", member_id=number
        ).pk
    things: dict[str, dict[str, dict[str, object]]] = {
        kind: {} for kind in ("take", "occurrence", "use", "agreement", "performer", "case",
                              "testimony", "voice")
    }  # fmt: skip
    for slug, sha256 in (("awa", "a" * 64), ("zoe", "b" * 64)):
        things["take"][slug] = {"number": register(slug, sha256)}
        occurrence = find(sha256)
        things["occurrence"][slug] = {"number": occurrence}
        use = store.describe_use(occurrence, performer=slug, facts={"act": "dub_language"})
        things["use"][slug] = {"use": use.name}
        things["performer"][slug] = {"performer": slug}
        store.add_agreement(rider(f"rider-{slug}", performer=slug))
        things["agreement"][slug] = {"agreement": f"rider-{slug}"}
    case = cases.open_case("Zoe's", by=zoe, members=[numbers["member"]]).id
    cases.add_items(case, "occurrence", [str(things["occurrence"]["zoe"]["number"])], by=zoe)
    cases.add_items(case, "agreement", ["rider-zoe"], by=zoe)
    cases.add_party(case, "person", "", performer="zoe", by=zoe)
    other = cases.open_case("Another", by=zoe).id
    things["case"] = {"zoe": {"case": case}, "awa": {"case": other}}
    mine = sealing.write("x", by=numbers["performer"], readers=[numbers["confidant"]]).id
    theirs = sealing.write("x", by=zoe, readers=[numbers["member"]]).id
    things["testimony"] = {"awa": {"number": mine}, "zoe": {"number": theirs}}
    store.judge(int(str(things["occurrence"]["awa"]["number"])), "yes", by="Awa")
    store.judge(int(str(things["occurrence"]["zoe"]["number"])), "yes", by="Zoe")
    made.things = things
    return made


def client_of(world: World, role: str) -> Client:
    from replique.web.models import Account

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(pk=world.people[role]))
    return client


def asked(client: Client, where: str, form: dict[str, object]) -> int:
    """Ask for an address as its view wants to be asked; return the status."""
    status = client.get(where).status_code
    if status == 405:
        status = client.post(where, form).status_code
    return int(status)


def address(pattern: URLPattern, where: str, thing: dict[str, object]) -> str:
    """Return an address with a thing in it."""
    import re

    def filled(found: re.Match[str]) -> str:
        name = found["name"]
        return str(thing.get(name, WORDS.get(name, 1)))

    del pattern
    return "/" + re.sub(r"<(?:\w+:)?(?P<name>\w+)>", filled, where)


def test_every_view_names_its_action() -> None:
    assert unnamed() == []


def test_a_view_without_an_action_is_found_out() -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path)

    assert unnamed([path("bare/", bare)]) == ["bare/"]


ROLES = ["performer", "confidant", "member", "organiser", "auditor"]


@pytest.mark.parametrize("role", ROLES)
def test_the_table_is_what_happens(world: World, role: str) -> None:
    """Walk: each address × this role × own, another's, nobody's."""
    from replique.web.belonging import Whose
    from replique.web.permissions import ACTIONS

    client = client_of(world, role)
    wrong = []
    for where, pattern in patterns():
        view: Any = pattern.callback
        if where.startswith(DOORS):
            continue
        rules = ACTIONS[view.action]
        allowed = rules.roles.get(role, frozenset())  # type: ignore[call-overload] # a StrEnum
        if not view.of:
            status = asked(client, address(pattern, where, {}), {})
            if (status != REFUSED) != (Whose.NOBODY in allowed or rules.anyone):
                wrong.append((where, role, "nobody's", status))
            continue
        for thing, named in world.things[view.of].items():
            belongs = whose(view.of, thing, role)
            status = asked(client, address(pattern, where, named), dict(named))
            if (status != REFUSED) != (belongs in allowed):
                wrong.append((where, role, f"{thing}'s, {belongs}", status))
            assert status < 500, where
        gone: dict[str, object] = {"number": 999_999, "case": 999_999, "use": "u999999"}
        status = asked(client, address(pattern, where, gone), {"performer": "nobody"})
        if status != REFUSED:
            wrong.append((where, role, "what is not there", status))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_belongings_are_what_a_person_would_say(world: World, role: str) -> None:
    """Of every kind of thing, also those that no page shows yet."""
    from replique.web.belonging import BELONGS
    from replique.web.person import person_of

    class Asked(HttpRequest):
        """A request of this role."""

    from replique.web.models import Account

    request: Any = Asked()
    request.user = Account.objects.get(pk=world.people[role])
    person = person_of(request)
    for kind, things in world.things.items():
        for thing, named in things.items():
            found = BELONGS[kind](request, person, named)
            assert found == whose(kind, thing, role), (kind, thing, role)
        nothing = {"number": 999, "case": 999, "use": "u999", "agreement": "x", "performer": "x"}
        assert BELONGS[kind](request, person, nothing) == "other"


@pytest.mark.parametrize("role", ["organiser", "auditor"])
def test_who_organises_or_audits_is_given_no_contents(role: str) -> None:
    from replique.web.permissions import ACTIONS, Role

    mine = {name for name, each in ACTIONS.items() if Role(role) in each.roles}
    assert not [name for name in mine if ACTIONS[name].of]
    assert not [
        name
        for name in mine
        if name.startswith(("takes", "occ", "use", "agree", "case", "test", "voice", "scan"))
    ]


def test_who_has_not_signed_in_is_sent_to_the_door(world: World) -> None:
    del world
    client = Client(HTTP_HOST="127.0.0.1")
    for where, pattern in patterns():
        if where.startswith(DOORS) or pattern.name in {"language", "invitation"}:
            continue
        answer = client.get(address(pattern, where, {}))
        if where.startswith("api/"):
            assert answer.status_code == 401, where
            continue
        assert answer.status_code == 302, where
        assert answer.headers["Location"].startswith("/account/login/?next="), where


def test_who_left_opens_nothing(world: World) -> None:
    from replique.store import case_merging
    from replique.web.models import Account

    client = client_of(world, "auditor")
    assert client.get("/").status_code == 200
    number = Account.objects.get(pk=world.people["auditor"]).member_id
    assert number is not None
    case_merging.leave(number, by=number)
    assert client.get("/").status_code == 302


def test_the_owner_of_a_laptop_may_do_all_of_it() -> None:
    from replique.web.belonging import Whose
    from replique.web.permissions import ACTIONS, may
    from replique.web.person import NOBODY, Person

    owner = Person("Awa", frozenset({"owner"}))
    assert all(may(owner, name, each) for name in ACTIONS for each in Whose)
    assert not may(owner, "no.such.thing")
    assert not [n for n, e in ACTIONS.items() if may(NOBODY, n) and not e.anyone]


def test_nobody_is_allowed_what_is_somebody_else_s() -> None:
    from replique.web.belonging import Whose
    from replique.web.permissions import ACTIONS

    allowed = [
        name for name, each in ACTIONS.items() for of in each.roles.values() if Whose.OTHER in of
    ]
    assert allowed == []


def test_a_person_of_two_roles_may_what_either_may() -> None:
    from replique.web.belonging import Whose
    from replique.web.permissions import may
    from replique.web.person import Person

    both = Person("Awa", frozenset({"performer", "member"}), 1, "awa")
    assert may(both, "occurrences.listen", Whose.OWN)
    assert may(both, "occurrences.listen", Whose.SHARED)
    assert not may(both, "occurrences.listen", Whose.CONFIDED)
    assert not may(both, "takes.withdraw", Whose.SHARED)


def test_the_page_of_the_table_is_true() -> None:
    place = importlib.util.spec_from_file_location("tool", ROOT / "tools" / "permissions.py")
    assert place is not None
    assert place.loader is not None
    tool = importlib.util.module_from_spec(place)
    place.loader.exec_module(tool)
    assert inspect.getdoc(tool)
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()
