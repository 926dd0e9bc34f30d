"""How far a rule reaches, where the use or the paper says "all"."""

from __future__ import annotations

import pytest

from tests.consent.asked import ask, paper, use


def scope(limit: str) -> str:
    return paper(grant=f"[grant.scope]\n{limit}\n")


def test_worldwide_asks_for_no_place() -> None:
    assert ask(scope('territories = ["WORLD"]')).verdict == "covered"
    assert ask(scope('territories = ["FR"]')).verdict == "undetermined"


@pytest.mark.parametrize("limit", ['languages = ["fr"]', 'not_languages = ["fr"]'])
def test_a_use_in_all_languages_is_more_than_a_paper_that_names_some(limit: str) -> None:
    everywhere = use(languages='["any"]')
    assert ask(scope(limit), of=everywhere).verdict == "outside_scope"
    forbids = f'[[prohibition]]\nid = "no"\n[prohibition.scope]\n{limit}\n'
    assert ask(paper() + forbids, of=everywhere).verdict == "outside_scope"
