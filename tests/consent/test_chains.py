"""Hands by which material came to another company."""

from __future__ import annotations

import pytest

from tests.consent.asked import ask, paper, use

CHAIN = '[[chain]]\nfrom = "Northlight"\nto = "Buyer"\nby = "transfer"\non = 2025-03-01\n'


@pytest.mark.parametrize(
    ("by", "verdict"),
    [
        ('by = "The Union"\n', "covered"),
        ("", "covered"),
        ('by = "Northlight"\n', "undetermined"),
    ],
)
def test_an_approval_of_another_than_the_paper_names_settles_nothing(by: str, verdict: str) -> None:
    leave = '[[onward.approval]]\nto = "Buyer"\non = 2025-02-01\n'
    onward = f'[onward]\ntransfer = "with_approval"\napprover = "the union"\n{leave}{by}'
    assert ask(paper(onward), of=use(CHAIN, company='"Buyer"')).verdict == verdict
