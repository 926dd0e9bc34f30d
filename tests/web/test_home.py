"""Home: what waits for each, and nothing that they may not do."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from replique import store
from replique.store import Home
from tests.web.committee import Committee, committee, opens
from tests.web.conftest import Counting, entered

MOST_QUERIES = 15


@pytest.fixture
def there(searched: Home, settings: Any) -> Committee:
    del searched
    settings.COMMITTEE = True
    return committee(occurrence=1)


def home_of(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def rows(said: str) -> list[str]:
    return re.findall(r'id="waits-(\w+)"', said)


def inner(said: str) -> str:
    return said[said.index("<main") : said.index("</main>")]


def test_an_empty_desk_leads_through_three_steps(newcomer: Client) -> None:
    said = home_of(newcomer)
    assert len(re.findall(r'<li class="(?:now|done)?">\s*<h2>', inner(said))) == 2
    assert 'id="begin"' in said
    assert said.count('class="now"') == 1
    store.add_performer("Awa Diop", "awa-diop")
    assert 'id="to-takes"' in home_of(newcomer)


def test_what_was_found_comes_first_and_then_what_to_say_of_it(inside: Client) -> None:
    assert rows(home_of(inside))[0] == "listen"
    store.judge(1, "yes", "", "Awa")
    assert rows(home_of(inside))[-1] == "heard"
    assert "describe" not in rows(home_of(inside)), "the use of occurrence 1 was described"


def test_a_use_that_nobody_described_waits_to_be(searched: Home) -> None:
    from replique.store.consent_models import UseDescription

    del searched
    client = entered()
    use = UseDescription.objects.get()
    use.occurrence = None
    use.save()
    assert "describe" not in rows(home_of(client)), "nobody has said yes"
    store.judge(1, "yes", "", "Awa")
    assert "describe" in rows(home_of(client))
    assert "/occurrences/1/use/" in home_of(client)
    store.judge(1, "no", "", "Awa")
    assert "describe" not in rows(home_of(client)), "the newest judgement holds"


@pytest.mark.parametrize("who", ["awa", "cleo", "dan", "eli", "olga"])
def test_home_asks_little_of_the_records(there: Committee, counting: Counting, who: str) -> None:
    client = there.client(who)
    client.get("/")  # the token of its forms is kept once
    with counting() as seen:
        client.get("/")
    assert len(seen) <= MOST_QUERIES, "\n".join(seen)


def test_an_organiser_is_offered_people_and_no_contents(there: Committee) -> None:
    said = inner(home_of(there.client("olga")))
    assert "/members/" in said
    for place in ("/takes/", "/scans/", "/occurrences/", "/cases/"):
        assert place not in said
    assert "Lune" not in said


def test_a_task_that_is_overdue_waits_for_whose_it_is(there: Committee) -> None:
    from replique.store import case_tasks

    day = dt.date(2020, 1, 2)
    case_tasks.add_task(
        there.case, "Ring them", by=there.people.cleo, who=there.people.dan, due=day
    )
    said = home_of(there.client("dan"))
    assert "tasks" in rows(said)
    assert "Ring them" in said
    assert "Ring them" not in home_of(there.client("eli"))


def test_a_case_that_somebody_else_moved_is_news_and_ones_own_doing_is_not(
    there: Committee,
) -> None:
    from replique.store import case_notes

    case_notes.add_note(there.other, "nobody else is in this one", by=there.people.cleo)
    assert "moved" in rows(home_of(there.client("cleo"))), "Dan wrote a note in theirs"
    said = home_of(there.client("dan"))
    assert "moved" in rows(said)
    assert "The Lighthouse, second season" not in said
    assert "moved" not in rows(home_of(there.client("eli")))


def test_who_asks_for_their_key_waits_at_those_who_keep_it(there: Committee) -> None:
    from replique.store import recovering, testimony_keys
    from tests.store.desk_people import CHEAP

    who = there.people
    assert "key" in rows(home_of(there.client("awa"))), "it is shared with nobody yet"
    recovering.share_key(who.awa, opens("awa")["passphrase"], 2, cost=CHEAP)
    assert "key" not in rows(home_of(there.client("awa")))
    assert "asked" not in rows(home_of(there.client("cleo")))
    asked = recovering.ask(who.awa, "another four quiet words", cost=CHEAP)
    assert "asked" in rows(home_of(there.client("cleo")))
    assert "asked" not in rows(home_of(there.client("eli"))), "whom nobody chose"
    assert "key" in rows(home_of(there.client("awa")))
    cleo = testimony_keys.unlock(who.cleo, opens("cleo")["passphrase"])
    recovering.answer(asked.id, who.cleo, cleo)
    assert "asked" not in rows(home_of(there.client("cleo")))
    assert "asked" in rows(home_of(there.client("dan")))


def test_who_has_no_key_is_led_to_make_one(there: Committee) -> None:
    from replique.store import members
    from replique.web.models import Account

    gus = members.add_member("Gus", roles=("member",)).id
    Account.objects.create_user("gus@example.org", member_id=gus)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(member_id=gus))
    assert 'href="/key/"' in inner(home_of(client))
    assert there.case
