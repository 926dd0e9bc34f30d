"""The parts of a report around its occurrences."""

from __future__ import annotations

from replique.language import gettext as _
from replique.language import ngettext
from replique.report import voice_sections, wording
from replique.report.contents import Contents, Medium, Setting, Take
from replique.report.markup import Child, Html, digest, element, join, name, visible
from replique.report.numbered import OfTake, OfVoice, of_takes, of_voices
from replique.report.numerals import date_and_time, duration, number, time_code
from replique.report.tables import table
from replique.report.timeline import caption, timeline
from replique.report.verdicts import overview

MOST_LISTED = 2_000
"""Rows of a list of media; the rest is counted, not listed."""


def section(identity: str, title: str, *children: Child) -> Html:
    """Write a part of the page with its heading."""
    return element(
        "section",
        element("h2", title, id=f"{identity}-h"),
        *children,
        id=identity,
        aria_labelledby=f"{identity}-h",
    )


Items = list[OfTake | OfVoice]


def summary(contents: Contents, items: Items) -> Html:
    """Say what was found, in plain words, and list it by take and by voice."""
    found, heard = of_takes(items), of_voices(items)
    sentences = [
        *_in_plain_words(contents, found),
        *voice_sections.in_plain_words(contents, heard),
        *_unread(contents),
    ]
    return section(
        "summary",
        _("In short"),
        *(element("p", sentence, class_="plain") for sentence in sentences),
        _by_take(contents, found),
        voice_sections.by_person(contents, heard),
        overview(contents, items),
    )


def _in_plain_words(contents: Contents, items: list[OfTake]) -> list[str]:
    run = contents.run
    if not run.takes_searched and contents.voice_search is not None:
        return []
    searched = ngettext(
        "{takes} take was searched for in {hours} of sound.",
        "{takes} takes were searched for in {hours} of sound.",
        run.takes_searched,
    ).format(takes=number(run.takes_searched), hours=wording.hours(run.hours_searched))
    if not items:
        return [
            searched,
            _("Nothing was found. That does not mean that no take was used: see what this"
              " does not say, below."),
        ]  # fmt: skip
    takes = len({item.take.sha256 for item in items})
    media = len({item.medium.sha256 for item in items})
    places = ngettext("{count} place", "{count} places", len(items)).format(
        count=number(len(items))
    )
    in_media = ngettext("{count} medium", "{count} media", media).format(count=number(media))
    found = ngettext(
        "{count} of them is heard again, in {places} of {media}.",
        "{count} of them are heard again, in {places} of {media}.",
        takes,
    ).format(count=number(takes), places=places, media=in_media)
    return [f"{searched} {found}", *_weakest(contents, items)]


def _weakest(contents: Contents, items: list[OfTake]) -> list[str]:
    """Say how far the weakest can be trusted: the honest figure for the whole list."""
    value = min(item.found.occurrence.strength for item in items)
    run = contents.run
    expected = wording.false_alarms_expected(value, run.takes_searched, run.hours_searched)
    if expected >= 0.1:
        return [
            _("The weakest of them has strength {value}. In a search of this size, about"
              " {count} false alarms as strong are expected: look at the weak ones with"
              " doubt.").format(value=wording.strength(value), count=number(expected, 1))
        ]  # fmt: skip
    return [
        _("The weakest of them has strength {value}: what that means in false alarms is said"
          " with each.").format(value=wording.strength(value))
    ]  # fmt: skip


def _unread(contents: Contents) -> list[str]:
    count = len(contents.not_read)
    if not count:
        return []
    return [
        ngettext(
            "{count} file could not be read and was not searched, or not to its end.",
            "{count} files could not be read and were not searched, or not to their end.",
            count,
        ).format(count=number(count))
    ]


def _by_take(contents: Contents, items: list[OfTake]) -> Child:
    if not items:
        return None
    people = {performer.slug: performer.name for performer in contents.performers}
    by_take: dict[str, list[OfTake]] = {}
    for item in items:
        by_take.setdefault(item.take.sha256, []).append(item)
    rows: list[list[Child]] = []
    for several in sorted(by_take.values(), key=lambda group: group[0].take.name):
        take = several[0].take
        strongest = max(item.found.occurrence.strength for item in several)
        links = [
            element("a", number(item.number), href=f"#{item.identity}",
                    aria_label=_("Occurrence {number}").format(number=number(item.number)))
            for item in several[:24]
        ]  # fmt: skip
        more = f" … ({number(len(several))})" if len(several) > len(links) else None
        rows.append(
            [
                name(take.name),
                name(people.get(take.performer, take.performer)),
                number(len({item.medium.sha256 for item in several})),
                wording.strength(strongest),
                join(join(*links, between=", "), more),
            ]
        )
    heads = [_("Take"), _("Performer"), _("Media"), _("Strongest"), _("Occurrences")]
    return table(_("Takes that are heard again"), heads, rows)


def limits(contents: Contents) -> Html:
    """Say what a report does not say."""
    voices = voice_sections.limits(contents)
    return section(
        "limits",
        _("What this does not say"),
        element(
            "ul",
            *(
                element("li", sentence)
                for sentence in (
                    _("An occurrence is a measurement: the sound of a take is found again in the"
                      " sound of a medium. It accuses nobody."),
                    _("It says nothing about whether the use was agreed, paid or credited, nor"
                      " who chose it. Papers that this program has not read may cover it."),
                    _("What is said of agreements is a reading of the papers on record, asked of"
                      " the use as somebody described it. It is no legal conclusion, and likeness"
                      " of an output is no evidence of training."),
                    _("If the take and the medium were both made from a third recording, such as"
                      " a sound library, the measurement is the same."),
                    _("Of takes, it is about recordings, not about people. Another recording of"
                      " the same line by the same voice is no occurrence of the take; whatever"
                      " else is heard in a take, music or another voice, is searched for with"
                      " it.") if voices else
                    _("It is about recordings, not about people. Another recording of the same"
                      " line by the same voice is not an occurrence; whatever else is heard in"
                      " a take, music or another voice, is searched for with it."),
                    *voices,
                    _("Where nothing is listed, a take may still have been used: under louder"
                      " sounds, cut shorter, changed further than was searched for, or in media"
                      " that were not searched."),
                    _("Places and measurements are estimates. Listen, look, and have another"
                      " person listen, before anything is made of them."),
                )
            ),
        ),
    )  # fmt: skip


def medium_head(contents: Contents, medium: Medium, here: Items, identity: str) -> Html:
    """Write what stands before the occurrences of one medium."""
    people = {performer.slug: performer.name for performer in contents.performers}
    search = contents.voice_search
    heard = of_voices(here)
    return join(
        element("h2", name(medium.locator), id=f"{identity}-h"),
        element(
            "p",
            _("Lasts {length}. SHA-256:").format(length=duration(medium.duration_s)),
            " ",
            digest(medium.sha256),
            class_="quiet",
        ),
        _strip(medium, here, people),
        _takes_here(of_takes(here)),
        voice_sections.in_medium(heard, people, search.range if search else None),
        voice_sections.origin(medium, f"{identity}-origin") if heard else None,
    )  # fmt: skip


def _strip(medium: Medium, here: Items, people: dict[str, str]) -> Html:
    label = _("Timeline of the medium, scrolls sideways")
    drawn = timeline(medium, here, people)
    scrolls = element("div", drawn, class_="scroll", tabindex=0, role="region", aria_label=label)
    return element("figure", scrolls, element("figcaption", caption(here)), class_="strip")


def _takes_here(here: list[OfTake]) -> Child:
    if not here:
        return None
    rows: list[list[Child]] = []
    for item in here:
        occurrence = item.found.occurrence
        rows.append(
            [
                element("a", number(item.number), href=f"#{item.identity}",
                        aria_label=_("Occurrence {number}").format(number=number(item.number))),
                element("span", time_code(occurrence.start_s), class_="nowrap"),
                element("span", time_code(occurrence.end_s), class_="nowrap"),
                name(item.take.name),
                number(item.found.track + 1),
                element("span", wording.speed_briefly(occurrence.speed), class_="nowrap"),
                wording.strength(occurrence.strength),
            ]
        )  # fmt: skip
    heads = ["№", _("Start"), _("End"), _("Take"), _("Track"), _("Speed"), _("Strength")]
    return table(_("Occurrences in this medium"), heads, rows)


def not_read(contents: Contents) -> Child:
    """List what could not be searched, and why."""
    if not contents.not_read:
        return None
    listed = contents.not_read[:MOST_LISTED]
    rows = [[name(item.locator), visible(item.reason), visible(item.advice)] for item in listed]
    heads = [_("File"), _("What happened"), _("What can be done")]
    return section(
        "not-read",
        _("What could not be read"),
        element(
            "p",
            _("Takes may be used in these; this report cannot tell.")
            if contents.voice_search is None
            else _("Takes and voices may be heard in these; this report cannot tell."),
        ),
        table(_("Files that were not searched, or not to their end"), heads, rows),
        _uncounted(len(contents.not_read)),
    )


def searched(contents: Contents, items: Items) -> Child:
    """List the media in which nothing was found."""
    used = {item.medium.sha256 for item in items}
    clear = sorted(
        (medium for medium in contents.media if medium.sha256 not in used),
        key=lambda medium: medium.locator,
    )
    if not clear:
        return None
    rows = [
        [name(medium.locator), duration(medium.duration_s), digest(medium.sha256)]
        for medium in clear[:MOST_LISTED]
    ]
    return section(
        "searched",
        _("Media in which nothing was found"),
        table(_("Media without occurrences"), [_("File"), _("Length"), "SHA-256"], rows),
        _uncounted(len(clear)),
    )


def takes(contents: Contents) -> Child:
    """List the takes that were searched for."""
    if not contents.takes and contents.voice_search is not None:
        return None
    people = {performer.slug: performer.name for performer in contents.performers}

    def row(take: Take) -> list[Child]:
        since = date_and_time(take.registered) if take.registered else "–"
        who = name(people.get(take.performer, take.performer))
        what = [wording.kind(take.kind), duration(take.duration_s), since, digest(take.sha256)]
        return [name(take.name), who, *what]

    heads = [_("Take"), _("Performer"), _("Kind"), _("Length"), _("Registered"), "SHA-256"]
    listed = sorted(contents.takes, key=lambda take: (take.performer, take.name))
    return section(
        "takes",
        _("Takes that were searched for"),
        table(_("Registered takes"), heads, [row(take) for take in listed[:MOST_LISTED]]),
        _uncounted(len(listed)),
    )


def _uncounted(count: int) -> Child:
    left = count - MOST_LISTED
    if left <= 0:
        return None
    return element("p", _("… and {count} more.").format(count=number(left)))


def method(contents: Contents) -> Html:
    """Say how it was done, and with which settings."""
    run = contents.run
    facts: list[tuple[str, Child]] = [
        (_("Program"), f"Réplique {visible(run.program_version)}"),
        (_("Probe"), f"{visible(run.probe)} {visible(run.probe_version)}"),
        (_("Digest of the probe and its settings"), digest(run.probe_digest)),
        (_("Takes searched for"), number(run.takes_searched)),
        (_("Media searched"), number(run.media_searched)),
        (_("Sound searched"), wording.hours(run.hours_searched)),
    ]
    if run.started:
        facts.append((_("Search began"), date_and_time(run.started)))
    if run.ended:
        facts.append((_("Search ended"), date_and_time(run.ended)))
    facts += [(visible(key), visible(_setting(value))) for key, value in run.settings.items()]
    return section(
        "method",
        _("How it was done"),
        element("p", _(
            "Each take is compared with every instant of every sound track, over a range of speeds"
            " and pitches. Where the fine structure of the two sounds runs together longer and"
            " more closely than unrelated sounds do, an occurrence is noted.")),
        element("p", _(
            "The strength counts false alarms: strength 3 means that 1,000 hours of unrelated"
            " media are expected to give 0.001 false alarm as strong when one take is searched"
            " for; each further unit, ten times fewer. It is not a probability that the take was"
            " used.")),
        element("p", _(
            "For listening, both sounds are brought to one channel, 16,000 samples a second and a"
            " common loudness; the take is brought to the measured speed and pitch. In the"
            " pictures, high sounds are drawn 4 dB an octave stronger than they are, for the eye."
            " The evidence is the files themselves, named here by their hashes.")),
        element("dl", *(element("div", element("dt", label), element("dd", said))
                        for label, said in facts), class_="facts"),
    )  # fmt: skip


def hashes() -> Html:
    """Say how a reader checks that a file is the one that was measured."""
    ways = (
        ("Linux", "sha256sum FILE"),
        ("macOS", "shasum -a 256 FILE"),
        ("Windows", "certutil -hashfile FILE SHA256"),
    )
    return section(
        "hashes",
        _("How to check the hashes"),
        element("p", _(
            "A SHA-256 names the exact content of a file: if one bit differs, so does the hash."
            " Compute it for your copy with the command of your system, and compare all its"
            " characters with those in this report. A file inside an archive, written after “!”,"
            " is taken out of it first.")),
        element("dl", *(element("div", element("dt", system), element("dd", element("code", way)))
                        for system, way in ways), class_="facts"),
    )  # fmt: skip


def _setting(value: Setting) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else f"{value:g}"
