"""What programs ask: as described, within the token's scopes, and nobody else's."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis.errors import Unsatisfiable

from replique.store import Home
from replique.web.api import tokens
from replique.web.api.endpoints import ENDPOINTS
from replique.web.api.tokens import SCOPES
from replique.web.person import OWNER, Person
from tests.web.conftest import Counting

# a server in this process is not asked to pack what nobody would unpack
PLAIN = {"Host": "127.0.0.1", "Accept-Encoding": "identity"}
ME = Person("Awa", frozenset({OWNER}))


@pytest.fixture
def token(searched: Home) -> str:
    del searched
    return tokens.make(ME, "a program", SCOPES)[0]


def program(token: str) -> Client:
    return Client(HTTP_HOST="127.0.0.1", headers={"Authorization": f"Bearer {token}"},
                  enforce_csrf_checks=True)  # fmt: skip


@pytest.fixture
def api(token: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.conf import settings as ours
    from django.core.wsgi import get_wsgi_application

    from replique.store import jobs
    from replique.web.views import scans

    monkeypatch.setattr(ours, "API_REQUESTS_A_MINUTE", 1_000_000)
    # what is sent at random is ordered, and never searched
    monkeypatch.setattr(scans, "give", jobs.order)
    jobs.order("scan", {"paths": ["/nowhere"]}, "Awa")
    head = {**PLAIN, "Authorization": f"Bearer {token}"}
    found = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), headers=head
    )
    # tokens are tried below: here, what is wrong is what is asked, and not who asks
    found.config.generation.update(with_security_parameters=False)
    return found


EXAMPLES = int(os.environ.get("REPLIQUE_API_EXAMPLES", "15"))
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]


@pytest.mark.parametrize("mode", MODES, ids=["as described", "otherwise"])
@pytest.mark.timeout(900)
def test_it_answers_as_it_is_described(api: Any, token: str, mode: Any) -> None:
    """Every endpoint, asked with whatever fits its description, and with what does not."""
    head = {**PLAIN, "Authorization": f"Bearer {token}"}
    asked = 0
    for found in api.get_all_operations():
        operation = found.ok()
        try:
            cases = operation.as_strategy(generation_mode=mode)
        except schemathesis.core.errors.SchemathesisError:
            continue  # nothing could be wrong with it

        @trying(max_examples=EXAMPLES, deadline=None, database=None,
                suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=cases)
        def one(case: Any) -> None:
            case.call_and_validate(headers=head)

        try:
            one()
        except Unsatisfiable:
            continue
        asked += 1
    assert asked >= 5


def test_what_the_pages_show_is_answered(token: str, counting: Counting) -> None:
    client = program(token)
    for where, key in (("scans", "scans"), ("occurrences", "occurrences"),
                       ("findings", "findings"), ("cases", "cases"),
                       ("findings/u1", "answer"), ("occurrences/1", "strength")):  # fmt: skip
        with counting() as seen:
            answer = client.get(f"/api/v1/{where}")
        assert answer.status_code == 200, answer.content
        assert key in answer.json()
        assert len(seen) <= 15, where


def test_a_judgement_is_kept_under_the_name_of_who_gave_the_token(token: str) -> None:
    sent = json.dumps({"verdict": "yes"})
    where = "/api/v1/occurrences/1/judgement"
    answer = program(token).post(where, sent, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["verdict"] == "yes"


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer rpq_x", "Basic YTpi", "Bearer wrong"])
def test_who_has_no_token_is_refused(searched: Home, said: str) -> None:
    del searched
    client = Client(HTTP_HOST="127.0.0.1", headers={"Authorization": said} if said else {})
    answer = client.get("/api/v1/scans")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_opens_no_page(token: str) -> None:
    assert program(token).get("/occurrences/").status_code == 403


def test_a_token_taken_back_is_refused_at_once(token: str) -> None:
    client = program(token)
    assert client.get("/api/v1/scans").status_code == 200
    tokens.take_back(ME, tokens.tokens(ME)[0].id)
    assert client.get("/api/v1/scans").status_code == 401


def test_a_token_is_kept_nowhere(token: str) -> None:
    kept = (Home.opened().path / "replique.sqlite3").read_bytes()
    wal = Home.opened().path / "replique.sqlite3-wal"
    kept += wal.read_bytes() if wal.exists() else b""
    assert token.encode() not in kept


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: each.name)
def test_each_endpoint_asks_for_its_scope(searched: Home, endpoint: Any) -> None:
    del searched
    others = [each for each in SCOPES if each != endpoint.scope]
    client = program(tokens.make(ME, "another", others)[0])
    where = endpoint.path.format(number=1, use="u1", case=1)
    answer = client.generic(endpoint.method, f"/api/v1{where}", "{}", "application/json")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "scope"


def test_tokens_are_made_on_a_page_and_shown_once(inside: Client) -> None:
    said = inside.post("/tokens/", {"name": "archive", "scopes": ["scans:read"]})
    assert b"rpq_" in said.content
    assert b'class="command token"' not in inside.get("/tokens/").content
    assert inside.post("/tokens/1/back/").status_code == 302
    assert inside.post("/tokens/", {"name": ""}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_address_is_asked_in_its_own_ways_and_no_other(token: str, method: str) -> None:
    asked = {each.path for each in ENDPOINTS} | {"/openapi.json"}
    ways = {where: {one.method for one in ENDPOINTS if one.path == where} for where in asked}
    ways["/openapi.json"] = {"GET"}
    for where, known in ways.items():
        if method in known:
            continue
        place = f"/api/v1{where.format(number=1, use='u1', case=1)}"
        answer = program(token).generic(method, place)
        assert answer.status_code == 405, (method, where)
        assert answer["Allow"] == ", ".join(sorted(known))
        assert method == "HEAD" or answer.json()["error"]["code"] == "method"


def test_who_asks_too_often_is_told_how_long_to_wait(token: str, settings: Any) -> None:
    from django.core.cache import cache

    cache.clear()
    settings.API_REQUESTS_A_MINUTE = 20
    client = program(token)
    said = [client.get("/api/v1/cases") for _time in range(50)]
    assert [each.status_code for each in said[:20]] == [200] * 20
    last = said[-1]
    assert last.status_code == 429
    assert 0 < int(last["Retry-After"]) <= 60
    assert last.json()["error"]["code"] == "too-often"
    guessing = [program(f"rpq_guess{number}").get("/api/v1/cases") for number in range(8)]
    assert {each.status_code for each in guessing} == {401, 429}
    another = tokens.make(ME, "another", SCOPES)[0]
    assert program(another).get("/api/v1/cases").status_code == 200, "each has its own"
    cache.clear()


def test_the_description_is_whole(token: str) -> None:
    """Every address, way, scope and refusal stands in it, and it can be read without a token."""
    told = program(token).get("/api/v1/openapi.json").json()
    assert sum(len(each) for each in told["paths"].values()) == len(ENDPOINTS)
    for endpoint in ENDPOINTS:
        said = told["paths"][f"/api/v1{endpoint.path}"][endpoint.method.lower()]
        assert said["summary"] == endpoint.about
        assert endpoint.scope in said["description"]
        assert {"400", "401", "403", "429", str(endpoint.status)} <= set(said["responses"])
        assert ("404" in said["responses"]) == endpoint.missing
        named = {each["name"] for each in said.get("parameters", ())}
        assert named == {each.name for each in endpoint.params}
        assert set(re.findall(r"{(\w+)}", endpoint.path)) <= named
