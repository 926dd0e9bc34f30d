"""Documents of others: what is not understood never allows, and is always told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.consent.exchange import odrl
from replique.consent.exchange.odrl import Received, Unread
from replique.consent.exchange.terms import ODRL, PROFILE
from replique.consent.records import Agreement, Rule, Scope
from replique.errors import AgreementRefused
from tests.consent.exchange.papers import AGREEMENTS

CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
TAPE = "https://studio.example/tapes/7"
AWA, STUDIO = "https://awa.example/", "https://studio.example/"


def policy(**changes: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@type": "Agreement",
        "uid": "https://studio.example/policies/1",
        "assigner": {"@type": "Party", "uid": AWA, "vcard:fn": "Awa Diop"},
        "assignee": {"@type": "Party", "uid": STUDIO, "vcard:fn": "Studio A"},
    } | changes


def permission(**changes: Any) -> dict[str, Any]:
    return {"target": TAPE, "action": "distribute"} | changes


def within(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def rules(got: Received, kind: str) -> list[Rule]:
    return [rule for rule in got.agreement.rules if rule.kind == kind]


def test_core_actions_are_read_as_far_as_they_are_understood() -> None:
    got = odrl.read(
        policy(
            permission=[
                permission(
                    constraint=[
                        within("spatial", "isPartOf", "FR"),
                        within("dateTime", "lteq", {"@value": "2027-05-01", "@type": "xsd:date"}),
                        within("count", "lteq", 3),
                    ],
                    duty=[{"action": "attribute"}, {"action": "compensate"}],
                )
            ],
            prohibition=[{"target": TAPE, "action": ["modify", "sell"]}],
        )
    )
    (grant,) = rules(got, "grant")
    assert grant.acts == frozenset({"publish"})
    assert grant.subjects == frozenset({"recording"})
    assert grant.artefacts == frozenset({"original_recording"}), "an asset is never a replica"
    assert grant.scope.productions == frozenset({TAPE}), "and no other asset than this"
    assert grant.scope.territories == frozenset({"FR"})
    assert grant.scope.end is not None
    assert grant.scope.end.written == "2027-05-01"
    assert grant.scope.max_counts == {"use": 3}
    assert [(duty.kind, duty.before_use) for duty in grant.duties] == [
        ("credit", True),
        ("pay", True),
    ]
    (forbidden,) = rules(got, "prohibition")
    assert forbidden.acts is not None
    assert {"alter", "lip_sync", "sell"} <= forbidden.acts
    assert forbidden.subjects is None, "no less than what the target may hold"
    assert got.agreement.performers == frozenset({"Awa Diop"})
    assert got.agreement.company == "Studio A"


LEFT_OUT = {
    "unknown left operand": permission(constraint=[within("industry", "eq", "film")]),
    "operand of a foreign profile": permission(constraint=[within("urn:x:mood", "eq", "x")]),
    "operator that fits no set": permission(constraint=[within("spatial", "hasPart", "FR")]),
    "place that is no code": permission(constraint=[within("spatial", "eq", "the South")]),
    "value by reference": permission(
        constraint=[{"leftOperand": "spatial", "operator": "eq", "rightOperandReference": TAPE}]
    ),
    "choice of constraints": permission(
        constraint=[{"or": [within("spatial", "eq", "FR"), within("count", "lteq", 1)]}]
    ),
    "constraint that is a text": permission(constraint="only in summer"),
    "date that is none": permission(constraint=[within("dateTime", "lteq", "next year")]),
    "count without a bound": permission(constraint=[within("count", "gteq", 3)]),
    "action too general": permission(action="use"),
    "action that may mean a replica": permission(action="derive"),
    "reading aloud is not a voice": permission(action="textToSpeech"),
    "action of a foreign profile": permission(action="urn:x:clone"),
    "one of two actions unknown": permission(action=["distribute", "urn:x:clone"]),
    "action refined": permission(
        action={"rdf:value": {"@id": "odrl:distribute"}, "refinement": [within("count", "eq", 1)]}
    ),
    "no action": {"target": TAPE},
    "no target": {"action": "distribute"},
    "two targets": permission(target=[TAPE, "https://studio.example/tapes/8"]),
    "unknown duty": permission(duty=[{"action": "urn:x:dance"}]),
    "duty with an unknown limit": permission(
        duty=[{"action": "compensate", "constraint": [within("industry", "eq", "film")]}]
    ),
    "unknown property": permission(**{"urn:x:onlyIf": "they ask"}),
    "given by somebody else": permission(assigner="https://agent.example/"),
}


@pytest.mark.parametrize("flaw", LEFT_OUT)
def test_a_permission_that_is_not_understood_is_left_out(flaw: str) -> None:
    got = odrl.read(policy(permission=[LEFT_OUT[flaw], permission(action="archive")]))
    (kept,) = rules(got, "grant")
    assert kept.acts == frozenset({"store"}), "the permission that is understood stays"
    (told,) = [each for each in got.unread if each.effect == "left out"]
    assert (told.where, told.number) == ("permission", 1)
    assert told.what
    assert "they ask" not in str(got.unread), "no text of the document is repeated"


@pytest.mark.parametrize(
    "flaw",
    [
        within("industry", "eq", "film"),
        within("spatial", "eq", "the South"),
        within("spatial", "eq", {"@id": "https://places.example/fr"}),
        within("urn:x:mood", "eq", "x"),
    ],
)
def test_a_prohibition_is_kept_without_a_limit_that_is_not_understood(flaw: Any) -> None:
    got = odrl.read(
        policy(prohibition=[{"target": TAPE, "action": "modify", "constraint": [flaw]}])
    )
    (kept,) = rules(got, "prohibition")
    assert kept.scope == Scope(), "it forbids everywhere"
    assert "kept without" in {each.effect for each in got.unread}


def test_a_prohibition_of_an_unknown_act_leaves_no_permission_of_its_document() -> None:
    got = odrl.read(
        policy(permission=[permission()], prohibition=[{"target": TAPE, "action": "urn:x:clone"}])
    )
    assert got.agreement.rules == ()
    assert Unread("prohibition", 1, "urn:x:clone", "left out") in got.unread
    assert Unread("permission", 1, "", "left out") in got.unread


def test_a_prohibition_of_acts_some_of_which_are_unknown_keeps_those_that_are_known() -> None:
    got = odrl.read(policy(prohibition=[{"target": TAPE, "action": ["sell", "urn:x:clone"]}]))
    (kept,) = rules(got, "prohibition")
    assert kept.acts == frozenset({"sell"})
    assert Unread("prohibition", 1, "urn:x:clone", "kept without") in got.unread


def test_a_prohibition_that_touches_no_act_of_ours_is_told_and_harms_nothing() -> None:
    got = odrl.read(
        policy(permission=[permission()], prohibition=[{"target": TAPE, "action": "print"}])
    )
    assert [rule.kind for rule in got.agreement.rules] == ["grant"]
    assert Unread("prohibition", 1, ODRL + "print", "noted") in got.unread


def test_a_prohibition_of_all_use_forbids_every_act() -> None:
    (kept,) = rules(odrl.read(policy(prohibition=[{"action": "use"}])), "prohibition")
    assert kept.acts == frozenset({"any"})


WHOLE = {
    "an offer": policy(**{"@type": "Offer"}),
    "a request": policy(**{"@type": "Request"}),
    "a set that names nobody": {
        key: value for key, value in policy(**{"@type": "Set"}).items() if key != "assigner"
    },
    "an agreement without a second party": {
        key: value for key, value in policy().items() if key != "assignee"
    },
    "a profile that is not known": policy(profile="urn:x:profile"),
    "a context by address": policy(**{"@context": [CONTEXT, "https://x.example/context"]}),
    "rules of another policy": policy(inheritFrom="https://studio.example/policies/0"),
    "an unknown property": policy(**{"urn:x:unless": "it rains"}),
    "an unknown obligation": policy(obligation=[{"action": "urn:x:dance"}]),
    "permissions that win over prohibitions": policy(conflict="perm"),
}


@pytest.mark.parametrize("flaw", WHOLE)
def test_where_the_whole_is_not_understood_nothing_is_allowed(flaw: str) -> None:
    got = odrl.read(
        WHOLE[flaw]
        | {
            "permission": [permission()],
            "prohibition": [{"target": TAPE, "action": "sell"}],
        }
    )
    assert [rule.kind for rule in got.agreement.rules] == ["prohibition"]
    assert Unread("permission", 1, "", "left out") in got.unread
    assert any(each.effect == "left out" and each.what for each in got.unread)


def test_remarks_are_told_and_allow_and_forbid_nothing() -> None:
    got = odrl.read(policy(permission=[permission()], **{"dct:creator": "Studio A"}))
    assert rules(got, "grant")
    assert Unread("policy", 0, "http://purl.org/dc/terms/creator", "noted") in got.unread


def test_strictly_before_a_day_does_not_allow_that_day() -> None:
    day = {"@value": "2027-05-01", "@type": "xsd:date"}
    got = odrl.read(policy(permission=[permission(constraint=[within("dateTime", "lt", day)])]))
    (grant,) = rules(got, "grant")
    assert grant.scope.end is not None
    assert grant.scope.end.written == "2027-04-30"


def test_two_limits_on_one_dimension_leave_what_both_allow() -> None:
    limits = [
        within("spatial", "isAnyOf", ["FR", "BE"]),
        within("spatial", "isAnyOf", ["BE", "CH"]),
    ]
    got = odrl.read(policy(permission=[permission(constraint=limits)]))
    (grant,) = rules(got, "grant")
    assert grant.scope.territories == frozenset({"BE"})


def test_full_names_and_compact_ones_say_the_same() -> None:
    short = odrl.read(policy(permission=[permission()]))
    written = json.dumps(policy(permission=[permission()]))
    for name in ("permission", "assigner", "assignee"):
        written = written.replace(f'"{name}"', f'"odrl:{name}"')
    long = json.loads(written)
    long["odrl:permission"][0] = {
        ODRL + "target": {"@id": TAPE},
        ODRL + "action": {"@id": ODRL + "distribute"},
    }
    assert odrl.read(long).agreement == short.agreement


def test_a_term_that_the_document_defines_otherwise_is_read_as_it_says() -> None:
    turned = policy(permission=[permission(action="sell")])
    turned["@context"] = [CONTEXT, {"permission": {"@id": "odrl:prohibition", "@type": "@id"}}]
    got = odrl.read(turned)
    assert [rule.kind for rule in got.agreement.rules] == ["prohibition"]


def test_our_own_profile_does_not_make_an_unknown_word_allow() -> None:
    agreement = Agreement(
        "rider",
        "individual",
        frozenset({"awa"}),
        company="Studio A",
        rules=(
            Rule("a", "grant", frozenset({"publish"}), frozenset({"voice"})),
            Rule("b", "grant", frozenset({"store"}), frozenset({"voice"})),
        ),
    )
    document = odrl.write(agreement)
    assert document["profile"] == PROFILE
    document["permission"][0]["action"] = ["acts:clone_at_will"]
    got = odrl.read(document)
    assert [rule.id for rule in got.agreement.rules] == ["b"]
    document["state"] = [{"@type": "State", "position": 1, "status": "statuses:in_limbo"}]
    assert odrl.read(document).agreement.rules == (), "a state not understood may be a withdrawal"


def test_an_offer_in_our_own_profile_allows_nothing() -> None:
    rule = Rule("a", "grant", frozenset({"publish"}), frozenset({"voice"}))
    made = Agreement("x", "individual", frozenset({"awa"}), company="Studio A", rules=(rule,))
    document = odrl.write(made)
    for kinds in ("Offer", ["Agreement", "odrl:Offer"], ["Agreement", "urn:x:Draft"]):
        document["@type"] = kinds
        document["@context"]["Offer"] = ODRL + "Offer"
        assert odrl.read(document).agreement.rules == ()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["@id", "@type", "@value", "odrl:use", "acts:publish", "replique:any", PROFILE]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@id", "@type", "@value", "@list", "@context", "action", "rightOperand"]
            )
            | st.text(max_size=6),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def places(held: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything in a document, the context apart."""
    for key in (
        held if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
    ):
        if key != "@context":
            yield (*way, key)
            yield from places(held[key], (*way, key))


@given(st.data())
@settings(max_examples=150)
def test_a_document_that_is_spoiled_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    document = json.loads(json.dumps(odrl.write(data.draw(AGREEMENTS), testimony=True)))
    for _time in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(list(places(document))))
        held = document
        for key in way[:-1]:
            held = held[key]
        held[way[-1]] = data.draw(JSON)
    told = ""
    try:
        got = odrl.read(document)
        told = str(got.unread)
    except AgreementRefused as refused:
        told = f"{refused} {refused.advice}"
    assert "canary" not in told


def test_a_requirement_that_is_not_understood_is_not_made_weaker() -> None:
    agreement = Agreement(
        "cba",
        "collective",
        frozenset({"any"}),
        rules=(
            Rule("a", "grant", frozenset({"publish"}), frozenset({"voice"})),
            Rule("b", "requirement", None, None),
        ),
    )
    document = odrl.write(agreement)
    document["requirement"][0]["neededForm"] = ["forms:rider", "forms:in_blood"]
    assert odrl.read(document).agreement.rules == ()


BROKEN: dict[str, object] = {
    "a text": "permission",
    "nothing": {},
    "an empty list": [],
    "a list of numbers": [1, 2],
    "no policy in it": {"@context": CONTEXT, "@type": "Asset", "uid": TAPE},
    "two policies": [policy(permission=[permission()]), policy(permission=[permission()])],
    "an id that is a number": policy(uid=7),
    "a permission that is a text": policy(**{"@context": {"@vocab": ODRL}, "permission": "all"}),
    "a context within a node": policy(permission=[permission(**{"@context": {"action": "urn:x"}})]),
    "a context of another kind": policy(**{"@context": 7}),
    "a term turned round": policy(**{"@context": [CONTEXT, {"permits": {"@reverse": "odrl:x"}}]}),
    "a container that is not read": policy(
        **{
            "@context": [
                CONTEXT,
                {"permission": {"@id": "odrl:permission", "@container": "@index"}},
            ]
        }
    ),
    "terms in a circle": policy(**{"@context": [CONTEXT, {"a": "b:x", "b": "a:x"}]}),
    "a keyword that is not read": policy(**{"@included": []}),
}


@pytest.mark.parametrize("flaw", BROKEN)
def test_what_is_no_such_document_is_refused_in_words(flaw: str) -> None:
    with pytest.raises(AgreementRefused) as refused:
        odrl.read(BROKEN[flaw])
    assert str(refused.value)
    assert refused.value.advice


def test_a_document_nested_without_end_is_refused() -> None:
    deep: Any = "x"
    for _level in range(300):
        deep = {"urn:x:in": deep}
    with pytest.raises(AgreementRefused):
        odrl.read(policy(**{"urn:x:in": deep}))


def test_a_document_that_unfolds_without_end_is_refused() -> None:
    laughs = [
        {"@id": f"urn:x:{level}", "urn:x:ha": [{"@id": f"urn:x:{level + 1}"}] * 10}
        for level in range(12)
    ]
    graph = {
        "@context": CONTEXT,
        "@graph": [{"@type": "Set", "uid": "urn:x:p", "urn:x:ha": [{"@id": "urn:x:0"}]}, *laughs],
    }
    with pytest.raises(AgreementRefused):
        odrl.read(graph)
