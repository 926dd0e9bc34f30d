"""The words an agreement and a use are written in: ../docs/consent.md explains each.

Every value is attested in an agreement, a law or a standard of the field (SAG-AFTRA
2023 and 2026, its Interactive Media Agreement, NAVA, UVA, Equity, ACTRA; W3C DPV 2 for
the statuses). `any` means that a paper says "all"; nothing means that it is silent.
"""

from __future__ import annotations

ANY = "any"
UNKNOWN = "unknown"

KINDS = ("individual", "collective", "refusal")
"""individual: between the performer and somebody. collective: negotiated for many.
refusal: the performer's own statement of what is not agreed."""

SUBJECTS = (
    "recording",
    "performance",
    "voice",
    "singing_voice",
    "face",
    "body",
    "motion_capture",
    "scan",
    "mannerism",
    "name",
    "signature",
    "image_still",
    "derived_data",
    "model",
)

ARTEFACTS = (
    "original_recording",
    "digital_alteration",
    "ebdr",
    "icdr",
    "badr",
    "vocal_digital_replica",
    "visual_digital_replica",
    "digital_voice_replica",
    "foundation_model",
    "synthetic",
    "real_time_generation",
)
REPLICAS = frozenset(ARTEFACTS) - {"original_recording", "digital_alteration"}
"""What is made of a person without the person: covered only where a grant names it."""

ACTS = (
    "capture",
    "store",
    "data_mining",
    "train_non_generative",
    "train_generative",
    "train_foundation",
    "create_replica",
    "generate",
    "generate_real_time",
    "alter",
    "dub_language",
    "lip_sync",
    "de_age",
    "voice_convert",
    "text_to_speech",
    "edit_reuse",
    "sublicense",
    "transfer",
    "sell",
    "publish",
    "advertise",
    "internal_prototype",
    "processing_practice",
)
TRAINING = frozenset({"train_non_generative", "train_generative", "train_foundation"})
INPUT = TRAINING | {"data_mining", "store", "capture"}
"""What is done with a performer's material; everything else is done with what came out."""
MACHINE_ACTS = TRAINING | {
    "data_mining",
    "create_replica",
    "generate",
    "generate_real_time",
    "alter",
    "lip_sync",
    "de_age",
    "voice_convert",
    "text_to_speech",
}
"""Acts that name a machine's part themselves; a grant of another act, such as dubbing or
editing, speaks of a replica only where it names that artefact."""
NOTHING_MADE = frozenset({"capture", "store"})
"""Acts from which nothing comes out yet: what they would make is not asked."""
REPLICA_ACTS = frozenset(
    {
        "create_replica",
        "generate",
        "generate_real_time",
        "voice_convert",
        "text_to_speech",
        "de_age",
    }
)

PRACTICES = (
    "noise_reduction",
    "pitch",
    "timing",
    "effects",
    "equalisation",
    "loudness",
    "continuity",
    "cosmetics",
    "wardrobe",
    "ratings",
    "rigging",
    "redub_lip_adjustment",
)

CONTENT = (
    "nudity",
    "sexual",
    "profanity",
    "slurs",
    "violence",
    "political",
    "religious",
    "medical",
    "alcohol",
    "tobacco",
    "gambling",
    "weapons",
    "defamatory",
)

DUTIES = (
    "pay",
    "approval",
    "notice",
    "credit",
    "label",
    "security",
    "delete",
    "return",
    "report",
    "audit",
    "union_approval",
    "business_reason",
    "benefit",
)
UNITS = (
    "day",
    "line",
    "word",
    "thousand_words",
    "session",
    "use",
    "flat",
    "revenue_share",
    "residual",
    "holding_fee",
    "month",
    "year",
)
EVENTS = (
    "use",
    "signature",
    "term_end",
    "withdrawal",
    "death",
    "first_use",
    "capture",
    "engagement",
    "invoice",
    "request",
    "production_end",
    "release",
)
PERIODS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}

FORMS = (
    "separate_writing",
    "rider",
    "initialled_clause",
    "contract",
    "collective_agreement",
    "buried_in_terms",
    "oral",
    "implied",
    "opt_out_absent",
)

SIGNERS = (
    "performer",
    "agent",
    "guardian",
    "estate",
    "union",
    "employer",
    "attorney_in_fact",
)
REPRESENTATION = ("none", "counsel", "union_cba_on_replicas")

CIRCUMSTANCES = (
    "condition_of_employment",
    "threat_of_dismissal",
    "presented_on_set",
    "less_than_48h",
    "no_opt_out_box",
    "take_it_or_leave_it",
    "no_copy_given",
    "no_time_or_counsel",
    "language_not_understood",
    "retaliation_after_refusal",
    "nda_blocks_advice",
    "retroactive_clause",
    "collective_deal_without_member_information",
    "collective_deal_without_vote",
)

STATUSES = (
    "not_asked",
    "requested",
    "given",
    "refused",
    "expired",
    "withdrawn",
    "revoked",
    "invalidated",
    "suspended",
    "resumed",
    "renewed",
    "unknown",
)
"""DPV's consent statuses, with three it has no term for: suspended (a strike), resumed,
not_asked."""

ONWARD = ("no", "yes", "with_approval")
BEGUN_USES = ("may_finish", "must_stop")
HOW_KNOWN = ("occurrence", "document", "admission", "data_set_listing", "likeness")
VOTES = ("held", "none", "unknown")

VERDICTS = (
    "covered",
    "duty_unmet",
    "not_in_force",
    "invalid",
    "outside_scope",
    "no_grant_found",
    "undetermined",
)
"""From what allows most to what allows least; undetermined stands beside them."""
