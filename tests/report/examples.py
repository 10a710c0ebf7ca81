"""Comparisons and verdicts as the gate would make them, built by hand: the reports' test data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from harness.call.step import Step
from harness.compare.comparison import (
    CaseChange,
    Change,
    Comparison,
    Latencies,
    Quality,
    Ratio,
    Score,
    Slice,
)
from harness.compare.needs import Decide
from harness.compare.observation import Accounting, Side
from harness.gate.verdict import Finding, Status, Verdict
from harness.grade.grade import Grade
from harness.record import Answer, Attempt, RunInfo
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from harness.report.views.parts import Heading, ReportView
from harness.suite.policy import Policy
from harness.units import FREE, Seconds, Usd
from tests.values import run_info

POLICY = Policy()
QUALITY = Quality(
    n=120,
    clusters=118,
    baseline=0.912,
    candidate=0.86,
    difference=-0.052,
    se=0.021,
    lower=-0.089,
    lower_t=-0.087,
    upper=-0.016,
    p_regress=0.003,
    p_noninferior=0.54,
    mde=0.052,
)
SLICES = (
    Slice(slice="urdu", n=14, clusters=14, baseline=0.95, candidate=0.64, difference=-0.31, lower=-0.48,
          upper=-0.14, p_regress=0.0005, p_adjusted=0.004),
    Slice(slice="refund", n=40, clusters=40, baseline=0.9, candidate=0.87, difference=-0.03, lower=-0.09,
          upper=0.03, p_regress=0.2, p_adjusted=0.8),
    Slice(slice="orders", n=66, clusters=64, baseline=0.91, candidate=0.92, difference=0.01, lower=-0.03,
          upper=0.05, p_regress=0.7, p_adjusted=1.0),
)  # fmt: skip
ACCOUNTING = Accounting(planned=360, answered=358, degraded=0, failed=2, skipped=0)
SCORE = Score(mean=0.912, lower=0.86, upper=0.95)


def side(version: str, **numbers: object) -> Side:
    made = Side(
        run_id=f"20261121-120000-{version}",
        suite="triage",
        label=f"{version} on claude-opus-5-5",
        observations=(),
        accounting=ACCOUNTING,
        graders='{"equals":1,"json":1}',
        cost_usd="0.1500" if version == "v2" else "0.1680",
        session="s1",
        mode="live",
    )
    return replace(made, **numbers)  # type: ignore[arg-type]  # test data, field by field


def info(version: str, *, synthetic: bool = False) -> RunInfo:
    return run_info(
        run_id=f"20261121-120000-{version}",
        prompt_version=version,
        prompt_digest=("2" if version == "v2" else "3") * 64,
        params='{"effort":"low","max_tokens":400,"thinking":"adaptive"}',
        graders='{"equals":1,"json":1}',
        repeats=3,
        planned=360,
        case_ids=tuple(f"case-{number}" for number in range(120)),
        synthetic=synthetic,
    )


HEADING = Heading(
    baseline=info("v2"),
    candidate=info("v3"),
    wall=Seconds(41),
    report="reports/triage-v3.html",
    flags=" --base origin/main --repeats 2",
)


def answer(case_id: str, repeat: int, text: str, *, passed: bool | None = True, detail: str = "") -> Answer:
    question = (
        '{"max_tokens":400,"messages":[{"content":"Ticket:\\nMy parcel is late.","role":"user"}],'
        '"model":"claude-opus-5-5","system":"You sort support tickets."}'
    )
    return Answer(
        case_id=case_id,
        repeat=repeat,
        outcome="answered" if passed is not None else "failed",
        detail=detail,
        text=text,
        question=question,
        stop_reason="end_turn" if passed is not None else None,
        score=None if passed is None else float(passed),
        passed=passed,
        evidence=("evals/triage.yaml:23:9: equals $.queue: wanted 'refunds', got 'billing'",)
        if passed is False
        else (),
        latency=Seconds(0.82),
        cost=Usd(Decimal("0.000467")),
        case_place="evals/triage.yaml:19:5",
    )


def change(
    case_id: str, kind: Change, before: float | None, after: float | None, tags: Sequence[str] = ()
) -> CaseChange:
    return CaseChange(
        case_id=case_id,
        tags=tuple(tags),
        change=kind,
        baseline=before,
        candidate=after,
        baseline_repeats=3 if before is not None else 0,
        candidate_repeats=3 if after is not None else 0,
        missing=("overloaded",) if None in {before, after} else (),
    )


CHANGES = (
    change("refund-late-parcel-ur", Change.REGRESSED, 1.0, 0.0, ("refund", "urdu")),
    change("double-charge-ur", Change.REGRESSED, 1.0, 0.0, ("urdu",)),
    change("cancel-order-polite", Change.REGRESSED, 1.0, 1 / 3, ("orders",)),
    change("where-is-my-order", Change.REGRESSED, 1.0, 2 / 3, ("orders",)),
    change("address-change", Change.BROKE, 1.0, None, ("orders",)),
    change("two-parcels", Change.UNSURE, 2 / 3, 1 / 3, ("refund",)),
    change("thank-you", Change.SAME, 1.0, 1.0, ()),
    change("angry-caps", Change.IMPROVED, 0.0, 1.0, ("refund",)),
)


def both_sides(case: CaseChange) -> CaseAnswers:
    """Three repeats each, with as many passes as the means say."""

    def three(mean: float | None, queue: str) -> tuple[Answer, ...]:
        if mean is None:
            return (answer(case.case_id, 1, "", passed=None, detail="overloaded: 529 from the provider"),)
        good = round(mean * 3)
        return tuple(
            answer(
                case.case_id,
                n,
                f'{{"queue": "{"refunds" if n <= good else queue}", "sure": 0.9}}',
                passed=n <= good,
            )
            for n in (1, 2, 3)
        )

    return CaseAnswers(baseline=three(case.baseline, "orders"), candidate=three(case.candidate, "billing"))


ANSWERS = {case.case_id: both_sides(case) for case in CHANGES}


def comparison(**numbers: object) -> Comparison:
    made = Comparison(
        baseline=side("v2"),
        candidate=side("v3"),
        not_comparable=(),
        quality=QUALITY,
        quality_at_worst=QUALITY,
        baseline_score=SCORE,
        candidate_score=SCORE,
        cost=Ratio(n=120, ratio=1.12, lower=1.08, upper=1.16),
        latency=Ratio(n=120, ratio=1.02, lower=0.97, upper=1.08),
        latency_comparable=True,
        baseline_latency=Latencies(p50=0.81, p95=1.9),
        candidate_latency=Latencies(p50=0.83, p95=2.1),
        slices=SLICES,
        changes=CHANGES,
        only_baseline=("old-case",),
        only_candidate=(),
        changed=(),
        missing_baseline=2 / 360,
        missing_candidate=2 / 360,
        shared=0.99,
    )
    return replace(made, **numbers)  # type: ignore[arg-type]  # test data, field by field


def verdict(status: Status, *findings: Finding, **parts: object) -> Verdict:
    made = Verdict(
        status=status,
        label=None,
        findings=findings,
        quality=status,
        cost=Status.PASS,
        latency=Status.PASS,
        slices=(("urdu", Status.PASS), ("refund", Status.PASS), ("orders", Status.PASS)),
        decide=None,
        policy=POLICY,
    )
    return replace(made, **parts)  # type: ignore[arg-type]  # test data, field by field


REGRESSED = verdict(
    Status.REGRESSED,
    Finding(rule="quality", status=Status.REGRESSED, because="quality fell by 5.2 points (margin 5)"),
    Finding(rule="slice: urdu", status=Status.REGRESSED, because="urdu fell by 31 points on 14 cases"),
    Finding(rule="cost", status=Status.INCONCLUSIVE, because="cost rose by 12 % (limit 10 %)"),
    cost=Status.INCONCLUSIVE,
    slices=(("urdu", Status.REGRESSED), ("refund", Status.INCONCLUSIVE), ("orders", Status.PASS)),
)
INCONCLUSIVE = verdict(
    Status.INCONCLUSIVE,
    Finding(rule="quality", status=Status.INCONCLUSIVE, because="a drop of 5 points is not excluded"),
    decide=Decide(cases=184, repeats=6, cost_usd="0.1234"),
)
PASS = verdict(
    Status.PASS, Finding(rule="quality", status=Status.PASS, because="a drop of 5 points is excluded")
)
NOT_MEASURED = verdict(
    Status.NOT_MEASURED,
    Finding(rule="missing", status=Status.NOT_MEASURED, because="40 of 360 trials of the candidate have no score: 33 x overloaded, 7 x over_budget; at most 5 % may"),
    quality=None, cost=None, latency=None,
)  # fmt: skip


def unsure() -> Comparison:
    quality = replace(
        QUALITY, candidate=0.894, difference=-0.018, lower=-0.061, lower_t=-0.06, upper=0.024, p_regress=0.2
    )
    return comparison(quality=quality, latency_comparable=False, changes=CHANGES[5:], only_baseline=())


def well() -> Comparison:
    quality = replace(
        QUALITY, candidate=0.916, difference=0.004, lower=-0.019, lower_t=-0.018, upper=0.028, p_regress=0.6
    )
    cost = Ratio(n=120, ratio=0.97, lower=0.95, upper=0.99)
    return comparison(quality=quality, cost=cost, slices=(), changes=CHANGES[6:], only_baseline=())


def outage() -> Comparison:
    lost = Accounting(planned=360, answered=320, degraded=0, failed=33, skipped=7)
    return comparison(
        quality=None,
        cost=None,
        latency=None,
        slices=(),
        candidate=side("v3", accounting=lost),
        changes=CHANGES[4:],
    )


def views() -> dict[str, ReportView]:
    """One view for every status."""
    return {
        "regressed": make_view(comparison(), REGRESSED, ANSWERS, HEADING),
        "inconclusive": make_view(unsure(), INCONCLUSIVE, ANSWERS, replace(HEADING, report=None, flags="")),
        "pass": make_view(well(), PASS, ANSWERS, HEADING),
        "not_measured": make_view(outage(), NOT_MEASURED, ANSWERS, HEADING),
    }


def _hostile_grades(text: str) -> tuple[Grade, ...]:
    grade = Grade(
        grader=f"grader {text}", version=1, score=0.0, passed=False, evidence=f"because {text}",
        place=f"at {text}", weight=1.0, criterion=f"criterion {text}",
    )  # fmt: skip
    return grade, replace(grade, criterion="", passed=True, score=1.0)


def _hostile_answer(case_id: str, text: str) -> Answer:
    step = Step(number=1, turn=1, kind="tool", tool=f"tool {text}", arguments=text, text=f"result {text}")
    attempt = Attempt(
        number=1, latency=Seconds(0.4), fault="overloaded", detail=text, status=529, request_id=text, cost=FREE,
        cost_uncertain=FREE, model=text,
    )  # fmt: skip
    return replace(
        answer(case_id, 1, text, passed=False, detail=text),
        question=text,
        evidence=(text,),
        case_place=text,
        grades=_hostile_grades(text),
        steps=(step, replace(step, number=2, kind="model", tool=None, arguments=None)),
        attempts=(attempt, replace(attempt, number=2)),
    )


def hostile_view(text: str) -> ReportView:
    """A view in which everything that others write says `text`: ids, tags, answers, findings, names."""
    cases = tuple(
        replace(change(f"{text} {number}", kind, before, after, (text, "tag")), missing=(text,))
        for number, (kind, before, after) in enumerate(
            ((Change.REGRESSED, 1.0, 0.0), (Change.BROKE, 1.0, None), (Change.SAME, 1.0, 1.0))
        )
    )
    answers = {
        case.case_id: CaseAnswers(
            baseline=(replace(answer(case.case_id, 1, f"before {text}"), grades=_hostile_grades(text)[:1]),),
            candidate=(_hostile_answer(case.case_id, text),),
        )
        for case in cases
    }
    hostile = comparison(
        baseline=side("v2", label=text, run_id=text, graders=text),
        candidate=side("v3", label=text, suite=text),
        changes=cases,
        slices=(replace(SLICES[0], slice=text),),
        only_baseline=(text,),
    )
    told = (Finding(rule=f"slice: {text}", status=Status.REGRESSED, because=text),)
    says = replace(REGRESSED, findings=told, quality=Status.PASS, slices=((text, Status.REGRESSED),))
    named = replace(info("v3"), prompt_version=text, model_id=text, params=text)
    return make_view(hostile, says, answers, Heading(baseline=info("v2"), candidate=named))
