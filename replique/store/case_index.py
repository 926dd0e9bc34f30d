"""The first page of an exported case: plain HTML that fetches nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from replique.consent.labels import label
from replique.consent.wording import verdict_name
from replique.language import gettext as _

_STYLE = """
body{font:1.05rem/1.5 Georgia,serif;max-width:52rem;margin:2rem auto;padding:0 1rem;
color:#221d18;background:#faf6ef}
h1,h2{line-height:1.2;font-weight:600}h2{margin-top:2.5rem;border-bottom:1px solid #c9bfae}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;
padding:.3rem .8rem .3rem 0;border-bottom:1px solid #e4dccd}th{font-weight:600}
code{font-size:.85em;overflow-wrap:anywhere}.gone{color:#8a2a1d}
@media (prefers-color-scheme:dark){body{color:#e9e2d6;background:#1b1815}
a{color:#e0b98a}.gone{color:#f0a090}}
@media print{body{background:none;color:#000;margin:0}}
"""


def page(found: Mapping[str, Any]) -> str:
    """Return the page. found : the case as case.json has it."""
    line = " · ".join((_state(found["state"]), found["case"], found["opened_at"][:10]))
    parts = [
        f"<h1>{escape(found['title'])}</h1>",
        f"<p>{escape(line)}</p>",
        "".join(f"<p>{escape(each)}</p>" for each in found["summary"].splitlines() if each),
        _parties(found["parties"]),
        _uses(found["items"]),
        _occurrences(found["items"]),
        _agreements(found["items"]),
        _files(found["items"]),
        _notes(found["notes"]),
        _tasks(found["tasks"]),
        _timeline(found["timeline"]),
        _checking(),
    ]
    body = "\n".join(each for each in parts if each)
    return (
        f'<!doctype html>\n<html lang="{escape(found["language"])}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(found['title'])}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _state(state: str) -> str:
    return {
        "open": _("Open case"),
        "waiting": _("Case that waits for something"),
        "closed": _("Closed case"),
        "merged": _("Case merged into another"),
    }.get(state, state)


def _section(title: str, inside: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{inside}" if inside else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. rows : cells, as HTML."""
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return f"<table>\n<tr>{head}</tr>\n" + "\n".join(lines) + "\n</table>"


def _parties(parties: Sequence[Mapping[str, str]]) -> str:
    kinds = {
        "person": _("Person"),
        "production": _("Production"),
        "company": _("Company"),
    }
    rows = [
        (escape(each["name"]), escape(kinds.get(each["kind"], each["kind"])), escape(each["part"]))
        for each in parties
    ]
    return _section(
        _("People, productions, companies"), _table((_("Name"), _("What"), _("Part")), rows)
    )


def _uses(items: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (
            escape(each["key"]),
            escape(each["performer"]),
            escape(label("act", each["act"])),
            escape(" · ".join(filter(None, (each["production"], each["company"], each["date"])))),
            escape(_verdict(each)),
        )
        for each in _there(items, "use")
    ]
    heads = (_("Use"), _("Performer"), _("Act"), _("Where"), _("What the agreements said"))
    return _section(_("Findings"), _table(heads, rows) + _gone(items, "use"))


def _verdict(each: Mapping[str, Any]) -> str:
    if not each["verdict"]:
        return _("not asked yet")
    return _("{verdict}, asked about {day}").format(
        verdict=verdict_name(each["verdict"]), day=each["asked_on"]
    )


def _occurrences(items: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (
            escape(each["key"]),
            escape(each["place"]) + f"<br><code>{escape(each['medium'])}</code>",
            f"{each['start_s']:.1f}–{each['end_s']:.1f} s",
            f"{each['strength']:.1f}",
        )
        for each in _there(items, "occurrence")
    ]
    heads = (_("Occurrence"), _("Medium"), _("From, to"), _("Strength"))
    return _section(_("Occurrences"), _table(heads, rows) + _gone(items, "occurrence"))


def _agreements(items: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (escape(each["key"]), escape(each["title"]), escape(each["company"]), escape(each["given"]))
        for each in _there(items, "agreement")
    ]
    heads = (_("Agreement"), _("Title"), _("Company"), _("Given on"))
    return _section(_("Agreements"), _table(heads, rows) + _gone(items, "agreement"))


def _files(items: Iterable[Mapping[str, Any]]) -> str:
    rows = []
    for each in items:
        if each["kind"] not in {"file", "letter", "report"}:
            continue
        name = escape(each["name"] or each["key"][:12])
        if each["gone"]:
            shown = f'{name} <span class="gone">{escape(_("no longer kept here"))}</span>'
        else:
            shown = f'<a href="{escape(each["file"])}">{name}</a>'
            if not each["whole"]:
                shown += f' <span class="gone">{escape(_("damaged: not what was kept"))}</span>'
        rows.append((shown, f"<code>{escape(each['key'])}</code>"))
    return _section(_("Files and letters"), _table((_("File"), "SHA-256"), rows))


def _notes(notes: Iterable[Mapping[str, str]]) -> str:
    rows = [
        (escape(each["at"][:10]), escape(each["by"]), escape(each["text"]).replace("\n", "<br>"))
        for each in notes
    ]
    return _section(_("Notes"), _table((_("Day"), _("By"), _("Note")), rows))


def _tasks(tasks: Iterable[Mapping[str, Any]]) -> str:
    states = {"open": _("to do"), "done": _("done"), "dropped": _("dropped")}
    rows = [
        (
            escape(each["text"]),
            escape(each["who"]),
            escape(each["due"] or ""),
            escape(states.get(each["state"], each["state"])),
        )
        for each in tasks
    ]
    return _section(_("Tasks"), _table((_("Task"), _("Who"), _("Day"), _("State")), rows))


def _timeline(events: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (
            escape(each["at"][:16].replace("T", " ")),
            escape(each["by"]),
            f"<code>{escape(each['subject'])}</code> {escape(each['verb'])}",
            str(each["entry"]),
        )
        for each in events
    ]
    heads = (_("When (UTC)"), _("By"), _("What"), _("Entry"))
    return _section(_("What happened, as the ledger tells it"), _table(heads, rows))


def _checking() -> str:
    told = (
        _(
            "That no file was changed, added or taken out since: `python verify_case.py .` in this "
            "folder. It needs Python with the package cryptography, and nothing of Réplique’s; "
            "without either: `sha256sum --check SHA256SUMS`."
        ),
        _(
            "That what is told here is what was recorded, and when: the folder `ledger` holds a "
            "signed copy of the ledger, the contents of this case's records, and a program that "
            "checks both: `python verify_ledger.py .` in it."
        ),
        _("Private testimony is not in this folder."),
    )
    return _section(
        _("How to check it"), "".join(f"<p>{_typed(escape(each))}</p>" for each in told)
    )


def _typed(text: str) -> str:
    """Return text with what stands between backquotes set as something to type."""
    parts = text.split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _there(items: Iterable[Mapping[str, Any]], kind: str) -> Iterable[Mapping[str, Any]]:
    return (each for each in items if each["kind"] == kind and not each["gone"])


def _gone(items: Iterable[Mapping[str, Any]], kind: str) -> str:
    keys = [each["key"] for each in items if each["kind"] == kind and each["gone"]]
    if not keys:
        return ""
    said = _("No longer on record: {names}.").format(names=", ".join(keys))
    return f'<p class="gone">{escape(said)}</p>'
