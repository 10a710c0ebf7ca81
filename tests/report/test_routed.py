"""What a route made of it, on every surface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.compare.comparison import Comparison, Share
from harness.compare.observation import ModelShare
from harness.report.machines.document import verdict_document
from harness.report.markdown import comment as markdown
from harness.report.page import html
from harness.report.text import terminal
from harness.report.views import cases, origins
from harness.report.views.comparison import make_view
from harness.report.views.parts import Heading, RunTotals
from harness.report.views.routed import model_document, model_rows, share_rows
from harness.report.views.run import make_run_view
from tests.report import examples
from tests.report.pulls import pull_of

HAIKU = ModelShare(model="claude-haiku-5-5", case_ids=("a", "b"), planned=6, answered=6, cost_usd="0.0123")
OPUS = ModelShare(model="claude-opus-5-5", case_ids=("c",), planned=3, answered=1, cost_usd=None)
CHEAP = Share(side="candidate", of=HAIKU, n=2, baseline=0.9, candidate=0.875, cost_ratio=0.03)
DEAR = Share(side="candidate", of=OPUS, n=0, baseline=None, candidate=None, cost_ratio=None)
LINES = (
    "claude-haiku-5-5  2 cases, 6 trials, $0.012 (-97 %), 90.0 % -> 87.5 %",
    "claude-opus-5-5   1 case, 3 trials, 2 without an answer, unpriced, not measured",
)
RULES = '{"name":"by-tag","otherwise":"claude-opus-5-5","rules":[]}'
ROUTED = replace(
    examples.info("v3"),
    model="route:by-tag",
    model_id="claude-haiku-5-5, claude-opus-5-5",
    route=RULES,
    route_digest="d" * 64,
)


def compared() -> Comparison:
    return replace(examples.comparison(), shares=(CHEAP, DEAR))


@pytest.mark.parametrize("verdict", [examples.REGRESSED, examples.PASS])
def test_a_terminal_shows_what_each_model_got(verdict: object) -> None:
    view = make_view(compared(), verdict, {}, examples.HEADING)  # type: ignore[arg-type]  # a verdict of the examples
    shown = [" ".join(line.split()) for line in terminal.render(view, width=120).splitlines()]
    for line in LINES:
        assert " ".join(line.split()) in shown


def test_a_comment_and_a_page_show_it_too() -> None:
    view = make_view(compared(), examples.PASS, {}, examples.HEADING)
    comment = markdown.comment(pull_of([view], command="harness gate"))
    assert "claude-haiku-5-5 2 cases, 6 trials, $0.012 (−97 %), 90.0 % → 87.5 %" in comment
    assert '<span class="quiet">claude-haiku-5-5</span> <span>2 cases, 6 trials' in html.render(view)


def test_without_a_route_nothing_is_said_of_models() -> None:
    assert share_rows(()) == model_rows(()) == ()
    assert verdict_document(examples.comparison(), examples.PASS)["models"] == []


def test_two_routed_sides_are_told_apart() -> None:
    rows = share_rows((replace(CHEAP, side="baseline"), CHEAP))
    assert [row.name for row in rows] == ["baseline, claude-haiku-5-5", "candidate, claude-haiku-5-5"]


def test_programs_read_the_same_in_numbers() -> None:
    document: Any = verdict_document(compared(), examples.PASS)
    first, second = document["models"]
    assert first == {
        "side": "candidate",
        "model_id": "claude-haiku-5-5",
        "cases": 2,
        "planned": 6,
        "answered": 6,
        "cost_usd": "0.0123",
        "n": 2,
        "baseline": 0.9,
        "candidate": 0.875,
        "cost_ratio": 0.03,
    }
    assert (second["cost_usd"], second["baseline"], second["cost_ratio"]) == (None, None, None)


def test_trials_that_were_never_recorded_have_no_model() -> None:
    lost = replace(OPUS, model="", answered=0)
    assert model_document(lost)["model_id"] is None
    assert model_rows((lost,))[0].name == "never recorded"


def test_the_page_of_one_run_shows_what_each_model_got() -> None:
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=9, cost_usd="1", cost_uncertain_usd="0", wall_s=1.0
    )
    view = make_run_view(ROUTED, totals, (), None, models=(HAIKU, OPUS))
    assert view.variants == "prompt v3 by route by-tag"
    assert "claude-haiku-5-5  2 cases, 6 trials, $0.012" in terminal.render_run(view, width=100)
    assert '<span class="quiet">claude-haiku-5-5</span> <span>2 cases' in html.render_run(view)
    assert [fact.values for fact in view.provenance if fact.name == "route"] == [(RULES,)]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (examples.info("v3"), ROUTED, "claude-opus-5-5 → route by-tag, prompt v3"),
        (examples.info("v2"), ROUTED, "prompt v2 on claude-opus-5-5 → v3 by route by-tag"),
        (replace(ROUTED, prompt_version="v2", prompt_digest="2"), ROUTED, "prompt v2 → v3 by route by-tag"),
        (replace(ROUTED, prompt_digest="2"), ROUTED, "prompt v3, edited, by route by-tag"),
        (ROUTED, ROUTED, "prompt v3 by route by-tag, asked twice"),
        (replace(ROUTED, route="{}"), ROUTED, "route by-tag → route by-tag, edited, prompt v3"),
    ],
)
def test_a_route_is_named_where_a_model_would_be(before: object, after: object, said: str) -> None:
    heading = Heading(baseline=before, candidate=after)  # type: ignore[arg-type]  # runs of the examples
    assert origins.variants(heading, examples.comparison()) == said


def test_a_single_line_names_the_route_as_it_is_typed() -> None:
    heading = Heading(baseline=examples.info("v3"), candidate=ROUTED)
    assert origins.versions(heading, examples.comparison()) == "opus-5-5 → route:by-tag"


def test_an_answer_of_a_routed_run_says_which_model_was_asked() -> None:
    asked = replace(examples.answer("a", 1, "x"), model="claude-haiku-5-5")
    rows, _worst = cases.run_rows([asked, examples.answer("b", 1, "x")])
    facts = {row.case_id: row.pairs[0].candidate.facts for row in rows if row.pairs[0].candidate is not None}
    assert facts["a"] == f"claude-haiku-5-5 · {facts['b']}"
