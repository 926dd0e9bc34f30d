"""One paper of a dub, and one use of it, to change in a single respect and ask."""

from __future__ import annotations

import datetime as dt

from replique.consent import reading
from replique.consent.answer import Answer
from replique.consent.asking import Agreements
from replique.consent.following import fold

ASKED_ON = dt.date(2026, 11, 1)
FORM = '[form]\nkind = "rider"\ngiven = 2025-01-10\n[[signature]]\nby = "performer"\n'


def paper(more: str = "", grant: str = "", **keys: str) -> str:
    """Return a rider of 10 January 2025 that grants dubbing and training.

    more : tables of the paper; grant : tables of the grant; keys : of the paper, as TOML.
    """
    said = {
        "schema": '"replique-agreement/1"',
        "id": '"rider"',
        "kind": '"individual"',
        "performers": '["awa"]',
        "company": '"Northlight"',
        **keys,
    }
    head = "".join(f"{key} = {value}\n" for key, value in said.items())
    acts = '["dub_language", "train_generative"]'
    rule = f'[[grant]]\nid = "dub"\nacts = {acts}\nsubjects = ["voice"]\n{grant}'
    return f"{head}{FORM}{more}{rule}"


def use(more: str = "", **keys: str) -> str:
    """Return a dub of 1 June 2025. more : tables; keys : as TOML, "" leaves one out."""
    said = {
        "schema": '"replique-use/1"',
        "id": '"u"',
        "performer": '"awa"',
        "act": '"dub_language"',
        "subjects": '["voice"]',
        "artefact": '"original_recording"',
        "date": "2025-06-01",
        "company": '"Northlight"',
        **keys,
    }
    return "".join(f"{key} = {value}\n" for key, value in said.items() if value) + more


def ask(*papers: str, of: str = "", on: dt.date = ASKED_ON) -> Answer:
    """Return the answer, which must be the one that its report alone gives, and the quick one."""
    known = Agreements([reading.agreement(each) for each in papers])
    asked = reading.use(of or use())
    answer = known.ask(asked, on)
    assert fold(answer) == frozenset(answer.possible)
    assert known.outcome(asked, on).possible == answer.possible
    return answer


def state(status: str, on: str, **more: str) -> str:
    """Return a change of state, as TOML."""
    keys = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[state]]\nstatus = "{status}"\non = {on}\n{keys}'
