"""Every verdict in two sentences: word for word, without a term of statistics, and true to its numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.comparison import Comparison, Ratio, compare
from harness.compare.needs import Decide
from harness.compare.ways import Way
from harness.gate.judge import judge
from harness.gate.parts import BankCheck, Confirmation, Hypothesis, RerunCase, Sequential
from harness.gate.verdict import Finding, Status, Verdict
from harness.gate.words import summary_of
from harness.suite.policy import Policy
from tests.compare.build import observation, side_of
from tests.report import examples
from tests.report.examples import QUALITY, comparison, outage, unsure, verdict, well
from tests.report.gold import assert_gold

PASS, REGRESSED, INCONCLUSIVE, NOT_MEASURED = (
    Status.PASS,
    Status.REGRESSED,
    Status.INCONCLUSIVE,
    Status.NOT_MEASURED,
)
FELL = Hypothesis(
    rule="quality", cases=20, baseline=0.9, candidate=0.852, difference=-0.048, lower=-0.09, upper=-0.01, p=0.02,
    confirmed=True,
)  # fmt: skip
FRESH = Confirmation(
    baseline_run="b", candidate_run="c", baseline_answers=60, candidate_answers=60, alpha=0.1, hypotheses=(FELL,)
)  # fmt: skip
KILLED = Sequential(
    look=0, looks=(), planned=4, fraction=0.1, alpha=0.05, seed="s", killed_at=18, e_value=120.0,
    stopped_early=True, asked=18, saved=342,
)  # fmt: skip
BROKEN = RerunCase(
    case_id="refund-1", must_pass=False, baseline=1.0, baseline_answers=8, candidate=0.0, candidate_answers=8,
    p=0.0001, needed=0.01, regressed=True,
)  # fmt: skip


FLAKY = Decide(
    cases=184, repeats=6, cost_usd="0.1234",
    ways=(
        Way(kind="cases", more=64, of_cases=64, calls=128, cost_usd="0.1234", busy=40.0),
        Way(kind="repeats", more=3, of_cases=31, calls=186, cost_usd="0.1", busy=20.0),
    ),
)  # fmt: skip


def found(rule: str, status: Status, because: str = "as it is") -> Finding:
    return Finding(rule=rule, status=status, because=because)


def said(comparison: Comparison, verdict: Verdict) -> tuple[str, str]:
    told = summary_of(comparison, verdict)
    assert str(told) == f"{told.happened} {told.known}"
    return told.happened, told.known


def well_by(**numbers: float) -> Comparison:
    return comparison(quality=replace(well().quality or QUALITY, **numbers))  # type: ignore[arg-type]  # by the test


TABLE: list[tuple[str, Comparison, Verdict]] = [
    (
        "a pass", well(), examples.PASS,
    ),
    (
        "a pass that did not move", well_by(candidate=0.912, difference=0.0), examples.PASS,
    ),
    (
        "a pass with the widest margin", well_by(lower=-1.0), replace(examples.PASS, policy=Policy(quality_margin=1.0)),
    ),
    (
        "improved", well_by(candidate=0.962, difference=0.05, lower=0.01, lower_t=0.02),
        replace(examples.PASS, label="improved"),
    ),
    (
        "drift", well_by(candidate=0.902, difference=-0.01, upper=-0.002), replace(examples.PASS, label="drift"),
    ),
    (
        "regressed, nothing asked", comparison(), verdict(REGRESSED, found("quality", REGRESSED)),
    ),
    (
        "regressed, confirmed", comparison(), verdict(REGRESSED, found("quality", REGRESSED), confirmation=FRESH),
    ),
    (
        "regressed, confirmed by unequal sides", comparison(),
        verdict(REGRESSED, found("quality", REGRESSED), confirmation=replace(FRESH, candidate_answers=58)),
    ),
    (
        "regressed at once", comparison(quality=replace(QUALITY, lower=-1.0)),
        verdict(REGRESSED, found("quality", REGRESSED), sequential=KILLED),
    ),
    (
        "a slice", comparison(), verdict(REGRESSED, found("slice: urdu", REGRESSED), quality=PASS),
    ),
    (
        "a slice, while the whole rose", well_by(candidate=0.962, difference=0.05, lower=0.03, lower_t=0.03),
        verdict(REGRESSED, found("slice: urdu", REGRESSED), quality=PASS),
    ),
    (
        "a slice, confirmed, and cost beside it", comparison(slices=examples.SLICES[:1]),
        verdict(
            REGRESSED, found("slice: urdu", REGRESSED), found("cost", REGRESSED),
            confirmation=replace(FRESH, hypotheses=(replace(FELL, rule="slice: urdu"),)),
        ),
    ),
    (
        "the only slice, and others", comparison(slices=examples.SLICES[:1]),
        verdict(REGRESSED, found("slice: urdu", REGRESSED), found("slice: x", REGRESSED), found("cost", REGRESSED)),
    ),
    (
        "the only slice, and many others", comparison(slices=examples.SLICES[:1]),
        verdict(REGRESSED, found("slice: urdu", REGRESSED), *(found(f"slice: {n}", REGRESSED) for n in range(3))),
    ),
    (
        "a case", comparison(),
        verdict(REGRESSED, found("case: refund-1", REGRESSED), found("slice: x", REGRESSED), reruns=(BROKEN,)),
    ),
    (
        "a must-pass case", comparison(),
        verdict(
            REGRESSED, found("case: refund-1", REGRESSED),
            reruns=(replace(BROKEN, must_pass=True, candidate=1 / 3, candidate_answers=3, baseline_answers=3),),
        ),
    ),
    (
        "a must-pass case that nobody asked again", comparison(),
        verdict(REGRESSED, found("case: refund-1", REGRESSED, "it must pass, and failed 2 of 2 times.")),
    ),
    (
        "cost", comparison(), verdict(REGRESSED, found("cost", REGRESSED), quality=PASS),
    ),
    (
        "cost without an end", comparison(cost=Ratio(n=2, ratio=4.0, lower=1.08, upper=1e300)),
        verdict(REGRESSED, found("cost", REGRESSED), quality=INCONCLUSIVE),
    ),
    (
        "cost of which there is no number", comparison(cost=None),
        verdict(REGRESSED, found("cost", REGRESSED), quality=PASS),
    ),
    (
        "latency", comparison(latency=Ratio(n=120, ratio=1.3, lower=1.2, upper=1.4)),
        verdict(REGRESSED, found("latency", REGRESSED), quality=REGRESSED),
    ),
    (
        "another rule", comparison(), verdict(REGRESSED, found("strange", REGRESSED)),
    ),
    (
        "undecided", unsure(), examples.INCONCLUSIVE,
    ),
    (
        "undecided with flaky cases", unsure(), replace(examples.INCONCLUSIVE, decide=FLAKY),
    ),
    (
        "undecided with one flaky case and a bank", unsure(),
        replace(examples.INCONCLUSIVE, decide=replace(FLAKY, ways=(replace(FLAKY.ways[1], kind="bank", of_cases=1, more=1, cost_usd=None),))),
    ),
    (
        "undecided where nothing moved", comparison(quality=replace(QUALITY, candidate=0.912, difference=0.0, lower=-1.0)),
        verdict(INCONCLUSIVE, found("quality", INCONCLUSIVE), decide=Decide(cases=10, repeats=0, cost_usd=None)),
    ),
    (
        "too few", comparison(quality=replace(QUALITY, clusters=1, lower=-0.03)),
        verdict(INCONCLUSIVE, found("cases", INCONCLUSIVE), decide=Decide(cases=140, repeats=0, cost_usd=None)),
    ),
    (
        "missing", unsure(), verdict(INCONCLUSIVE, found("missing", INCONCLUSIVE, "4 trials without a score could tip it")),
    ),
    (
        "coverage", unsure(), verdict(INCONCLUSIVE, found("coverage", INCONCLUSIVE, "only 60.0 % can be compared")),
    ),
    (
        "unconfirmed", unsure(),
        verdict(
            INCONCLUSIVE, found("confirm", INCONCLUSIVE),
            confirmation=replace(FRESH, hypotheses=(replace(FELL, candidate=0.897, confirmed=False),)),
        ),
    ),
    (
        "a slice that was not confirmed", unsure(),
        verdict(
            INCONCLUSIVE, found("confirm", INCONCLUSIVE),
            confirmation=replace(
                FRESH, hypotheses=(replace(FELL, rule="slice: urdu", candidate=0.91, confirmed=False),)
            ),
        ),
    ),
    (
        "a must-pass case that failed before as well", comparison(),
        verdict(
            REGRESSED, found("case: refund-1", REGRESSED),
            reruns=(replace(BROKEN, must_pass=True, baseline=0.0, baseline_answers=3, candidate_answers=3),),
        ),
    ),
    (
        "a confirmation that was cut short", unsure(),
        verdict(
            INCONCLUSIVE, found("confirm", INCONCLUSIVE),
            confirmation=replace(
                FRESH, candidate_answers=12, wanted=60, lacking="48 of 60 trials of the candidate have no score: 48 x budget",
                hypotheses=(replace(FELL, candidate=0.897, confirmed=False),),
            ),
        ),
    ),
    (
        "a drop against a stale bank", unsure(),
        verdict(
            INCONCLUSIVE, found("confirm", INCONCLUSIVE), bank=BankCheck(cases=20, difference=-0.1, p=0.001, stale=True),
            confirmation=replace(FRESH, hypotheses=(replace(FELL, candidate=0.897, confirmed=False),)),
        ),
    ),
    (
        "nobody could be asked to confirm", unsure(),
        verdict(INCONCLUSIVE, found("confirm", INCONCLUSIVE, "the budget ended before it could be confirmed")),
    ),
    (
        "the slowest answers", comparison(latency_p95=Ratio(n=400, ratio=1.4, lower=1.2, upper=1.7)),
        verdict(REGRESSED, found("latency p95", REGRESSED), quality=PASS),
    ),
    (
        "the slowest answers undecided", comparison(latency_p95=Ratio(n=400, ratio=1.1, lower=0.9, upper=1.3)),
        verdict(INCONCLUSIVE, found("latency p95", INCONCLUSIVE)),
    ),
    (
        "cost undecided", comparison(),
        verdict(
            INCONCLUSIVE, found("cost", INCONCLUSIVE), quality=PASS, decide=Decide(cases=210, repeats=3, cost_usd="2")
        ),
    ),
    (
        "cost without a known end", comparison(cost=Ratio(n=2, ratio=1.0, lower=0.1, upper=1e9)),
        verdict(INCONCLUSIVE, found("cost", INCONCLUSIVE)),
    ),
    (
        "latency undecided", comparison(latency=Ratio(n=120, ratio=0.9, lower=0.7, upper=1.2)),
        verdict(INCONCLUSIVE, found("latency", INCONCLUSIVE)),
    ),
    (
        "cost that cannot be told", replace(unsure(), cost=None), verdict(INCONCLUSIVE, found("cost", INCONCLUSIVE)),
    ),
    (
        "another open rule", unsure(), verdict(INCONCLUSIVE, found("strange", INCONCLUSIVE, "it is strange.")),
    ),
    (
        "an outage", outage(), examples.NOT_MEASURED,
    ),
    (
        "not comparable", comparison(),
        verdict(NOT_MEASURED, found("comparable", NOT_MEASURED, "grader 'a' is 1 here and 2 there; run it again")),
    ),
    (
        "not comparable for two suites", comparison(),
        verdict(NOT_MEASURED, found("comparable", NOT_MEASURED, "the baseline ran suite 'a', the candidate 'b'")),
    ),
    (
        "nothing in common", comparison(quality=None),
        verdict(NOT_MEASURED, found("quality", NOT_MEASURED, "no case was measured on both sides")),
    ),
]  # fmt: skip


def test_every_verdict_is_told_in_two_sentences_as_agreed() -> None:
    told = [
        f"{name}\n  {first}\n  {second}\n"
        for name, made, judged in TABLE
        for first, second in [said(made, judged)]
    ]
    assert_gold("verdicts-in-words.txt", "\n".join(told))


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [(made, judged) for _name, made, judged in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_no_sentence_needs_statistics(comparison: Comparison, verdict: Verdict) -> None:
    jargon = r"\b(p|alpha|df|t|z|se|sigma|interval|null|hypothes\w*|significan\w*|bound|standard error|bootstrap)\b"
    for sentence in said(comparison, verdict):
        assert not re.search(jargon, sentence, re.IGNORECASE)
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert ".." not in sentence
        assert "than -" not in sentence


@pytest.mark.parametrize(
    ("why", "mend"),
    [
        ("over_budget", "Raise the budget and run it again"),
        ("skipped: budget", "Raise the budget and run it again"),
        ("stale_fixture", "Record the missing answers"),
        ("timeout", "Run it again"),
    ],
)
def test_what_is_missing_says_what_helps(why: str, mend: str) -> None:
    torn = side_of(
        [*(replace(observation(f"c{n}", None), missing=why) for n in range(3)), observation("d", 1.0)]
    )
    made = compare(side_of([observation("d", 1.0)]), torn, Policy())
    happened, known = said(made, judge(made, Policy()))
    assert happened.startswith("Nothing can be said yet: 3 of 4 trials of the candidate have no score: 3 x ")
    assert known == f"{mend}: at most 5 % may be missing, and what was answered is kept."


def test_five_equal_cases_are_told_as_too_few() -> None:
    same = side_of([observation(f"c{n}", 1.0) for n in range(5)])
    made = compare(same, same, Policy())
    happened, known = said(made, judge(made, Policy()))
    assert happened == "Not enough to say: 5 independent cases can prove nothing, at least 20 are needed."
    assert known.startswith("A drop of more than ")


def test_names_are_set_as_the_surface_wants_them() -> None:
    told = summary_of(comparison(), verdict(REGRESSED, found("slice: urdu", REGRESSED)), shown=str.upper)
    assert told.happened.startswith("Slice URDU fell")


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_what_is_called_excluded_is_and_what_is_called_proved_is_too(one: float, other: float) -> None:
    lower, upper = sorted((one, other))
    made = comparison(quality=replace(QUALITY, lower=lower, upper=upper))
    known = said(made, verdict(REGRESSED, found("quality", REGRESSED)))[1]
    numbers = [Decimal(each) for each in re.findall(r"[0-9]+(?:\.[0-9])?", known)]
    assert numbers[0] <= max(Decimal(0), Decimal(-upper) * 100) + Decimal("1e-6")
    if lower > -1:
        assert numbers[1] >= Decimal(-lower) * 100 - Decimal("1e-6")
