"""A use made ready to be asked about: names compared once, "unknown" read as not known."""

from __future__ import annotations

import dataclasses

from replique.consent.dates import When
from replique.consent.names import normal, normals, place, tag, unknown
from replique.consent.records import Life, Names, Use


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a use, as it is compared. None: not known."""

    use: Use
    life: Life | None
    act: str | None
    subjects: Names | None
    artefact: str | None
    date: When | None
    production: str | None
    company: str | None
    character: str | None
    medium: str | None
    channel: str | None
    territories: Names | None
    languages: Names | None
    model: str | None
    content: Names | None
    practice: str | None
    chain: tuple[tuple[str, str], ...]

    @property
    def dead(self) -> bool | None:
        """Whether the performer had died on the day; None where the dates leave it open."""
        if self.life is None or self.life.died is None:
            return False
        return None if self.date is None else self.life.died.by(self.date)


def facts(use: Use, life: Life | None) -> Facts:
    """Make a use ready."""
    return Facts(
        use=use,
        life=life,
        act=_known(use.act),
        subjects=_all_known(use.subjects),
        artefact=_known(use.artefact),
        date=use.date,
        production=_name(use.production),
        company=_name(use.company),
        character=_name(use.character),
        medium=_name(use.medium),
        channel=_name(use.channel),
        territories=_places(use.territories),
        languages=_languages(use.languages),
        model=_name(use.model),
        content=_content(use.content),
        practice=_known(use.practice),
        chain=tuple((normal(link.giver), normal(link.taker)) for link in use.chain),
    )


def _known(value: str | None) -> str | None:
    return None if value is None or value == "unknown" else value


def _name(value: str | None) -> str | None:
    return None if value is None or unknown(value) else normal(value)


def _all_known(values: Names | None) -> Names | None:
    # one that is not known makes the whole not known: it may be outside
    return None if not values or "unknown" in values else values


def _content(values: Names | None) -> Names | None:
    return None if values is None or "unknown" in values else normals(values)


def _places(values: Names | None) -> Names | None:
    known = _all_known(values)
    return None if known is None else frozenset(place(each) for each in known)


def _languages(values: Names | None) -> Names | None:
    known = _all_known(values)
    return None if known is None else frozenset(tag(each) for each in known)
