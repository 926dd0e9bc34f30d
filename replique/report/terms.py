"""The vocabulary of agreements and uses, in words that a person reads.

The codes are those of `replique.consent.vocabulary`; one that is not in a table is shown
as it is, for an agreement may come from a newer program.
"""

from __future__ import annotations

from collections.abc import Iterable

from replique.language import gettext as _
from replique.report.markup import visible


def act(code: str) -> str:
    """Name what was done, as a noun."""
    return {
        "capture": _("scan or capture of the performer"),
        "store": _("keeping of the material"),
        "data_mining": _("data mining of the material"),
        "train_non_generative": _("training of a model that generates nothing"),
        "train_generative": _("training of a generative model"),
        "train_foundation": _("training of a foundation model"),
        "create_replica": _("making of a digital replica"),
        "generate": _("generation with a replica or a model"),
        "generate_real_time": _("generation in real time"),
        "alter": _("digital alteration"),
        "dub_language": _("dubbing into a language"),
        "lip_sync": _("lip synchronisation"),
        "de_age": _("change of apparent age"),
        "voice_convert": _("voice conversion"),
        "text_to_speech": _("text to speech"),
        "edit_reuse": _("use of an excerpt in another work"),
        "sublicense": _("sublicence"),
        "transfer": _("transfer to another company"),
        "sell": _("sale"),
        "publish": _("publication"),
        "advertise": _("advertising or endorsement"),
        "internal_prototype": _("internal prototype"),
        "processing_practice": _("usual post-production"),
    }.get(code, visible(code))


def duty(code: str) -> str:
    """Name a duty, as a noun."""
    return {
        "pay": _("payment"),
        "approval": _("approval of each use"),
        "notice": _("notice beforehand"),
        "credit": _("credit"),
        "label": _("label that tells the public"),
        "security": _("safe keeping"),
        "delete": _("deletion"),
        "return": _("return of the material"),
        "report": _("report of uses"),
        "audit": _("audit"),
        "union_approval": _("approval by the union"),
        "business_reason": _("stated business reason"),
        "benefit": _("contribution to benefits"),
    }.get(code, visible(code))


def status(code: str) -> str:
    """Say how a duty stands."""
    return {
        "met": _("done"),
        "unmet": _("not done"),
        "pending": _("not due yet"),
        "unknown": _("not known"),
        "not_triggered": _("not called for"),
    }.get(code, visible(code))


def listed(values: Iterable[str]) -> str:
    """Write several values of somebody else's, in an order that never changes."""
    return ", ".join(visible(value) for value in sorted(values))
