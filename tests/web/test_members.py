"""Members, invitations, confidants, keys, testimony: each by who may, and nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from replique.store import Home
from tests.web.committee import SECRET, Committee, cheap, committee, opens


@pytest.fixture
def there(empty: Home, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Committee:
    del empty
    from django.core.cache import cache

    cache.clear()  # what was tried before is not counted
    settings.COMMITTEE = True
    cheap(monkeypatch)
    return committee()


def test_an_invitation_is_shown_once_and_opens_the_door_once(there: Committee) -> None:
    olga = there.client("olga")
    form = {"name": "Fay", "roles": ["member"], "language": "fr", "performer": ""}
    said = olga.post("/members/invite/", form).content.decode()
    found = re.search(r"http://127.0.0.1(/invitation/[\w-]+/)", said)
    assert found is not None
    listed = olga.get("/members/").content.decode()
    assert "Fay" in listed
    assert found[1] not in listed
    from django.test import Client

    fay = Client(HTTP_HOST="127.0.0.1")
    come = {"email": "fay@example.org", "password": "a long password"}
    assert fay.post(found[1], come).status_code == 302
    assert fay.get("/cases/").status_code == 200
    assert Client(HTTP_HOST="127.0.0.1").get(found[1]).status_code == 404


def test_a_performer_who_is_new_is_added_with_their_invitation(there: Committee) -> None:
    from replique import store
    from replique.store import inviting

    olga, before = there.client("olga"), {each.slug for each in store.performers()}
    form = {"name": "Gaël Ould", "language": "fr", "performer": "+"}
    assert olga.post("/members/invite/", form).status_code == 200
    (new,) = [each for each in store.performers() if each.slug not in before]
    assert (new.name, new.takes) == ("Gaël Ould", 0)
    assert [each.name for each in inviting.invitations()] == ["Gaël Ould"]
    assert olga.post("/members/invite/", {**form, "roles": ["none"]}).status_code == 400
    assert len(store.performers()) == len(before) + 1, "nobody is added whom nobody invites"


def test_an_invitation_is_taken_back(there: Committee) -> None:
    from replique.store import inviting

    made = inviting.invite("Fay", by=there.people.olga)
    there.client("olga").post(f"/members/invitations/{made.id}/revoke/")
    assert inviting.invitations() == []


def test_a_member_is_changed_handed_over_and_let_go(there: Committee) -> None:
    from replique.store import members

    olga, who = there.client("olga"), there.people
    where = f"/members/{who.cleo}/"
    form = {"name": "Cleo B.", "roles": ["member", "auditor"], "language": "fr", "performer": ""}
    assert olga.post(f"{where}change/", form).status_code == 302
    changed = members.member(who.cleo)
    assert (changed.name, changed.language) == ("Cleo B.", "fr")
    assert olga.post(f"{where}leave/", {"sure": "yes"}).status_code == 400, "two cases are hers"
    olga.post(f"{where}hand-over/", {"to": who.eli})
    assert olga.post(f"{where}leave/", {}).status_code == 400
    cleo = there.client("cleo")
    assert olga.post(f"{where}leave/", {"sure": "yes"}).status_code == 302
    assert cleo.get("/cases/").status_code == 302, "sent to the door"
    assert "left on" in olga.get("/members/").content.decode()


def test_the_last_organiser_stays_one(there: Committee) -> None:
    form = {"name": "Olga", "roles": [], "language": "en", "performer": ""}
    answer = there.client("olga").post(f"/members/{there.people.olga}/change/", form)
    assert answer.status_code == 400


def test_an_organiser_sees_how_much_and_nothing_of_what(there: Committee) -> None:
    said = there.client("olga").get(f"/members/{there.people.cleo}/").content.decode()
    assert "2 cases to see to" in said
    assert "Studio Lune" not in said
    assert "guild" not in said


def test_a_member_who_organises_nothing_sees_no_invitations(there: Committee) -> None:
    said = there.client("dan").get("/members/").content.decode()
    assert "Invite somebody" not in said
    assert "Olga" in said


def test_a_performer_alone_chooses_confidants_and_either_ends_it(there: Committee) -> None:
    from replique.store import confiding

    awa, eli = there.client("awa"), there.client("eli")
    assert eli.post("/confidants/choose/", {"member": there.people.dan}).status_code == 403
    awa.post("/confidants/choose/", {"member": there.people.eli})
    made = next(each for each in confiding.confidants("awa") if each.name == "Eli")
    assert "Awa" in eli.get("/confidants/").content.decode()
    assert there.client("cleo").post(
        "/confidants/end/", {"confidant": made.id}
    ).status_code == 400  # fmt: skip
    assert eli.post("/confidants/end/", {"confidant": made.id}).status_code == 302
    assert "Eli" not in {each.name for each in confiding.confidants("awa")}


def test_testimony_is_written_read_and_given_by_passphrase(there: Committee) -> None:
    from replique.store import sealing

    awa, cleo, dan = (there.client(name) for name in ("awa", "cleo", "dan"))
    form = {"text": "<i>He pressed me.</i>", "readers": [str(there.people.cleo)]}
    assert awa.post("/testimony/write/", form).status_code == 302
    text = sealing.sealed_texts(reader=there.people.awa)[-1].id
    where = f"/testimony/{text}/"
    assert dan.get(where).status_code == 403
    assert "pressed" not in cleo.get(where).content.decode()
    wrong = cleo.post(where, {"passphrase": "not the passphrase"})
    assert wrong.status_code == 400
    assert "pressed" not in wrong.content.decode()
    read = cleo.post(where, opens("cleo"))
    assert "&lt;i&gt;He pressed me.&lt;/i&gt;" in read.content.decode()
    assert read["Cache-Control"] == "no-store"
    let = {"do": "let", "member": there.people.dan}
    assert cleo.post(f"{where}change/", {**let, **opens("cleo")}).status_code == 302
    assert "pressed" in dan.post(where, opens("dan")).content.decode()
    stop = {"do": "stop", "member": there.people.dan, **opens("awa")}
    assert awa.post(f"{where}change/", stop).status_code == 302
    assert dan.get(where).status_code == 403
    amend = {"do": "amend", "text": "Said otherwise."}
    assert cleo.post(f"{where}change/", {**amend, **opens("cleo")}).status_code == 400
    assert awa.post(f"{where}change/", {**amend, **opens("awa")}).status_code == 302
    assert "Said otherwise." in cleo.post(where, opens("cleo")).content.decode()
    assert awa.post(f"{where}change/", {"do": "remove"}).status_code == 400
    assert awa.post(f"{where}change/", {"do": "remove", "sure": "yes"}).status_code == 302
    assert awa.get(where).status_code == 403
    assert awa.post(f"/testimony/{there.text}/change/", {"do": "what"}).status_code == 400


def test_testimony_is_about_a_case_of_one_s_own_only(there: Committee) -> None:
    eli = there.client("eli")
    form = {"text": "x", "case": str(there.case)}
    assert eli.post("/testimony/write/", form).status_code == 400
    assert there.client("dan").post("/testimony/write/", form).status_code == 302


def test_guessing_a_passphrase_is_slowed_down(there: Committee) -> None:
    awa = there.client("awa")
    where = f"/testimony/{there.text}/"
    said = [awa.post(where, {"passphrase": f"guess number {n}"}).content for n in range(11)]
    assert b"Too many attempts" in said[-1]
    assert SECRET not in awa.post(where, opens("awa")).content.decode()


def test_a_key_is_made_changed_and_renewed(there: Committee) -> None:
    from replique.store import testimony_keys
    from replique.store.testimony_models import MemberKey

    row = MemberKey.objects.get(member=there.people.eli)
    row.state = MemberKey.State.RETIRED
    row.save()
    eli = there.client("eli")
    new = {"new": "words that are four", "again": "words that are four"}
    assert "Make a key" in eli.get("/key/").content.decode()
    assert eli.post("/key/make/", {**new, "again": "others"}).status_code == 400
    assert eli.post("/key/make/", new).status_code == 302
    first = testimony_keys.key(there.people.eli)
    change = {"passphrase": new["new"], "new": "five words that are here",
              "again": "five words that are here"}  # fmt: skip
    assert eli.post("/key/passphrase/", change).status_code == 302
    assert eli.post("/key/renew/", {"passphrase": change["new"]}).status_code == 302
    second = testimony_keys.key(there.people.eli)
    assert first is not None
    assert second is not None
    assert first.public != second.public


def test_a_lost_key_comes_back_by_confidants_and_by_nobody_else(there: Committee) -> None:
    from replique.store import recovering

    awa = there.client("awa")
    share = {"threshold": "2", **opens("awa")}
    assert awa.post("/key/share/", share).status_code == 302
    assert "any 2 of 2 confidants" in awa.get("/key/").content.decode()
    new = {"new": "another four quiet words", "again": "another four quiet words"}
    assert awa.post("/key/ask/", new).status_code == 302
    (asked,) = recovering.recoveries(member=there.people.awa)
    page = awa.get("/key/").content.decode()
    assert asked.digits in page
    assert there.client("olga").post(f"/key/answer/{asked.id}/", opens("olga")).status_code == 403
    assert there.client("eli").post(f"/key/answer/{asked.id}/", opens("eli")).status_code == 403
    finish = {"recovery": asked.id, "passphrase": new["new"]}
    assert awa.post("/key/finish/", finish).status_code == 400, "nobody answered yet"
    for name in ("cleo", "dan"):
        client = there.client(name)
        assert asked.digits in client.get("/confidants/").content.decode()
        assert client.post(f"/key/answer/{asked.id}/", opens(name)).status_code == 302
    assert awa.post("/key/finish/", finish).status_code == 302
    said = awa.post(f"/testimony/{there.text}/", {"passphrase": new["new"]}).content.decode()
    assert SECRET in said


def test_an_asking_is_dropped(there: Committee) -> None:
    from replique.store import recovering

    awa = there.client("awa")
    awa.post("/key/share/", {"threshold": "2", **opens("awa")})
    awa.post("/key/ask/", {"new": "another four quiet words", "again": "another four quiet words"})
    (asked,) = recovering.recoveries(member=there.people.awa)
    assert awa.post("/key/drop/", {"recovery": asked.id}).status_code == 302
    assert recovering.recoveries(member=there.people.awa) == []


def _token(there: Committee, name: str) -> str:
    from replique.store import members
    from replique.web.api import tokens
    from replique.web.person import Person

    found = members.member(there.member(name))
    person = Person(found.name, frozenset(map(str, found.roles)), found.id, found.performer)
    return tokens.make(person, "a program", ["occurrences:read"])[0]


def _asks(token: str) -> int:
    from django.test import Client

    said = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_HOST": "127.0.0.1"}
    return Client().get("/api/v1/occurrences", **said).status_code  # type: ignore[arg-type] # a header


def test_a_performer_leaves_and_what_is_theirs_stays(there: Committee) -> None:
    from replique import store

    olga, awa = there.client("olga"), there.client("awa")
    token = _token(there, "awa")
    where = f"/members/{there.people.awa}/leave/"
    assert olga.post(where, {"sure": "yes"}).status_code == 302
    assert awa.get("/").status_code == 302
    assert _asks(token) == 401
    assert [each.slug for each in store.performers()] == ["awa", "ben"]


def test_who_left_or_is_suspended_keeps_no_session_and_no_token(there: Committee) -> None:
    from django.contrib.sessions.models import Session

    from replique.web.models import Account, ApiToken

    for name, end in (("eli", "suspend"), ("awa", "leave")):
        olga, client, token = there.client("olga"), there.client(name), _token(there, name)
        assert client.get("/occurrences/").status_code == 200
        assert _asks(token) == 200
        number = there.member(name)
        assert olga.post(f"/members/{number}/{end}/", {"sure": "yes"}).status_code == 302
        assert client.get("/occurrences/").status_code == 302, "sent to the door"
        assert _asks(token) == 401
        account = Account.objects.get(member_id=number)
        whose = [each.get_decoded().get("_auth_user_id") for each in Session.objects.all()]
        assert str(account.pk) not in whose
        assert not ApiToken.objects.filter(member=number, revoked_at=None).exists()
        assert not account.is_active
        assert olga.get("/members/").status_code == 200, "and nobody else’s ended"


def test_who_is_suspended_signs_in_no_more_until_let_in(there: Committee) -> None:
    from django.test import Client

    olga, where = there.client("olga"), f"/members/{there.people.eli}/suspend/"
    sign = {"login": "eli@example.org", "password": "a long password"}
    olga.post(where, {})
    assert "Suspended" in olga.get(f"/members/{there.people.eli}/").content.decode()
    eli = Client(HTTP_HOST="127.0.0.1")
    eli.post("/account/login/", sign)
    assert eli.get("/cases/").status_code == 302
    token = _token(there, "eli")
    assert _asks(token) == 401, "nor by a token that was made meanwhile"
    olga.post(where, {"what": "readmit"})
    eli.post("/account/login/", sign)
    assert eli.get("/cases/").status_code == 200


def test_nobody_suspends_themselves(there: Committee) -> None:
    olga = there.client("olga")
    assert olga.post(f"/members/{there.people.olga}/suspend/", {}).status_code == 400
    assert olga.get("/members/").status_code == 200


def test_that_somebody_was_suspended_is_in_the_ledger(there: Committee) -> None:
    from replique.store.ledger_models import LedgerEntry

    where = f"/members/{there.people.eli}/suspend/"
    there.client("olga").post(where, {})
    there.client("olga").post(where, {"what": "readmit"})
    lines = LedgerEntry.objects.filter(subject=f"member/{there.people.eli}")
    said = "".join(each.line for each in lines)
    assert '"suspended"' in said
    assert '"readmitted"' in said


def test_who_is_invited_without_a_role_comes_in_and_sees_nobody_s_things(there: Committee) -> None:
    from django.test import Client

    from replique.store import inviting

    made = inviting.invite("Fay", by=there.people.olga, roles=())
    fay = Client(HTTP_HOST="127.0.0.1")
    told = {"email": "fay@example.org", "password": "five words nobody would guess"}
    answer = fay.post(f"/invitation/{made.code}/", told)
    assert answer.status_code == 302
    assert fay.get(answer["Location"]).status_code == 200, "no door that leads nowhere"
    assert fay.get("/occurrences/1/").status_code in {403, 404}
    assert "scene" not in fay.get("/occurrences/").content.decode()
    assert fay.get("/cases/").status_code == 403
