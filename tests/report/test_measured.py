"""What is measured beside the score, in words, on a page and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from harness.compare.observation import Observation, Side
from harness.measure.measures import measures_between, measures_of, moved_between
from harness.report.machines.measured import between_document, measures_document
from harness.report.page import html
from harness.report.text import terminal
from harness.report.views.comparison import make_view
from harness.report.views.measured import measured_rows, measured_view
from harness.report.views.parts import RunTotals
from harness.report.views.plots import run_plots
from harness.report.views.run import make_run_view
from tests.compare.build import observation, side_of
from tests.report import examples


def answers(cases: int, repeats: int, *, every: int, claimed: float | None = 0.9) -> list[Observation]:
    """One answer in `every` is wrong."""
    return [
        replace(
            observation(f"case-{case:02}", float((case + 3 * repeat) % every > 0), repeat=repeat),
            answer_confidence=claimed,
            tags=("odd",) if case % 2 else (),
        )
        for case in range(cases)
        for repeat in range(1, repeats + 1)
    ]


def side(observations: list[Observation], name: str) -> Side:
    return side_of(observations, name)


def test_a_run_is_told_in_three_sentences() -> None:
    repeats, flaky, confidence = measured_view(measures_of(answers(40, 3, every=5))).rows
    assert repeats.sentence.startswith("mean 80.0 % (")
    assert "pass^3 " in repeats.sentence
    assert "two answers agree in " in repeats.sentence
    assert "commonest" not in repeats.sentence
    assert flaky.sentence.startswith("24 of 40 cases both passed and failed: case-01 (2 of 3)")
    assert flaky.sentence.endswith("and 19 more")
    assert "answers claim 90.0 %, 80.0 % are right (+10.0 points, " in confidence.sentence
    assert "Brier 0.170; calibration error 9.7 % (" in confidence.sentence


def test_steady_answers_name_no_case_and_silent_ones_are_counted() -> None:
    half = [
        replace(each, answer_confidence=None if each.repeat == 1 else 0.9)
        for each in answers(4, 2, every=10**6)
    ]
    _, flaky, confidence = measured_view(measures_of(half)).rows
    assert flaky.sentence == "0 of 4 cases both passed and failed"
    assert "AUROC" not in confidence.sentence
    assert confidence.sentence.endswith("4 answers without a claim")


def test_nothing_is_told_where_nothing_was_repeated_or_claimed() -> None:
    found = measures_of(answers(5, 1, every=2, claimed=None))
    assert measured_view(found).rows == ()
    assert measures_document(found) == {"repeats": None, "confidence": None}
    sides = answers(5, 1, every=2, claimed=None), answers(5, 3, every=2)
    assert measured_rows(moved_between(*sides)) == ()
    both = measures_between(*sides)
    assert json.dumps(between_document(both), allow_nan=False)


def test_two_runs_are_told_by_one_k() -> None:
    found = measures_between(answers(40, 5, every=5), answers(40, 3, every=4, claimed=0.95))
    assert found.before.repeats is not None
    assert [each.name for each in found.before.repeats.metrics][1] == "pass@3"
    repeats, confidence = measured_rows(
        moved_between(answers(40, 5, every=5), answers(40, 3, every=4, claimed=0.95))
    )
    assert "pass^3 " in repeats.sentence
    assert "flaky cases " in repeats.sentence
    assert "claimed 90.0 % → 95.0 %; right 80.0 % → 75.0 %; too sure by +10.0 → +20.0 points (+10.0, " in (
        confidence.sentence
    )
    assert "Brier 0.170 → 0.228 (+0.057, " in confidence.sentence


def test_the_documents_hold_every_number_with_its_interval() -> None:
    one: Any = measures_document(measures_of(answers(40, 3, every=5)))
    assert one["repeats"]["k"] == 3
    assert one["repeats"]["metrics"]["pass^3"]["cases"] == 40
    assert one["repeats"]["metrics"]["self_consistency"] is None
    assert one["repeats"]["tags"][0]["tag"] == "odd"
    assert len(one["repeats"]["flaky"]) == 24
    assert one["confidence"]["brier"]["lower"] < one["confidence"]["brier"]["value"]
    assert one["confidence"]["curve"][0]["answers"] == 120
    both: Any = between_document(measures_between(answers(40, 3, every=5), answers(40, 3, every=4)))
    assert both["confidence"]["shift"]["brier"]["difference"] > 0
    assert both["repeats"]["baseline"]["flaky_cases"] == 24
    json.dumps([one, both], allow_nan=False)


def test_a_page_shows_tags_flaky_cases_and_the_curve_and_escapes_names() -> None:
    found = [replace(each, case_id=f"<b>{each.case_id}") for each in answers(120, 3, every=5)]
    said = {(each.case_id, each.repeat): "same" for each in found}
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=1, cost_usd="1", cost_uncertain_usd="0", wall_s=1.0
    )
    bare = make_run_view(examples.info("v3"), totals, (), examples.SCORE)
    drawn = run_plots(replace(examples.side("v3"), observations=tuple(found)))
    view = replace(bare, measures=measured_view(measures_of(found, said)), plots=drawn)
    page = html.render_run(view)
    assert "Flaky cases" in page
    assert "Claimed confidence, and what was right" in page
    assert "&lt;b&gt;case-01" in page
    assert "<b>case" not in page
    assert "and 22 more" in page
    assert "Commonest answer" in page
    assert "Flaky cases" not in html.render_run(bare)
    shown = terminal.render_run(view, width=80)
    assert "flaky: 72 of 120 cases both passed and failed" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_comparison_shows_them_on_every_surface() -> None:
    comparison = replace(
        examples.comparison(),
        baseline=side(answers(40, 3, every=5), "before"),
        candidate=side(answers(40, 3, every=4), "after"),
    )
    view = make_view(comparison, examples.REGRESSED, {}, examples.HEADING)
    assert [each.name for each in view.measures] == ["repeats", "confidence"]
    assert "flaky cases 24 → " in html.render(view)
    assert "confidence" in terminal.render(view, width=100)
