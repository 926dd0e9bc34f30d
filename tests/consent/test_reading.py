from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique.consent import reading, writing
from replique.consent.dates import UNKNOWN_DAY
from replique.consent.fields import NOT_YET
from replique.consent.records import Agreement
from replique.errors import AgreementRefused, Problem
from replique.language import choose, restore
from tests.consent import written

CANARY = "canary-7d02"
HEAD = (
    'schema = "replique-agreement/1"\nid = "rider"\nkind = "individual"\nperformer = "awa-diop"\n'
)
GRANT = '[[grant]]\nid = "dub"\nacts = "dub_language"\nsubjects = ["voice"]\n'
USE = 'schema = "replique-use/1"\nid = "u1"\nperformer = "awa-diop"\n'
LIFE = 'schema = "replique-performer/1"\nperformer = "awa-diop"\n'


def slips(text: str | bytes) -> list[Problem]:
    """Return what is wrong with an agreement."""
    with pytest.raises(AgreementRefused) as refused:
        reading.agreement(text)
    assert refused.value.exit_status == 7
    return list(refused.value.problems)


def only_slip(text: str | bytes) -> Problem:
    (slip,) = slips(text)
    return slip


def on(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(day)


# what is read


def test_the_least_that_can_be_written() -> None:
    assert reading.agreement(HEAD) == Agreement("rider", "individual", frozenset({"awa-diop"}))


def test_one_value_is_a_list_of_one() -> None:
    listed = reading.agreement(HEAD + GRANT.replace('"dub_language"', '["dub_language"]'))
    assert reading.agreement(HEAD + GRANT) == listed
    assert reading.agreement(HEAD + GRANT.replace("[[grant]]", "[grant]")) == listed


def test_rules_of_three_kinds_are_read_in_the_order_in_which_they_stand() -> None:
    text = HEAD + (
        '[[prohibition]]\nid = "a"\n'
        + GRANT
        + '[[requirement]]\nid = "b"\n[[prohibition]]\nid = "c"\n'
    )
    rules = reading.agreement(text).rules
    assert [(rule.kind, rule.id) for rule in rules] == [
        ("prohibition", "a"), ("grant", "dub"), ("requirement", "b"), ("prohibition", "c"),
    ]  # fmt: skip
    assert rules[0].acts is None
    assert rules[0].subjects is None


def test_any_says_all_in_words() -> None:
    (rule,) = reading.agreement(HEAD + GRANT + '[grant.scope]\nterritories = "any"\n').rules
    assert rule.scope.territories == frozenset({"any"})
    assert rule.scope.languages is None


OPTIONAL = [
    "title", "company", "law", "representation", "replaces_in_person", "bundled", "note",
]  # fmt: skip


@pytest.mark.parametrize("key", OPTIONAL)
def test_unknown_is_the_same_as_leaving_it_out(key: str) -> None:
    assert reading.agreement(HEAD + f'{key} = "unknown"\n') == reading.agreement(HEAD)


def test_a_status_and_a_vote_have_the_word_unknown_themselves() -> None:
    text = HEAD + '[[state]]\nstatus = "unknown"\n[adoption]\nvote = "unknown"\n'
    read = reading.agreement(text)
    assert read.states[0].status == "unknown"
    assert read.adoption is not None
    assert read.adoption.vote == "unknown"


SCOPE = GRANT + "[grant.scope]\n"
WIDENING = {
    "territories": SCOPE, "languages": SCOPE, "productions": SCOPE, "companies": SCOPE,
    "not_media": SCOPE, "content_refused": SCOPE, "max_counts": SCOPE, "identifiable": SCOPE,
    "not_during_strike": SCOPE, "artefacts": GRANT, "replaces": "", "amends": "", "version": "",
    "grace_days": "[term]\n", "years": "[term]\n", "depth": "[onward]\n",
}  # fmt: skip


@pytest.mark.parametrize(("limit", "above"), WIDENING.items(), ids=WIDENING)
def test_a_limit_cannot_be_unknown_for_leaving_it_out_would_widen(limit: str, above: str) -> None:
    text = HEAD + above
    slip = only_slip(text + f'{limit} = "unknown"\n')
    assert slip.field.endswith(limit)
    assert slip.line == text.count("\n") + 1
    assert "no limit" in slip.message


def test_a_day_that_nobody_knows_is_not_the_same_as_none() -> None:
    text = HEAD + 'effective = "unknown"\n[term]\nstart = "unknown"\nend = "unknown"\n' + SCOPE
    read = reading.agreement(text + 'start = "unknown"\nend = "unknown"\n')
    scope = read.rules[0].scope
    days = {read.effective, read.term.start, read.term.end, scope.start, scope.end}
    assert days == {UNKNOWN_DAY}
    assert reading.agreement(writing.agreement(read)) == read


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024-03-05", "2024-03-05T00:00", "2024-03-05T23:59:59.999999"),
        ('"2024-03-05"', "2024-03-05T00:00", "2024-03-05T23:59:59.999999"),
        ('"2024-03"', "2024-03-01T00:00", "2024-03-31T23:59:59.999999"),
        ('"2024"', "2024-01-01T00:00", "2024-12-31T23:59:59.999999"),
        ("2024", "2024-01-01T00:00", "2024-12-31T23:59:59.999999"),
        ("2024-03-05T14:00:00+02:00", "2024-03-05T12:00", "2024-03-05T12:00"),
        ('"2024-03-05/2024-03-09"', "2024-03-05T00:00", "2024-03-09T23:59:59.999999"),
    ],
)
def test_a_date_is_what_is_known_of_it(written: str, first: str, last: str) -> None:
    given = reading.agreement(HEAD + f"[form]\ngiven = {written}\n").form.given
    assert given is not None
    assert (given.first, given.last) == (on(first), on(last))


@pytest.mark.parametrize(
    ("term", "last"),
    [
        ("start = 2024-03-05\nyears = 3", "2027-03-04"),
        ("start = 2024-03-05\nmonths = 6", "2024-09-04"),
        ("start = 2024-03-05\nyears = 1\nmonths = 1", "2025-04-04"),
        ("start = 2024-02-29\nyears = 1", "2025-02-28"),
        ("start = 2024-01-01\nmonths = 1", "2024-01-31"),
    ],
)
def test_a_term_ends_on_the_day_before_the_anniversary(term: str, last: str) -> None:
    end = reading.agreement(HEAD + f"[term]\n{term}\n").term.end
    assert end is not None
    assert (end.first, end.last) == (on(last), on(f"{last}T23:59:59.999999"))


def test_a_term_counts_from_the_day_it_was_given_where_no_start_is_written() -> None:
    read = reading.agreement(HEAD + '[term]\nyears = 1\n[form]\ngiven = "2024-03"\n')
    assert read.term.end is not None
    assert (read.term.end.day, read.term.end.last_day) == (
        dt.date(2025, 2, 28),
        dt.date(2025, 3, 30),
    )
    assert reading.agreement(writing.agreement(read)) == read


@pytest.mark.parametrize("start", ["", 'start = "unknown"\n'], ids=["not said", "unknown"])
def test_a_term_of_years_from_no_known_day_ends_on_no_known_day(start: str) -> None:
    term = reading.agreement(HEAD + f"[term]\n{start}years = 3\n").term
    assert term.end == UNKNOWN_DAY
    assert term.endless is False


def test_an_event_that_has_not_happened_is_told_from_one_that_is_not_known() -> None:
    text = USE + f'[events]\nrelease = "{NOT_YET}"\ninvoice = 2026-05-01\ndeath = "unknown"\n'
    events = reading.use(text).events
    assert set(events) == {"release", "invoice"}
    assert events["release"] is None


def test_a_use_that_has_no_sensitive_content_is_told_from_one_of_which_it_is_not_known() -> None:
    assert reading.use(USE + "content = []\n").content == frozenset()
    assert reading.use(USE).content is None


def test_a_chain_goes_from_one_to_another() -> None:
    (link,) = reading.use(USE + '[[chain]]\nfrom = "A"\nto = "B"\nby = "transfer"\n').chain
    assert (link.giver, link.taker, link.by, link.on) == ("A", "B", "transfer", None)


@pytest.mark.parametrize("text", [HEAD + GRANT, USE, LIFE])
def test_a_text_says_what_it_is(text: str) -> None:
    kind = {HEAD + GRANT: "agreement", USE: "use", LIFE: "performer"}[text]
    assert reading.kind_of(text) == kind
    assert reading.kind_of(text.encode()) == kind


def test_the_marks_of_windows_are_read() -> None:
    text = b"\xef\xbb\xbf" + (HEAD + GRANT).replace("\n", "\r\n").encode()
    assert reading.agreement(text) == reading.agreement(HEAD + GRANT)
    assert only_slip(text + b"nonsense = 1\r\n").line == 9


# what is refused

SLIPS = {
    "no id": (HEAD.replace('id = "rider"\n', ""), 1, ""),
    "an unknown id": (HEAD.replace('"rider"', '"unknown"'), 2, "id"),
    "an id with spaces": (HEAD.replace('"rider"', '"my rider"'), 2, "id"),
    "an id that climbs": (HEAD.replace('"rider"', '"../rider"'), 2, "id"),
    "an empty id": (HEAD.replace('"rider"', '""'), 2, "id"),
    "a kind of no list": (HEAD.replace('"individual"', '"solo"'), 3, "kind"),
    "no performer": (HEAD.replace('performer = "awa-diop"\n', ""), 1, ""),
    "no performers in the list": (HEAD.replace('"awa-diop"', "[]"), 4, "performer"),
    "performer and performers": (HEAD + 'performers = ["zoe"]\n', 4, "performer"),
    "a number for a text": (HEAD + "title = 3\n", 5, "title"),
    "a text too long": (HEAD + f'title = "{"x" * 301}"\n', 5, "title"),
    "a zero byte": (HEAD + 'title = "a\\u0000b"\n', 5, "title"),
    "a text for a number": (HEAD + 'version = "2"\n', 5, "version"),
    "a number below all": (HEAD + "version = 0\n", 5, "version"),
    "a flag in quotes": (HEAD + 'bundled = "true"\n', 5, "bundled"),
    "a key of nothing": (HEAD + "colour = 1\n", 5, "colour"),
    "a country by its name": (HEAD + 'law = "France"\n', 5, "law"),
    "a country that is not": (HEAD + 'law = ["FR", "QQ"]\n', 5, "law[2]"),
    "unknown among the known": (HEAD + 'law = ["FR", "unknown"]\n', 5, "law[2]"),
    "replacing itself": (HEAD + 'replaces = "rider"\n', 5, "replaces"),
    "amending itself": (HEAD + 'amends = "rider"\n', 5, "amends"),
    "ending rules of nothing": (HEAD + 'ends = "dub"\n', 5, "ends"),
    "a day that is not": (HEAD + 'effective = "2024-02-30"\n', 5, "effective"),
    "a month that is not": (HEAD + 'effective = "2024-13"\n', 5, "effective"),
    "a year before recording": (HEAD + "effective = 0202-01-01\n", 5, "effective"),
    "the first of all days, further east": (
        HEAD + "effective = 0001-01-01T00:00:00+14:00\n", 5, "effective",
    ),
    "a time of no day": (HEAD + "effective = 14:00:00\n", 5, "effective"),
    "days the wrong way round": (HEAD + 'effective = "2024-03-09/2024-03-05"\n', 5, "effective"),
    "a term that ends before it begins": (
        HEAD + "[term]\nstart = 2024-03-05\nend = 2024-03-04\n", 7, "term.end",
    ),
    "a term that ends twice": (
        HEAD + "[term]\nstart = 2024-03-05\nend = 2025-01-01\nyears = 3\n", 8, "term.years",
    ),
    "a term of no length": (HEAD + "[term]\nyears = 0\n", 6, "term.years"),
    "a table that is a word": (HEAD + 'term = "long"\n', 5, "term"),
    "a signature of no day": (HEAD + '[[signature]]\nby = "performer"\n', 5, "signature[1]"),
    "a withdrawal of no day": (HEAD + '[[state]]\nstatus = "withdrawn"\n', 5, "state[1]"),
    "a suspension that ends before": (
        HEAD + '[[state]]\nstatus = "suspended"\non = 2024-03-05\nuntil = 2024-03-01\n',
        8, "state[1].until",
    ),
    "a grant of nothing": (HEAD + GRANT.replace('"dub_language"', "[]"), 7, "grant[1].acts"),
    "a grant without acts": (HEAD + GRANT.replace('acts = "dub_language"\n', ""), 5, "grant[1]"),
    "a grant of unknown acts": (
        HEAD + GRANT.replace('"dub_language"', '"unknown"'), 7, "grant[1].acts",
    ),
    "an act of no list": (HEAD + GRANT.replace("dub_language", "dub"), 7, "grant[1].acts"),
    "two rules of one name": (
        HEAD + GRANT + '[[prohibition]]\nid = "dub"\n', 10, "prohibition[1].id",
    ),
    "needs in a grant": (HEAD + GRANT + '[grant.needs]\nforms = "rider"\n', 9, "grant[1].needs"),
    "a count of no unit": (
        HEAD + GRANT + "[grant.scope]\nmax_counts = { lines = 2 }\n",
        10, "grant[1].scope.max_counts.lines",
    ),
    "a count that is no number": (
        HEAD + GRANT + "[grant.scope]\nmax_counts = { line = nan }\n",
        10, "grant[1].scope.max_counts.line",
    ),
    "two duties of one name": (
        HEAD + GRANT + '[[grant.duty]]\nid = "p"\nkind = "pay"\n' * 2, 13, "grant[1].duty[2].id",
    ),
    "a duty due twice": (
        HEAD + '[[duty]]\nid = "p"\nkind = "pay"\nbefore_use = true\nwithin_days = 3\n',
        9, "duty[1].within_days",
    ),
    "a duty of no kind": (HEAD + '[[duty]]\nid = "p"\n', 5, "duty[1]"),
    "a negative amount": (
        HEAD + '[[duty]]\nid = "p"\nkind = "pay"\namount = -1\n', 8, "duty[1].amount",
    ),
    "money of no kind": (
        HEAD + '[[duty]]\nid = "p"\nkind = "pay"\ncurrency = "euros"\n', 8, "duty[1].currency",
    ),
    "another schema": (USE, 1, "schema"),
    "a schema of a later day": (HEAD.replace("/1", "/2"), 1, "schema"),
    "no schema": (HEAD.partition("\n")[2], 1, ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "field"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_with_its_line_and_its_field(text: str, line: int, field: str) -> None:
    slip = only_slip(text)
    assert (slip.line, slip.field) == (line, field)
    assert slip.message.endswith((".", "?"))


USE_SLIPS = {
    "a use that began after its date": (
        "began = 2026-02-01\ndate = 2026-01-01\n", 5, "date",
    ),
    "an event of no list": ("[events]\nparty = 2026-01-01\n", 5, "events.party"),
    "an event at no time": ('[events]\nrelease = "soon"\n', 5, "events.release"),
    "a link that goes nowhere": ('[[chain]]\nfrom = "A"\nby = "transfer"\n', 4, "chain[1]"),
    "a duty done by nobody": (
        '[[done]]\nduty = "a/b"\non = 2026-01-01\nevidence = "x"\n', 4, "done[1]",
    ),
    "a duty without a name": (
        '[[done]]\nduty = "pay"\non = 2026-01-01\nby = "x"\nevidence = "x"\n', 5, "done[1].duty",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "field"), USE_SLIPS.values(), ids=USE_SLIPS)
def test_a_slip_in_a_use(text: str, line: int, field: str) -> None:
    with pytest.raises(AgreementRefused) as refused:
        reading.use(USE + text)
    (slip,) = refused.value.problems
    assert (slip.line, slip.field) == (line, field)


def test_nobody_dies_before_they_are_born() -> None:
    with pytest.raises(AgreementRefused) as refused:
        reading.life(LIFE + "born = 1980-01-01\ndied = 1970-01-01\n")
    assert refused.value.problems[0].field == "died"


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("compagny", "company"), ("Title", "title"), ("grants", "grant"), ("signatures", "signature")],
)
def test_a_key_that_is_nearly_right_gets_the_right_one(wrong: str, meant: str) -> None:
    assert f"“{meant}”" in only_slip(HEAD + f"{wrong} = 1\n").message


@pytest.mark.parametrize(
    ("wrong", "meant"), [("Dub language", "dub_language"), ("dub-language", "dub_language"),
                         ("train_generativ", "train_generative")],
)  # fmt: skip
def test_a_word_that_is_nearly_right_gets_the_right_one(wrong: str, meant: str) -> None:
    slip = only_slip(HEAD + GRANT.replace("dub_language", wrong))
    assert f"“{meant}”" in slip.message
    assert meant in slip.allowed


def test_a_key_in_the_wrong_table_is_sent_home() -> None:
    assert "[[grant]]" in only_slip(HEAD + 'acts = "dub_language"\n').message
    assert "[grant.scope]" in only_slip(HEAD + 'territories = "FR"\n').message


def test_all_slips_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = HEAD.replace("individual", "solo") + GRANT.replace("voice", "soul") + "colour = 1\n"
    found = slips(text)
    assert [each.line for each in found] == [3, 8, 9]
    with pytest.raises(AgreementRefused) as refused:
        reading.agreement(text, "rider.toml")
    told = str(refused.value)
    assert "rider.toml" in told
    assert all(f"line {each.line}" in told for each in found)
    assert all(each.file == "rider.toml" for each in refused.value.problems)


def test_very_many_slips_are_counted_and_not_all_told() -> None:
    text = HEAD + "".join(f"wrong_{i} = 1\n" for i in range(500))
    with pytest.raises(AgreementRefused) as refused:
        reading.agreement(text)
    assert len(refused.value.problems) == 500
    assert len(str(refused.value).splitlines()) < 50
    assert "460" in str(refused.value)


@pytest.mark.timeout(20)
def test_a_text_made_to_be_slow_is_refused_in_time() -> None:
    assert len(slips(HEAD + "".join(f"wrong_{i} = 1\n" for i in range(60_000)))) == 60_000
    assert len(slips(HEAD + "law = [" + '"x",' * 240_000 + "]\n")) == 1


NO_TOML: dict[str, str | bytes] = {
    "bytes of a document": b"PK\x03\x04\x00\x00",
    "bytes of another alphabet": 'id = "é"'.encode("latin-1"),
    "text of two bytes a letter": HEAD.encode("utf-16"),
    "half a letter": HEAD + 'title = "\ud800"',
    "too large": HEAD + "#" * 1_000_000,
    "a sentence": "This is my agreement with the studio.",
    "a quote that is not closed": HEAD + 'title = "x',
    "three quotes that are not closed": HEAD + 'title = """x',
    "a bracket that is not closed": HEAD + "law = [1, 2",
    "curly quotes": HEAD + "title = “x”",
    "a month without quotes": HEAD + "effective = 2024-03",
    "no quotes": HEAD + "title = Rider",
    "the same twice": HEAD + HEAD,
    "a table twice": HEAD + "[term]\n[term]\n",
    "a path of Windows": HEAD + 'title = "C:\\new\\qapers"',
    "a number without end": HEAD + "version = " + "9" * 9_000,
    "brackets without end": HEAD + "law = " + "[" * 100_000,
    "tables in tables without end": HEAD + "law = " + "{a = " * 50_000,
    "a key without end": HEAD + "a" + ".a" * 400_000 + " = 1",
    "a key without end or value": HEAD + "a" + ".a" * 400_000,
}


@pytest.mark.parametrize("text", NO_TOML.values(), ids=NO_TOML)
@pytest.mark.timeout(10)
def test_what_is_no_toml_is_told_in_words(text: str | bytes) -> None:
    slip = only_slip(text)
    assert slip.line >= 1
    assert slip.message.endswith((".", "?"))
    assert reading.kind_of(HEAD) == "agreement"  # and nothing is left behind


def test_a_slip_of_writing_is_told_on_its_line() -> None:
    assert only_slip(NO_TOML["a month without quotes"]).line == 5
    assert "quotes" in only_slip(NO_TOML["a month without quotes"]).message
    assert "straight" in only_slip(NO_TOML["curly quotes"]).message
    assert "twice" in only_slip(NO_TOML["the same twice"]).message
    assert "UTF-8" in only_slip(NO_TOML["bytes of another alphabet"]).message


PRIVATE = (
    f'note = "{CANARY}"\n[[circumstance]]\nmarker = "{CANARY}"\nsaid_by = "{CANARY}"\n'
    f'text = "{CANARY}"\nevidence = ["{CANARY}"]\n"{CANARY} x" = "{CANARY}"\n'
    f'[[state]]\nstatus = "{CANARY}"\non = "{CANARY}"\nnote = 3\n'
    f'[[grant]]\nid = "{CANARY} {CANARY}"\nacts = "{CANARY}"\nsubjects = "{CANARY}"\n'
)


@pytest.mark.parametrize("broken", ["", f'\n"{CANARY}', f"\n{CANARY}", f"\nx = {CANARY}"])
def test_what_was_written_is_never_repeated(broken: str) -> None:
    with pytest.raises(AgreementRefused) as refused:
        reading.agreement(HEAD + PRIVATE + broken)
    error = refused.value
    assert CANARY not in repr((str(error), error.advice, error.problems, error.args))
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert len(error.problems) >= 1


def test_the_context_of_an_error_of_toml_is_not_kept() -> None:
    with pytest.raises(AgreementRefused) as refused:
        reading.agreement(f"{CANARY} = {CANARY}")
    assert CANARY not in str(refused.value)


def test_a_record_does_not_show_testimony() -> None:
    text = HEAD + (
        f'note = "{CANARY}"\n[[circumstance]]\nmarker = "nda_blocks_advice"\nsaid_by = "{CANARY}"\n'
        f'text = "{CANARY}"\nevidence = "{CANARY}"\n[[state]]\nstatus = "withdrawn"\n'
        f'on = 2024-01-01\nnote = "{CANARY}"\n'
    )
    read = reading.agreement(text)
    assert read.circumstances[0].text == CANARY
    assert CANARY not in repr(read)


def test_slips_are_told_in_french_too() -> None:
    token = choose("fr")
    try:
        slip = only_slip(HEAD + "colour = 1\n")
    finally:
        restore(token)
    assert (slip.line, slip.field) == (5, "colour")


# whatever is written

fuzz = settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
few = settings(fuzz, max_examples=30)
PIECES = [
    *'=[]{}"\'\n#., 1\\\t\r', '"""', "[[grant]]\n", "[grant.scope]\n", "[term]\n", "acts = ",
    "start = ", "years = ", "2024-03-05", '"2024"', '"dub_language"', "true", "nan", "-inf",
    "id = ", "duty", "performer = ", '"unknown"', '"any"', "\ufeff", "é", "\0", HEAD, GRANT,
]  # fmt: skip


def read_or_refused(text: str | bytes) -> None:
    readers = (reading.agreement, reading.use, reading.life, reading.kind_of)
    assert all(reads_or_tells(read, text) for read in readers)


def reads_or_tells(read: Callable[[str | bytes], object], text: str | bytes) -> bool:
    try:
        return read(text) is not None
    except AgreementRefused as error:
        return bool(error.problems)


@fuzz
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


@fuzz
@given(st.binary(max_size=60))
def test_whatever_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refused(data)


@few
@given(written.agreements, st.data())
def test_an_agreement_with_a_letter_changed_is_read_or_refused(
    record: Agreement, data: st.DataObject
) -> None:
    text = writing.agreement(record)
    at = data.draw(st.integers(0, len(text)))
    read_or_refused(
        text[:at] + data.draw(st.sampled_from(["", "x", '"', "[", "9"])) + text[at + 1 :]
    )


values = st.recursive(
    st.sampled_from(["1", '"x"', "true", "2024-03-05", "1.5", "nan", '"unknown"', "[]", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.lists(inner, max_size=2).map(
            lambda parts: "{" + ", ".join(f"k{i} = {p}" for i, p in enumerate(parts)) + "}"
        )
    ),
    max_leaves=6,
)
KEYS = [
    "performers", "law", "term", "form", "signature", "state", "grant", "duty", "onward", "events",
    "adoption", "prohibition", "counts", "chain", "done", "subjects", "territories", "born", "ends",
]  # fmt: skip


@fuzz
@given(st.sampled_from([HEAD, USE, LIFE]), st.sampled_from(KEYS), values)
def test_whatever_stands_where_something_else_should_is_refused(
    head: str, key: str, value: str
) -> None:
    read_or_refused(f"{head}{key} = {value}\n")


@few
@given(written.agreements)
def test_every_refused_key_is_told_on_the_line_of_that_key(record: Agreement) -> None:
    rows = writing.agreement(record).split("\n")
    headings = [i for i, row in enumerate(rows) if row.startswith("[") and row.endswith("]")]
    at = headings[-1] + 1 if headings else len(rows)
    changed = "\n".join([*rows[:at], "nonsense_key = 1", *rows[at:]])
    try:
        tomllib.loads(changed)
    except ValueError:
        return  # what looked like a heading was a line of a text
    if any(each.field.endswith("nonsense_key") for each in slips(changed)):
        (slip,) = [each for each in slips(changed) if each.field.endswith("nonsense_key")]
        assert slip.line == at + 1


@pytest.mark.parametrize("name", ["awa-diop", "мария", "प्रिया-शर्मा", "日本", "anne-laure.2"])
def test_a_short_name_may_be_of_any_script(name: str) -> None:
    text = HEAD.replace('"rider"', f'"{name}"')
    assert reading.agreement(text).id == name


@pytest.mark.parametrize("name", ["a b", "a/b", "a\u202eb", "a\u00a0b", "a…b", "-a", "a\u061cb"])
def test_a_short_name_has_no_space_no_slash_and_nothing_invisible(name: str) -> None:
    assert only_slip(HEAD.replace('"rider"', f'"{name}"')).field == "id"
