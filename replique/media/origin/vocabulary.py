"""The IPTC Digital Source Type vocabulary (cv.iptc.org/newscodes/digitalsourcetype), in words.

The names are told in our own plain words, after IPTC's definitions of 2024-10-23; the term
itself is always kept beside them.
"""

from __future__ import annotations

import re

from replique.language import gettext as _

_PREFIX = re.compile(
    r"^(?:https?://cv\.iptc\.org/newscodes/digitalsourcetype/"
    r"|https?://c2pa\.org/digitalsourcetype/|digsrctype:)"
    r"(?P<term>[A-Za-z]{1,60})/?$"
)
_IN_TEXT = re.compile(rb"cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]{1,60})")


def term(value: str) -> str:
    """Return the bare term of a digital source type: "trainedAlgorithmicMedia".

    An identifier of another vocabulary, or a text, comes back as it is.
    """
    value = value.strip()
    found = _PREFIX.match(value)
    return found["term"] if found else value


def terms_in_text(data: bytes) -> list[str]:
    """Return the terms whose identifiers stand in a text, in UTF-8 or UTF-16."""
    found = [each.decode("ascii") for each in _IN_TEXT.findall(data)]
    if b"c\0v\0.\0i\0p\0t\0c" in data or b"\0c\0v\0.\0i\0p\0t\0c" in data:
        found += [each.decode("ascii") for each in _IN_TEXT.findall(data.replace(b"\0", b""))]
    return list(dict.fromkeys(found))


def words() -> dict[str, str]:
    """Return what each term means, in the language in force."""
    return {
        "digitalCapture": _("recorded from real life by a digital device"),
        "computationalCapture": _(
            "recorded from real life by a digital device, several captures merged into one"
        ),
        "negativeFilm": _("digitised from a negative on film"),
        "positiveFilm": _("digitised from a positive on film"),
        "print": _("digitised from a print"),
        "minorHumanEdits": _("an original with small edits by people"),
        "humanEdits": _("edited by people with tools that generate nothing"),
        "algorithmicallyEnhanced": _("altered by an algorithm that generates nothing"),
        "softwareImage": _("created by software"),
        "digitalArt": _("created by a person with digital tools"),
        "digitalCreation": _("created by a person with digital tools"),
        "dataDrivenMedia": _("made from data by a program"),
        "trainedAlgorithmicMedia": _("made by a trained model (generative AI)"),
        "trainedAlgorithmicData": _("data made by a trained model (generative AI)"),
        "algorithmicMedia": _("made by an algorithm alone, without sampled data"),
        "screenCapture": _("recorded from what a screen showed"),
        "virtualRecording": _("recorded at a virtual event, of people or of generated elements"),
        "composite": _("put together from several elements"),
        "compositeCapture": _("put together from elements recorded from real life"),
        "compositeSynthetic": _(
            "put together from elements of which at least one was made by generative AI"
        ),
        "compositeWithTrainedAlgorithmicMedia": _(
            "edited with a trained model (generative AI) that added or replaced something"
        ),
        "empty": _("begun as an empty file"),
    }
