"""Invented agreements and uses: small vocabularies, so that they often meet."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from replique.consent.dates import When, when
from replique.consent.records import (
    Adoption,
    Agreement,
    Approval,
    Circumstance,
    Done,
    Duty,
    Form,
    Life,
    Link,
    Needs,
    Onward,
    Posthumous,
    Rule,
    Scope,
    Signature,
    State,
    Term,
    Use,
)

ASKED = dt.date(2026, 6, 1)
DAYS = [
    "2019",
    "2023-05",
    "2024-01-01",
    "2024-06-15",
    "2025-01-01",
    "2025-01-10",
    "2025-06-01",
    "2025-12-31",
    "2026-03-01",
    "2027-01-01",
]
ACTS = ["dub_language", "train_generative", "generate", "edit_reuse", "processing_practice"]
STATES = ["given", "withdrawn", "suspended", "resumed", "expired", "requested", "refused"]
STATES += ["invalidated", "unknown", "renewed"]
DUTIES = [f"p{p}/r{r}/d{d}" for p in (1, 2) for r in (1, 2) for d in (1, 2)]
SUBJECTS = ["voice", "recording", "face"]
ARTEFACTS = ["original_recording", "digital_alteration", "ebdr"]
COMPANIES = ["Nord Films", "Atelier", "Third Hand"]
PRODUCTIONS = ["La Nuit", "The Quay"]
PLACES = ["FR", "BE", "US", "US-CA", "EU", "WORLD"]
TONGUES = ["fr", "fr-CA", "de"]


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


def names(values: list[str], *, least: int = 1) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), min_size=least, max_size=2)


def days() -> st.SearchStrategy[When]:
    return st.sampled_from(DAYS).map(_day)


def _day(written: str) -> When:
    found = when(written)
    assert found is not None
    return found


def scopes() -> st.SearchStrategy[Scope]:
    return st.builds(
        Scope,
        productions=maybe(names(PRODUCTIONS)),
        companies=maybe(names([*COMPANIES, "any"])),
        territories=maybe(names(PLACES)),
        languages=maybe(names(TONGUES)),
        not_territories=names(PLACES, least=0),
        not_companies=st.just(frozenset()) | names(COMPANIES),
        content_refused=st.just(frozenset()) | names(["political", "sexual"]),
        max_counts=st.just({}) | st.just({"lines": 10.0}),
        start=maybe(days()),
        end=maybe(days()),
        identifiable=st.sampled_from([None, None, False]),
        not_during_strike=st.booleans(),
    )


def free() -> st.SearchStrategy[Scope]:
    return st.just(Scope()) | scopes()


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    ways: dict[str, object] = draw(
        st.sampled_from(
            [
                {"before_use": True},
                {"hours_before": 48.0},
                {"hours_before": 48.0, "or_at_engagement": True},
                {"with_use": True},
                {"within_days": 30},
                {"within_days": 30, "after": "invoice"},
                {"within_days": 30, "after": "withdrawal"},
                {"every": "quarter", "after": "first_use"},
                {"due": _day("2026-03-01")},
                {},
            ]
        )
    )
    kind = draw(st.sampled_from(["pay", "approval", "credit", "delete", "report"]))
    amount = 500.0 if kind == "pay" else None
    return Duty(id=draw(st.sampled_from(["d1", "d2"])), kind=kind, amount=amount, **ways)  # type: ignore[arg-type] # one of the ways above


def rules(kind: str) -> st.SearchStrategy[Rule]:
    grant = kind == "grant"
    needs = st.builds(
        Needs,
        forms=st.just(frozenset()) | st.just(frozenset({"rider", "separate_writing"})),
        clear_and_conspicuous=st.booleans(),
    )
    return st.builds(
        Rule,
        id=st.sampled_from(["r1", "r2", "r3"]),
        kind=st.just(kind),
        acts=names([*ACTS, "any"]) if grant else maybe(names([*ACTS, "any"])),
        subjects=names([*SUBJECTS, "any"]) if grant else maybe(names(SUBJECTS)),
        artefacts=maybe(names([*ARTEFACTS, "any"])),
        practices=names(["pitch", "timing"], least=0),
        scope=free(),
        duties=st.just(()) if kind == "prohibition" else duty_sets(),
        needs=needs if kind == "requirement" else st.just(Needs()),
    )


def duty_sets() -> st.SearchStrategy[tuple[Duty, ...]]:
    return st.lists(duties(), max_size=2, unique_by=lambda duty: duty.id).map(tuple)


def states() -> st.SearchStrategy[tuple[State, ...]]:
    one = st.builds(
        State,
        status=st.sampled_from(STATES),
        on=maybe(days()),
        until=maybe(days()),
        acts=st.just(frozenset()) | names(ACTS),
    )
    return st.just(()) | st.lists(one, max_size=2).map(tuple)


def papers(ident: str, kind: str = "individual") -> st.SearchStrategy[Agreement]:
    kinds = ["prohibition"] if kind == "refusal" else ["grant", "grant", "prohibition"]
    if kind == "collective":
        kinds = ["grant", "requirement"]
    rule = st.sampled_from(kinds).flatmap(rules)
    return st.builds(
        Agreement,
        id=st.just(ident),
        kind=st.just(kind),
        performers=st.just(frozenset({"awa"})) if kind != "collective" else st.just({"any"}),
        company=st.sampled_from(["", *COMPANIES]),
        law=maybe(names(["FR", "US-CA", "US", "GB"])),
        effective=maybe(days()),
        replaces=st.sampled_from([(), (), ("p1",), ("p2",)]),
        amends=st.sampled_from(["", "p1"]),
        ends=st.sampled_from([(), ("r1",)]),
        term=st.builds(
            Term,
            start=maybe(days()),
            end=maybe(days()),
            begun_uses=st.sampled_from([None, "may_finish", "must_stop"]),
            grace_days=st.sampled_from([0, 400]),
        ),
        form=st.builds(
            Form,
            kind=maybe(st.sampled_from(["rider", "contract", "oral", "buried_in_terms"])),
            given=maybe(days()),
            clear_and_conspicuous=maybe(st.booleans()),
            reasonably_specific=maybe(st.booleans()),
        ),
        signatures=st.lists(
            st.builds(
                Signature,
                by=st.sampled_from(["performer", "performer", "agent", "guardian", "estate"]),
                on=maybe(days()),
                authority=maybe(st.booleans()),
            ),
            max_size=2,
        ).map(tuple),
        representation=maybe(st.sampled_from(["none", "counsel", "union_cba_on_replicas"])),
        replaces_in_person=maybe(st.booleans()),
        circumstances=st.just(()) | st.just((Circumstance("threat_of_dismissal"),)),
        states=states(),
        onward=st.builds(
            Onward,
            sublicense=st.sampled_from(["no", "yes", "with_approval"]),
            transfer=st.sampled_from(["no", "yes", "with_approval"]),
            approvals=st.just(()) | st.just((Approval("Third Hand", _day("2024-01-01")),)),
        ),
        posthumous=st.builds(Posthumous, survives=maybe(st.booleans())),
        adoption=maybe(st.builds(Adoption, vote=st.sampled_from(["held", "none", "unknown"])))
        if kind == "collective"
        else st.none(),
        rules=st.lists(rule, max_size=3, unique_by=lambda each: each.id).map(tuple),
        duties=duty_sets(),
        bundled=maybe(st.booleans()),
    )


@st.composite
def sets(draw: st.DrawFn) -> list[Agreement]:
    """One to four papers of a performer, some of which replace or amend another."""
    kinds = draw(
        st.lists(
            st.sampled_from(["individual", "individual", "refusal", "collective"]),
            min_size=1,
            max_size=4,
        )
    )
    return [draw(papers(f"p{place}", kind)) for place, kind in enumerate(kinds, 1)]


def lives() -> st.SearchStrategy[list[Life]]:
    life = st.builds(Life, performer=st.just("awa"), born=maybe(days()), died=maybe(days()))
    return st.just([]) | st.lists(life, max_size=1)


def uses() -> st.SearchStrategy[Use]:
    done = st.builds(
        Done,
        duty=st.sampled_from(DUTIES),
        on=days(),
        by=st.just("awa"),
        evidence=st.just("0" * 64),
        amount=maybe(st.sampled_from([100.0, 500.0])),
    )
    return st.builds(
        Use,
        id=st.just("u"),
        performer=st.just("awa"),
        act=maybe(st.sampled_from(ACTS)),
        subjects=maybe(names(SUBJECTS)),
        artefact=maybe(st.sampled_from(ARTEFACTS)),
        date=maybe(days()),
        began=maybe(days()),
        production=maybe(st.sampled_from(PRODUCTIONS)),
        company=maybe(st.sampled_from(COMPANIES)),
        territories=maybe(names(PLACES)),
        languages=maybe(names(TONGUES)),
        content=maybe(names(["political", "sexual"], least=0)),
        practice=maybe(st.sampled_from(["pitch", "effects"])),
        counts=st.just({}) | st.just({"lines": 5.0}) | st.just({"lines": 50.0}),
        identifiable=maybe(st.booleans()),
        strike=maybe(st.booleans()),
        how_known=maybe(st.sampled_from(["likeness", "document"])),
        labelled=maybe(st.booleans()),
        chain=st.just(()) | st.just((Link("Nord Films", "Third Hand", "sublicense"),)),
        done=st.lists(done, max_size=2).map(tuple),
        events=st.just({}) | st.just({"invoice": None}) | st.just({"invoice": _day("2026-03-01")}),
    )


@st.composite
def granted(draw: st.DrawFn) -> tuple[list[Agreement], Use]:
    """Papers and a use that at least one grant was made to cover: covered comes often."""
    use = draw(uses())
    full = Use(
        **{
            **{name: getattr(use, name) for name in Use.__slots__},
            "act": use.act or "dub_language",
            "subjects": use.subjects or frozenset({"voice"}),
            "artefact": use.artefact or "original_recording",
            "date": _day(draw(st.sampled_from(["2025-06-01", "2025-06-01", "2028-01-01"]))),
            "how_known": "document",
        }
    )
    scope = Scope(
        companies=frozenset({full.company or "any"}),
        productions=frozenset({full.production}) if full.production else None,
        territories=full.territories,
        languages=full.languages,
    )
    rule = Rule(
        id="r1",
        kind="grant",
        acts=frozenset({full.act or ""}),
        subjects=full.subjects,
        artefacts=frozenset({full.artefact or ""}),
        practices=frozenset({"pitch", "effects"}),
        scope=scope,
        duties=draw(duty_sets()) if draw(st.booleans()) else (),
    )
    paper = Agreement(
        id="p1",
        kind="individual",
        performers=frozenset({"awa"}),
        form=Form("rider", _day("2024-01-01"), True, True),
        signatures=(Signature("performer", on=_day("2024-01-01")),),
        representation="counsel",
        replaces_in_person=False,
        term=Term(_day("2024-01-01"), _day("2027-01-01")),
        rules=(rule,),
    )
    others = draw(sets()) if draw(st.booleans()) else []
    return [paper, *(each for each in others if each.id != "p1")], full
