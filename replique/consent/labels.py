"""The vocabulary in words a person reads, in the language in force.

A code that no family knows is shown as it is: names of people, companies and places
come through here too.
"""

from __future__ import annotations

from collections.abc import Mapping

from replique.consent import terms, vocabulary
from replique.language import gettext as _


def label(family: str, code: str) -> str:
    """Return a code's words. family: act, subject, artefact, form, signer..."""
    code = code.strip()
    return _family(family).get(code, code)


def labels(family: str, codes: str) -> str:
    """Return the words of codes that stand in one text, parted by commas."""
    family = {"not_territory": "territory", "model": "name"}.get(family, family)
    if family == "count":
        return ", ".join(_counted(code) for code in codes.split(", ") if code)
    known = _family(family)
    return ", ".join(known.get(code, code) for code in codes.split(", ") if code)


def _counted(count: str) -> str:
    """Return "200 line" as a person says it."""
    number, _space, unit = count.partition(" ")
    return f"{number} {terms.unit(unit)}" if unit else count


def _family(family: str) -> Mapping[str, str]:
    return _FAMILIES[family]() if family in _FAMILIES else {"any": _("all")}


def _acts() -> dict[str, str]:
    return {
        "any": _("all acts"),
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
    }


def _subjects() -> dict[str, str]:
    return {
        "any": _("everything of the performer"),
        "recording": _("the recording"),
        "performance": _("the performance"),
        "voice": _("the voice"),
        "singing_voice": _("the singing voice"),
        "face": _("the face"),
        "body": _("the body"),
        "motion_capture": _("the motion capture"),
        "scan": _("the scan"),
        "mannerism": _("the mannerisms"),
        "name": _("the name"),
        "signature": _("the signature"),
        "image_still": _("still images"),
        "derived_data": _("data derived from the performer"),
        "model": _("a model trained on the performer"),
    }


def _artefacts() -> dict[str, str]:
    return {
        "any": _("anything made"),
        "original_recording": _("the original recording"),
        "digital_alteration": _("a digital alteration"),
        "ebdr": _("an employment-based digital replica"),
        "icdr": _("an independently created digital replica"),
        "badr": _("a background actor's digital replica"),
        "vocal_digital_replica": _("a vocal digital replica"),
        "visual_digital_replica": _("a visual digital replica"),
        "digital_voice_replica": _("a digital voice replica (a model)"),
        "foundation_model": _("a foundation model"),
        "synthetic": _("a synthetic performer"),
        "real_time_generation": _("real-time generation"),
    }


def _practices() -> dict[str, str]:
    return {
        "noise_reduction": _("noise reduction"),
        "pitch": _("pitch adjustment"),
        "timing": _("timing adjustment"),
        "effects": _("effects and filters"),
        "equalisation": _("equalisation"),
        "loudness": _("loudness adjustment"),
        "continuity": _("continuity"),
        "cosmetics": _("cosmetics"),
        "wardrobe": _("wardrobe"),
        "ratings": _("ratings cuts"),
        "rigging": _("rigging"),
        "redub_lip_adjustment": _("lip or voice adjustment for a redub"),
    }


def _duties() -> dict[str, str]:
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
    }


def _duty_statuses() -> dict[str, str]:
    return {
        "met": _("done"),
        "unmet": _("not done"),
        "pending": _("not due yet"),
        "unknown": _("not known"),
        "not_triggered": _("not called for"),
    }


def _forms() -> dict[str, str]:
    return {
        "separate_writing": _("a separate writing"),
        "rider": _("a rider"),
        "initialled_clause": _("an initialled clause"),
        "contract": _("a clause in the contract"),
        "collective_agreement": _("a collective agreement"),
        "buried_in_terms": _("hidden in standard terms"),
        "oral": _("by word of mouth"),
        "implied": _("implied, nothing said"),
        "opt_out_absent": _("presumed because nobody opted out"),
    }


def _signers() -> dict[str, str]:
    return {
        "performer": _("the performer"),
        "agent": _("an agent"),
        "guardian": _("a guardian"),
        "estate": _("the estate"),
        "union": _("the union"),
        "employer": _("the employer, on its own claim"),
        "attorney_in_fact": _("an attorney-in-fact"),
    }


def _representation() -> dict[str, str]:
    return {
        "none": _("nobody"),
        "counsel": _("counsel"),
        "union_cba_on_replicas": _("a union agreement on replicas"),
    }


def _circumstances() -> dict[str, str]:
    return {
        "condition_of_employment": _("signing was a condition of the job"),
        "threat_of_dismissal": _("dismissal was threatened"),
        "presented_on_set": _("the paper was presented on set or at call time"),
        "less_than_48h": _("less than 48 hours to decide"),
        "no_opt_out_box": _("there was no way to say no"),
        "take_it_or_leave_it": _("take it or leave it"),
        "no_copy_given": _("no copy was given"),
        "no_time_or_counsel": _("no time to read or to ask for advice"),
        "language_not_understood": _("the language was not understood"),
        "retaliation_after_refusal": _("a refusal was punished"),
        "nda_blocks_advice": _("secrecy kept the performer from asking for advice"),
        "retroactive_clause": _("a clause reached back in time"),
        "collective_deal_without_member_information": _("members were not told of the deal"),
        "collective_deal_without_vote": _("members did not vote on the deal"),
    }


def _statuses() -> dict[str, str]:
    return {
        "not_asked": _("not asked"),
        "requested": _("asked for, not answered"),
        "given": _("given"),
        "refused": _("refused"),
        "expired": _("expired"),
        "withdrawn": _("withdrawn"),
        "revoked": _("revoked"),
        "invalidated": _("found invalid"),
        "suspended": _("suspended"),
        "resumed": _("resumed"),
        "renewed": _("renewed"),
        "unknown": _("not known"),
    }


def _answers() -> dict[str, str]:
    return {"yes": _("yes"), "no": _("no")}


def _content() -> dict[str, str]:
    return {code: terms.content(code) for code in (*vocabulary.CONTENT, vocabulary.ANY)}


def _how_known() -> dict[str, str]:
    return {
        "occurrence": _("an occurrence that Réplique found"),
        "document": _("a document"),
        "admission": _("those who did it say so"),
        "data_set_listing": _("the list of a data set"),
        "likeness": _("a likeness alone"),
    }


def _keys() -> dict[str, str]:
    """The facts of a use, as headings."""
    return {
        "act": _("what was done"),
        "subjects": _("what of the performer"),
        "artefact": _("what was made"),
        "date": _("day"),
        "began": _("begun on"),
        "production": _("production"),
        "company": _("company"),
        "character": _("character"),
        "medium": _("medium"),
        "channel": _("channel"),
        "territories": _("territories"),
        "languages": _("languages"),
        "model": _("model"),
        "content": _("sensitive content"),
        "practice": _("post-production"),
        "counts": _("how much"),
        "identifiable": _("recognisable in what comes out"),
        "strike": _("a strike on that day"),
        "how_known": _("known by"),
        "labelled": _("labelled"),
        "chain": _("by what hands"),
        "done": _("what was done of what is owed"),
        "events": _("events"),
    }


def _rules() -> dict[str, str]:
    return {
        "grant": _("grant"),
        "prohibition": _("prohibition"),
        "requirement": _("requirement"),
    }


def _dimensions() -> dict[str, str]:
    return {
        "act": _("what is done"),
        "subject": _("what of the performer"),
        "artefact": _("what was made"),
        "practice": _("post-production"),
        "company": _("company"),
        "bound": _("company bound by it"),
        "production": _("production"),
        "character": _("character"),
        "medium": _("medium"),
        "channel": _("channel"),
        "model": _("model"),
        "territory": _("territory"),
        "language": _("language"),
        "content": _("sensitive content"),
        "identifiable": _("recognisable in what comes out"),
        "count": _("how much"),
    }


def _facts() -> dict[str, str]:
    return {
        **_dimensions(),
        "date": _("its day"),
        "approval": _("when passing it on was approved"),
        "chain": _("by what hands the material came to this company"),
        "given": _("when it was given"),
        "never_given": _("whether it was ever given"),
        "state": _("since when its state changed, or whether a use begun before may go on"),
        "term_start": _("when it begins"),
        "term_end": _("when it ends"),
        "rule_term_start": _("when the clause begins"),
        "rule_term_end": _("when the clause ends"),
        "since": _("since when it holds"),
        "lifted": _("whether a later paper ended it"),
        "replaced": _("whether a later paper replaced it"),
        "invalidated": _("whether it was given anew after it was found invalid"),
        "posthumous": _("whether it outlives the performer"),
        "strike": _("whether there was a strike"),
        "signature": _("who signed, and whether they could"),
        "signed_by": _("who signed"),
        "minor": _("whether the performer was of age"),
        "form": _("in what form it was given"),
        "adoption": _("how it was adopted"),
        "testimony": _("how it came to be signed"),
        "law": _("whose law it names"),
        "bundled": _("whether it came in one with the engagement"),
        "representation": _("who stood behind the performer"),
        "clear_and_conspicuous": _("whether its terms are clear and conspicuous"),
        "reasonably_specific": _("whether its uses are described reasonably specifically"),
        "replaces_in_person": _("whether it replaces work otherwise done in person"),
        "term_years": _("for how long it holds"),
        "labelled": _("whether it was labelled"),
        "survives_death": _("whether it outlives the performer"),
        "dead_at_use": _("whether the performer was alive"),
        "minor_at_signing": _("whether the performer was of age"),
        "circumstance": _("how it came to be signed"),
        "how_known": _("what shows that training took place"),
        "us-ca-labor-927": "California Labor Code § 927",
        "us-ny-gol-5-302": "New York GOL § 5-302",
        "us-il-hb-4762": "Illinois HB 4762",
        "eu-gdpr-7": _("GDPR Art. 7"),
        "us-ca-civ-3344-1": "California Civil Code § 3344.1",
    }


_FAMILIES = {
    "act": _acts,
    "subject": _subjects,
    "artefact": _artefacts,
    "practice": _practices,
    "duty": _duties,
    "duty_status": _duty_statuses,
    "form": _forms,
    "signer": _signers,
    "representation": _representation,
    "circumstance": _circumstances,
    "status": _statuses,
    "answer": _answers,
    "identifiable": _answers,
    "dimension": _dimensions,
    "rule": _rules,
    "content": _content,
    "how_known": _how_known,
    "key": _keys,
    "subjects": _subjects,
    "fact": _facts,
}
