"""Written agreements, uses and performers' dates: TOML in, records out.

A text is checked whole and every slip is told at once, each with its line. What was
written is never repeated: an agreement holds testimony. docs/agreements.md is how to
write one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from replique.consent import crossing, syntax, tables
from replique.consent.checking import Node, checked
from replique.consent.fields import ENDLESS, Page, nearest
from replique.consent.locate import lines
from replique.consent.records import Agreement, Life, Use
from replique.consent.shapes import Inner, Shape
from replique.consent.tables import SCHEMAS
from replique.errors import AgreementRefused, Problem
from replique.language import gettext as _
from replique.language import ngettext

LARGEST = 1_000_000
"""Bytes of a text; the longest collective agreements, clause by clause, have 100,000."""
MOST_TOLD = 40


def agreement(text: str | bytes, name: str = "") -> Agreement:
    """Return an agreement. name: of its file, for the errors.

    Raises AgreementRefused, with all that is wrong.
    """
    record = _read(text, name, "replique-agreement/1")
    assert isinstance(record, Agreement)  # noqa: S101 - for the type checker
    return record


def use(text: str | bytes, name: str = "") -> Use:
    """Return a use. Raises AgreementRefused."""
    record = _read(text, name, "replique-use/1")
    assert isinstance(record, Use)  # noqa: S101 - for the type checker
    return record


def life(text: str | bytes, name: str = "") -> Life:
    """Return the dates of a performer. Raises AgreementRefused."""
    record = _read(text, name, "replique-performer/1")
    assert isinstance(record, Life)  # noqa: S101 - for the type checker
    return record


def kind_of(text: str | bytes, name: str = "") -> str:
    """Return what a text says it is, by its key `schema`: agreement, use or performer.

    Raises AgreementRefused.
    """
    tree, page = _opened(text, name)
    shape = _shape(tree, page)
    _settle(page, name)
    assert shape is not None  # noqa: S101 - for the type checker
    return shape.name


def _read(text: str | bytes, name: str, schema: str) -> Agreement | Use | Life:
    tree, page = _opened(text, name)
    wanted = SCHEMAS[schema]
    told = _shape(tree, page)
    if told is not None and told is not wanted:
        page.wrong(("schema",), _("This is the schema of something else."), f'"{schema}"')
        _settle(page, name)
    body = {key: value for key, value in tree.items() if key != "schema"}
    node = checked(body, wanted, (), page)
    crossing.check(node, wanted, page)
    _settle(page, name)
    record = _built(node, wanted, page)
    assert isinstance(record, Agreement | Use | Life)  # noqa: S101 - for the type checker
    return record


def _opened(text: str | bytes, name: str) -> tuple[dict[str, Any], Page]:
    try:
        clean = syntax.decoded(text, LARGEST)
        tree = syntax.parsed(clean)
    except syntax.Slip as slip:
        raise _refusal([slip.problem], name) from None
    return tree, Page(lines(clean))


def _shape(tree: dict[str, Any], page: Page) -> Shape | None:
    written = tree.get("schema")
    allowed = ", ".join(f'"{schema}"' for schema in SCHEMAS)
    if written is None:
        page.wrong(
            (), _("The first line must say which schema this follows."), f"schema = {allowed}"
        )
    elif not isinstance(written, str) or written not in SCHEMAS:
        page.wrong(("schema",), _schema_slip(written), allowed)
    else:
        return SCHEMAS[written]
    return None


def _schema_slip(written: object) -> str:
    known = {schema.partition("/")[0] for schema in SCHEMAS}
    if isinstance(written, str) and written.partition("/")[0] in known:
        return _("This is a version of the schema that this Réplique does not know.")
    near = nearest(written, tuple(SCHEMAS)) if isinstance(written, str) else ""
    if near:
        return _("There is no such schema. Did you mean “{word}”?").format(word=near)
    return _("There is no such schema.")


def _settle(page: Page, name: str) -> None:
    if page.problems:
        raise _refusal(page.problems, name)


def _refusal(problems: Iterable[Problem], name: str) -> AgreementRefused:
    found = [each._replace(file=name) for each in sorted(set(problems))]
    told = [_told(each) for each in found[:MOST_TOLD]]
    if len(found) > len(told):
        told.append(_("and {count} more").format(count=len(found) - len(told)))
    heading = ngettext(
        "{count} thing is not written as it must be in {name}:",
        "{count} things are not written as they must be in {name}:",
        len(found),
    ).format(count=len(found), name=name or _("this text"))
    return AgreementRefused(
        "\n".join([heading, *told]),
        advice=_("Every key and what may stand there: docs/agreements.md"),
        problems=found,
    )


def _told(problem: Problem) -> str:
    place = _("line {line}").format(line=problem.line)
    if problem.field:
        place = f"{place}, {problem.field}"
    text = f"{place}: {problem.message}"
    if problem.allowed:
        text = _("{text} May stand there: {allowed}.").format(text=text, allowed=problem.allowed)
    return text


def _built(node: Node, shape: Shape, page: Page) -> Any:  # noqa: ANN401 - a record of any kind
    """Return the record of a node in which nothing is wrong."""
    values = {
        each.target: node.values[each.name]
        for each in shape.fields
        if each.name in node.values and each.into != "-"
    }
    if shape is tables.TERM and values.get("end") == ENDLESS:
        del values["end"]
        values["endless"] = True
    for inner in shape.one:
        if inner.name in node.one:
            values[inner.target] = _built(node.one[inner.name], inner.shape, page)
    for target, inners in _by_target(shape).items():
        found = [(each, inner) for inner in inners for each in node.many.get(inner.name, ())]
        found.sort(key=lambda pair: page.line(pair[0].path))
        if found:
            values[target] = tuple(_built(each, inner.shape, page) for each, inner in found)
    return shape.record(**{**shape.fixed, **values})


def _by_target(shape: Shape) -> dict[str, list[Inner]]:
    targets: dict[str, list[Inner]] = {}
    for inner in shape.many:
        targets.setdefault(inner.target, []).append(inner)
    return targets
