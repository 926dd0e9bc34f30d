"""Take the strings out of the source, bring the catalogues up to date, compile them.

`make i18n` does it; `--check` only says whether it would change anything.  The
compiled catalogues are committed: a fresh clone speaks French at once.

A string is found where it is written inside `_()`, `gettext()`, `ngettext()`,
`pgettext()` or `N_()`, and in a template after `say` or `say_many`.  What click says
of its own (usage, options, slips in the arguments) is taken from the installed click.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "replique"
LOCALE = PACKAGE / "locale"
DOMAIN = "replique"
PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",  # nought is singular in French
}

# function → positions of (context, message, plural); None where it has none
MARKS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "N_": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
}
_QUOTED = r"""(?:"([^"]*)"|'([^']*)')"""
IN_TEMPLATES = re.compile(rf"{{%\s*say(_many)?\b\s*(?:{_QUOTED}(?:\s+{_QUOTED})?)?")
"""What a template says: one message, or for `say_many` two."""
PROGRAMMERS_ERRORS = frozenset(
    {"AssertionError", "AttributeError", "NotImplementedError", "RuntimeError", "TypeError"}
    | {"ValueError"}
)
# The modules of click whose words can reach a user of ours: no prompts, no pagers.
CLICK_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")


@dataclass(frozen=True, order=True, slots=True)
class Marked:
    """A string for translation, and the file that it is in."""

    message: str
    plural: str
    context: str
    file: str


class NotLiteral(ValueError):
    """A marked string that is not written out, so that no translator can see it."""


def _text(node: ast.expr, where: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotLiteral(where)


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, leaving out what only a programmer can meet."""
    if isinstance(tree, ast.Raise) and isinstance(tree.exc, ast.Call):
        name = tree.exc.func
        if isinstance(name, ast.Name) and name.id in PROGRAMMERS_ERRORS:
            return
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _walk(child)


def marked_in(source: str, file: str) -> Iterator[Marked]:
    """Yield the marked strings of one source file. NotLiteral when one is computed."""
    for node in _walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in MARKS or not node.args:
            continue
        context, message, plural = MARKS[node.func.id]
        if isinstance(node.args[message], ast.Name | ast.Attribute | ast.Subscript):
            continue  # marked with N_ elsewhere and looked up here
        where = f"{file}:{node.lineno}"
        yield Marked(
            message=_text(node.args[message], where),
            plural=_text(node.args[plural], where) if plural is not None else "",
            context=_text(node.args[context], where) if context is not None else "",
            file=file,
        )


def said_in(source: str, file: str) -> Iterator[Marked]:
    """Yield what a template says. NotLiteral when it is computed."""
    for found in IN_TEMPLATES.finditer(source):
        many, *quoted = found.groups()
        one, other = quoted[0] or quoted[1], quoted[2] or quoted[3]
        if not one or (many and not other):
            raise NotLiteral(f"{file}:{source[: found.start()].count(chr(10)) + 1}")
        yield Marked(message=one, plural=(other or "") if many else "", context="", file=file)


def ours() -> Iterator[Marked]:
    """Yield the marked strings of Réplique and of its demonstration."""
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield from said_in(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    for path in sorted([*PACKAGE.rglob("*.py"), *(ROOT / "demo").rglob("*.py")]):
        yield from marked_in(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())


def clicks() -> Iterator[Marked]:
    """Yield the marked strings of click that a user of ours can meet."""
    spec = importlib.util.find_spec("click")
    assert spec is not None  # noqa: S101 - it is a dependency
    assert spec.origin is not None  # noqa: S101 - and a package with a file
    for name in CLICK_MODULES:
        source = (Path(spec.origin).parent / f"{name}.py").read_text(encoding="utf-8")
        yield from marked_in(source, f"click/{name}.py")


def template() -> dict[tuple[str, str], polib.POEntry]:
    """Return all strings as empty entries, by (context, message)."""
    entries: dict[tuple[str, str], polib.POEntry] = {}
    for found in sorted({*ours(), *clicks()}):
        key = (found.context, found.message)
        entry = entries.setdefault(
            key, polib.POEntry(msgid=found.message, msgctxt=found.context or None)
        )
        if found.plural:
            entry.msgid_plural = found.plural
        if (found.file, "") not in entry.occurrences:
            entry.occurrences.append((found.file, ""))
        if "{" in found.message and "python-brace-format" not in entry.flags:
            entry.flags.append("python-brace-format")
    return entries


def updated(language: str) -> polib.POFile:
    """Return the catalogue of a language with exactly the strings of the source.

    Translations are kept where the message is unchanged, and are never guessed
    from a similar one. English says what the source says.
    """
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    known = {}
    if path.exists():
        known = {(e.msgctxt or "", e.msgid): e for e in polib.pofile(str(path)) if not e.obsolete}
    catalogue = polib.POFile(wrapwidth=98)
    catalogue.metadata = {
        "Project-Id-Version": "Réplique",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for key, entry in template().items():
        before = known.get(key)
        if language == "en":
            before = entry
            entry.msgstr = "" if entry.msgid_plural else entry.msgid
            if entry.msgid_plural:
                entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        elif entry.msgid_plural:
            entry.msgstr_plural = dict(before.msgstr_plural) if before else {0: "", 1: ""}
        elif before is not None:
            entry.msgstr = before.msgstr
        catalogue.append(entry)
    return catalogue


def main(arguments: list[str]) -> int:
    """Update the catalogues, or with --check say whether they are up to date."""
    stale = []
    for language in PLURALS:
        folder = LOCALE / language / "LC_MESSAGES"
        catalogue = updated(language)
        missing = len(catalogue.untranslated_entries())
        for file, content in (
            (folder / f"{DOMAIN}.po", f"{catalogue}\n".encode()),
            (folder / f"{DOMAIN}.mo", catalogue.to_binary()),
        ):
            if not file.exists() or file.read_bytes() != content:
                stale.append(file.relative_to(ROOT).as_posix())
                if "--check" not in arguments:
                    folder.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(content)
        print(f"{language}: {len(catalogue)} strings, {missing} to translate")
    if stale and "--check" in arguments:
        print(f"Not up to date: {', '.join(stale)}. Run make i18n.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
