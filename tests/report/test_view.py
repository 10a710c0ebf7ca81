"""The view says everything once, in order, and decides nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.comparison import Change, compare
from harness.compare.needs import Decide
from harness.compare.observation import Accounting, Observation
from harness.gate.judge import judge
from harness.gate.verdict import Status
from harness.report.views import cases, origins
from harness.report.views.brief import brief_pair
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from harness.report.views.overview import make_overview
from harness.report.views.parts import Heading, ReportView, RunTotals
from harness.report.views.run import make_run_view
from harness.suite.policy import Policy
from tests.report import examples

AMOUNT = st.integers(0, 9999)


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_the_accounting_sentence_adds_up(answered: int, degraded: int, failed: int, skipped: int) -> None:
    planned = answered + degraded + failed + skipped
    numbers = Accounting(
        planned=planned, answered=answered, degraded=degraded, failed=failed, skipped=skipped
    )
    left, right = origins.accounting_sentence(numbers).replace(",", "").split(" = ")
    assert int(left.split()[0]) == sum(int(part.split()[0]) for part in right.split(" + "))


def test_the_headline_of_a_regression_says_from_where_to_where() -> None:
    view = examples.views()["regressed"]
    assert view.headline.startswith(
        "Quality fell by 5.2 points, from 91.2 % to 86.0 %: more than chance explains"
    )
    assert "one of more than 8.9 excluded; this suite allows 5; slice urdu regressed" in view.known
    assert "slice `urdu` regressed" in view.named[1]
    assert [row.case_id for row in view.worst][:2] == ["refund-late-parcel-ur", "double-charge-ur"]
    assert view.worst_slice == "urdu −31.0 points on 14 cases (p 0.004, 3 slices looked at)"


def test_an_undecided_verdict_says_what_is_excluded_and_what_would_decide() -> None:
    view = examples.views()["inconclusive"]
    assert view.headline.startswith("Not enough to say: quality fell by 1.8 points")
    assert view.known == (
        "A drop of more than 6.1 points is excluded, one of 5 is not; 64 more cases (184 in all; about $0.12), "
        "or 6 repeats of each case would decide."
    )
    assert view.decide == "To decide: 64 more cases (184 in all; about $0.12), or 6 repeats of each case."
    assert view.next[0].command == "harness gate triage --mode live --repeats 6"


def test_what_is_not_about_quality_is_said_by_its_finding() -> None:
    view = examples.views()["not_measured"]
    assert view.headline == (
        "Nothing can be said yet: 40 of 360 trials of the candidate have no score: 33 x overloaded, 7 x over_budget."
    )
    assert view.short == "missing"


def test_a_regressed_slice_is_named_in_the_headline() -> None:
    verdict = replace(examples.REGRESSED, quality=Status.PASS, findings=examples.REGRESSED.findings[1:])
    view = make_view(examples.comparison(), verdict, {})
    assert view.headline.startswith("Slice urdu fell by 31 points, from 95.0 % to 64.0 %, on 14 cases")
    assert view.short == "slice urdu −31.0"


@pytest.mark.parametrize(
    ("label", "says"),
    [
        (None, "No regression on 120 cases"),
        ("improved", "rose by 0.4"),
        ("drift", "a real drop, but within the 5 points this suite allows"),
    ],
)
def test_a_pass_says_which_kind_it_is(label: str | None, says: str) -> None:
    view = make_view(examples.well(), replace(examples.PASS, label=label), {}, examples.HEADING)
    assert says in view.headline


def test_latency_says_why_it_is_not_gated() -> None:
    replayed = examples.comparison(candidate=examples.side("v3", mode="replay"))
    for made, why in (
        (examples.unsure(), "not gated: the sides were not run side by side"),
        (replayed, "not gated: replies were replayed"),
    ):
        figure = make_view(made, examples.PASS, {}).figures[2]
        assert (figure.detail, figure.status) == (why, None)


def test_one_synthetic_side_makes_the_whole_view_synthetic() -> None:
    made = examples.comparison(baseline=examples.side("v2", synthetic=True))
    assert "synthetic" in make_view(made, examples.PASS, {}).synthetic


def test_variants_name_what_changed_and_only_that() -> None:
    model = replace(examples.info("v2"), model_id="claude-opus-6")
    other = Heading(baseline=examples.info("v2"), candidate=model)
    assert origins.variants(other, examples.comparison()) == "claude-opus-5-5 → claude-opus-6, prompt v2"
    assert (
        origins.variants(Heading(), examples.comparison()) == "v2 on claude-opus-5-5 → v3 on claude-opus-5-5"
    )


def test_the_same_prompt_twice_is_not_called_edited() -> None:
    twice = Heading(baseline=examples.info("v2"), candidate=examples.info("v2"))
    assert origins.variants(twice, examples.comparison()) == "prompt v2 on claude-opus-5-5, asked twice"


def test_imported_results_go_by_their_names_and_cannot_be_asked_again() -> None:
    sides = [examples.side(name, label=name, mode="imported") for name in ("before", "after")]
    made = examples.comparison(baseline=sides[0], candidate=sides[1])
    infos = [replace(examples.info("v2"), mode="imported", model_id="", sdk_version="") for _side in sides]
    heading = Heading(baseline=infos[0], candidate=infos[1])
    assert origins.variants(heading, made) == origins.versions(heading, made) == "before → after"
    steps = origins.next_steps(made, replace(examples.REGRESSED, status=Status.NOT_MEASURED), heading)
    assert [(each.command.split()[1], each.why) for each in steps] == [("report", "see every case")]
    facts = {each.name for each in origins.provenance(made, heading)}
    assert facts.isdisjoint({"prompt", "model", "parameters"})


def test_an_answer_nobody_kept_is_not_called_empty() -> None:
    kept = replace(examples.answer("a", 1, ""), detail="", question='{"messages": []}')
    assert brief_pair(kept, replace(kept, question="")) == ("(empty)", "")


def test_every_case_is_in_the_view_even_without_answers() -> None:
    view = make_view(examples.comparison(), examples.REGRESSED, {})
    assert [row.case_id for row in view.cases] == [case.case_id for case in examples.CHANGES]
    assert (view.cases[0].before, view.cases[0].after) == ("1.00", "0.00")


def test_of_two_json_answers_only_the_difference_is_shown() -> None:
    pair = (
        examples.answer("a", 1, '{"queue": "refunds", "n": 1}'),
        examples.answer("a", 1, '{"queue": "billing", "n": 1}'),
    )
    assert brief_pair(*pair) == ("refunds", "billing")
    assert brief_pair(examples.answer("a", 1, "[" * 100_000), None)[1] == ""


def test_a_json_answer_as_deep_as_the_sea_is_shown_as_text() -> None:
    deep = examples.answer("a", 1, '{"a":' * 3_000)
    assert brief_pair(deep, deep)[0].startswith('{"a":{"a":')


def test_a_long_answer_is_cut_with_a_note_of_the_rest() -> None:
    long = examples.answer("thank-you", 1, "ü" * 20_000)
    view = make_view(examples.well(), examples.PASS, {"thank-you": CaseAnswers(candidate=(long,))})
    shown = view.cases[0].pairs[0].candidate
    assert shown is not None
    assert len(shown.text.encode()) == 20_000
    assert "first 20,000 of 40,000 bytes; SHA-256 of the whole: " in shown.note


def test_a_failed_trial_says_why_instead_of_an_answer() -> None:
    row = next(row for row in examples.views()["regressed"].cases if row.change == "not measured now")
    assert (row.before, row.after) == ("3/3", "none")
    assert "529" in row.short_after


@pytest.mark.parametrize("change", list(Change))
def test_every_change_has_a_word(change: Change) -> None:
    assert cases.change_word(change)


def test_the_worst_suite_leads_the_overview() -> None:
    views = examples.views()
    overview = make_overview([views["pass"], views["inconclusive"], views["regressed"]])
    assert overview.headline == "1 of 3 suites regressed, 1 cannot be decided yet"
    assert (overview.status, overview.reports[0].status) == (Status.REGRESSED, Status.REGRESSED)
    assert make_overview([views["pass"]]).headline == "the suite passed"


def test_an_overview_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_overview([])


def test_a_run_lists_what_did_not_pass_first() -> None:
    answers = [
        examples.answer("good", 1, "x"),
        examples.answer("bad", 1, "y", passed=False),
        examples.answer("lost", 1, "", passed=None),
    ]
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=364, cost_usd="0.15", cost_uncertain_usd="0.002", wall_s=41
    )
    view = make_run_view(examples.info("v2"), totals, answers, examples.SCORE)
    assert [row.case_id for row in view.worst] == ["lost", "bad"]
    assert view.size == "120 cases, 360 trials, 364 calls, $0.15, up to $0.0020 more may be billed, 41 s"


def trials(score: float, version: str) -> tuple[Observation, ...]:
    return tuple(
        Observation(case_id=f"case-{n}", repeat=1, score=score if n % 3 else 0.0, missing=None, cluster=f"case-{n}", cost=0.01, latency=1.0)
        for n in range(60)
    )  # fmt: skip


@pytest.mark.parametrize("after", [1.0, 0.2])
def test_the_gates_own_verdict_can_be_shown(after: float) -> None:
    policy = Policy()
    counted = Accounting(planned=60, answered=60, degraded=0, failed=0, skipped=0)
    before = examples.side("v2", observations=trials(1.0, "v2"), accounting=counted)
    after_it = examples.side("v3", observations=trials(after, "v3"), accounting=counted)
    comparison = compare(before, after_it, policy)
    view: ReportView = make_view(comparison, judge(comparison, policy), {})
    assert view.status is (Status.PASS if after == 1.0 else Status.REGRESSED)
    assert len(view.cases) == 60


def test_nothing_to_decide_needs_no_sentence() -> None:
    assert origins.decide_sentence(Decide(cases=10, repeats=0, cost_usd=None), 20) == ""
    assert origins.decide_sentence(None, 20) == ""
