"""Who may do what: one table, action × role × whose.

Every view names its action (`action`); what is not written here is refused.  A person may
have several roles: what one of them allows is allowed.  On a laptop there is one person,
the owner, to whom everything there belongs.

docs/permissions.md is made of this table by tools/permissions.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial, wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from replique.web.belonging import BELONGS, Whose
from replique.web.once import once
from replique.web.person import Person, person_of
from replique.web.views import refusals


class Role(StrEnum):
    """What somebody is on this desk."""

    OWNER = "owner"
    PERFORMER = "performer"
    CONFIDANT = "confidant"
    MEMBER = "member"
    ORGANISER = "organiser"
    AUDITOR = "auditor"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence that is looked up when it is shown."""
    return message


OWN, CONFIDED, SHARED, COMMON = Whose.OWN, Whose.CONFIDED, Whose.SHARED, Whose.COMMON
OTHER, NOBODY = Whose.OTHER, Whose.NOBODY

Roles = Mapping[Role, frozenset[Whose]]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is done. of : what it is done to, a name in `belonging.BELONGS`; "" for
    what is nobody's. roles : who may, with whose things. anyone : also who has not signed in.
    """

    about: str
    roles: Roles
    of: str = ""
    anyone: bool = False


def _allow(**roles: Whose | tuple[Whose, ...]) -> Roles:
    return {
        Role(name): frozenset(whose if isinstance(whose, tuple) else (whose,))
        for name, whose in roles.items()
    }


# who has it: the performer, whom they chose, who works on the case it is in
_SEEN = _allow(performer=OWN, confidant=CONFIDED, member=SHARED)
_SEEN_OR_COMMON = _allow(
    performer=(OWN, COMMON), confidant=(CONFIDED, COMMON), member=(SHARED, COMMON)
)
_HELPED = _allow(performer=OWN, confidant=CONFIDED)
_THEIRS = _allow(performer=OWN)
# pages that list what the person may see, and forms that begin something
_LISTED = _allow(performer=NOBODY, confidant=NOBODY, member=NOBODY)
_BEGUN = _allow(performer=NOBODY, confidant=NOBODY)
_IN_CASE = _allow(member=SHARED)
_ONESELF = _allow(
    performer=NOBODY, confidant=NOBODY, member=NOBODY, organiser=NOBODY, auditor=NOBODY
)
_ORGANISED = _allow(organiser=NOBODY)

ACTIONS: Mapping[str, Action] = {
    "home.see": Action(N_("See what waits for oneself"), _ONESELF),
    "language.choose": Action(N_("Choose a language"), _ONESELF, anyone=True),
    "name.choose": Action(N_("Choose the name that one judges under"), _ONESELF),
    "account.change": Action(N_("Change one's own password, passkeys, sessions"), _ONESELF),
    "invitation.accept": Action(N_("Come in by an invitation"), _ONESELF, anyone=True),
    "performers.add": Action(N_("Add a performer"), _allow(member=NOBODY)),
    "takes.see": Action(N_("List takes"), _LISTED),
    "takes.hear": Action(N_("Hear a take"), _HELPED, "take"),
    "takes.add": Action(N_("Add takes of a performer"), _HELPED, "performer"),
    "takes.withdraw": Action(N_("Withdraw a take, or look for it again"), _THEIRS, "take"),
    "voices.see": Action(N_("List voices"), _BEGUN),
    "voices.enrol": Action(
        N_("Enrol a voice, on the person's own statement"), _THEIRS, "performer"
    ),
    "voices.forget": Action(N_("Forget a voice"), _THEIRS, "voice"),
    "voices.hear": Action(
        N_("Hear what a voice was enrolled with, beside what resembles it"), _HELPED, "occurrence"
    ),
    "scans.see": Action(N_("See what was searched, and what could not be read"), _LISTED),
    "scans.start": Action(N_("Search media"), _allow(member=NOBODY)),
    "scans.stop": Action(N_("Stop a search"), _allow(member=NOBODY)),
    "occurrences.see": Action(N_("List occurrences"), _LISTED),
    "occurrences.listen": Action(N_("Listen to an occurrence"), _SEEN, "occurrence"),
    "occurrences.judge": Action(N_("Judge an occurrence"), _SEEN, "occurrence"),
    "occurrences.several": Action(
        N_("Judge, describe or give to a case several at once: each that one may"), _LISTED
    ),
    "occurrences.why": Action(N_("Read why it was judged so"), _HELPED, "occurrence"),
    "uses.describe": Action(N_("Describe what was done"), _SEEN, "occurrence"),
    "uses.see": Action(N_("See a use and what the agreements say of it"), _SEEN, "use"),
    "uses.change": Action(N_("Change what is said of a use"), _SEEN, "use"),
    "duties.settle": Action(N_("Say that a duty was done"), _SEEN, "use"),
    "agreements.list": Action(N_("List agreements"), _LISTED),
    "agreements.add": Action(N_("Say what was agreed"), _HELPED, "performer"),
    "agreements.see": Action(
        N_("See an agreement, without what is private in it"), _SEEN_OR_COMMON, "agreement"
    ),
    "agreements.change": Action(N_("Correct, withdraw or suspend one"), _HELPED, "agreement"),
    "agreements.testimony": Action(N_("Read what is private in one"), _HELPED, "agreement"),
    "letters.write": Action(N_("Make a letter"), _SEEN, "use"),
    "cases.list": Action(N_("List the cases that one works on"), _allow(member=NOBODY)),
    "cases.open": Action(N_("Open a case"), _allow(member=NOBODY)),
    "cases.see": Action(N_("See a case"), _IN_CASE, "case"),
    "cases.change": Action(N_("Change a case, its notes, tasks and people"), _IN_CASE, "case"),
    "cases.merge": Action(N_("Merge two cases"), _IN_CASE, "case"),
    "cases.export": Action(N_("Export a case"), _IN_CASE, "case"),
    "cases.give": Action(
        N_("Give an occurrence to a case: who works on it hears it then"), _SEEN, "occurrence"
    ),
    "cases.hand_over": Action(N_("Hand over all that one sees to oneself"), _allow(member=NOBODY)),
    "cases.of_oneself": Action(N_("See that there is a case about oneself"), _THEIRS, "performer"),
    "testimony.list": Action(N_("See which testimony is sealed for oneself"), _LISTED),
    "testimony.write": Action(N_("Write private testimony"), _LISTED),
    "testimony.read": Action(N_("Read testimony that is sealed for oneself"), _SEEN, "testimony"),
    "testimony.change": Action(N_("Change its text or its readers"), _SEEN, "testimony"),
    "keys.own": Action(N_("Make, change and recover one's own key"), _LISTED),
    "keys.answer": Action(
        N_("Give back the part of a key that one keeps"), _allow(confidant=NOBODY)
    ),
    "confidants.see": Action(N_("See whom one chose and who chose oneself; end it"), _LISTED),
    "confidants.choose": Action(N_("Choose one's confidants"), _allow(performer=NOBODY)),
    "overview.see": Action(N_("See where a performer's work is used"), _SEEN, "performer"),
    "members.list": Action(N_("List members"), _ONESELF),
    "members.change": Action(N_("Invite, change, hand over, let go"), _ORGANISED),
    "tokens.own": Action(N_("Give programs tokens, and take them back"), _ONESELF),
    "settings.change": Action(N_("Change retention, time stamps, languages"), _ORGANISED),
    "backups.make": Action(N_("Make and restore encrypted backups"), _ORGANISED),
    "ledger.see": Action(N_("See and verify the ledger"), _allow(auditor=NOBODY, member=NOBODY)),
    "ledger.export": Action(N_("Export the ledger, nothing private in it"), _allow(auditor=NOBODY)),
}
"""What each role may do; the owner of a laptop's desk may do all of it."""

View = Callable[..., HttpResponseBase]


def may(person: Person, act: str, whose: Whose = NOBODY) -> bool:
    """Return whether somebody may do this with something of that belonging."""
    wanted = ACTIONS.get(act)
    if wanted is None:
        return False
    if person.owner or wanted.anyone:
        return True
    return any(role in person.roles and whose in of for role, of in wanted.roles.items())


def could(person: Person, act: str) -> bool:
    """Return whether somebody may do this with anything at all: for what a page offers."""
    wanted = ACTIONS.get(act)
    if wanted is None:
        return False
    return person.owner or wanted.anyone or any(role in person.roles for role in wanted.roles)


def action(act: str, of: str | None = None) -> Callable[[View], View]:
    """Name the action of a view; who may not do it at all is told so.

    of : another thing than the table says that it is done to. Who may do it, but not with this
    thing, is answered as if it were not there.
    """
    wanted = ACTIONS[act]
    belongs = wanted.of if of is None else of
    if belongs and belongs not in BELONGS:
        raise ValueError(belongs)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:  # noqa: ANN401
            person = person_of(request)
            if not could(person, act):
                return refusals.not_yours(request)
            if belongs and not person.owner:
                whose = BELONGS[belongs](request, person, given)
                if not may(person, act, whose):
                    return refusals.not_yours(request)
            return once(request, act, partial(view, request, *args, **given))

        guarded.action = act  # type: ignore[attr-defined] # for the test that walks the views
        guarded.of = belongs  # type: ignore[attr-defined] # likewise
        return guarded

    return decorate
