"""Filters for forms that others made: their fields without words that are not ours."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.forms.utils import ErrorList
from django.utils.safestring import SafeString

from replique.web.form_words import told

register = template.Library()


@register.filter
def bare(field: BoundField) -> SafeString:
    """Write a field without its placeholder: the label says what it is, in every language."""
    field.field.widget.attrs.pop("placeholder", None)
    described: dict[str, str | bool] = {}
    if field.errors:
        described["aria-describedby"] = f"{field.id_for_label}_error"
        described["aria-invalid"] = "true"
    return field.as_widget(attrs=described)


@register.filter
def wrongs(errors: ErrorList, field: str = "") -> list[str]:
    """Say what is wrong, in the person's language."""
    return told(errors, field)
