"""What somebody finds who looks for what is another's, by every way that a list or a form has."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from django.test import Client

from replique import store
from replique.errors import AlreadyThere
from replique.store import Home
from tests.store.papers import find, register, rider
from tests.web.committee import Committee, cheap, committee
from tests.web.test_permissions import DOORS, address, patterns

STRANGERS = ("ben", "eli", "olga")
"""Another performer, a member who works on none of the cases, an organiser."""


@pytest.fixture
def there(empty: Home, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Committee:
    del empty
    from django.core.cache import cache

    cache.clear()
    settings.COMMITTEE = True
    cheap(monkeypatch)
    return committee()


def hide(there: Committee) -> dict[str, object]:
    """Give Awa one more of everything, each with a name that occurs nowhere else."""
    from replique.store import cases, jobs, sealing
    from replique.store.models import Location, Medium, Occurrence, Take

    take = register("awa", "c" * 64)
    Take.objects.filter(pk=take).update(title="buried-take")
    found = find("c" * 64, 77.0)
    medium = Medium.objects.create(sha256="9" * 64)
    Location.objects.create(
        medium=medium, locator="/srv/buried-medium.mkv", way="[]", path_key="p", place_key="p",
    )  # fmt: skip
    Occurrence.objects.filter(pk=found).update(medium=medium)
    facts = {"act": "dub_language", "production": "buried-production", "company": "buried-firm"}
    use = store.describe_use(found, performer="awa", facts=facts).name
    store.check(use)
    store.judge(found, "yes", by="buried-judge")
    store.add_agreement(rider("buried-paper", performer="awa"))
    case = cases.open_case("buried-case", by=there.people.cleo).id
    text = sealing.write("buried-text", by=there.people.awa, about="buried-about").id
    order = jobs.order("scan", {"paths": ["/srv/buried-folder"], "member": there.people.cleo}, "C")
    jobs.begin(order.id)
    jobs.end(order.id)
    return {"take": take, "occurrence": found, "use": use, "case": case, "text": text}


QUERIES = (
    "", "performer=awa", "medium=buried", "production=buried-production", "verdict=no_grant_found",
    "judged=yes", "judged=not", "withdrawn=yes", "order=newest", "order=weakest", "order=place",
    "kind=take", "least=0", "case=1", "run=1",
)  # fmt: skip


def marks() -> list[str]:
    """Return places in a list as somebody makes them by hand."""
    made: list[list[float]] = [[0, 0], [99, 10**9], [-99, 0], [10**9], [0, 0, 0.0, 0]]
    return [
        base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in made
    ]


def lists() -> list[str]:
    """Return the addresses that name nothing: lists, forms, settings."""
    return [
        address(pattern, where, {})
        for where, pattern in patterns()
        if "<" not in where and not where.startswith(DOORS)
    ]


def seen(client: Client) -> dict[str, str]:
    """Return all that somebody is shown who asks every list in every way."""
    told = {}
    for where in lists():
        filtered = where in {"/occurrences/", "/api/v1/occurrences"}
        ways = [f"{where}?{each}" for each in (QUERIES if filtered else ("",))]
        if filtered:
            ways += [f"{where}?{way}={each}" for each in marks() for way in ("after", "before")]
        part = {"HX-Request": "true", "HX-Target": "list"}
        asked: list[tuple[str, dict[str, str]]] = [(way, {}) for way in ways]
        asked += [(way, part) for way in ways[:4] if where == "/occurrences/"]
        for way, headers in asked:
            answer = client.get(way, headers=headers)
            said = b"".join(answer) if answer.streaming else answer.content
            told[f"{way} {len(headers)}"] = plain(said.decode(errors="replace"))
    return told


def plain(said: str) -> str:
    """Return a page without what differs each time it is asked for."""
    said = re.sub(r'(name="(?:csrfmiddlewaretoken|once)" value=)"[^"]*"', r"\1", said)
    return re.sub(r'nonce="[^"]*"|X-CSRFToken[^}]*|\d\d:\d\d', "", said)


@pytest.mark.parametrize("name", ["ben", "olga"])
def test_what_others_have_changes_nothing_that_one_is_shown(there: Committee, name: str) -> None:
    """Neither names nor counts: each page is, letter for letter, as it was before."""
    client = there.client(name)
    hide_scan = re.compile(r"/scans/|/api/v1/scans")
    client.get("/")  # what is told once, such as a first visit, is told
    before = seen(client)
    hide(there)
    after = seen(client)
    changed = [
        way for way in before if before[way] != after[way] and not hide_scan.match(way)
    ]  # fmt: skip
    assert changed == []


@pytest.mark.parametrize("name", ["eli", "olga"])
def test_no_list_names_what_is_another_s(there: Committee, name: str) -> None:
    hide(there)
    words = ("buried-take", "buried-medium", "buried-firm", "buried-judge", "buried-paper",
             "buried-case", "buried-text", "buried-about", "buried-folder")  # fmt: skip
    for way, said in seen(there.client(name)).items():
        assert not [word for word in words if word in said], way


@pytest.mark.parametrize("name", STRANGERS)
def test_nothing_is_reached_by_its_number(there: Committee, name: str) -> None:
    made = hide(there)
    client, one = there.client(name), made["occurrence"]
    ways = [
        f"/takes/{made['take']}/sound.flac", f"/takes/{made['take']}/waveform.svg",
        f"/occurrences/{one}/", f"/occurrences/{one}/pictures/", f"/occurrences/{one}/found.png",
        f"/occurrences/{one}/medium.flac", f"/occurrences/{one}/take.flac",
        f"/occurrences/{one}/raw.flac", f"/occurrences/{one}/use/", f"/occurrences/{one}/give/",
        f"/uses/{made['use']}/", "/overview/awa/", "/agreements/of/buried-paper/",
        f"/cases/{made['case']}/", f"/cases/{made['case']}/papers/",
        f"/cases/{made['case']}/findings/", f"/cases/{made['case']}/timeline/",
        f"/cases/{made['case']}/export/", f"/cases/{made['case']}/export/1/",
        f"/cases/{made['case']}/files/1/", f"/testimony/{made['text']}/",
        f"/api/v1/occurrences/{one}", f"/api/v1/findings/{made['use']}",
        f"/api/v1/cases/{made['case']}",
    ]  # fmt: skip
    for way in ways:
        for range_ in ({}, {"Range": "bytes=0-9"}):
            assert client.get(way, headers=range_).status_code == 403, way
    gone = [way.replace(str(one), "999999") for way in ways if f"/{one}/" in way]
    for way in gone:
        assert client.get(way).status_code == 403, "nor is it told whether it is there"


def test_neighbours_in_a_list_are_one_s_own(there: Committee) -> None:
    register("ben", "b" * 64)
    first, last = find("b" * 64, 1.0), find("b" * 64, 99.0)
    one = hide(there)["occurrence"]
    ben = there.client("ben")
    for order in ("newest", "weakest", "place", "strongest"):
        said = "".join(
            ben.get(f"/occurrences/{each}/?order={order}").content.decode()
            for each in (first, last)
        )
        assert f"/occurrences/{one}/" not in said
        assert f"/occurrences/{there.occurrence}/" not in said


@pytest.fixture
def both(there: Committee) -> tuple[Committee, int, str]:
    """Have Awa and Ben register the same recording, and Awa's use of it described."""
    register("awa", "d" * 64)
    register("ben", "d" * 64)
    from replique.store.models import Take

    Take.objects.filter(performer__slug="awa").update(title="buried-take")
    found = find("d" * 64, 5.0)
    store.add_agreement(rider("buried-paper", performer="awa"))
    facts = {"act": "dub_language", "production": "buried-production", "company": "Studio Lune"}
    use = store.describe_use(found, performer="awa", facts=facts).name
    store.check(use)
    return there, found, use


def test_of_what_two_registered_each_sees_what_is_theirs(both: tuple[Committee, int, str]) -> None:
    there, found, use = both
    ben, awa = there.client("ben"), there.client("awa")
    ways = [f"/occurrences/{found}/", f"/occurrences/{found}/use/", f"/api/v1/occurrences/{found}",
            *(f"/occurrences/?{each}" for each in QUERIES),
            f"/occurrences/{found}/agreements/", "/overview/ben/", "/api/v1/findings",
            "/api/v1/occurrences"]  # fmt: skip
    for way in ways:
        said = ben.get(way).content.decode()
        words = ("buried-take", "buried-paper", "Studio Lune", f">{use}<")
        assert not [word for word in words if word in said.replace("<wbr>", "")], way
        if "buried" not in way:
            assert "buried-production" not in said.replace("<wbr>", ""), way
        assert ">Awa<" not in said, way
        assert f"/uses/{use}/" not in said, way
    assert ben.get(f"/uses/{use}/").status_code == 403
    listed = awa.get("/occurrences/").content.decode()
    assert "buried-take" in listed.replace("<wbr>", "")
    assert "buried-production" in listed.replace("<wbr>", "")


def test_of_what_two_registered_nobody_asks_or_describes_for_the_other(
    both: tuple[Committee, int, str],
) -> None:
    there, found, _use = both
    ben = there.client("ben")
    facts = {"act": "dub_language", "company": "Studio Lune", "performer": "awa"}
    for where in (f"/occurrences/{found}/use/answer/", f"/occurrences/{found}/use/"):
        answer = ben.post(where, facts)
        assert answer.status_code == 400, where
        assert "buried" not in answer.content.decode()
    assert len(store.uses("awa")) == 1
    assert ben.get(f"/occurrences/{found}/use/?performer=awa").status_code == 400
    assert ben.post(f"/occurrences/{found}/use/", {"act": "dub_language"}).status_code == 302
    assert len(store.uses("ben")) == 1


def test_an_agreement_s_name_is_nobody_s_to_take(there: Committee) -> None:
    """Another version of Awa's paper that names Ben would let him read hers."""
    from replique.consent import reading
    from replique.store.agreeing_sealed import add_agreement_sealed

    store.add_agreement(rider("buried-paper", performer="awa"))
    second = reading.agreement(rider("buried-paper", performer="ben", version=2))
    with pytest.raises(AlreadyThere):
        add_agreement_sealed(second, by=there.people.ben)
    assert there.client("ben").get("/agreements/of/buried-paper/").status_code == 403


def test_an_organiser_makes_nobody_the_performer_that_another_is(there: Committee) -> None:
    from replique.store import members

    store.add_performer("Zoe", "zoe")
    olga, who = there.client("olga"), there.people
    form = {"name": "x", "roles": ["organiser"], "language": "en"}
    for number, performer in ((who.olga, "zoe"), (who.olga, "awa"), (who.eli, "awa"),
                              (who.awa, ""), (who.awa, "zoe")):  # fmt: skip
        answer = olga.post(f"/members/{number}/change/", {**form, "performer": performer})
        assert answer.status_code == 400, (number, performer)
    assert members.member(who.awa).performer == "awa"
    said = {**form, "name": "Eli", "roles": ["member"], "performer": "zoe"}
    assert olga.post(f"/members/{who.eli}/change/", said).status_code == 302, "of who is none yet"


def test_an_organiser_hands_no_case_over_to_themselves(there: Committee) -> None:
    from replique.store import members

    members.change_member(there.people.olga, roles=["member", "organiser"])
    olga = there.client("olga")
    where = f"/members/{there.people.cleo}/hand-over/"
    assert olga.post(where, {"to": there.people.olga}).status_code == 400
    assert olga.get(f"/cases/{there.case}/").status_code == 403


def test_a_member_opens_no_performer_by_naming_them_in_a_case(there: Committee) -> None:
    from replique.store import cases

    eli = there.client("eli")
    case = cases.open_case("Eli's", by=there.people.eli).id
    said = {"kind": "person", "name": "Awa", "performer": "awa"}
    assert eli.post(f"/cases/{case}/parties/", said).status_code == 400
    assert eli.get("/overview/awa/").status_code == 403
    for kind, key in (("occurrence", str(there.occurrence)), ("use", "u1"), ("agreement", "x")):
        answer = eli.post(f"/cases/{case}/items/", {"kind": kind, "keys": key})
        assert answer.status_code == 400, kind
    assert eli.get(f"/occurrences/{there.occurrence}/").status_code == 403


def test_a_program_judges_by_a_token_only_what_its_person_hears(there: Committee) -> None:
    for name in STRANGERS:
        answer = there.client(name).post(
            f"/api/v1/occurrences/{there.occurrence}/judgement", {"verdict": "no"},
            content_type="application/json",
        )  # fmt: skip
        assert answer.status_code == 403
    assert store.judgements([there.occurrence]) == {}


def test_keys_and_recoveries_are_one_s_own(there: Committee) -> None:
    from replique.store import recovering
    from tests.web.committee import opens

    awa = there.client("awa")
    awa.post("/key/share/", {"threshold": "2", **opens("awa")})
    new = {"new": "another four quiet words", "again": "another four quiet words"}
    awa.post("/key/ask/", new)
    (asked,) = recovering.recoveries(member=there.people.awa)
    for name in STRANGERS:
        client = there.client(name)
        for where in ("/key/drop/", "/key/finish/"):
            form = {"recovery": asked.id, "passphrase": new["new"]}
            assert client.post(where, form).status_code in {400, 403, 404}, (name, where)
        assert client.post(f"/key/answer/{asked.id}/", opens(name)).status_code in {400, 403, 404}
    assert recovering.recoveries(member=there.people.awa) != []
