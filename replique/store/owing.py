"""Duties: what is owed for a permission, and a person's word that it was done.

The program never marks one done by itself: somebody says so, by name, and gives the
file that shows it, which is kept as evidence.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store import evidence_files
from replique.store.checking import asked, findings
from replique.store.consent_models import DutyDone
from replique.store.consent_records import DutyDoneRecord, DutyRecord, FindingRecord
from replique.store.describing import use_row
from replique.store.guard import guarded
from replique.store.text import clean

_NAME = re.compile(r"(?P<use>[uU]\d{1,18}):(?P<duty>.+)\Z", re.DOTALL)
_THOUSANDS = re.compile(r",\d{3}\s*$")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
OPEN = ("unmet", "pending", "unknown")
"""States of a duty that still ask for something."""
LARGEST = Decimal(10) ** 13


@guarded()
def duties(
    performer: str | None = None, *, use: str | None = None, all_: bool = False
) -> list[DutyRecord]:
    """Return the duties that are open, the first due first.

    Also those of which it is not certain that they stand (`state.stands` is False): where
    a permission is disputed, what is owed for it may be owed all the same.
    performer : slug. use : u3. all_ : with those that are met, or that nothing has set off
        yet. Raises NotFound, UsageError.
    """
    found = findings(performer) if use is None else [asked(use)]
    owed = [each for one in found for each in _of(one)]
    if not all_:
        owed = [each for each in owed if each.state.status in OPEN]
    return sorted(owed, key=lambda each: (each.state.due or "9999", each.use.number or 0))


@guarded()
def do_duty(
    name: str,
    *,
    evidence: str | os.PathLike[str],
    by: str,
    on: dt.date | None = None,
    amount: str | None = None,
    currency: str = "",
    refused: bool = False,
) -> DutyDoneRecord:
    """Keep a person's word that a duty was done for a use, with the file that shows it.

    name : "u3:rider/dub/pay", or "rider/dub/pay" where it stands for one use alone.
    by : who says so. on : the day on which it was done, today if None.
    amount, currency : what was paid, "250.00" and "EUR". refused : it was asked for, and
        refused (an approval).

    Raises NotFound, UsageError, Unreadable, StoreError.
    """
    today = dt.date.today()  # noqa: DTZ011 — the day where the person is
    day = on or today
    if not by.strip():
        raise UsageError(
            _("Only a person can say that a duty was done."), advice=_("Say who with --by NAME.")
        )
    if day > today:
        raise UsageError(
            _("{day} is still to come.").format(day=day.isoformat()),
            advice=_("Say that it was done once it was."),
        )
    paid = _amount(amount)
    unit = _currency(currency, paid)
    duty = _find(name)
    file = Path(evidence)
    sha256 = evidence_files.keep(file)
    with transaction.atomic():
        row = DutyDone(
            use=use_row(duty.use.name),
            duty=duty.state.duty,
            outcome=DutyDone.Outcome.REFUSED if refused else DutyDone.Outcome.DONE,
            on=day,
            by=clean(by.strip())[:200],
            evidence=sha256,
            evidence_name=clean(file.name),
            amount=paid,
            currency=unit,
        )
        row.save(ledger_verb="refused" if refused else "done")
    return _record(row)


@guarded()
def undo_duty(name: str) -> DutyDoneRecord:
    """Take back what was last said of a duty: it was a mistake. It stays on record.

    Raises NotFound, UsageError.
    """
    found = _NAME.match(name)
    said = DutyDone.objects.filter(undone_at=None)
    if found is not None:
        rows = list(said.filter(use=use_row(found["use"]), duty=found["duty"]))
    else:
        rows = list(said.filter(duty=name))
        _one_use(name, sorted({f"u{row.use_id}" for row in rows}))
    if not rows:
        raise NotFound(
            _("Nobody has said that {duty} was done.").format(duty=clean(name)),
            advice=_("`replique duty list --all` shows every duty as it stands."),
        )
    with transaction.atomic():
        row = rows[-1]
        row.undone_at = timezone.now()
        row.save(update_fields=["undone_at"], ledger_verb="taken_back")
    return _record(row)


def _find(name: str) -> DutyRecord:
    """Return the duty that a person means, as it stands now."""
    found = _NAME.match(name)
    if found is not None:
        known = [each for each in _of(asked(found["use"])) if each.state.duty == found["duty"]]
    else:
        known = [each for one in findings() for each in _of(one) if each.state.duty == name]
        _one_use(name, [each.use.name for each in known])
    if not known:
        raise NotFound(
            _("There is no duty {duty}.").format(duty=clean(name)),
            advice=_("`replique duty list --all` shows them, each with its name."),
        )
    return known[0]


def _one_use(name: str, uses: Sequence[str]) -> None:
    if len(set(uses)) > 1:
        raise UsageError(
            _("{duty} stands for several uses.").format(duty=clean(name)),
            advice=_("Say for which: {names}.").format(
                names=", ".join(f"{each}:{clean(name)}" for each in dict.fromkeys(uses))
            ),
        )


def _of(one: FindingRecord) -> list[DutyRecord]:
    return [DutyRecord(one.use, state) for state in one.answer.duty_states]


def _amount(written: str | None) -> Decimal | None:
    if written is None or not written.strip():
        return None
    try:
        # 1,200 is twelve hundred to some and 1.2 to others: neither is guessed
        amount = Decimal("NaN" if _THOUSANDS.search(written) else written.strip().replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise UsageError(
            _("{amount} is no amount.").format(amount=clean(written)[:40]),
            advice=_("Write it as 250 or 250.50, without spaces, and the currency apart."),
        )
    return amount.quantize(Decimal("0.0001"))


def _currency(written: str, amount: Decimal | None) -> str:
    currency = written.strip().upper()
    if not currency:
        return ""
    if amount is None or not _CURRENCY.match(currency):
        raise UsageError(
            _("A currency is three letters beside an amount."),
            advice=_("For instance: --amount 250 --currency EUR"),
        )
    return currency


def _record(row: DutyDone) -> DutyDoneRecord:
    return DutyDoneRecord(
        name=f"u{row.use_id}:{row.duty}",
        outcome=row.outcome,
        on=row.on,
        by=row.by,
        evidence=row.evidence,
        amount="" if row.amount is None else f"{row.amount.normalize():f}",
        currency=row.currency,
    )
