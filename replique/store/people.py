"""Performers: whose takes these are."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from replique.errors import AlreadyThere, NotFound, UsageError
from replique.language import gettext as _
from replique.store.case_models import CaseParty
from replique.store.consent_models import Agreement
from replique.store.guard import guarded
from replique.store.member_models import Confidant, Invitation, Member
from replique.store.models import Performer
from replique.store.records import PerformerRecord
from replique.store.testimony_models import Testimony


@guarded()
def performers() -> list[PerformerRecord]:
    """Return all performers, by slug."""
    looked_for = Count("takes", filter=Q(takes__withdrawn_at=None))
    # said here again: Django leaves the usual order out of a query that counts
    rows = Performer.objects.annotate(looked_for=looked_for).order_by("slug")
    return [_record(each, each.looked_for) for each in rows]


@guarded()
def add_performer(name: str, slug: str) -> PerformerRecord:
    """Register a performer.

    slug : a short name, letters, digits and hyphens. Raises AlreadyThere, UsageError.
    """
    name = name.strip()
    if not name or not slug:
        raise UsageError(
            _("A performer needs a name."),
            advice=_('For instance: replique performer add "Awa Diop"'),
        )
    try:
        with transaction.atomic():
            return _record(Performer.objects.create(name=name[:200], slug=slug[:80]))
    except IntegrityError:
        raise AlreadyThere(
            _("There is a performer {slug} already.").format(slug=slug),
            advice=_("`replique performer list` shows them all."),
        ) from None


@guarded()
def rename_performer(slug: str, name: str) -> PerformerRecord:
    """Give a performer another name; the slug stays. Raises NotFound, UsageError."""
    if not name.strip():
        raise UsageError(_("A performer needs a name."))
    performer = find_performer(slug)
    performer.name = name.strip()[:200]
    performer.save(update_fields=["name"])
    return _record(performer)


@guarded()
def remove_performer(slug: str) -> None:
    """Remove a performer of whom nothing else is kept: no take, no voice, no use, no agreement.

    Their dates go with them, and the statements on which their voices, now forgotten, rested.
    Raises NotFound, UsageError.
    """
    performer = find_performer(slug)
    with transaction.atomic():
        if performer.takes.exists():
            raise UsageError(
                _("{name} still has takes.").format(name=performer.name),
                advice=_("Remove them first: `replique take list {slug}` shows them.").format(
                    slug=slug
                ),
            )
        if performer.voices.exists():
            raise UsageError(
                _("A voice of {name} is enrolled.").format(name=performer.name),
                advice=_("Forget it first: `replique voice forget {slug}`.").format(
                    slug=performer.slug
                ),
            )
        _check_unnamed(performer)
        for statement in performer.voice_statements.order_by("pk"):
            statement.delete()
        performer.delete()


def _check_unnamed(performer: Performer) -> None:
    """Refuse where somebody would be left with an agreement, or a use, of nobody."""
    _check_nobody_here(performer)
    if performer.uses.exists():
        raise UsageError(
            _("Uses of the work of {name} are described.").format(name=performer.name),
            advice=_("Remove them first: `replique use list` shows them."),
        )
    named = [each.slug for each in Agreement.objects.all() if performer.slug in each.performers]
    if named:
        raise UsageError(
            _("{name} is named in agreements: {agreements}.").format(
                name=performer.name, agreements=", ".join(dict.fromkeys(named))
            ),
            advice=_("Somebody who is named in an agreement cannot be removed."),
        )


def _check_nobody_here(performer: Performer) -> None:
    """Refuse where a committee's desk still names them; let go of who has left."""
    member = Member.objects.filter(performer=performer).first()
    if member is not None and member.left_at is None:
        raise UsageError(
            _("{name} is a member of this desk.").format(name=performer.name),
            advice=_("Let the member leave first: on the desk, under Members."),
        )
    testimony = Testimony.objects.filter(performer=performer).exists()
    if testimony or CaseParty.objects.filter(performer=performer).exists():
        raise UsageError(
            _("A case or sealed testimony speaks of {name}.").format(name=performer.name),
            advice=_("Take them out of the cases, and remove the testimony, first."),
        )
    invited = Invitation.objects.filter(performer=performer)
    if invited.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now()).exists():
        raise UsageError(
            _("{name} is invited to this desk.").format(name=performer.name),
            advice=_("Take the invitation back first: on the desk, under Members."),
        )
    for each in Confidant.objects.filter(performer=performer):
        each.delete()
    for invitation in invited:
        invitation.performer = None
        invitation.save()
    if member is not None:
        member.performer = None
        member.save()


def find_performer(slug: str) -> Performer:
    """Return the row, by its slug or by a name that only one has. Raises NotFound, UsageError."""
    found = Performer.objects.filter(slug=slug).first()
    if found is not None:
        return found
    name = slug.strip().casefold()  # SQLite folds the case of ASCII alone
    named = [each for each in Performer.objects.all() if each.name.casefold() == name]
    if not named:
        raise NotFound(
            _("There is no performer {slug}.").format(slug=slug),
            advice=_("`replique performer list` shows them all."),
        )
    if len(named) > 1:
        raise UsageError(
            _("{name} is the name of several performers.").format(name=slug),
            advice=_("Say which by the short name: {slugs}.").format(
                slugs=", ".join(each.slug for each in named)
            ),
        )
    return named[0]


def _record(performer: Performer, takes: int = 0) -> PerformerRecord:
    return PerformerRecord(performer.slug, performer.name, performer.created, takes)
