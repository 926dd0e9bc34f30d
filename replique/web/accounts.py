"""Accounts of a committee's desk: by invitation only, spoken to in their language.

django-allauth signs people in; here is what it asks us, and what of it is refused.
"""

from __future__ import annotations

import base64
import logging
import os
import smtplib
import threading
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest

from replique.errors import AlreadyThere, StoreError, UsageError
from replique.language import gettext as _
from replique.store import inviting
from replique.store.guard import guarded
from replique.web import form_words
from replique.web.models import Account
from replique.web.person import NAME
from replique.web.tongue import CHOSEN

RESET_MAIL = "account/email/password_reset_key"
_NONCE = 12
log = logging.getLogger("replique.web")


class _Said(Mapping[str, str]):
    """Sentences looked up when they are shown, in the language then in force."""

    def __init__(self, more: Mapping[str, str]) -> None:
        self._more = more

    def __getitem__(self, key: str) -> str:
        return form_words.sentences().get(key) or str(self._more[key])

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204 — of the keys
        return iter(self._more)

    def __len__(self) -> int:
        return len(self._more)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """What is asked of us about accounts."""

    error_messages = _Said(DefaultAccountAdapter.error_messages)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody comes in but by an invitation."""
        del request
        return False

    def add_message(self, *_said: object, **_more: object) -> None:
        """Say nothing: the page that follows shows what came of it."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail, where a carrier is named and this is one that we send.

        It goes by itself: how long that takes tells nobody whether an address has an account.
        """
        if settings.MAIL is None or template_prefix != RESET_MAIL:
            return
        told = self.render_mail(template_prefix, email, context)
        threading.Thread(target=_carry, args=(told,), name="mail").start()


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """What is asked of us about second factors."""

    error_messages = _Said(DefaultMFAAdapter.error_messages)

    def encrypt(self, text: str) -> str:
        """Lock the secret of an application: a copy of the database alone does not open it."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(_factor_key()).encrypt(nonce, text.encode(), None)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again. Raises StoreError when the desk's own secret was changed."""
        try:
            sealed = base64.b64decode(encrypted_text, validate=True)
            return AESGCM(_factor_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
        except (InvalidTag, ValueError):
            raise StoreError(
                _("The second factor of this account cannot be read."),
                advice=_("Bring the file desk.secret back from a backup of the home."),
            ) from None

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002, ANN401
        """Return what a new passkey is called until its owner names it."""
        from allauth.mfa.models import Authenticator

        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey {number}").format(number=count + 1)


def _carry(told: EmailMessage) -> None:
    try:
        told.send()
    except (OSError, smtplib.SMTPException):
        log.exception("mail")


def _factor_key() -> bytes:
    made = HKDF(SHA256(), 32, salt=None, info=b"replique desk second factors 1")
    return made.derive(settings.SECRET_KEY.encode())


@guarded()
def come_in(code: str, email: str, password: str) -> Account:
    """Make an account for who was invited. Raises NotFound, AlreadyThere, UsageError."""
    email = Account.objects.normalize_email(email.strip()).casefold()
    name, _at, host = email.partition("@")
    if not name or "." not in host.strip("."):
        raise UsageError(
            _("This is no e-mail address."),
            advice=_("It is the name that you sign in with; nothing is sent to it."),
        )
    try:
        validate_password(password)
    except ValidationError as error:
        raise UsageError(str(error.messages[0])) from None
    hashed = make_password(password)  # slow: before anything is held
    with transaction.atomic():
        if Account.objects.filter(email__iexact=email).exists():
            raise AlreadyThere(_("Another account has this address."))
        made = inviting.accept(code)
        return Account.objects.create(
            email=email, password=hashed, name=made.name, language=made.language, member_id=made.id
        )


def _greeted(request: HttpRequest, user: AbstractBaseUser, **_said: object) -> None:
    """Speak to who signs in as they chose; what a laptop's session said is not theirs."""
    from replique.store import members

    number = getattr(user, "member_id", None)
    if number is None:
        return
    request.session.pop(NAME, None)
    request.session[CHOSEN] = members.member(number).language


user_logged_in.connect(_greeted, dispatch_uid="desk language")
