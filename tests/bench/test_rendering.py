"""The page: bars beside figures, and nothing of what was written by hand touched."""

from __future__ import annotations

from typing import Any

import pytest

from bench import bars, cost, rendering, run, voices_bars

MACHINE = {
    "processor": "A processor", "cores": 2, "memory_gb": 8.0, "system": "Linux",
    "python": "3.11.7",
}  # fmt: skip
PAGE = (
    "by hand\n<!-- made by bench/run.py: cost -->\nold\n<!-- end -->\nby hand too\n"
    "<!-- made by bench/run.py: fuzz -->\nold fuzz\n<!-- end -->\n"
)


def record(figures: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "script": "bench/x.py", "material": "a split", "measured": "2026-01-02",
        "version": "9", "machine": MACHINE, "figures": figures, **more,
    }  # fmt: skip


def line_of(text: str, what: str) -> list[str]:
    line = next(line for line in text.splitlines() if what in line)
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("speed", "met"), [(149.9, "**no**"), (150.0, "yes")])
def test_a_figure_is_held_to_its_bar(speed: float, met: str) -> None:
    text = rendering.cost({"cost-few": record({"times_real_time": speed})})
    assert line_of(text, "30 takes")[1:4] == ["≥ 150× real time", "150×", met]
    assert line_of(text, "two processes")[2:4] == ["", "not measured"]
    assert "A processor, 2 cores, 8 GB" in text


def test_synthetic_material_clears_no_bar() -> None:
    text = rendering.cost({"synthetic-cost-few": record({"times_real_time": 900.0})})
    assert line_of(text, "30 takes")[2:4] == ["900× (synthetic)", "not measured"]


def test_a_real_figure_goes_before_a_synthetic_one() -> None:
    kept = {
        "synthetic-cost-few": record({"times_real_time": 900.0}),
        "cost-few": record({"times_real_time": 160.0}),
    }
    assert line_of(rendering.cost(kept), "30 takes")[2:4] == ["160×", "yes"]


def test_a_partial_run_changes_only_its_own_part() -> None:
    page = rendering.render(PAGE, {"cost-start": record({"help_s": 0.4, "scan_s": 1.0})})
    assert page.startswith("by hand\n<!-- made by bench/run.py: cost -->\n|")
    assert "<!-- end -->\nby hand too\n" in page
    assert page.endswith("<!-- made by bench/run.py: fuzz -->\nold fuzz\n<!-- end -->\n")
    assert "\nold\n" not in page
    assert rendering.render(page, {"cost-start": record({"help_s": 0.4, "scan_s": 1.0})}) == page


ACCURACY = {
    "conditions": {
        "dry +5 dB": {"placed": 4, "default": 4, "half_an_hour": 4},
        "dry -15 dB": {"placed": 4, "default": 1, "half_an_hour": 2},
    },
    "recall": {"default": [5, 8], "half_an_hour": [6, 8]},
    "wrong": {"per_hour": 0.5},
    "errors": {
        "rows": 5,
        "start_median_s": 0.004,
        "extent_within": 0.8,
        "speed_claimed": {"rows": 3, "within": 2, "worst": 0.01},
        "pitch_claimed": {"rows": 0, "within": 0, "worst": None},
        "level_median_absolute_db": 3.25,
    },
}


def test_accuracy_stands_beside_peer_and_bar() -> None:
    text = rendering.accuracy({"accuracy": record(ACCURACY)})
    assert line_of(text, "recall, all")[1:] == ["0.60", "0.67", "≥ 0.93", "0.750 (6/8)", "**no**"]
    assert line_of(text, "dry +5")[4:] == ["1.000 (4/4)", "yes"]
    assert line_of(text, "dry −15")[4:] == ["0.500 (2/4)", "**no**"]
    assert line_of(text, "reverb")[4:] == ["", "not measured"]
    assert line_of(text, "start in the medium")[4:] == ["0.0040 s", "yes"]
    assert line_of(text, "speed, when")[4:] == ["2 of 3 claims; worst 0.0100", "**no**"]
    assert line_of(text, "pitch, when")[5] == "not measured"
    assert "3.2 dB" in text
    assert line_of(rendering.peers({"accuracy": record(ACCURACY)}), "Réplique")[1] == "**0.75**"
    assert line_of(rendering.conditions({"accuracy": record(ACCURACY)}), "**all**")[1:] == [
        "8", "0.625", "0.750",
    ]  # fmt: skip


def test_recall_lost_among_many_is_in_points() -> None:
    crowd = {
        "times_real_time": 6.0, "takes_s": 36_000.0, "takes": 10_000, "rows_of_others": 2,
        "found": {"found": 210, "placed": 224}, "found_alone": {"found": 220, "placed": 224},
        "growth_exponent": 0.3, "stopped_at_the_limit": True,
    }  # fmt: skip
    text = rendering.cost({"cost-crowd": record(crowd)})
    assert line_of(text, "points of recall")[2:4] == ["4.5 (210 against 220 of 224)", "**no**"]
    assert line_of(text, "exponent")[2:4] == ["0.30", "yes"]
    assert "10.0 h" in text
    assert "stopped at the time limit" in text


def test_a_busy_machine_is_told() -> None:
    kept = {"cost-few": record({"times_real_time": 1.0}, waiting=0.5)}
    assert "the time of: cost-few." in rendering.cost(kept)
    kept = {"cost-few": record({"times_real_time": 1.0}, waiting=0.05)}
    assert "the time of" not in rendering.cost(kept)


def test_every_part_of_the_page_is_one_that_is_made() -> None:
    page = run.PAGE.read_text(encoding="utf-8")
    kept = {"accuracy": record(ACCURACY), "cost-few": record({"times_real_time": 1.0}),
            "fuzz": record({"crashes": 0}), "ledger": record({"entries": 9}),
            "consent": record({"uses": 9, "agreements": 2})}  # fmt: skip
    names = [part["name"] for part in rendering.PART.finditer(page)]
    assert sorted(names) == [
        "accuracy", "conditions", "consent", "cost", "desk", "deskpages", "fuzz", "ledger", "peers",
        "voices", "voicesconditions", "voicescorpora",
    ]  # fmt: skip
    assert "Not measured yet" not in rendering.render(page, kept)


def test_every_bar_names_a_measurement_that_is_made() -> None:
    made = {"accuracy", "consent", "ledger", *(f"cost-{case}" for case in cost.CASES)}
    assert {bar.source for bar in (*bars.ACCURACY, *bars.CONSENT, *bars.COST, *bars.LEDGER)} <= made


def test_what_the_fuzzer_says_is_read() -> None:
    said = (
        "executions           120 over 44 kinds of file\ncrashes              1 [(3, 'x')]\n"
        "hangs over 30 s      2 []\nforeign exceptions   0 kinds\n"
    )
    assert run.fuzzed(said) == {
        "executions": 120, "crashes": 1, "hangs": 2, "foreign exceptions": 0,
    }  # fmt: skip
    with pytest.raises(RuntimeError, match="end"):
        run.fuzzed(said.replace("hangs", "bangs"))


RATE = {
    "eer": 0.04, "low": 0.0, "high": 0.2, "targets": 224, "others": 6720, "cllr": 0.015,
    "least_cllr": 0.002, "plain": {"eer": 0.1, "low": 0.0, "high": 0.3}, "own_median": 2.9,
    "own_5": 1.0, "others_99": -0.3,
}  # fmt: skip
FOUND = {
    "hours": 0.8, "utterances": 100,
    "one_an_hour": {"found": 89, "low": 0.8, "high": 0.95, "wrong": 0},
    "default": {"found": 92, "low": 0.85, "high": 0.96, "wrong": 3},
    "ends": {"all": {"rows": 50, "starts": 47, "stops": 44}},
}  # fmt: skip


def test_voices_are_held_to_their_bars() -> None:
    rates = {"conditions": {"clean": RATE, "babble5": {**RATE, "cllr": 0.05}}}
    text = rendering.voices(
        {"voices": record(rates), "voices-programmes": record(FOUND)}  # no cost yet
    )
    assert line_of(text, "EER, clear, 5 s")[2:4] == ["0.04 % [0.00, 0.20]", "yes"]
    assert line_of(text, "EER, clear, 2.5 s")[2:4] == ["", "not measured"]
    assert line_of(text, "over the least")[3] == "**no**"
    assert line_of(text, "≤ 1 wrong row/h")[3] == "**no**"
    assert line_of(text, "ends of a row")[2:4] == ["starts 0.94, stops 0.88 of 50 rows", "**no**"]
    assert line_of(text, "clones")[2:4] == ["", "not measured"]
    assert line_of(text, "two processes")[2:4] == ["", "not measured"]


def test_voices_have_a_row_for_each_condition_and_corpus() -> None:
    figures = {
        "conditions": {"clean": RATE}, "made": {"phone": RATE},
        "corpora": {"libri": {**RATE, "people": 6}},
    }  # fmt: skip
    kept = {"voices": record(figures)}
    conditions = rendering.voices_table(kept, voices_bars.conditions)
    assert line_of(conditions, "clear, 5 s")[1:3] == ["224", "0.04 % [0.00, 0.20]"]
    assert line_of(conditions, "telephone")[-1] == "−0.3"
    assert line_of(rendering.voices_table(kept, voices_bars.corpora), "LibriSpeech")[0].endswith(
        ": 6"
    )
    assert rendering.voices_table({}, voices_bars.corpora) == ""
