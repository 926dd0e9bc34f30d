"""The laws that the letters rest on: dated, with where they are published.

Which of them applies is for counsel; a letter says what it asks and under which article.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from replique.language import gettext as _
from replique.report.letters.banned import N_
from replique.report.numerals import day


@dataclass(frozen=True, slots=True)
class Law:
    """An act, as it is cited.

    name : untranslated. published : where its text stands. since : the day from which
        it applies; for a directive, by which national law had to have it. None: not said.
    """

    name: str
    published: str
    since: dt.date | None = None
    directive: bool = False


GDPR = Law(
    N_("Regulation (EU) 2016/679 of 27 April 2016 (General Data Protection Regulation, GDPR)"),
    N_("OJ L 119, 4.5.2016, p. 1"),
    dt.date(2018, 5, 25),
)
DSA = Law(
    N_("Regulation (EU) 2022/2065 of 19 October 2022 (Digital Services Act), Article 16"),
    N_("OJ L 277, 27.10.2022, p. 1"),
    dt.date(2024, 2, 17),
)
INFOSOC = Law(
    N_("Directive 2001/29/EC of 22 May 2001, Articles 2(b) and 3(2), as national law has it"),
    N_("OJ L 167, 22.6.2001, p. 10"),
    dt.date(2002, 12, 22),
    directive=True,
)
LATE_PAYMENT = Law(
    N_("Directive 2011/7/EU of 16 February 2011 on late payment, as national law has it"),
    N_("OJ L 48, 23.2.2011, p. 1"),
    dt.date(2013, 3, 16),
    directive=True,
)
CPI = Law(
    N_("France: Code de la propriété intellectuelle, Articles L. 212-2 and L. 212-3"),
    N_("Act 92-597 of 1 July 1992"),
)


def cited(law: Law) -> str:
    """Say an act with where it is published and since when it applies."""
    parts = {"name": _(law.name), "published": _(law.published)}
    if law.since is None:
        return _("{name}, {published}").format(**parts)
    if law.directive:
        return _("{name}, {published}, due in national law by {day}").format(
            **parts, day=day(law.since)
        )
    return _("{name}, {published}, applicable since {day}").format(**parts, day=day(law.since))
