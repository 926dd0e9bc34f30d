"""Which of two papers speaks: whose they are, and which came last."""

from __future__ import annotations

from tests.consent.asked import ask, paper, use

CBA = (
    'schema = "replique-agreement/1"\nid = "cba"\nkind = "collective"\nperformers = "any"\n'
    '[[prohibition]]\nid = "no-training"\nacts = ["train_generative"]\n'
)
TRAINED = use(act='"train_generative"', how_known='"document"')


def test_another_performers_paper_takes_nothing_away() -> None:
    bens = paper(id='"bens"', performers='["ben"]', replaces='["cba"]')
    assert ask(CBA, paper(), of=TRAINED).verdict == "outside_scope"
    assert ask(CBA, paper(), bens, of=TRAINED).verdict == "outside_scope"
    assert ask(CBA, paper(replaces='["cba"]'), of=TRAINED).verdict == "covered"


def test_a_version_without_the_performer_ends_grants_and_no_prohibition() -> None:
    forbids = '[[prohibition]]\nid = "no-training"\nacts = ["train_generative"]\n'
    first = paper(performers='["awa", "ben"]') + forbids
    second = paper(performers='["ben"]', version="2")
    other = paper(id='"other"')
    assert ask(first, second).verdict == "outside_scope"
    assert ask(first, second, other, of=TRAINED).verdict == "outside_scope"


def test_of_papers_that_replace_each_other_neither_is_certainly_ended() -> None:
    one = paper(id='"one"', replaces='["two"]')
    two = paper(id='"two"', replaces='["three"]')
    three = paper(id='"three"', replaces='["one"]')
    assert ask(one, two, three).possible == ("covered", "outside_scope")
    assert ask(one, two).verdict == "covered"
