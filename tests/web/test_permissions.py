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
    if thing == "any":
        return "common"
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
            f"{role}@example.org", None, member_id=number
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
    store.add_agreement(rider("for-all", performer="any").replace("individual", "collective"))
    things["agreement"]["any"] = {"agreement": "for-all"}
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


@dataclass(frozen=True)
class Way:
    """A method of an address: what it does, to what, and what is sent."""

    method: str
    act: str
    of: str
    body: dict[str, object] | None = None


def ways(pattern: URLPattern) -> list[Way]:
    """Return the methods of an address; of the API, each has a permission of its own."""
    from replique.web.api.endpoints import ENDPOINTS
    from replique.web.permissions import ACTIONS

    view: Any = pattern.callback
    named = {f"api-{each.name}": each.path for each in ENDPOINTS}
    if pattern.name not in named:
        return [Way(method, view.action, view.of) for method in ("GET", "POST")]
    return [
        Way(each.method, each.act, ACTIONS[each.act].of, BODIES.get(each.name))
        for each in ENDPOINTS
        if each.path == named[pattern.name]
    ]


BODIES: dict[str, dict[str, object]] = {
    "judge": {"verdict": "yes", "why": ""},
    "start-scan": {"paths": ["/there/is/none"]},
}
"""What programs send."""


def asked(client: Client, way: Way, where: str, form: dict[str, object]) -> int:
    """Ask for an address in one of its ways; return the status."""
    if way.body is not None:
        answer = client.post(where, way.body, content_type="application/json")
    elif way.method == "POST":
        answer = client.post(where, form)
    else:
        answer = client.get(where)
    answer.close()
    return int(answer.status_code)


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Keep the network out of a walk of POSTs; return what tried to reach it."""
    import socket

    from replique.web import work

    tried: list[object] = []

    def tell(*said: object, **_more: object) -> None:
        tried.append(said)
        raise OSError("no network in a walk")

    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, tell)
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, tell)
    monkeypatch.delenv("REPLIQUE_TSA_URL", raising=False)
    monkeypatch.setattr(work, "do", lambda _number: None)  # ordered, and not done
    return tried


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
def test_the_table_is_what_happens(world: World, role: str, reached: list[object]) -> None:
    """Walk: each address × method × this role × own, another's, everybody's, nobody's."""
    client = client_of(world, role)
    wrong = [
        each
        for where, pattern in patterns()
        if not where.startswith(DOORS)
        for way in ways(pattern)
        for each in walked(world, client, role, (where, pattern), way)
    ]
    assert wrong == []
    assert reached == []


def walked(
    world: World, client: Client, role: str, place: tuple[str, URLPattern], way: Way
) -> Iterator[tuple[object, ...]]:
    """Yield where what happens is not what the table says."""
    where, pattern = place
    from replique.web.belonging import Whose
    from replique.web.permissions import ACTIONS

    rules = ACTIONS[way.act]
    allowed = rules.roles.get(role, frozenset())  # type: ignore[call-overload] # a StrEnum
    if not way.of:
        status = asked(client, way, address(pattern, where, {}), {})
        if status != 405 and (status != REFUSED) != (Whose.NOBODY in allowed or rules.anyone):
            yield where, way.method, role, "nobody's", status
        assert status < 500, where
        return
    for thing, named in world.things[way.of].items():
        belongs = whose(way.of, thing, role)
        status = asked(client, way, address(pattern, where, named), dict(named))
        if status != 405 and (status != REFUSED) != (belongs in allowed):
            yield where, way.method, role, f"{thing}'s, {belongs}", status
        assert status < 500, where
    gone: dict[str, object] = {"number": 999_999, "case": 999_999, "use": "u999999"}
    status = asked(client, way, address(pattern, where, gone), {"performer": "nobody"})
    if status not in {REFUSED, 405}:
        yield where, way.method, role, "what is not there", status


def test_every_way_is_walked(world: World) -> None:
    """No address answers a method that the walk does not know."""
    client = client_of(world, "member")
    for where, pattern in patterns():
        if where.startswith(DOORS):
            continue
        at = address(pattern, where, {})
        for method in ("put", "patch", "delete"):
            assert getattr(client, method)(at).status_code in {REFUSED, 405}, (method, at)
        known = {each.method for each in ways(pattern)}
        for method in {"GET", "POST"} - known:
            assert getattr(client, method.lower())(at).status_code == 405, (method, at)


def test_a_walk_reaches_no_network_though_a_stamp_is_asked_for(
    world: World, reached: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard itself is tried: with an authority named, the stamp's POST runs into it."""
    from replique.store import choices, ledger_stamps

    client = client_of(world, "organiser")
    assert client.post("/settings/stamp/").status_code == 400
    assert reached == [], "none is named: nothing is asked"
    choices.choose(tsa_url="http://stamps.example.org/tsa")
    monkeypatch.setattr(ledger_stamps, "roots", lambda: ["a certificate"])
    assert client.post("/settings/stamp/").status_code == 400
    assert reached


def test_a_token_opens_what_its_scope_says_and_no_more_than_its_person_may(world: World) -> None:
    """Walk the API: each endpoint × its scope there, missing × the roles."""
    from replique.store import members
    from replique.web.api import tokens
    from replique.web.api.endpoints import ENDPOINTS
    from replique.web.models import Account
    from replique.web.permissions import ACTIONS, could
    from replique.web.person import Person

    for role in ROLES:
        number = Account.objects.get(pk=world.people[role]).member_id
        assert number is not None
        found = members.member(number)
        person = Person(
            found.name, frozenset(map(str, found.roles)), found.id, found.performer,
            frozenset(found.confides),
        )  # fmt: skip
        for endpoint in ENDPOINTS:
            of = ACTIONS[endpoint.act].of
            thing = world.things[of]["zoe" if role == "member" else "awa"] if of else {"number": 1}
            where = "/api/v1" + endpoint.path.format(
                **{"number": 1, "case": 1, "use": "u1", **thing}
            )
            others = [each for each in tokens.SCOPES if each != endpoint.scope]
            for scopes, right in ((others, False), ([endpoint.scope], True)):
                token, kept = tokens.make(person, "a program", scopes)
                client = Client(HTTP_HOST="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {token}")
                way = Way(endpoint.method, endpoint.act, of, BODIES.get(endpoint.name))
                opened = asked(client, way, where, {}) != REFUSED
                assert opened == (right and could(person, endpoint.act)), (role, where, scopes)
                tokens.take_back(person, kept.id)
                assert asked(client, way, where, {}) in {401, 429}, "slowed down, or refused"


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


def test_a_collective_agreement_is_seen_by_each_and_changed_by_none(world: World) -> None:
    where = "/agreements/of/for-all/"
    for role in ("performer", "confidant", "member", "zoe"):
        client = client_of(world, role)
        assert "for-all" in client.get("/agreements/").content.decode(), role
        said = client.get(where)
        assert said.status_code == 200, role
        assert "Withdraw it" not in said.content.decode(), role
        assert "Keep a paper" not in said.content.decode(), role
        change = {"what": "withdraw", "on": "2026-06-01"}
        assert client.post(f"{where}state/", change).status_code == REFUSED, role
        assert client.post(f"{where}private/").status_code == REFUSED, role
    assert store.agreement("for-all").status == "given"
    for role in ("organiser", "auditor"):
        assert client_of(world, role).get(where).status_code == REFUSED


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
