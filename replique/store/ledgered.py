"""Rows that write the ledger by themselves: whoever changes one cannot forget it.

    class Agreement(Ledgered):
        ledger_kind = "agreement"
        text = models.TextField()


    def ledger_content(self) -> dict[str, Any]:
            return {"text": self.text}

`save` and `delete` write an entry in the transaction of the row, also for rows that go
with another (CASCADE).  What would pass both by, `update` or `bulk_create`, is refused;
`add_all`, `change_all` and `remove_all` are for many rows at once.
An entry commits to the content and does not tell it: see replique.evidence.commitments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models.signals import class_prepared, post_delete, pre_delete

from replique.evidence.commitments import commitment, new_nonce

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
AT_ONCE = 500

_Row = TypeVar("_Row", bound="Ledgered")


class LedgeredQuerySet(models.QuerySet[_Row]):
    """Rows that change one by one."""

    def update(self, **_changes: object) -> NoReturn:
        """Refuse: save each row."""
        _refuse()

    def bulk_create(self, *_rows: object, **_options: object) -> NoReturn:
        """Refuse: save each row."""
        _refuse()

    def bulk_update(self, *_rows: object, **_options: object) -> NoReturn:
        """Refuse: save each row."""
        _refuse()

    def _raw_delete(self, _using: str | None) -> NoReturn:
        _refuse()


def _refuse() -> NoReturn:
    raise RuntimeError("rows of a ledgered model are saved and deleted one by one, or by *_all")


class Ledgered(models.Model):
    """A row of which each change is an entry of the ledger.

    ledger_kind : the kind of its entries; one for each model. ledger_nonce : salts the
    commitment to its present content; who has it and the row can prove the entry.
    """

    ledger_kind: ClassVar[str]

    ledger_nonce = models.CharField(max_length=64, editable=False)

    objects = models.Manager.from_queryset(LedgeredQuerySet)()

    class Meta:
        abstract = True
        # what Django itself goes by, as in `occurrence.judgements.add(…)`, refuses it too
        base_manager_name = "objects"

    def save(
        self,
        *args: Any,  # noqa: ANN401 — Django's own
        update_fields: Iterable[str] | None = None,
        ledger_verb: str | None = None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        """Write the row and its entry.

        ledger_verb : what was done, such as "withdrawn"; "added" or "changed" when not said.
        """
        verb = ledger_verb or (ADDED if self._state.adding else CHANGED)
        before = self.ledger_nonce
        # a new one each time: whoever is shown one version can prove no other by guessing
        self.ledger_nonce = new_nonce()
        if update_fields is not None:
            update_fields = {*update_fields, "ledger_nonce"}
        try:
            with transaction.atomic():
                _hold()
                super().save(*args, update_fields=update_fields, **options)
                _tell(self._as_kept(), verb)
        except BaseException:
            self.ledger_nonce = before
            raise

    def ledger_content(self) -> dict[str, Any]:
        """Return what is committed to: a JSON object made from columns of this row alone."""
        raise NotImplementedError

    def ledger_public(self) -> dict[str, Any]:
        """Return what an entry tells to everyone who reads it; nothing by default.

        Texts, whole numbers, lists, objects; never "verb", "commitment" or "of".
        """
        return {}

    @property
    def ledger_subject(self) -> str:
        """What its entries are about: its kind and its primary key."""
        return f"{self.ledger_kind}/{self.pk}"

    def ledger_body(self, verb: str) -> dict[str, Any]:
        """Return the body of the entry on this row as it stands."""
        body = {**self.ledger_public(), "verb": verb}
        if verb != REMOVED:
            body["commitment"] = self.ledger_commitment()
        return body

    def ledger_commitment(self) -> str:
        """Return the commitment to the content of this row as it stands."""
        return commitment(self.ledger_nonce, self.ledger_content())

    def ledger_read(self) -> int:
        """Note that somebody reads this row; return the number of the entry."""
        from replique.store import ledger

        return ledger.read(self.ledger_kind, self.ledger_subject)

    def _as_kept(self) -> Self:
        """Return the row as the database has it: 1 may have become 1.00."""
        return type(self)._base_manager.get(pk=self.pk)  # noqa: SLF001 — Django's name for it


def add_all(rows: Sequence[Ledgered]) -> list[int]:
    """Write new rows of one model and an entry on each, all or none; return the entries' numbers.

    For thousands at once: a row at a time takes some milliseconds, most of them for the head.
    """
    return _together(rows, ADDED, lambda plain: plain.bulk_create(rows, AT_ONCE))


def change_all(rows: Sequence[Ledgered], fields: Sequence[str], verb: str = CHANGED) -> list[int]:
    """Write some columns of rows of one model and an entry on each, as `add_all` does."""

    def write(plain: models.QuerySet[Any]) -> None:
        # a statement a row: bulk_update writes one CASE of hundreds of parts, and takes ten times
        # as long
        options = plain.model._meta  # noqa: SLF001 — Django's own
        columns = [options.get_field(name) for name in (*fields, "ledger_nonce")]
        quoted = connection.ops.quote_name
        said = ", ".join(f"{quoted(each.column)} = %s" for each in columns)
        key = quoted(options.pk.column)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {quoted(options.db_table)} SET {said} WHERE {key} = %s",  # noqa: S608
                [
                    [*(each.get_db_prep_save(getattr(row, each.attname), connection)
                       for each in columns), row.pk]
                    for row in rows
                ],
            )  # fmt: skip

    return _together(rows, verb, write)


def remove_all(rows: Sequence[Ledgered]) -> list[int]:
    """Delete rows of one model that nothing refers to, and write an entry on each."""
    from replique.store import ledger

    if not rows:
        return []
    (model,) = {type(row) for row in rows}
    said = [(row.ledger_kind, row.ledger_subject, row.ledger_body(REMOVED)) for row in rows]
    numbers = [row.pk for row in rows]
    with transaction.atomic():
        _hold()
        for at in range(0, len(numbers), AT_ONCE):
            plain: Any = models.QuerySet(model).filter(pk__in=numbers[at : at + AT_ONCE])
            plain._raw_delete(plain.db)  # noqa: SLF001 — Django's own, which tells no signal
        return ledger.append_all(said)


def _together(
    rows: Sequence[Ledgered], verb: str, write: Callable[[models.QuerySet[Any]], object]
) -> list[int]:
    from replique.store import ledger

    if not rows:
        return []
    (model,) = {type(row) for row in rows}
    before = [row.ledger_nonce for row in rows]
    for row in rows:
        row.ledger_nonce = new_nonce()
    try:
        with transaction.atomic():
            _hold()
            write(models.QuerySet(model))
            kept = model._base_manager.in_bulk([row.pk for row in rows])  # noqa: SLF001
            told = [kept[row.pk] for row in rows]
            return ledger.append_all(
                [(each.ledger_kind, each.ledger_subject, each.ledger_body(verb)) for each in told]
            )
    except BaseException:
        for row, nonce in zip(rows, before, strict=True):
            row.ledger_nonce = nonce
        raise


def _hold(**_said: object) -> None:
    """Take the head before any row, as `ledger.locked` asks."""
    from replique.store import ledger

    ledger.locked()


def _tell(row: Ledgered, verb: str) -> None:
    from replique.store import ledger  # only who writes needs keys and signatures

    ledger.append(row.ledger_kind, row.ledger_subject, row.ledger_body(verb))


def _removed(instance: Ledgered, **_said: object) -> None:
    """Write the entry of a row that goes. Django tells of each, in its transaction."""
    _tell(instance, REMOVED)


def _watch(sender: type[models.Model], **_said: object) -> None:
    if issubclass(sender, Ledgered) and not sender._meta.abstract:  # noqa: SLF001
        pre_delete.connect(_hold, sender=sender, dispatch_uid="ledger")
        post_delete.connect(_removed, sender=sender, dispatch_uid="ledger")


class_prepared.connect(_watch, dispatch_uid="ledger")


def ledgered_models() -> list[type[Ledgered]]:
    """Return all models whose rows write the ledger."""
    from django.apps import apps

    return [each for each in apps.get_models() if issubclass(each, Ledgered)]
