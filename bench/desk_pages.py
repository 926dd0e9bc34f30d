"""Every page of a large desk on SQLite, over HTTP from gunicorn: time, queries, bytes.

The pages are those of the table of addresses, so that none is forgotten: a page that is new and
for which no thing is known here is told as not measured, and the bar is missed.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.desk_running import Desk, served
from bench.desk_settings import QUERIES

TIMES = 40
WITHIN_MS, MOST_BYTES, MOST_QUERIES = 150.0, 100_000, 15
FILTERS = (
    "occurrences/?judged=not",
    "occurrences/?judged=yes&order=weakest",
    "occurrences/?performer=performer-3&least=1",
    "occurrences/?production=Production+7",
    "occurrences/?verdict=duty_unmet&order=newest",
    "occurrences/?medium=season+3&order=place",
    "cases/{case}/findings/?after=2000",
)
"""Pages of lists that a person filters or turns."""
FILES = re.compile(
    r"\.(flac|png|svg|json|zip)$|/ready/$|<str:(sha256|name|code|part)>|<int:(item|job|invitation|recovery|token)>"
)
"""Addresses that give a file, or of a thing that this desk has none of."""
NOT_PAGES = ("account/", "invitation/", "api/")
COMMITTEES = frozenset({"cases.hand_over"})


def measure(home: Path, facts: dict[str, Any], times: int = TIMES) -> dict[str, Any]:
    """Ask for each page so many times; return what was measured."""
    pages, other = addresses(facts)
    with served(home) as desk:
        rows = [row for page in pages if (row := _page(desk, page, times)) is not None]
        first = _first_view(desk, facts)
    slow = [each["page"] for each in rows if each["p95_ms"] > WITHIN_MS]
    many = [each["page"] for each in rows if each["queries"] > MOST_QUERIES]
    return {
        "times": times,
        "pages": rows,
        "first_view_bytes": first,
        "worst_p95_ms": max(each["p95_ms"] for each in rows),
        "most_queries": max(each["queries"] for each in rows),
        "slow": slow,
        "many": many,
        "failed": [each["page"] for each in rows if each["failed"]],
        "not_measured": other,
    }


def addresses(facts: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the pages of the desk, filled in, and those for which nothing is known here."""
    from django.urls import URLResolver, get_resolver

    def walk(found: list[Any], before: str = "") -> Iterator[str]:
        for each in found:
            where = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, where)
            elif not where.startswith(NOT_PAGES) and not FILES.search(where):
                yield where

    given = {
        **{name: facts[name] for name in ("case", "use", "performer", "agreement")},
        "member": 1,
    }
    numbers = {"occurrences": facts["occurrence"], "takes": facts["take"], "scans": facts["run"]}
    pages: list[str] = []
    other: list[str] = []
    for where in walk(get_resolver().url_patterns):
        here = {**given, "number": numbers.get(where.partition("/")[0])}
        filled = where
        for name in re.findall(r"<(?:\w+:)?(\w+)>", where):
            filled = re.sub(rf"<(?:\w+:)?{name}>", str(here.get(name)), filled)
        (other if "None" in filled else pages).append(f"/{filled}")
    return [*pages, *(f"/{each.format(**facts)}" for each in FILTERS)], other


def _page(desk: Desk, page: str, times: int) -> dict[str, Any] | None:
    """Measure one; None for what is no page: a form is sent there, or it leads elsewhere."""
    connection = http.client.HTTPConnection(desk.origin.partition("//")[2], timeout=60)
    took, queries, size = [], 0, 0
    try:
        for place in range(times + 3):
            begun = time.perf_counter()
            status, headers, body = ask(connection, page, desk.cookie)
            spent_ms = 1000 * (time.perf_counter() - begun)
            if status in {204, 302, 404, 405} and place == 0:
                return None
            if status != 200:
                return _row(page, [spent_ms], 0, 0, failed=True)
            if place >= 3:  # warm
                took.append(spent_ms)
                queries, size = max(queries, int(headers.get(QUERIES, "0"))), len(body)
    finally:
        connection.close()
    return _row(page, took, queries, size)


def ask(
    connection: http.client.HTTPConnection, page: str, cookie: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Ask for a page as a browser does; return status, headers, bytes as they came."""
    connection.request("GET", page, headers={
        "Cookie": cookie, "Accept-Encoding": "gzip, br", "Accept-Language": "en"})  # fmt: skip
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def _row(
    page: str, took: list[float], queries: int, size: int, *, failed: bool = False
) -> dict[str, Any]:
    ordered = sorted(took)
    return {
        "page": page,
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "max_ms": round(ordered[-1], 1),
        "queries": queries,
        "bytes": size,
        "failed": failed,
    }


def _first_view(desk: Desk, facts: dict[str, Any]) -> dict[str, int]:
    """Return the bytes of a first view, with style sheets, scripts and letters, without media."""
    told = {}
    connection = http.client.HTTPConnection(desk.origin.partition("//")[2], timeout=60)
    for page in (
        "/",
        "/occurrences/",
        f"/occurrences/{facts['occurrence']}/",
        f"/cases/{facts['case']}/",
    ):
        _status, headers, body = ask(connection, page, desk.cookie)
        text = _plain(body, headers)
        found = set(re.findall(r'(?:src|href)="(/static/[^"?]+)', text))
        total = len(body)
        for each in list(found):
            _status, headers, content = ask(connection, each, desk.cookie)
            total += len(content)
            if each.endswith(".css"):  # the letters that it asks for
                style = _plain(content, headers)
                for name in set(re.findall(r"url\([\"']?([^\"')]+\.woff2)", style)):
                    where = name if name.startswith("/") else f"{each.rpartition('/')[0]}/{name}"
                    total += len(ask(connection, where, desk.cookie)[2])
        told[page] = total
    connection.close()
    return told


def _plain(body: bytes, headers: http.client.HTTPMessage) -> str:
    import gzip

    kind = headers.get("Content-Encoding", "")
    if kind == "br":
        import brotli  # type: ignore[import-not-found]

        body = brotli.decompress(body)
    elif kind == "gzip":
        body = gzip.decompress(body)
    return body.decode(errors="replace")


def told(figures: dict[str, Any]) -> str:
    """Return the table for a terminal, the slowest first."""
    head = f"{'p50 ms':>8}{'p95 ms':>8}{'max ms':>8}{'queries':>9}{'bytes':>9}  page"
    lines = [head] + [
        f"{row['p50_ms']:8.1f}{row['p95_ms']:8.1f}{row['max_ms']:8.1f}"
        f"{row['queries']:9}{row['bytes']:9}  "
        f"{row['page']}{' FAILED' * row['failed']}"
        for row in sorted(figures["pages"], key=lambda row: -row["p95_ms"])
    ]
    lines += [
        f"first view of {page}: {size} bytes" for page, size in figures["first_view_bytes"].items()
    ]
    lines += [f"no thing of this kind at hand: {each}" for each in figures["not_measured"]]
    return "\n".join(lines)


def missed(figures: dict[str, Any]) -> list[str]:
    """Return the bars that were missed."""
    wrong = [f"slower than {WITHIN_MS:g} ms: {page}" for page in figures["slow"]]
    wrong += [f"more than {MOST_QUERIES} queries: {page}" for page in figures["many"]]
    wrong += [f"did not answer: {page}" for page in figures["failed"]]
    views = figures["first_view_bytes"].items()
    wrong += [f"{size} bytes: first view of {page}" for page, size in views if size > MOST_BYTES]
    return wrong
