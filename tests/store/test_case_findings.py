"""The findings of a case, filtered: what a filter shows is what a reader would pick by hand."""

from __future__ import annotations

from itertools import product

import pytest

from replique import store
from replique.store import Home
from tests.store.desk_people import People, people
from tests.store.papers import USE, find, register


@pytest.fixture
def case(records: Home) -> int:
    """Return a case with occurrences and uses of two people, some judged, some asked."""
    from replique.store import cases

    del records
    who: People = people()
    register("awa", "a" * 64)
    register("ben", "b" * 64)
    mine = [find("a" * 64, start_s=10.0 * n) for n in (1, 2, 3)]
    theirs = find("b" * 64, start_s=90.0)
    for number, performer, production in (
        (mine[0], "awa", "Alpha"), (mine[0], "awa", "Béta"), (mine[1], "awa", "Alpha"),
        (theirs, "ben", "Béta"),
    ):  # fmt: skip
        store.describe_use(number, performer=performer, facts={**USE, "production": production})
    store.check("u1")
    store.judge(mine[0], "yes", by="Awa")
    store.judge(mine[0], "no", by="Awa")
    store.judge(theirs, "unsure", by="Ben")
    number = cases.open_case("x", by=who.cleo).id
    cases.add_items(number, "occurrence", [str(each) for each in (*mine, theirs, 999)], by=who.cleo)
    cases.add_items(number, "use", ["u1", "u2", "u3", "u4", "u99"], by=who.cleo)
    cases.add_items(number, "file", ["c" * 64], by=who.cleo)
    other = cases.open_case("y", by=who.cleo).id
    cases.add_items(other, "use", ["u1"], by=who.cleo)
    return number


def test_each_filter_shows_what_one_would_pick_by_hand(case: int) -> None:
    from replique.store import case_findings
    from replique.store.consent_models import Judgement, UseDescription
    from replique.store.models import Occurrence

    people_of = {
        str(row.pk): {take.performer.slug for take in row.recording.takes.all()}
        for row in Occurrence.objects.all()
        if row.recording is not None
    }
    uses = list(UseDescription.objects.select_related("performer", "finding"))

    def by_hand(key: str, sought: case_findings.Sought) -> bool:
        of = [
            each for each in uses
            if key in {f"u{each.pk}", str(each.occurrence_id)}
            and sought.production in {"", each.production}
            and sought.verdict in {"", _verdict(each)}
        ]  # fmt: skip
        if not any(key in {f"u{each.pk}", str(each.occurrence_id)} for each in uses) and (
            key not in people_of
        ):
            return False  # gone
        if (sought.production or sought.verdict) and not of:
            return False
        heard = key if key in people_of else str(next(iter(of)).occurrence_id)
        slugs = people_of[key] if key in people_of else {each.performer.slug for each in of}
        said = list(Judgement.objects.filter(occurrence=int(heard)).order_by("pk"))
        holds = said[-1].verdict if said else "not"
        return (not sought.performer or sought.performer in slugs) and (
            sought.judged in {"", holds}
        )

    all_of_it = [each.key for each in case_findings.findings(case)]
    assert len(all_of_it) == 10
    verdicts = ("", _verdict(uses[0]), case_findings.UNASKED)
    choices = product(
        ("", "awa", "ben", "nobody"), ("", "Alpha", "Béta"), verdicts, ("", "not", "no", "unsure")
    )
    shown = 0
    for performer, production, verdict, judged in choices:
        sought = case_findings.Sought(performer, production, verdict, judged)
        if not sought:
            continue
        found = [each.key for each in case_findings.findings(case, sought)]
        assert found == [each for each in all_of_it if by_hand(each, sought)], sought
        shown += len(found)
    assert shown > 20


def test_a_page_goes_on_where_the_last_ended(case: int) -> None:
    from replique.store import case_findings

    whole = case_findings.findings(case)
    parts, after = [], 0
    while part := case_findings.findings(case, after=after, count=3):
        parts += part
        after = part[-1].id
    assert parts == whole


def test_people_and_productions_are_offered_in_their_order(case: int) -> None:
    from replique.store import case_findings

    people_there, productions = case_findings.offered(case)
    assert [slug for slug, _name in people_there] == ["awa", "ben"]
    assert productions == ["Alpha", "Béta"]


def _verdict(use: object) -> str:
    from replique.store.case_findings import UNASKED

    finding = getattr(use, "finding", None)
    return finding.verdict if finding is not None else UNASKED
