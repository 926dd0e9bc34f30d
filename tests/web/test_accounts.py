"""Coming in, second factors, sessions: a committee's desk, and a laptop that needs none of it."""

from __future__ import annotations

import html
import re
import threading
from typing import Any

import pytest
from django.test import Client

from replique.store import Home

PASSWORD = "five words nobody would guess"  # noqa: S105 — of nobody
LOGIN = "/account/login/"


@pytest.fixture
def committee(empty: Home, settings: Any) -> int:
    """Open a committee's desk with one organiser; return who she is."""
    from django.core.cache import cache

    from replique.store import members

    del empty
    cache.clear()  # rate limits of other tests
    settings.COMMITTEE = True
    return members.add_member("Olga", roles=("organiser", "member")).id


@pytest.fixture
def ana(committee: int) -> Any:
    """Return the account of a member who reads French."""
    from replique.store import inviting
    from replique.web.accounts import come_in

    made = inviting.invite("Ana", by=committee, language="fr")
    return come_in(made.code, "Ana@Example.org", PASSWORD)


def knocking() -> Client:
    return Client(HTTP_HOST="127.0.0.1")


def signed_in(email: str = "ana@example.org") -> Client:
    client = knocking()
    answer = client.post(LOGIN, {"login": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_invitation_lets_in_once_and_leads_to_the_desk(committee: int) -> None:
    from replique.store import inviting, members
    from replique.web.models import Account

    made = inviting.invite("Ana <b>", by=committee, language="fr")
    where = f"/invitation/{made.code}/"
    client = knocking()
    page = text_of(client.get(where))
    assert "Ana &lt;b&gt;" in page
    answer = client.post(where, {"email": "Ana@Example.org ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert '<html lang="fr">' in text_of(client.get("/"))
    account = Account.objects.get()
    assert account.email == "ana@example.org"
    assert account.password.startswith("argon2$argon2id$")
    assert account.member_id is not None
    assert members.member(account.member_id).name == "Ana <b>"
    assert knocking().get(where).status_code == 404
    assert members.members()[0].name == "Ana <b>"


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana", PASSWORD), ("", PASSWORD), ("@x.y", PASSWORD), ("ana@example.org", "short")],
)
def test_what_is_no_address_or_too_short_is_told_and_nothing_made(
    committee: int, email: str, password: str
) -> None:
    from replique.store import inviting
    from replique.web.models import Account

    made = inviting.invite("Ana", by=committee)
    answer = knocking().post(f"/invitation/{made.code}/", {"email": email, "password": password})
    assert answer.status_code == 400
    assert "short" not in text_of(answer)
    assert not Account.objects.exists()
    assert inviting.invitation(made.code).state == "open"


def test_two_accounts_never_have_one_address(ana: Any, committee: int) -> None:
    from replique.store import inviting

    made = inviting.invite("Ben", by=committee)
    form = {"email": "ANA@example.org", "password": PASSWORD}
    assert knocking().post(f"/invitation/{made.code}/", form).status_code == 400
    assert inviting.invitation(made.code).state == "open"
    del ana


def test_codes_cannot_be_guessed_for_long(committee: int) -> None:
    del committee
    client = knocking()
    seen = {client.get(f"/invitation/guess{number}/").status_code for number in range(25)}
    assert seen == {404, 429}


def test_nobody_signs_up_and_pages_that_we_do_not_use_are_not_there(ana: Any) -> None:
    client = signed_in()
    for where in (
        "signup/", "email/", "password/reset/", "password/reset/done/", "password/set/",
        "confirm-email/", "login/code/confirm/", "2fa/recovery-codes/download/",
    ):  # fmt: skip
        for each in (client, knocking()):
            assert each.get(f"/account/{where}").status_code == 404, where
    del ana


def test_a_wrong_password_says_one_thing_and_is_slowed_down(ana: Any) -> None:
    said = set()
    client = knocking()
    for email in ("ana@example.org", "nobody@example.org"):
        answer = client.post(LOGIN, {"login": email, "password": "wrong password here"})
        assert answer.status_code == 200
        said.update(re.findall(r'<p class="error">(.*?)</p>', text_of(answer)))
    assert said == {"The address or the password is not right."}
    for _time in range(12):
        client.post(LOGIN, {"login": "ana@example.org", "password": "wrong again"})
    answer = client.post(LOGIN, {"login": "ana@example.org", "password": "wrong again"})
    assert "Too many attempts" in text_of(answer)
    answer = client.post(LOGIN, {"login": "ana@example.org", "password": PASSWORD})
    assert answer.status_code != 302, "the right one waits too"
    del ana


def test_who_signs_in_is_spoken_to_as_they_chose_and_returns_where_they_were(ana: Any) -> None:
    client = knocking()
    answer = client.get("/occurrences/?performer=x")
    assert answer.headers["Location"].startswith(f"{LOGIN}?next=%2Foccurrences")
    answer = client.post(
        LOGIN, {"login": "ana@example.org", "password": PASSWORD, "next": "/scans/"}
    )
    assert answer.headers["Location"] == "/scans/"
    assert '<html lang="fr">' in text_of(client.get("/scans/"))
    answer = client.post(
        LOGIN, {"login": "ana@example.org", "password": PASSWORD, "next": "//evil.example/"}
    )
    assert "evil" not in answer.headers.get("Location", "")
    del ana


def totp_code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_an_application_s_codes_are_asked_for_and_its_secret_is_locked(ana: Any) -> None:
    from allauth.mfa.models import Authenticator

    client = signed_in()
    first = client.get("/account/2fa/totp/activate/")
    assert first.headers["Location"].startswith("/account/reauthenticate/"), "it asks once more"
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    page = text_of(client.get("/account/2fa/totp/activate/"))
    assert "<svg" in page
    assert 'src="data:' not in page
    found = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert found is not None
    secret = found[1]
    answer = client.post("/account/2fa/totp/activate/", {"code": totp_code(secret)})
    assert answer.status_code == 302, text_of(answer)
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    codes = text_of(client.get("/account/2fa/recovery-codes/"))
    assert len(re.findall(r"<li><code>", codes)) == 10
    again = knocking()
    answer = again.post(LOGIN, {"login": "ana@example.org", "password": PASSWORD})
    assert answer.headers["Location"].startswith("/account/2fa/authenticate/")
    assert again.get("/").status_code == 302, "half signed in is not signed in"
    answer = again.post("/account/2fa/authenticate/", {"code": "000000"})
    assert answer.status_code == 200
    recovery = re.findall(r"<li><code>(.*?)</code>", codes)[0]
    assert again.post("/account/2fa/authenticate/", {"code": recovery}).status_code == 302
    assert again.get("/").status_code == 200
    del ana


def test_sessions_are_listed_and_revoked(ana: Any) -> None:
    here, elsewhere = signed_in(), signed_in()
    assert elsewhere.get("/").status_code == 200
    page = text_of(here.get("/account/sessions/"))
    assert page.count("<tr>") == 3
    assert here.post("/account/sessions/").status_code == 302
    assert elsewhere.get("/").status_code == 302
    assert here.get("/").status_code == 200
    here.post("/account/logout/")
    assert here.get("/").status_code == 302
    del ana


def test_a_password_is_changed_by_who_knows_it(ana: Any) -> None:
    client = signed_in()
    where = "/account/password/change/"
    new = "five other words that nobody would"
    wrong = {"oldpassword": "not this one at all", "password1": new, "password2": new}
    assert client.post(where, wrong).status_code == 200
    short = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert client.post(where, short).status_code == 200
    assert client.post(where, {**wrong, "oldpassword": PASSWORD}).status_code == 302
    ana.refresh_from_db()
    assert ana.check_password(new)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_of_an_account_is_ours_and_runs_nothing_inline(ana: Any, language: str) -> None:
    client = signed_in()
    client.post("/language/", {"language": language})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    for where in (
        "2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "sessions/",
        "password/change/", "logout/",
    ):  # fmt: skip
        answer = client.get(f"/account/{where}", follow=True)
        page = text_of(answer)
        assert answer.status_code == 200, where
        assert f'<html lang="{language}">' in page
        assert "Content-Security-Policy" in answer.headers
        for attributes, inside in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert 'type="application/json"' in attributes or ("src=" in attributes and not inside)
        assert not re.search(
            r"<[^>]*\s(on\w+|style)=", re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
        )
    assert knocking().get(LOGIN).status_code == 200
    del ana


def test_one_session_is_ended_and_nobody_else_s(ana: Any, committee: int) -> None:
    from allauth.usersessions.models import UserSession

    from replique.store import inviting
    from replique.web.accounts import come_in

    come_in(inviting.invite("Ben", by=committee).code, "ben@example.org", PASSWORD)
    here, elsewhere, third = signed_in(), signed_in(), signed_in()
    ben = signed_in("ben@example.org")
    for each in (here, elsewhere, third, ben):
        assert each.get("/").status_code == 200
    number = UserSession.objects.get(session_key=elsewhere.session.session_key).pk
    theirs = UserSession.objects.get(user__email="ben@example.org").pk
    assert f"/sessions/{number}/end/" in text_of(here.get("/account/sessions/"))
    for session in (number, theirs, 999):
        assert here.post(f"/sessions/{session}/end/").status_code == 302
    assert elsewhere.get("/").status_code == 302
    assert [each.get("/").status_code for each in (here, third, ben)] == [200, 200, 200]
    del ana


def path_in(page: str) -> str:
    found = re.search(r"/account/password/reset/key/[0-9a-z]+-[0-9a-z]+-[0-9a-z]+/", page)
    assert found is not None, page
    return found[0]


NEW = {
    "password1": "five other words that nobody would",
    "password2": "five other words that nobody would",
}


def chosen_by(path: str, form: dict[str, str] = NEW) -> Any:
    """Choose a password by a way back; return the last answer."""
    client = knocking()
    page = client.get(path, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(page.redirect_chain[-1][0], form)


def test_an_organiser_makes_a_way_back_that_works_once(ana: Any, committee: int) -> None:
    from replique.store import ledger_reading
    from replique.web.models import Account

    Account.objects.create_user("olga@example.org", PASSWORD, member_id=committee)
    assert "An organiser of your committee makes you an address" in text_of(knocking().get(LOGIN))
    olga, before = signed_in("olga@example.org"), signed_in()
    assert before.get("/").status_code == 200
    page = text_of(olga.post(f"/members/{ana.member_id}/way-back/"))
    path = path_in(page)
    assert "/account/password/reset/key/" not in text_of(olga.get(f"/members/{ana.member_id}/"))
    answer = chosen_by(path)
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/key/done/")
    ana.refresh_from_db()
    assert ana.check_password(NEW["password1"])
    assert before.get("/").status_code == 302, "sessions of before ended"
    assert "does not work, or no longer" in text_of(chosen_by(path))
    verbs = [each.body.get("verb") for each in ledger_reading.entries()]
    assert "way-back-made" in verbs
    assert olga.post(f"/members/{committee}/way-back/").status_code == 400, "oneself"


def test_a_way_back_passes_no_second_factor_unless_it_was_said_to_be_lost(
    ana: Any, committee: int
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    from replique.web import ways_back

    del committee
    TOTP.activate(ana, "A" * 32)
    assert chosen_by(ways_back.make(ana.member_id)).status_code == 302
    client = knocking()
    answer = client.post(LOGIN, {"login": ana.email, "password": NEW["password1"]})
    assert answer.headers["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/").status_code == 302
    ways_back.make(ana.member_id, factors_too=True)
    assert not Authenticator.objects.exists()


def test_a_way_back_opens_no_testimony(ana: Any, committee: int) -> None:
    from replique.errors import StaysSealed
    from replique.store import testimony_keys
    from replique.web import ways_back
    from tests.store.desk_people import CHEAP

    del committee
    testimony_keys.make_key(ana.member_id, "four long words here", cost=CHEAP)
    assert chosen_by(ways_back.make(ana.member_id)).status_code == 302
    with pytest.raises(StaysSealed):
        testimony_keys.unlock(ana.member_id, NEW["password1"])
    testimony_keys.unlock(ana.member_id, "four long words here")


def test_the_first_organiser_comes_in_from_the_server(empty: Home, settings: Any) -> None:
    from django.core.cache import cache

    from replique.errors import UsageError
    from replique.store import members
    from replique.web.ways_back import organiser

    del empty
    cache.clear()
    settings.COMMITTEE = True
    assert chosen_by(organiser("Olga", " Olga@example.org")).status_code == 302
    client = knocking()
    sent = {"login": "olga@example.org", "password": NEW["password1"]}
    assert client.post(LOGIN, sent).status_code == 302
    assert client.get("/members/").status_code == 200
    assert len(members.members()) == 1
    assert path_in(organiser("whoever", "olga@example.org")), "and back in"
    assert len(members.members()) == 1
    for wrong in ("another@example.org", "nothing", "@"):
        with pytest.raises(UsageError):
            organiser("Eve", wrong)


def test_where_mail_is_carried_it_brings_a_way_back(ana: Any, settings: Any) -> None:
    """In the person's language, to who has an account; to nobody else, and no page tells whom."""
    from django.core import mail

    from replique.web.address import mail as carrier

    settings.MAIL = carrier("smtps://mail.example.org?from=desk@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    client = knocking()
    client.post("/language/", {"language": "fr"})
    assert "/account/password/reset/" in text_of(client.get(LOGIN))
    said = set()
    for email in ("ana@example.org", "nobody@example.org"):
        answer = client.post("/account/password/reset/", {"email": email})
        said.add((answer.status_code, answer.headers["Location"]))
        for each in threading.enumerate():
            if each.name == "mail":
                each.join(10)
    assert len(said) == 1
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.org"]
    assert chosen_by(path_in(str(sent.body))).status_code == 302
    del ana


def wrong_in(answer: Any) -> list[str]:
    """Return what a page says is wrong, as a person reads it."""
    page = text_of(answer)
    found = re.findall(r'<(?:span class="wrong"|p class="error")[^>]*>(.*?)</', page, re.DOTALL)
    return [html.unescape(each).strip() for each in found]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_wrong_in_a_form_is_said_in_the_person_s_language(
    ana: Any, committee: int, language: str
) -> None:
    from django.core.cache import cache

    from replique.store import inviting
    from replique.web import ways_back

    def fresh() -> Client:
        client = knocking()
        client.post("/language/", {"language": language})
        return client

    inside = signed_in()
    inside.post("/language/", {"language": language})
    change, right = "/account/password/change/", {"oldpassword": PASSWORD}
    code = inviting.invite("Ben", by=committee).code
    taken = {"email": "ana@example.org", "password": PASSWORD}
    common = {"password1": "1q2w3e4r5t6y", "password2": "1q2w3e4r5t6y"}
    short = {"password1": "short", "password2": "short"}
    path = ways_back.make(ana.member_id)
    said = {
        "required": wrong_in(fresh().post(LOGIN, {})),
        "no address": wrong_in(fresh().post(LOGIN, {"login": "ana", "password": PASSWORD})),
        "wrong password": wrong_in(fresh().post(LOGIN, {"login": "x@y.zz", "password": "x"})),
        "not the present one": wrong_in(inside.post(change, {**NEW, "oldpassword": "x" * 20})),
        "differ": wrong_in(inside.post(change, {**NEW, **right, "password2": "another one here"})),
        "short": wrong_in(inside.post(change, {**short, **right})),
        "common": wrong_in(inside.post(change, {**common, **right})),
        "short, by the way back": wrong_in(chosen_by(path, short)),
        "taken": wrong_in(fresh().post(f"/invitation/{code}/", taken)),
        "wrong again": wrong_in(inside.post("/account/reauthenticate/", {"password": "x"})),
    }
    cache.clear()
    cache.clear()
    assert all(said.values()), said
    told = {name: " ".join(each) for name, each in said.items()}
    if language == "en":
        assert "This is missing." in told["required"]
        assert "The address or the password is not right." in told["wrong password"]
        assert "at least 12 characters" in told["short"]
    else:
        assert "This is missing." not in told["required"]


def test_who_tries_too_often_is_told_so_on_a_page_of_ours(ana: Any) -> None:
    client = signed_in()
    client.post("/language/", {"language": "en"})
    wrong = {"oldpassword": "x", **NEW}
    answers = [client.post("/account/password/change/", wrong) for _time in range(7)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in text_of(answers[-1])
    assert 'lang="en"' in text_of(answers[-1])
    del ana


def test_every_code_has_a_sentence_and_none_is_theirs() -> None:
    """What Django or allauth say in English alone is never shown, whatever the code."""
    from django.core.exceptions import ValidationError
    from django.forms.utils import ErrorList

    from replique.web.form_words import sentences, told

    for code in (*sentences(), "unknown", None):
        said = told(ErrorList([ValidationError("Theirs", code=code)]))
        assert said
        assert "Theirs" not in said
        assert set(said) <= set(sentences().values())


def test_a_laptop_has_no_accounts_and_asks_for_none(newcomer: Client) -> None:
    for where in ("account/login/", "account/2fa/", "account/sessions/", "invitation/x/"):
        assert newcomer.get(f"/{where}").status_code == 404
    assert newcomer.get("/").status_code == 200


def test_lists_show_what_the_person_may_see(searched: Home, settings: Any) -> None:
    from replique import store
    from replique.store import members
    from replique.web.models import Account

    del searched
    settings.COMMITTEE = True
    store.add_performer("Zoe", "zoe")
    number = members.add_member("Zoe", roles=(), performer="zoe").id
    awa = members.add_member("Awa", roles=(), performer="awa-diop").id
    for each, sees in ((number, False), (awa, True)):
        client = knocking()
        account = Account.objects.create_user(f"m{each}@example.org", PASSWORD, member_id=each)
        client.force_login(account)
        for where in ("/", "/takes/", "/occurrences/"):
            page = text_of(client.get(where))
            assert ("scene 1" in page) == sees or where == "/", where
            assert sees or "Awa Diop" not in page, where
