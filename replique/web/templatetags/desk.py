"""Tags and filters of the desk's templates: words in the person's language, numbers, names.

    {% say "Nothing was found in {place}." place=locator %}
    {% say_many "{count} take" "{count} takes" takes|length %}

What is put into a sentence is escaped; the sentence is ours.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.template import defaulttags
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from replique.consent import wording as verdicts
from replique.language import current, gettext, ngettext
from replique.report import numerals, voice_wording, wording
from replique.report.markup import name as shown_name
from replique.report.markup import visible as all_visible
from replique.store.desk_lines import Line
from replique.web import once, voices_told

register = template.Library()


@register.simple_tag
def say(message: str, **values: object) -> SafeString:
    """Say a sentence; what stands in braces is put in, escaped."""
    return _filled(gettext(message), values)


@register.simple_tag
def say_many(one: str, many: str, count: int, **values: object) -> SafeString:
    """Say a sentence that counts; {count} is written as the language writes numbers."""
    return _filled(ngettext(one, many, count), {"count": numerals.number(count), **values})


def _filled(message: str, values: dict[str, object]) -> SafeString:
    safe = str(conditional_escape(message))
    told = {
        key: value if isinstance(value, SafeString) else escape(value)
        for key, value in values.items()
    }
    return mark_safe(safe.format(**told))  # noqa: S308 — both halves are escaped


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """Write what every form holds: the token that it is ours, and a word that it is taken once."""
    ours = defaulttags.CsrfTokenNode().render(context)
    word = format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, once.word())
    return mark_safe(ours + word)  # noqa: S308 — both are escaped


@register.filter
def shown(text: object) -> SafeString:
    """Write a name that a stranger may have chosen: visible, isolated, breakable."""
    return mark_safe(shown_name(str(text)))  # noqa: S308 — escaped there


@register.filter
def visible(text: object) -> str:
    """Return text in which nothing acts unseen, for a title or a label."""
    return all_visible(str(text))


@register.filter
def last_name(locator: object) -> str:
    """Return the end of a locator: the file's own name, with the archive it is in."""
    return str(locator).rstrip("/").rpartition("/")[2] or str(locator)


@register.filter
def time_code(seconds: float) -> str:
    """Write a place in a medium."""
    return numerals.time_code(seconds)


@register.filter
def lasting(seconds: float | None) -> str:
    """Write how long something lasts."""
    return numerals.duration(seconds or 0.0)


@register.filter
def number(value: float, decimals: int = 0) -> str:
    """Write a number."""
    return numerals.number(value, decimals)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a day and an hour."""
    return "" if value is None else numerals.date_and_time(value)


@register.filter
def day(value: datetime | None) -> str:
    """Write a day."""
    return "" if value is None else numerals.day(value)


@register.filter
def iso_day(text: str) -> str:
    """Write a date that is kept as text, as far as it is known: a day, a month, a year."""
    return numerals.iso_day(numerals.month(text or ""))


@register.filter
def strength(value: float) -> str:
    """Write a strength."""
    return wording.strength(value)


@register.filter
def kind(code: str) -> str:
    """Write a kind of take."""
    return wording.kind(code)


@register.filter
def size(count: int | None) -> str:
    """Write a count of bytes."""
    value = float(count or 0)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            decimals = 0 if unit in {"B", "kB"} or value >= 10 else 1
            said = unit.replace("B", "o") if current() == "fr" else unit  # octets
            return numerals.with_unit(value, said, decimals)
        value /= 1000
    return ""


@register.filter
def judged(verdict: str) -> str:
    """Write a judgement in a word."""
    words = {"yes": gettext("yes"), "no": gettext("no"), "unsure": gettext("unsure")}
    return words.get(verdict, verdict)


@register.filter
def verdict_name(code: str) -> str:
    """Write a verdict in a word or two."""
    return verdicts.verdict_name(code)


@register.filter
def manner(code: str) -> str:
    """Write a manner of using the voice; the name of a character stays, made visible."""
    return all_visible(voice_wording.manner(code))


@register.filter
def manner_query(code: str) -> str:
    """Return the end of an address at which recordings of a manner are added."""
    usual = code in {"speaking", "singing"}
    return "?" + urlencode({"manner": code} if usual else {"manner": "other", "character": code})


@register.filter
def support_of(line: Line) -> str:
    """Say how well the likeness of a voice is supported, in a word."""
    return voices_told.support_of(line)


@register.filter
def accounted_for(line: Line) -> str:
    """Say what accounts for a voice in a list; "" where it was not asked."""
    return voices_told.accounted_for(line)
