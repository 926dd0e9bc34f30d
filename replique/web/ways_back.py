"""A way back in for who lost their password: an address that works once, for three days.

It is made by an organiser, or at the server itself.  It changes a password and nothing else:
second factors are asked for as before, unless they were said to be lost too, and private
testimony stays under its own passphrase.  That it was made is an entry of the ledger.
"""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store import members
from replique.store.guard import guarded
from replique.store.member_records import Role
from replique.web.models import Account

MADE, MADE_WITHOUT_FACTORS = "way-back-made", "way-back-made-factors-removed"


@guarded()
def make(member: int, *, factors_too: bool = False) -> str:
    """Return the path by which a member chooses another password.

    factors_too : take their second factors away, because these are lost as well.
    Raises NotFound for who has no account.
    """
    account = Account.objects.filter(member=member, is_active=True, member__left_at=None).first()
    if account is None:
        raise NotFound(
            _("They have no account that is open."),
            advice=_("Invite them, or let them in again, first."),
        )
    with transaction.atomic():
        members.noted(member, MADE_WITHOUT_FACTORS if factors_too else MADE)
        if factors_too:
            Authenticator.objects.filter(user=account).delete()
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(account),
            "key": default_token_generator.make_token(account),
        },
    )


@guarded()
def organiser(name: str, email: str) -> str:
    """Return the path by which an organiser comes in: the first one, or one who is shut out.

    Whoever may run this has the server. Raises UsageError, NotFound.
    """
    email = Account.objects.normalize_email(email.strip()).casefold()
    found = Account.objects.filter(email=email).first()
    with transaction.atomic():
        if found is None:
            if "." not in email.partition("@")[2].strip("."):
                raise UsageError(_("This is no e-mail address."))
            if any(Role.ORGANISER in each.roles for each in members.members()):
                raise UsageError(
                    _("Somebody organises here already, under another address."),
                    advice=_("They invite whoever is to come; or give their address here."),
                )
            made = members.add_member(name, roles=(Role.ORGANISER,))
            found = Account.objects.create_user(email, name=made.name, member_id=made.id)
        number = found.member_id
        if number is None or Role.ORGANISER not in members.member(number).roles:
            raise UsageError(
                _("This account is no organiser’s."),
                advice=_("An organiser makes a way back for it, on the page of the member."),
            )
        return make(number)
