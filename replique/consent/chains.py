"""Whether what was granted to one reached another by hands that the paper allows."""

from __future__ import annotations

import itertools

from replique.consent.dates import When
from replique.consent.facts import Facts
from replique.consent.names import normal, normals
from replique.consent.records import Approval, Link, Names, Onward
from replique.consent.truth import Truth, every, some

HANDS = frozenset({"sublicense", "transfer"})
NO_HAND = ("no", "no")


def handed_on(facts: Facts, onward: Onward) -> Truth:
    """Whether passing it on, which is itself the use, is what the paper allows."""
    rule = onward.sublicense if facts.act == "sublicense" else onward.transfer
    if rule == "no":
        return False
    links = [link for link in facts.use.chain if link.by == facts.act]
    if links:
        return every(_allowed(link, onward, facts) for link in links)
    # to whom is not known: it matters where they are named, or had to be approved
    return True if rule == "yes" and onward.to is None else None


def passed_on(facts: Facts, granted: Names, onward: Onward) -> Truth:
    """Whether each hand from a company that was granted to the one that used it is allowed.

    A chain that does not begin at a grantee, breaks, or ends elsewhere shows nothing.
    An approval that nobody recorded was not given. No chain told, where the paper lets it
    be passed on: how it came there is not known.
    """
    chain = facts.chain
    if facts.company is None:
        return None
    if not chain:
        return None if _could_have(facts.company, onward) else False
    if chain[0][0] not in granted or chain[-1][1] != facts.company:
        return False
    if any(one[1] != other[0] for one, other in itertools.pairwise(chain)):
        return False
    if onward.depth is not None and len(chain) > onward.depth:
        return False
    return every(_allowed(link, onward, facts) for link in facts.use.chain)


def _could_have(company: str, onward: Onward) -> bool:
    """Whether a company could have it by hands that the paper allows, for all that is known."""
    if onward.depth == 0 or not _may_go_to(company, onward):
        return False
    if "yes" in {onward.sublicense, onward.transfer}:
        return True
    approved = any(normal(each.to) == company and not each.refused for each in onward.approvals)
    return approved and "with_approval" in {onward.sublicense, onward.transfer}


def _may_go_to(company: str, onward: Onward) -> bool:
    return onward.to is None or "any" in onward.to or company in normals(onward.to)


def _allowed(link: Link, onward: Onward, facts: Facts) -> Truth:
    rule = onward.sublicense if link.by == "sublicense" else onward.transfer
    if not _may_go_to(normal(link.taker), onward):
        return False
    if rule == "with_approval":
        return _approved(link, onward, facts)
    return rule == "yes"


def _approved(link: Link, onward: Onward, facts: Facts) -> Truth:
    """Approved before it was passed on, or before the use where that day is not known."""
    taker, day = normal(link.taker), link.on or facts.date
    about = [each for each in onward.approvals if normal(each.to) == taker]
    if any(each.refused for each in about):
        return False
    if day is None:
        return None if about else False
    return some(every((_by_whom(each, onward), _on_time(each, day))) for each in about)


def _by_whom(approval: Approval, onward: Onward) -> Truth:
    """Whether it is of whom the paper names; of another name, it may be a name of theirs."""
    named = onward.approver and approval.by
    return True if not named or normal(approval.by) == normal(onward.approver) else None


def _on_time(approval: Approval, day: When) -> Truth:
    return None if approval.on is None else approval.on.by(day)
