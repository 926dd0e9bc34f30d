"""What programs may ask for, and how each answer is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from replique import store
from replique.consent import rendering
from replique.consent.vocabulary import VERDICTS
from replique.store import FindingRecord, cases, checking, desk_queries, jobs
from replique.store.case_records import CaseRecord
from replique.store.desk_queries import JUDGED, KINDS, ORDERS, Line, Wanted
from replique.store.home import Home
from replique.store.jobs import JobRecord
from replique.store.judging_sealed import judge_sealed
from replique.web.api.table import (
    INTEGER,
    NUMBER,
    OBJECT,
    STRING,
    STRINGS,
    WHEN,
    Endpoint,
    Param,
    Schema,
    listed,
    one_of,
    page_of,
    record,
    text,
    whole,
)
from replique.web.person import member_of, person_of
from replique.web.views.scans import begun, given, scan_of, theirs

Given = Mapping[str, Any]

SCAN: Schema = record(
    id=INTEGER, state=STRING, paths=STRINGS, performer=STRING, by=STRING, asked_at=WHEN,
    started=WHEN, ended=WHEN, media=INTEGER, found=INTEGER, done_bytes=INTEGER,
    total_bytes=INTEGER, error={"type": ["string", "null"]},
)  # fmt: skip
OCCURRENCE: Schema = record(
    id=INTEGER, of=one_of(*KINDS), titles=STRINGS, people=STRINGS, medium=STRING, locator=STRING,
    track=INTEGER, start_s=NUMBER, end_s=NUMBER, strength=NUMBER, speed=NUMBER, found_at=WHEN,
    judged=STRING, judged_by=STRING,
    uses=listed(record(use=STRING, production=STRING, company=STRING, verdict=STRING)),
)  # fmt: skip
ONE: Schema = record(
    id=INTEGER, people=STRINGS, takes=STRINGS, medium=STRING, locator=STRING, track=INTEGER,
    view=STRING, probe=STRING, probe_version=STRING, found_at=WHEN, start_s=NUMBER, end_s=NUMBER,
    take_start_s=NUMBER, take_end_s=NUMBER, speed=NUMBER, pitch_semitones=NUMBER, gain_db=NUMBER,
    polarity=INTEGER, strength=NUMBER,
)  # fmt: skip
JUDGEMENT: Schema = record(occurrence=INTEGER, verdict=STRING, by=STRING, at=WHEN)
FINDING: Schema = record(
    use=STRING, performer=STRING, occurrence={"type": ["integer", "null"]}, verdict=STRING,
    possible=STRINGS, production=STRING, company=STRING,
)  # fmt: skip
ANSWERED: Schema = record(finding=FINDING, answer=OBJECT)
CASE: Schema = record(
    id=INTEGER, title=STRING, state=STRING, opened_at=WHEN, closed_at=WHEN, members=STRINGS,
    items=INTEGER, tasks=INTEGER,
)  # fmt: skip
CASE_WHOLE: Schema = record(
    case=CASE, summary=STRING,
    items=listed(record(kind=STRING, key=STRING, name=STRING, added=WHEN, by=STRING)),
    next={"type": ["string", "null"]},
)  # fmt: skip

NUMBER_OF = Param("number", whole(), "Its number.", "path")
AFTER = Param("after", text(400), "What the page before gave as `next`.")
SIZE = 100


def _scans(request: HttpRequest, asked: Given) -> object:
    del asked
    return {"scans": [_scan(request, each) for each in jobs.jobs("scan", limit=SIZE)]}


def _start(request: HttpRequest, asked: Given) -> object:
    what = {"paths": given("\n".join(asked["paths"])), "performer": asked.get("performer", "")}
    return _scan(request, begun(request, what))


def _one_scan(request: HttpRequest, asked: Given) -> object:
    return _scan(request, scan_of(asked["number"]))


def _stop(request: HttpRequest, asked: Given) -> object:
    jobs.stop(scan_of(asked["number"]).id)
    return _scan(request, scan_of(asked["number"]))


def _scan(request: HttpRequest, job: JobRecord) -> dict[str, object]:
    done, mine = job.progress, theirs(request, job)  # where it looked is for who began it
    return {
        "id": job.id,
        "state": job.state,
        "paths": [str(each) for each in job.what.get("paths") or () if mine],
        "performer": str(job.what.get("performer") or "") if mine else "",
        "by": job.by,
        "asked_at": _when(job.asked_at),
        "started": _when(job.started),
        "ended": _when(job.ended),
        "media": int(done.get("media") or 0),
        "found": int(done.get("found") or 0),
        "done_bytes": int(done.get("done_bytes") or 0),
        "total_bytes": int(done.get("total_bytes") or 0),
        "error": (job.error_message if mine else job.error_code) or None,
    }


def _occurrences(request: HttpRequest, asked: Given) -> object:
    del request
    wanted = Wanted(
        performer=asked.get("performer", ""), medium=asked.get("medium", ""),
        production=asked.get("production", ""), kind=asked.get("of", ""),
        least=asked.get("least"), verdict=asked.get("verdict", ""),
        judged=asked.get("judged", ""), order=asked.get("order", "strongest"),
    )  # fmt: skip
    page = desk_queries.page(wanted, after=asked.get("after", ""), size=SIZE)
    return {"occurrences": [_line(each) for each in page.lines], "next": page.after or None}


def _line(one: Line) -> dict[str, object]:
    return {
        "id": one.id, "of": one.kind, "titles": list(one.titles), "people": list(one.people),
        "medium": one.medium, "locator": one.locator, "track": one.track, "start_s": one.start_s,
        "end_s": one.end_s, "strength": one.strength, "speed": one.speed,
        "found_at": _when(one.found_at), "judged": one.judged, "judged_by": one.by,
        "uses": [{"use": each.name, "production": each.production, "company": each.company,
                  "verdict": each.verdict} for each in one.uses],
    }  # fmt: skip


def _occurrence(request: HttpRequest, asked: Given) -> object:
    del request
    one = desk_queries.heard(Home.opened(), asked["number"])
    found = one.found
    measured = ("start_s", "end_s", "take_start_s", "take_end_s", "speed", "pitch_semitones",
                "gain_db", "polarity", "strength", "view")  # fmt: skip
    return {
        "id": one.id, "people": list(one.people), "takes": [each.title for each in one.takes],
        "medium": one.medium.sha256 or "", "locator": one.medium.locator, "track": one.track,
        "probe": one.probe, "probe_version": one.probe_version, "found_at": _when(one.found_at),
        **{name: getattr(found, name) for name in measured},
    }  # fmt: skip


def _judge(request: HttpRequest, asked: Given) -> object:
    by, why = person_of(request).name, asked.get("why", "")
    if settings.COMMITTEE:  # as on the page: what is private is nothing for the host
        made = judge_sealed(asked["number"], asked["verdict"], why, by=member_of(request), name=by)
    else:
        made = store.judge(asked["number"], asked["verdict"], why, by)
    return {"occurrence": made.occurrence, "verdict": made.verdict, "by": made.by,
            "at": _when(made.at)}  # fmt: skip


def _findings(request: HttpRequest, asked: Given) -> object:
    del request
    after = asked.get("after", 0)
    found = checking.page(after, SIZE, performer=asked.get("performer", ""))
    more = found[-1].use.number if len(found) == SIZE else None
    return {
        "findings": [_finding(each) for each in found],
        "next": None if more is None else str(more),
    }


def _one_finding(request: HttpRequest, asked: Given) -> object:
    del request
    one = checking.asked(asked["use"])
    return {"finding": _finding(one), "answer": rendering.as_json(one.answer)}


def _finding(one: FindingRecord) -> dict[str, object]:
    use = one.use.use
    return {
        "use": one.use.name, "performer": one.use.performer, "occurrence": one.use.occurrence,
        "verdict": one.verdict, "possible": list(one.possible),
        "production": use.production or "", "company": use.company or "",
    }  # fmt: skip


def _cases(request: HttpRequest, asked: Given) -> object:
    person = person_of(request)
    mine = None if person.owner else person.member
    found = list(cases.cases(member=mine, before=asked.get("after"), count=SIZE))
    more = str(found[-1].id) if len(found) == SIZE else None
    return {"cases": [_case(each) for each in found], "next": more}


def _one_case(request: HttpRequest, asked: Given) -> object:
    del request
    one = cases.case(asked["case"])
    items = list(cases.items(one.id, after=asked.get("after", 0), count=SIZE))
    return {
        "case": _case(one), "summary": one.summary,
        "items": [{"kind": each.kind, "key": each.key, "name": each.name,
                   "added": _when(each.added), "by": each.by} for each in items],
        "next": str(items[-1].id) if len(items) == SIZE else None,
    }  # fmt: skip


def _case(one: CaseRecord) -> dict[str, object]:
    return {
        "id": one.id, "title": one.title, "state": str(one.state),
        "opened_at": _when(one.opened_at), "closed_at": _when(one.closed_at),
        "members": [each.name for each in one.members], "items": one.items, "tasks": one.tasks,
    }  # fmt: skip


def _when(moment: Any) -> str | None:  # noqa: ANN401 — a datetime or None
    return None if moment is None else moment.isoformat()


AFTER_NUMBER = Param("after", whole(0), "What the page before gave as `next`.")
PERFORMER = Param("performer", text(80), "Of one performer, by short name.")
PATHS: Schema = {
    **listed({**text(4_000), "pattern": r"^/[^\x00\n]*$"}),
    "minItems": 1,
    "maxItems": 200,
}
LEAST: Schema = {"type": "number", "minimum": -100, "maximum": 100}

ENDPOINTS = (
    Endpoint("GET", "/scans", "scans", "scans.see", "scans:read", "List scans, the latest first.",
             _scans, record(scans=listed(SCAN))),
    Endpoint("POST", "/scans", "start-scan", "scans.start", "scans:write",
             "Search files and folders of the computer that runs the desk.", _start, SCAN,
             body={"type": "object", "additionalProperties": False, "required": ["paths"],
                   "properties": {"performer": text(80),
                                  "paths": PATHS}}, status=201, may_miss=True),
    Endpoint("GET", "/scans/{number}", "scan", "scans.see", "scans:read", "Show one scan.",
             _one_scan, SCAN, (NUMBER_OF,)),
    Endpoint("POST", "/scans/{number}/stop", "stop-scan", "scans.stop", "scans:write",
             "Ask a scan to end; what was finished is kept.", _stop, SCAN, (NUMBER_OF,)),
    Endpoint("GET", "/occurrences", "occurrences", "occurrences.see", "occurrences:read",
             "List occurrences, a page at a time.", _occurrences,
             page_of("occurrences", OCCURRENCE),
             (AFTER, PERFORMER, Param("medium", text(200), "Part of the name of a medium."),
              Param("production", text(300), "The name of a production."),
              Param("of", one_of(*KINDS), "Of takes or of voices alone."),
              Param("least", LEAST, "Strength at least."),
              Param("verdict", one_of(*VERDICTS), "What the agreements said when last asked."),
              Param("judged", one_of(*JUDGED), "What a person said of it; not: nobody has."),
              Param("order", one_of(*ORDERS), "In which order."))),
    Endpoint("GET", "/occurrences/{number}", "occurrence", "occurrences.listen",
             "occurrences:read", "Show one occurrence with all that was measured.", _occurrence,
             ONE, (NUMBER_OF,)),
    Endpoint("POST", "/occurrences/{number}/judgement", "judge", "occurrences.judge",
             "occurrences:write", "Say what the person who gave the token makes of it.", _judge,
             JUDGEMENT, (NUMBER_OF,),
             {"type": "object", "additionalProperties": False, "required": ["verdict"],
              "properties": {"verdict": one_of("yes", "no", "unsure"), "why": text(4_000)}}, 201),
    Endpoint("GET", "/findings", "findings", "occurrences.see", "findings:read",
             "List what the agreements say today of each use, a page at a time.", _findings,
             page_of("findings", FINDING), (AFTER_NUMBER, PERFORMER)),
    Endpoint("GET", "/findings/{use}", "finding", "uses.see", "findings:read",
             "Show what the agreements say of one use, with every step.", _one_finding, ANSWERED,
             (Param("use", {"type": "string", "pattern": "^u[1-9][0-9]{0,8}$"}, "Its name: u3.",
                    "path"),)),
    Endpoint("GET", "/cases", "cases", "cases.list", "cases:read",
             "List the cases that the person works on.", _cases, page_of("cases", CASE),
             (AFTER_NUMBER,)),
    Endpoint("GET", "/cases/{case}", "case", "cases.see", "cases:read",
             "Show a case and what is in it, a page at a time.", _one_case, CASE_WHOLE,
             (Param("case", whole(), "Its number.", "path"), AFTER_NUMBER)),
)  # fmt: skip
"""All of them. `places` makes the addresses of it, `openapi` the description."""
