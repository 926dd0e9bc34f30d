"""Rows that write the ledger by themselves: whoever changes one cannot forget it.

    class Agreement(Ledgered):
        ledger_kind = "agreement"
        text = models.TextField()


    def ledger_content(self) -> dict[str, Any]:
            return {"text": self.text}

`save` and `delete` write an entry in the transaction of the row, also for rows that go
with another (CASCADE).  What would pass both by, `update` or `bulk_create`, is refused.
An entry commits to the content and does not tell it: see replique.evidence.commitments.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models, transaction
from django.db.models.signals import class_prepared, post_delete, pre_delete

from replique.evidence.commitments import commitment, new_nonce

ADDED, CHANGED, REMOVED = "added", "changed", "removed"

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
    raise RuntimeError("rows of a ledgered model are saved and deleted one by one")


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
