"""What is wrong in a form that Django or allauth made, in the person's language.

Their own translations are switched off (replique.language speaks): each error has a code, and
by it a sentence of ours is found.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList

from replique.language import gettext as _
from replique.web.passwords import LEAST_LENGTH


def sentences() -> dict[str, str]:
    """Return a sentence for each code."""
    return {
        "required": _("This is missing."),
        "invalid": _("This is not as it must be."),
        "invalid_email": _("This is no e-mail address."),
        "max_length": _("This is too long."),
        "min_length": _("This is too short."),
        "null_characters_not_allowed": _("This is not as it must be."),
        "invalid_choice": _("This is not as it must be."),
        "password_too_short": _("A password has at least {count} characters.").format(
            count=LEAST_LENGTH
        ),
        "password_too_common": _("Too many people use this password: it is the first to be tried."),
        "password_mismatch": _("The two passwords are not the same."),
        "account_inactive": _("This account is closed."),
        "email_taken": _("Another account has this address."),
        "email_password_mismatch": _("The address or the password is not right."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or no longer."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("The address or the password is not right."),
        "invalid_password_reset": _("This address does not work, or no longer."),
        "too_many_login_attempts": _("Too many attempts. Try again in a few minutes."),
        "rate_limited": _("Too many attempts. Try again in a few minutes."),
        "same_as_current": _("Choose another than the present one."),
        "cannot_delete_authenticator": _("This cannot be taken away now."),
        "cannot_generate_recovery_codes": _("Add a passkey or an application first."),
    }


# where Django or allauth says the same of several fields, or gives no code
_OF_FIELDS = {
    ("login", "invalid"): "invalid_email",
    ("email", "invalid"): "invalid_email",
    ("password2", ""): "password_mismatch",
    ("credential", "required"): "incorrect_code",
}


def told(errors: ErrorList, field: str = "") -> list[str]:
    """Return what is wrong. field : its name, "" for the whole form."""
    return [_sentence(each, field) for each in errors.as_data()]


def _sentence(error: ValidationError, field: str) -> str:
    code = str(error.code or "")
    known = sentences()
    found = known.get(_OF_FIELDS.get((field, code), code))
    return found if found is not None else known["invalid"]
