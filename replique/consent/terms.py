"""The words for what agreements count, date and limit, in the language in force.

The acts, subjects and the rest of the vocabulary have theirs in `labels`.
"""

from __future__ import annotations

from replique.language import gettext as _


def kind(code: str) -> str:
    """Return a kind of agreement in words."""
    return {
        "individual": _("Agreement between a performer and somebody"),
        "collective": _("Collective agreement"),
        "refusal": _("Statement of what is not agreed"),
    }.get(code, code)


def unit(code: str) -> str:
    """Return what is counted or paid for in words."""
    return {
        "day": _("days"),
        "line": _("lines"),
        "word": _("words"),
        "thousand_words": _("thousands of words"),
        "session": _("sessions"),
        "use": _("uses"),
        "flat": _("once, for all"),
        "revenue_share": _("a share of revenue"),
        "residual": _("residuals"),
        "holding_fee": _("a holding fee"),
        "month": _("months"),
        "year": _("years"),
    }.get(code, code)


def event(code: str) -> str:
    """Return an event from which duties count in words."""
    return {
        "use": _("the use"),
        "signature": _("the signature"),
        "term_end": _("the end of the agreement"),
        "withdrawal": _("the withdrawal"),
        "death": _("the performer's death"),
        "first_use": _("the first use"),
        "capture": _("the scan or recording"),
        "engagement": _("the engagement"),
        "invoice": _("the invoice"),
        "request": _("the request"),
        "production_end": _("the end of the production"),
        "release": _("the release"),
    }.get(code, code)


def period(code: str) -> str:
    """Return how often something is owed in words."""
    return {
        "month": _("month"),
        "quarter": _("quarter"),
        "half_year": _("half-year"),
        "year": _("year"),
    }.get(code, code)


def content(code: str) -> str:
    """Return a kind of sensitive content in words."""
    return {
        "any": _("sensitive content of any kind"),
        "nudity": _("nudity"),
        "sexual": _("sexual content"),
        "profanity": _("profanity"),
        "slurs": _("slurs"),
        "violence": _("violence"),
        "political": _("politics"),
        "religious": _("religion"),
        "medical": _("medicine"),
        "alcohol": _("alcohol"),
        "tobacco": _("tobacco"),
        "gambling": _("gambling"),
        "weapons": _("weapons"),
        "defamatory": _("defamation"),
    }.get(code, code)


def onward(code: str) -> str:
    """Return whether it may be passed on in words."""
    return {
        "no": _("no"),
        "yes": _("yes"),
        "with_approval": _("only with approval"),
    }.get(code, code)
