"""Sounds and pictures, made by the server for one page: never a file as it lies on the disk.

Each answer has its own type, may be nothing else (nosniff), runs nothing (sandbox), and is
kept by nobody (no-store).  Ranges are served, for players ask for them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from replique import store
from replique.errors import RepliqueError
from replique.language import current
from replique.report.listening import flac, level_matched
from replique.store import desk_queries
from replique.store.desk_queries import Heard
from replique.store.home import Home
from replique.web import sounds
from replique.web.permissions import action
from replique.web.pictures import PANELS, Seen, waveform
from replique.web.sounds import CONTEXTS_S, Kept, Wish

PARTS = ("medium", "take", "raw")
SANDBOX = "default-src 'none'; sandbox"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


class _Made(NamedTuple):
    wish: Wish
    part: str


_flacs: Kept[_Made, bytes] = Kept(24)
_seen: Kept[Wish, Seen] = Kept(8, lambda made: not made.sounds.trouble)


def forget() -> None:
    """Keep nothing more; a test begins anew."""
    _flacs.clear()
    _seen.clear()
    sounds.forget()


def wish_of(request: HttpRequest, number: int) -> Wish:
    """Return which part of an occurrence an address asks for."""
    try:
        context_s, part = float(request.GET.get("context", "")), int(request.GET.get("part", "0"))
    except ValueError:
        return Wish(number)
    if context_s not in CONTEXTS_S or not 0 <= part < 10_000:
        return Wish(number)
    return Wish(number, context_s, part)


@require_safe
@action("occurrences.listen")
def sound(request: HttpRequest, number: int, part: str) -> HttpResponse:
    """Serve a sound of an occurrence: the medium, the take on its time, or as it was registered."""
    if part not in PARTS:
        raise Http404
    wish = wish_of(request, number)
    heard = desk_queries.heard(Home.opened(), number)
    data = _flac_of(heard, wish, part)
    if data is None:
        trouble = sounds.load(heard, wish, current()).trouble
        return JsonResponse({"trouble": list(trouble)}, status=404)
    return served(request, data, "audio/flac", f"occurrence-{number}-{part}.flac")


@require_safe
@action("occurrences.listen")
def pictures(request: HttpRequest, number: int) -> HttpResponse:
    """Return the pictures of an occurrence, with what they show in words."""
    wish = wish_of(request, number)
    heard = desk_queries.heard(Home.opened(), number)
    seen = _seen_of(heard, wish)
    told = {"number": number, "wish": wish, "seen": seen, "panels": PANELS, "of": _of(heard)}
    return render(request, "desk/pictures.html", told)


@require_safe
@action("occurrences.listen")
def picture(request: HttpRequest, number: int, part: str) -> HttpResponse:
    """Serve a spectrogram as PNG."""
    if part not in PANELS:
        raise Http404
    heard = desk_queries.heard(Home.opened(), number)
    data = _seen_of(heard, wish_of(request, number)).panel(part)
    if data is None:
        raise Http404
    return served(request, data, "image/png", f"occurrence-{number}-{part}.png")


@require_safe
@action("occurrences.listen")
def warm(request: HttpRequest, number: int) -> HttpResponse:
    """Make the sounds and pictures of an occurrence now: somebody is about to come to it."""
    wish = wish_of(request, number)
    heard = desk_queries.heard(Home.opened(), number)
    for part in PARTS:
        _flac_of(heard, wish, part)
    _seen_of(heard, wish).agreement  # noqa: B018 — worked out once, and kept
    return HttpResponse(status=204)


@require_safe
@action("takes.hear")
def take_sound(request: HttpRequest, number: int) -> HttpResponse:
    """Serve a take, decoded and written anew."""
    take = store.find_take(Home.opened(), str(number))
    data = flac(sounds.of_whole_take(take))
    return served(request, data, "audio/flac", f"take-{number}.flac")


@require_safe
@action("takes.hear")
def take_waveform(request: HttpRequest, number: int) -> HttpResponse:
    """Serve the waveform of a take as a small drawing."""
    take = store.find_take(Home.opened(), str(number))
    try:
        columns = waveform(sounds.of_whole_take(take))
    except RepliqueError:
        columns = []
    points = "".join(
        f"M{x} {20 - 19 * high:.1f}V{20 - 19 * low:.1f}" for x, (low, high) in enumerate(columns)
    )
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 0 242 40" preserveAspectRatio="none">'
        f'<path d="{points}" fill="none" stroke="#6d7fb0" stroke-width="1"/></svg>'
    )
    response = served(request, drawn.encode(), "image/svg+xml", f"take-{number}.svg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _seen_of(heard: Heard, wish: Wish) -> Seen:
    return _seen.get(wish, lambda: Seen(heard.found, sounds.load(heard, wish, current())))


def _flac_of(heard: Heard, wish: Wish, part: str) -> bytes | None:
    both = sounds.load(heard, wish, current())
    samples = {"medium": both.medium, "take": both.take, "raw": both.raw_take}[part]
    if samples is None:
        return None
    return _flacs.get(_Made(wish, part), lambda: flac(level_matched(samples)))


def _of(heard: Heard) -> str:
    return "voice" if heard.voice is not None else "take"


def served(request: HttpRequest, data: bytes, kind: str, name: str) -> HttpResponse:
    """Answer with bytes, or with the range of them that is asked for."""
    first, last = _range(request.headers.get("Range", ""), len(data))
    if first > last:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{len(data)}"
        return response
    partial = request.headers.get("Range") is not None and (first, last) != (0, len(data) - 1)
    response = HttpResponse(data[first : last + 1], status=206 if partial else 200)
    if partial:
        response["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Type"] = kind
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store"
    return response


def _range(header: str, size: int) -> tuple[int, int]:
    """Return the first and last byte that are asked for; all of it for what we cannot read."""
    found = _RANGE.match(header)
    if found is None or found.groups() == ("", ""):
        return 0, size - 1
    begin, end = found.groups()
    if not begin:
        return max(0, size - int(end)), size - 1
    return int(begin), min(int(end), size - 1) if end else size - 1
