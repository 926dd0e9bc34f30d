"""Forms to fill in: agreements as TOML, with remarks in French or in English.

A line that begins with `en|` or `fr|` is for that language alone; every form is one file,
so that both say the same.
"""

from __future__ import annotations

import re
from importlib.resources import files

from replique.errors import AgreementRefused, Problem
from replique.language import gettext as _

NAMES = ("rider", "replica", "dubbing", "audition", "training-refusal", "collective")
_BLANK = re.compile(r"[^#]*\"<[^\"<>]+>\"")
_MARKS = ("en|", "fr|")


def form(name: str, language: str, *, performer: str = "", id: str = "") -> str:  # noqa: A002
    """Return a form as TOML that `consent.reading` reads.

    name : of NAMES. performer, id : what is filled in; names that show where they go, "any"
        in a collective agreement, where they are "".
    """
    own = {"en": "your-short-name", "fr": "votre-nom-court"}[language]
    filled = performer or ("any" if name == "collective" else own)
    mark = f"{language}|"
    text = files(__package__).joinpath(f"{name}.toml.in").read_text(encoding="utf-8")
    lines = [
        line.removeprefix(mark)
        for line in text.splitlines()
        if line.startswith(mark) or not line.startswith(_MARKS)
    ]
    whole = "\n".join(lines) + "\n"
    return whole.replace("@performer@", filled).replace("@id@", id or name)


def filled_in(text: str, name: str) -> None:
    """Raise AgreementRefused for a form in which something is still to be filled in.

    It would be kept as the name of a company or a production that nobody has, and every use
    would be said to lie outside it.
    """
    problems = [
        Problem(number, "", _("This is still to be filled in."), file=name)
        for number, line in enumerate(text.splitlines(), 1)
        if _BLANK.match(line)
    ]
    if problems:
        told = [
            _("line {line}: {message}").format(line=each.line, message=each.message)
            for each in problems
        ]
        heading = _("{name} is a form that is not filled in:").format(name=name)
        raise AgreementRefused(
            "\n".join([heading, *told]),
            advice=_("Write what the paper says between the quotes, instead of <…>."),
            problems=problems,
        )
