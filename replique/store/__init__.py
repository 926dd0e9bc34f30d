"""Everything that must last. See docs/store.md.

    from replique import store

    home = store.open()
    store.add_performer("Awa Diop", "awa-diop")
    for each in store.add_takes(home, "awa-diop", ["auditions/"], kind="audition"):
        print(each.locator, each.error or "registered")
    store.scan(home, ["Films/"])
    for each in store.occurrences(home):
        print(each.medium.locator, each.take.title, each.found.start_s)

`open` comes first: it finds the database, and loads Django, which `import
replique.store` alone does not.  Everything here raises replique.errors only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from replique.store.home import Home
from replique.store.opening import close, open  # noqa: A004 — store.open, as one says it

if TYPE_CHECKING:
    from replique.store.agreeing import (
        add_agreement,
        agreement,
        agreements,
        attach,
        editions,
        remove_agreement,
        resume_agreement,
        suspend_agreement,
        withdraw_agreement,
    )
    from replique.store.calibrating_voices import CalibratedVoices, calibrate_voices
    from replique.store.checking import check, finding, findings
    from replique.store.consent_records import (
        AgreementFileRecord,
        AgreementRecord,
        DutyDoneRecord,
        DutyRecord,
        FindingRecord,
        JudgementRecord,
        LifeRecord,
        UseRecord,
    )
    from replique.store.custody import report_made
    from replique.store.describing import change_use, describe_use, find_use, remove_use, uses
    from replique.store.enrolling import (
        Enrolled,
        enrol_voice,
        remake_voice,
        voices,
    )
    from replique.store.forgetting import Forgotten, forget_voice
    from replique.store.journal import runs
    from replique.store.judging import judge, judgement, judgements
    from replique.store.lives import life, set_life
    from replique.store.owing import do_duty, duties, undo_duty
    from replique.store.people import (
        add_performer,
        performers,
        remove_performer,
        rename_performer,
    )
    from replique.store.queries import media, occurrences
    from replique.store.records import (
        LocationRecord,
        MediumRecord,
        OccurrenceRecord,
        PerformerRecord,
        Registered,
        RunRecord,
        Scanned,
        TakeRecord,
    )
    from replique.store.registry import (
        add_take,
        add_takes,
        find_take,
        remove_take,
        restore_take,
        sweep,
        takes,
        withdraw_take,
    )
    from replique.store.searched import media_searched
    from replique.store.starting import scan
    from replique.store.stating import Statement, statement
    from replique.store.voice_checking import VoiceChecked, check_voice
    from replique.store.voice_keys import Keys, open_keys

__all__ = [
    "AgreementFileRecord",
    "AgreementRecord",
    "CalibratedVoices",
    "DutyDoneRecord",
    "DutyRecord",
    "Enrolled",
    "FindingRecord",
    "Forgotten",
    "Home",
    "JudgementRecord",
    "Keys",
    "LifeRecord",
    "LocationRecord",
    "MediumRecord",
    "OccurrenceRecord",
    "PerformerRecord",
    "Registered",
    "RunRecord",
    "Scanned",
    "Statement",
    "TakeRecord",
    "UseRecord",
    "VoiceChecked",
    "add_agreement",
    "add_performer",
    "add_take",
    "add_takes",
    "agreement",
    "agreements",
    "attach",
    "calibrate_voices",
    "change_use",
    "check",
    "check_voice",
    "close",
    "describe_use",
    "do_duty",
    "duties",
    "editions",
    "enrol_voice",
    "find_take",
    "find_use",
    "finding",
    "findings",
    "forget_voice",
    "judge",
    "judgement",
    "judgements",
    "life",
    "media",
    "media_searched",
    "occurrences",
    "open",
    "open_keys",
    "performers",
    "remake_voice",
    "remove_agreement",
    "remove_performer",
    "remove_take",
    "remove_use",
    "rename_performer",
    "report_made",
    "restore_take",
    "resume_agreement",
    "runs",
    "scan",
    "set_life",
    "statement",
    "suspend_agreement",
    "sweep",
    "takes",
    "undo_duty",
    "uses",
    "voices",
    "withdraw_agreement",
    "withdraw_take",
]

# Where each name lives: loaded when it is first used, once Django is set up.
_PLACES = {
    "agreeing": (
        "add_agreement",
        "agreement",
        "agreements",
        "attach",
        "editions",
        "remove_agreement",
        "resume_agreement",
        "suspend_agreement",
        "withdraw_agreement",
    ),
    "calibrating_voices": ("CalibratedVoices", "calibrate_voices"),
    "consent_records": (
        "AgreementFileRecord",
        "AgreementRecord",
        "DutyDoneRecord",
        "DutyRecord",
        "FindingRecord",
        "JudgementRecord",
        "LifeRecord",
        "UseRecord",
    ),
    "owing": (
        "do_duty",
        "duties",
        "undo_duty",
    ),
    "checking": (
        "check",
        "finding",
        "findings",
    ),
    "judging": (
        "judge",
        "judgement",
        "judgements",
    ),
    "lives": (
        "life",
        "set_life",
    ),
    "describing": (
        "change_use",
        "describe_use",
        "find_use",
        "remove_use",
        "uses",
    ),
    "people": ("add_performer", "performers", "remove_performer", "rename_performer"),
    "queries": ("media", "occurrences"),
    "records": (
        "LocationRecord",
        "MediumRecord",
        "OccurrenceRecord",
        "PerformerRecord",
        "Registered",
        "RunRecord",
        "Scanned",
        "TakeRecord",
    ),
    "custody": ("report_made",),
    "journal": ("runs",),
    "enrolling": ("Enrolled", "enrol_voice", "remake_voice", "voices"),
    "forgetting": ("Forgotten", "forget_voice"),
    "stating": ("Statement", "statement"),
    "voice_checking": ("VoiceChecked", "check_voice"),
    "voice_keys": ("Keys", "open_keys"),
    "searched": ("media_searched",),
    "starting": ("scan",),
    "registry": (
        "add_take",
        "add_takes",
        "find_take",
        "remove_take",
        "restore_take",
        "sweep",
        "takes",
        "withdraw_take",
    ),
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 — whatever has that name
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"replique.store.{_MODULES[name]}"), name)
