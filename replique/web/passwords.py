"""What is asked of a password: that it is long, and not one of those that everybody tries."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from replique.language import gettext as _

LEAST_LENGTH = 12
"""Of a password, in characters. Guessing is slowed down by Argon2 and by rate limits."""


class LongEnough:
    """A password is long; nothing else is asked of it (NIST SP 800-63B, 3.1.1)."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for a short one."""
        del user
        if len(password) < LEAST_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """Return what is asked of a password."""
        return _("A password has at least {count} characters.").format(count=LEAST_LENGTH)


class NotCommon:
    """It is none of the 20,000 that are tried first; repeated letters are."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for a common one."""
        del user
        try:
            _common().validate(password)
        except ValidationError:
            raise self._wrong() from None
        if len(set(password)) <= 2:
            raise self._wrong()

    def get_help_text(self) -> str:
        """Return what is asked of a password."""
        return _("Too many people use this password: it is the first to be tried.")

    def _wrong(self) -> ValidationError:
        return ValidationError(self.get_help_text(), code="password_too_common")


@cache
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()
