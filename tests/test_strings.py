"""Every string that a user sees passes through gettext, in French and in English."""

from __future__ import annotations

import ast
import inspect
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import polib
import pytest

import replique.errors
from replique.language import LANGUAGES, LOCALE_DIR, choose, restore
from replique.language import gettext as _

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "replique"
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "N_"}
ERRORS = {
    name
    for name, member in inspect.getmembers(replique.errors, inspect.isclass)
    if issubclass(member, replique.errors.RepliqueError)
}
SPEAKING = {"say", "warn", "echo", "secho", "print"}  # functions that speak to a user
TOLD = {"advice", "help", "epilog", "short_help", "metavar", "prompt", "notice"}  # and arguments
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")  # two words on end

# Rooms that only speak: there, every string that begins like a sentence must be translated.
SPEAKING_ROOMS = ("cli", "report", "web")
BEGINS = re.compile(r"\b[A-Z][a-z]+,? [a-z]{2,}")
FOR_PROGRAMMERS = {"web/api/openapi.py", "web/api/endpoints.py"}
"""They describe the API to whoever writes a program: in English, as docs/ are."""
PROTOCOL = {'Bearer realm="replique"'}
"""What programs say to one another, and no person reads."""


def modules() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if "migrations" not in p.parts]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _spoken(node: ast.expr) -> str | None:
    """Return the words that an expression says in plain, or None if they are translated."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_spoken(v) or "" for v in values if isinstance(v, ast.Constant))
        case ast.BinOp(left=left, right=right):
            return f"{_spoken(left) or ''}{_spoken(right) or ''}" or None
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "join")):
            return _spoken(value)
        case ast.IfExp(body=body, orelse=orelse):
            return f"{_spoken(body) or ''}{_spoken(orelse) or ''}" or None
        case _:
            return None


def untranslated(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines on which a user is told something without gettext."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        told = [k.value for k in node.keywords if k.arg in TOLD]
        if name in ERRORS | SPEAKING:
            told += node.args
        for argument in told:
            words = _spoken(argument)
            # names, units and commands stay as they are in every language
            if words is not None and SENTENCE.search(words):
                yield node.lineno, words


def sentences_outside(source: str) -> Iterator[tuple[int, str]]:
    """Yield every string that begins like a sentence, untranslated and no docstring."""
    tree = ast.parse(source)
    exempt: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in GETTEXT:
            exempt |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            exempt.add(id(node.value))  # a docstring
        if isinstance(node, ast.Raise) and node.exc is not None and isinstance(node.exc, ast.Call):
            name = _name(node.exc.func)
            if name in {"AssertionError", "TypeError", "ValueError", "RuntimeError"}:
                exempt |= {id(child) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            plain = re.sub(r"<[^>]*>|\{[^}]*\}", "", node.value)
            if id(node) not in exempt and plain not in PROTOCOL and BEGINS.search(plain):
                yield node.lineno, node.value


def test_the_search_for_untranslated_strings_finds_them() -> None:
    wrong = """
raise NotFound("There is no such take.", advice="Look at the list.")
raise NotFound(f"There is no {x}.")
say("Nothing was found" + name)
option("--x", help="Some words here.")
say("It has {n} parts".format(n=2))
Hostile(_("It lies."), advice="Do not open it.")
"""
    assert [line for line, _words in untranslated(wrong)] == [2, 2, 3, 4, 5, 6, 7]
    right = """
raise NotFound(_("There is no such take."), advice=_("Look at the list."))
say(_("It has {n} parts").format(n=2))
say(f"{x} {y}")
option("--x", help=N_("Some words here."))
"""
    assert list(untranslated(right)) == []


@pytest.mark.parametrize("module", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_string_for_a_user_is_translated(module: Path) -> None:
    assert list(untranslated(module.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "module",
    [
        p
        for p in modules()
        if p.relative_to(PACKAGE).parts[0] in SPEAKING_ROOMS
        and p.relative_to(PACKAGE).as_posix() not in FOR_PROGRAMMERS
    ],
    ids=lambda p: p.relative_to(PACKAGE).as_posix(),
)
def test_rooms_that_only_speak_hold_no_other_sentence(module: Path) -> None:
    assert list(sentences_outside(module.read_text(encoding="utf-8"))) == []


def templates() -> list[Path]:
    return sorted(PACKAGE.rglob("templates/**/*.html"))


SHOWN = "alt|title|placeholder|aria-label|value"


SENT = re.compile(
    r"""<(?:button|option|input[^>]*\stype="(?:hidden|radio|checkbox)")[^>]*?\svalue="[a-z_]*\""""
)
"""What a form sends and nobody sees: the value of a button, of a choice."""


def plain_in(template: str) -> Iterator[str]:
    """Yield the words that a template shows without asking gettext."""
    typed = r"<script.*?</script>|<code.*?</code>"  # no words: the same in every language
    bare = re.sub(rf"{{%.*?%}}|{{{{.*?}}}}|{{#.*?#}}|{typed}", " ", template, flags=re.DOTALL)
    attributes = re.findall(rf"""\b(?:{SHOWN})=(?:"([^"]*)"|'([^']*)')""", SENT.sub("", bare))
    texts = [*re.sub(r"<[^>]*>", "\n", bare).split("\n"), *(a or b for a, b in attributes)]
    for text in map(unescape, texts):
        words = re.findall(r"[^\W\d_]{2,}", text.replace("Réplique", ""))
        if words and text.strip() not in ALIKE:
            yield text.strip()


ALIKE = {
    "Français",
    "English",
    "Français English",
    "~/Films",
    "https://",
    "Python",
    "EUR",
    "kHz",
    "fr",
    "en",
    "yes",
    "no",
    "unsure",
    "not",
}
"""The same in every language: names and units; what is typed; values that nobody sees."""


def test_the_search_for_plain_words_in_templates_finds_them() -> None:
    assert list(plain_in("<p>&nbsp;<code>replique serve</code></p>")) == []
    wrong = (
        """<p>Some words</p><img alt="A picture"><a title='x {{ y }} there'>{% say "Fine" %}</a>"""
        """<button name="do" value="keep"></button><input type="submit" value="Send it">"""
    )
    assert list(plain_in(wrong)) == ["Some words", "A picture", "x   there", "Send it"]


@pytest.mark.parametrize("template", templates(), ids=lambda p: p.name)
def test_templates_say_nothing_untranslated(template: Path) -> None:
    assert list(plain_in(template.read_text(encoding="utf-8"))) == []


def test_the_catalogues_are_up_to_date_with_the_source() -> None:
    done = subprocess.run(
        [sys.executable, "tools/catalogues.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE_DIR / language / "LC_MESSAGES" / "replique.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_complete(language: str) -> None:
    po = catalogue(language)
    assert len(po) > 100
    assert [e.msgid for e in po.untranslated_entries()] == []
    assert [e.msgid for e in po.fuzzy_entries()] == []
    assert [e.msgid for e in po.obsolete_entries()] == []


def placeholders(text: str) -> set[str]:
    named = {name for _text, name, _spec, _conv in string.Formatter().parse(text) if name}
    return named | set(re.findall(r"%\(\w+\)\w", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    for entry in catalogue(language):
        forms = entry.msgstr_plural or {0: entry.msgstr}
        for form, said in forms.items():
            message = entry.msgid_plural if form else entry.msgid
            assert placeholders(said) == placeholders(message), entry.msgid
            assert said[:1].isspace() == entry.msgid[:1].isspace(), entry.msgid
            assert said[-1:].isspace() == entry.msgid[-1:].isspace(), entry.msgid


def french() -> Iterator[str]:
    for entry in catalogue("fr"):
        yield from [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values()


def test_french_is_set_as_french_is() -> None:
    """Narrow no-break space before ; : ! ? and inside « », and the curly apostrophe.

    What is typed at a keyboard (paths, commands, options, places in code) is left alone.
    """
    wrong = []
    for said in french():
        prose = re.sub(r"\{hour\}:\{minute\}|\{[^}]*\}|\w+://\S*|'[^' ]*'|`[^`]*`", "x", said)
        prose = re.sub(r"^  .*$", "", prose, flags=re.MULTILINE)  # examples to type
        if re.search(r"(?<!\u202f)[;:!?»]|«(?!\u202f)|\w'\w|\.\.\.", prose):
            wrong.append(said)
    assert wrong == []


def test_french_keeps_the_words_of_the_house() -> None:
    text = re.sub(r"--[\w-]+", "", "\n".join(french()).casefold())  # options are typed as they are
    for never in ("échantillon vocal", "correspondance", "identifié", "99 %", "email"):
        assert never not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_claims_more_than_was_measured(language: str) -> None:
    for entry in catalogue(language):
        for said in [entry.msgid, entry.msgstr, *entry.msgstr_plural.values()]:
            if entry.occurrences and entry.occurrences[0][0].startswith("click/"):
                continue
            assert not re.search(r"\bmatch(es|ed)?\b|\bidentified\b|99 ?%", said), said


def test_a_fresh_clone_speaks_french_at_once() -> None:
    token = choose("fr")
    try:
        assert _("Usage:") != "Usage:"
        assert _("The recordings to look for.") != "The recordings to look for."
    finally:
        restore(token)
