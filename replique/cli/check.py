"""`replique check`: what the agreements say of a use, and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from replique.cli.days import Day
from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import say, say_json, shown, table
from replique.errors import UsageError
from replique.language import gettext as _
from replique.language import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replique.store import FindingRecord

DAY = Day()


@command(
    "check",
    help=N_(
        "Say what the agreements on record say of a use: the verdict, with the clause, and why; "
        "which duties stand and when they are due; what is not known and what would settle it; "
        "which questions are for counsel.\n\n"
        "A use is named u3; the number of an occurrence stands for every use of it. The status "
        "is 0 whatever the verdict."
    ),
)
@argument(
    "what",
    metavar=N_("[OCCURRENCE|USE]"),
    required=False,
    help=N_("The number of an occurrence, such as 12, or a use, such as u3."),
)
@option("--all", "all_", is_flag=True, help=N_("Ask of every use that is described."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("With --all: of one performer."))
@option("--verdict", metavar=N_("VERDICT"), help=N_("With --all: only those with this verdict."))
@option("--withdrawn", is_flag=True, help=N_("With --all: also uses of withdrawn takes."))
@option(
    "--on",
    metavar=N_("DATE"),
    type=DAY,
    help=N_("Say how duties stood on this day, instead of today; it is not kept."),
)
@option("--full", "fully", is_flag=True, help=N_("With every rule that was considered."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def check(
    what: str | None,
    performer: str | None,
    verdict: str | None,
    on: dt.datetime | None,
    *,
    all_: bool,
    withdrawn: bool,
    fully: bool,
    as_json: bool,
) -> None:
    """Ask, and say the answer."""
    if all_ == (what is not None):
        raise UsageError(
            _("Say of what: an occurrence, a use, or --all."),
            advice=_("For instance: replique check 12, replique check u3"),
        )
    if not all_ and (performer or verdict or withdrawn):
        raise UsageError(
            _("--performer, --verdict and --withdrawn are about the list of --all."),
            advice=_("Leave them out, or ask with --all."),
        )
    from replique import store

    store.open()
    day = on.date() if on is not None else None
    if what is not None:
        found = store.check(what, day)
    else:
        found = store.findings(performer, verdict=verdict, withdrawn=withdrawn, on=day, keep=True)
    if as_json:
        from replique.cli.findings import plain

        say_json({"ok": True, "findings": [plain(each) for each in found]})
    elif all_:
        _say_all(found)
    else:
        for each in found:
            _say_one(each, fully=fully)


def _say_one(one: FindingRecord, *, fully: bool) -> None:
    from replique.consent.rendering import as_text

    say(_heading(one))
    if one.use.number is None:
        say(_("Nobody has described this use: only what the scan shows is known of it."))
        say(
            _("What is known: replique use describe {number} --company NAME --date DAY").format(
                number=one.use.occurrence
            )
        )
    _say_before(one)
    _say_judgement(one)
    say()
    for line in as_text(one.answer, fully=fully).splitlines():
        say(line)
    say()


def _heading(one: FindingRecord) -> str:
    name, who = one.use.name, shown(one.use.performer_name)
    if not name:
        return _("Occurrence {number}: {name}").format(number=one.use.occurrence, name=who)
    if one.use.occurrence is None:
        return _("Use {use}: {name}").format(use=name, name=who)
    return _("Use {use}, of occurrence {number}: {name}").format(
        use=name, number=one.use.occurrence, name=who
    )


def _say_before(one: FindingRecord) -> None:
    from replique.consent.wording import verdict_name

    if one.before:
        say(
            _("Until now the verdict was: {verdict}. What it is asked of has changed.").format(
                verdict=verdict_name(one.before)
            )
        )


def _say_judgement(one: FindingRecord) -> None:
    from replique.cli.judge import judgement_name

    if one.judgement is not None:
        say(
            _("Somebody has listened: {verdict}, says {name} ({day}).").format(
                verdict=judgement_name(one.judgement.verdict),
                name=shown(one.judgement.by),
                day=f"{one.judgement.at:%Y-%m-%d}",
            )
        )


def _say_all(found: Sequence[FindingRecord]) -> None:
    from replique.cli.judge import judgement_name
    from replique.consent.wording import verdict_name

    if not found:
        say(_("No use is described yet. The first: replique use describe OCCURRENCE"))
        return
    table(
        [_("Use"), _("Occurrence"), _("Performer"), _("Production"), _("Company"), _("Verdict"),
         _("Before"), _("Judgement")],
        [
            [
                each.use.name,
                each.use.occurrence or "",
                each.use.performer,
                each.use.use.production or "",
                each.use.use.company or "",
                verdict_name(each.verdict),
                verdict_name(each.before) if each.before else "",
                judgement_name(each.judgement.verdict) if each.judgement else "",
            ]
            for each in found
        ],
        right=(1,),
    )  # fmt: skip
    say()
    for verdict, count in Counter(each.verdict for each in found).most_common():
        say(
            ngettext("{count} use: {verdict}", "{count} uses: {verdict}", count).format(
                count=count, verdict=verdict_name(verdict)
            )
        )
    say(_("Why, use by use: replique check {use}").format(use=found[0].use.name))
