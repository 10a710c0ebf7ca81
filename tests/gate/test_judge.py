"""The gate: every row of the decision table, and the laws that no verdict may break."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.comparison import Comparison, Quality, Ratio, Slice, compare
from harness.compare.observation import Side
from harness.gate.judge import judge
from harness.gate.statuses import quality_label, quality_status, ratio_status, slice_status
from harness.gate.verdict import EXIT_STATUS, Status, Verdict
from harness.suite.policy import Policy
from tests.compare.build import Scores, side, singles, tagged, with_each

POLICY = Policy()
PASS, REGRESSED, INCONCLUSIVE, NOT_MEASURED = (
    Status.PASS,
    Status.REGRESSED,
    Status.INCONCLUSIVE,
    Status.NOT_MEASURED,
)

QUALITY = Quality(
    n=100,
    clusters=100,
    baseline=0.9,
    candidate=0.9,
    difference=0.0,
    se=0.01,
    lower=-0.02,
    lower_t=-0.02,
    upper=0.02,
    p_regress=0.5,
    p_noninferior=0.01,
    mde=0.03,
    se_plan=0.01,
)
RATIO = Ratio(n=100, ratio=1.0, lower=0.98, upper=1.02, se=0.01)
SLICE = Slice(
    slice="urdu",
    n=14,
    clusters=14,
    baseline=0.9,
    candidate=0.6,
    difference=-0.3,
    lower=-0.5,
    upper=-0.1,
    p_regress=0.001,
    p_adjusted=0.01,
)


def verdict(baseline: Scores, candidate: Scores, policy: Policy = POLICY) -> Verdict:
    return judge(compare(side(baseline), side(candidate, "b"), policy), policy)


def same(n: int = 100) -> Comparison:
    return compare(side(singles((n, 1.0))), side(singles((n, 1.0)), "b"), POLICY)


def rules(found: Verdict, status: Status) -> list[str]:
    return [f.rule for f in found.findings if f.status is status]


def sentence(found: Verdict, rule: str) -> str:
    return next(f.because for f in found.findings if f.rule == rule)


# The decision table ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lower", "lower_t", "upper", "status", "label"),
    [
        (0.01, 0.02, 0.05, PASS, "improved"),
        (-0.01, 0.01, 0.05, PASS, "improved"),
        (-0.01, 0.0, 0.05, PASS, None),
        (-0.049, -0.049, 0.0, PASS, None),
        (-0.049, -0.049, -0.001, PASS, "drift"),
        (-0.05, -0.05, -0.001, REGRESSED, None),
        (-0.05, -0.05, 0.0, INCONCLUSIVE, None),
        (-0.5, -0.4, -0.1, REGRESSED, None),
        (-0.5, 0.01, 0.3, INCONCLUSIVE, None),
    ],
)
def test_quality_is_decided_by_the_table(
    lower: float, lower_t: float, upper: float, status: Status, label: str | None
) -> None:
    quality = replace(QUALITY, lower=lower, lower_t=lower_t, upper=upper)
    assert quality_status(quality, 0.05) is status
    assert quality_label(quality, 0.05) == label


@pytest.mark.parametrize(
    ("lower", "upper", "status"),
    [
        (0.9, 1.09, PASS),
        (1.05, 1.09, PASS),
        (1.01, 1.10, REGRESSED),
        (1.2, 1.3, REGRESSED),
        (1.0, 1.10, INCONCLUSIVE),
        (0.9, 1.3, INCONCLUSIVE),
    ],
)
def test_a_ratio_is_decided_by_the_table(lower: float, upper: float, status: Status) -> None:
    assert ratio_status(replace(RATIO, lower=lower, upper=upper), 0.10) is status


@pytest.mark.parametrize(
    ("p_adjusted", "lower", "difference", "status"),
    [
        (0.05, -0.5, -0.3, REGRESSED),
        (0.051, -0.5, -0.3, PASS),
        (0.01, -0.049, -0.03, PASS),
        (0.01, -0.05, -0.03, REGRESSED),
        (0.9, -0.5, 0.0, PASS),
    ],
)
def test_a_slice_is_regressed_or_passes(
    p_adjusted: float, lower: float, difference: float, status: Status
) -> None:
    part = replace(SLICE, p_adjusted=p_adjusted, lower=lower, difference=difference)
    assert slice_status(part, POLICY) is status


PARTS = [PASS, REGRESSED, INCONCLUSIVE]
QUALITIES = {
    PASS: QUALITY,
    REGRESSED: replace(QUALITY, difference=-0.1, lower=-0.2, upper=-0.01),
    INCONCLUSIVE: replace(QUALITY, lower=-0.2),
}
RATIOS = {
    PASS: RATIO,
    REGRESSED: replace(RATIO, ratio=1.3, lower=1.2, upper=1.4),
    INCONCLUSIVE: replace(RATIO, lower=0.9, upper=1.2),
}


@pytest.mark.parametrize("quality", PARTS)
@pytest.mark.parametrize("cost", PARTS)
@pytest.mark.parametrize("latency", PARTS)
@pytest.mark.parametrize("part", [PASS, REGRESSED])
def test_the_verdict_is_the_worst_of_its_parts(
    quality: Status, cost: Status, latency: Status, part: Status
) -> None:
    found = judge(
        replace(
            same(),
            quality=QUALITIES[quality],
            quality_at_worst=QUALITIES[quality],
            cost=RATIOS[cost],
            latency=RATIOS[latency],
            slices=(replace(SLICE, p_adjusted=0.01 if part is REGRESSED else 0.5),),
        ),
        POLICY,
    )
    order = list(Status)
    assert found.status is min((quality, cost, latency, part), key=order.index)
    assert (found.quality, found.cost, found.latency) == (quality, cost, latency)
    assert found.slices == (("urdu", part),)
    assert found.findings[0].status is found.status
    assert found.exit_status == EXIT_STATUS[found.status]
    assert (found.decide is not None) == (found.status is INCONCLUSIVE)


def test_the_exit_statuses_are_those_that_are_documented() -> None:
    assert {s.value: EXIT_STATUS[s] for s in Status} == {
        "PASS": 0,
        "REGRESSED": 1,
        "INCONCLUSIVE": 3,
        "NOT_MEASURED": 4,
    }


# Whole verdicts -------------------------------------------------------------------------------------------------


def test_a_hundred_equal_cases_pass() -> None:
    found = verdict(singles((90, 1.0), (10, 0.0)), singles((90, 1.0), (10, 0.0)))
    assert (found.status, found.label, found.decide) == (PASS, None, None)


def test_five_equal_cases_are_inconclusive() -> None:
    found = verdict(singles((5, 1.0)), singles((5, 1.0)))
    assert found.status is INCONCLUSIVE
    assert rules(found, INCONCLUSIVE) == ["cases", "quality"]


def test_a_clear_drop_is_regressed_and_says_so() -> None:
    found = verdict(singles((100, 1.0)), singles((20, 0.0), (80, 1.0)))
    assert (found.status, found.label) == (REGRESSED, None)
    assert found.findings[0].because == (
        "quality 100.0 % -> 80.0 %, -20.0 points (95 %: -26.7 to -13.3; margin 5)"
    )


def test_a_clear_rise_is_labelled_improved() -> None:
    found = verdict(singles((40, 0.0), (60, 1.0)), singles((100, 1.0)))
    assert (found.status, found.label) == (PASS, "improved")


def test_a_real_drop_inside_the_margin_is_labelled_drift() -> None:
    found = verdict(singles((400, 1.0)), singles((5, 0.0), (395, 1.0)))
    assert (found.status, found.label) == (PASS, "drift")


def test_what_is_excluded_is_said_where_the_margin_is_not() -> None:
    found = verdict(singles((30, 1.0)), singles((30, 1.0)))
    assert sentence(found, "quality").endswith(
        "margin 5). A drop of more than 7.7 points is excluded; one of 5 is not"
    )


def test_where_no_drop_is_excluded_that_is_said() -> None:
    found = verdict(singles((1, 1.0)), singles((1, 0.0)))
    assert "No drop is excluded; one of 5 is not" in sentence(found, "quality")


# Too little, too few, too different -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "status"), [(0, INCONCLUSIVE), (19, INCONCLUSIVE)], ids=["nothing fell", "everything fell"]
)
def test_too_few_cases_can_neither_pass_nor_regress(lost: int, status: Status) -> None:
    policy = replace(POLICY, quality_margin=0.5)
    before, after = singles((19, 1.0)), singles((lost, 0.0), (19 - lost, 1.0))
    whole = [
        with_each(side(scores), tags=("urdu",), cost=cost, latency=cost)
        for scores, cost in ((before, 1.0), (after, 2.0))
    ]
    found = judge(compare(whole[0], whole[1], policy), policy)
    assert found.status is status
    assert REGRESSED not in {f.status for f in found.findings}
    assert found.decide is not None
    assert found.decide.cases >= 20


def test_cases_that_belong_together_count_as_one() -> None:
    whole = with_each(side(singles((100, 1.0))), cluster="one talk")
    found = judge(compare(whole, whole, POLICY), POLICY)
    assert (found.status, rules(found, INCONCLUSIVE)[0]) == (INCONCLUSIVE, "cases")
    assert sentence(found, "cases") == "1 independent case; fewer than 20 prove nothing"


def test_too_few_shared_cases_are_inconclusive() -> None:
    new = {**singles((100, 1.0)), **singles((30, 1.0), prefix="new")}
    found = verdict(singles((100, 1.0)), new)
    assert (found.status, rules(found, INCONCLUSIVE)) == (INCONCLUSIVE, ["coverage"])
    assert sentence(found, "coverage") == "only 76.9 % of the candidate's cases can be compared"
    assert found.decide is None


def test_exactly_enough_shared_cases_are_enough() -> None:
    new = {**singles((100, 1.0)), **singles((25, 1.0), prefix="new")}
    assert verdict(singles((100, 1.0)), new).status is PASS


def test_leaving_out_the_hard_cases_is_no_way_to_pass() -> None:
    found = verdict(singles((60, 1.0), (40, 0.0)), singles((60, 1.0)))
    assert (found.status, rules(found, INCONCLUSIVE)) == (INCONCLUSIVE, ["coverage"])
    assert sentence(found, "coverage") == "the candidate asked only 60.0 % of the baseline's cases"


@pytest.mark.parametrize("arm", ["baseline", "candidate"])
def test_too_much_missing_in_either_arm_is_not_measured(arm: str) -> None:
    whole, torn = singles((100, 1.0)), singles((94, 1.0), (6, None))
    found = verdict(torn, whole) if arm == "baseline" else verdict(whole, torn)
    assert (found.status, found.quality, rules(found, NOT_MEASURED)) == (
        NOT_MEASURED,
        NOT_MEASURED,
        ["missing"],
    )
    assert found.findings[0].because == (
        f"6 of 100 trials of the {arm} have no score: 6 x timeout; at most 5 % may"
    )


def test_nothing_is_claimed_where_too_much_is_missing() -> None:
    whole = [
        with_each(side(scores), tags=("urdu",), cost=1.0, latency=1.0)
        for scores in (singles((100, 1.0)), singles((90, 0.0), (10, None)))
    ]
    found = judge(compare(whole[0], whole[1], POLICY), POLICY)
    assert {f.status for f in found.findings} == {NOT_MEASURED}
    assert (found.cost, found.latency, found.slices) == (
        NOT_MEASURED,
        NOT_MEASURED,
        (("urdu", NOT_MEASURED),),
    )
    assert (found.label, found.decide) == (None, None)


def test_missing_trials_that_could_change_the_verdict_make_it_inconclusive() -> None:
    found = verdict(singles((100, 1.0)), singles((5, None), (95, 1.0)))
    assert (found.status, found.quality) == (INCONCLUSIVE, INCONCLUSIVE)
    assert rules(found, INCONCLUSIVE) == ["missing", "quality"]
    assert found.decide is None


def test_missing_trials_that_could_not_change_it_are_harmless() -> None:
    assert verdict(singles((400, 1.0)), singles((5, None), (395, 1.0))).status is PASS


def test_a_regression_that_the_missing_trials_could_undo_is_not_claimed() -> None:
    gone = replace(
        same(), quality=QUALITIES[REGRESSED], quality_at_worst=QUALITIES[INCONCLUSIVE], missing_candidate=0.04
    )
    found = judge(gone, POLICY)
    assert (found.status, found.quality) == (INCONCLUSIVE, INCONCLUSIVE)


def test_missing_trials_may_not_hide_a_slice() -> None:
    urdu = {f"case-{i:04}": ("urdu",) for i in range(8)}
    policy = replace(POLICY, quality_margin=0.10)
    before = tagged(side(singles((200, 1.0))), urdu)
    after = tagged(side(singles((8, None), (192, 1.0)), "b"), urdu)
    found = judge(compare(before, after, policy), policy)
    assert found.status is INCONCLUSIVE
    assert sentence(found, "missing") == (
        "the trials without a score could hide a regression of slice 'urdu'; repeat them"
    )


def test_sides_that_are_not_comparable_are_not_measured() -> None:
    other = replace(side(singles((100, 0.0)), "b"), graders='{"equals": 2}')
    found = judge(compare(side(singles((100, 1.0))), other, POLICY), POLICY)
    assert (found.status, rules(found, NOT_MEASURED)) == (NOT_MEASURED, ["comparable"])


def test_two_sides_without_a_common_case_are_not_measured() -> None:
    found = verdict(singles((50, 1.0)), singles((50, 1.0), prefix="other"))
    assert (found.status, found.quality, rules(found, NOT_MEASURED)) == (NOT_MEASURED, None, ["quality"])


def test_two_empty_sides_are_not_measured() -> None:
    assert verdict({}, {}).status is NOT_MEASURED


# Cost, latency, slices ------------------------------------------------------------------------------------------


def priced(cost: float, latency: float, **fields: str) -> Side:
    return replace(with_each(side(singles((100, 1.0))), cost=cost, latency=latency), **fields)  # type: ignore[arg-type]  # named by the test


def test_a_rise_in_cost_beyond_the_limit_is_regressed() -> None:
    found = judge(compare(priced(1.0, 1.0), priced(1.2, 1.0), POLICY), POLICY)
    assert (found.status, found.cost, rules(found, REGRESSED)) == (REGRESSED, REGRESSED, ["cost"])
    assert sentence(found, "cost") == "cost +20.0 % (95 %: +20.0 % to +20.0 %; limit +10.0 %)"


def test_cost_is_left_out_where_the_suite_says_so() -> None:
    policy = replace(POLICY, cost_margin=None)
    found = judge(compare(priced(1.0, 1.0), priced(9.0, 1.0), policy), policy)
    assert (found.status, found.cost) == (PASS, None)
    assert sentence(found, "cost").endswith("not gated: the suite says so")


def test_an_unknown_price_is_said_and_not_taken_for_a_pass() -> None:
    found = judge(same(), POLICY)
    assert (found.cost, found.latency) == (None, None)
    assert sentence(found, "cost") == "cost is not gated: the price of one side is not known"
    assert sentence(found, "latency") == "latency is not gated: one side has none"


def test_latency_is_gated_between_sides_asked_in_turns() -> None:
    found = judge(compare(priced(1.0, 1.0), priced(1.0, 2.0), POLICY), POLICY)
    assert (found.status, found.latency) == (REGRESSED, REGRESSED)


def answers(count: int, slow: float) -> Side:
    """So many answers that take a second, the last tenth of them `slow` seconds."""
    whole = side(singles((count, 1.0)))
    lengths = [1.0] * (count - count // 10) + [slow] * (count // 10)
    timed = zip(whole.observations, lengths, strict=True)
    return replace(whole, observations=tuple(replace(o, latency=x, cost=1.0) for o, x in timed))


def test_slow_answers_that_became_slower_regress_where_there_are_enough_of_them() -> None:
    found = judge(compare(answers(600, 3.0), answers(600, 3.6), POLICY), POLICY)
    assert rules(found, REGRESSED) == ["latency p95"]
    assert (found.status, found.latency) == (REGRESSED, REGRESSED)
    assert sentence(found, "latency p95").startswith("latency p95 +20.0 % (95 %")


def test_too_few_slow_answers_are_reported_and_gate_nothing() -> None:
    found = judge(compare(answers(200, 3.0), answers(200, 3.6), POLICY), POLICY)
    assert (found.status, found.latency) == (PASS, PASS)


@pytest.mark.parametrize("policy", [POLICY, replace(POLICY, latency_margin=None)])
def test_latency_is_never_gated_otherwise(policy: Policy) -> None:
    other = priced(1.0, 2.0, session="later")
    found = judge(compare(priced(1.0, 1.0), other, policy), policy)
    assert (found.status, found.latency) == (PASS, PASS)
    assert "not gated" in sentence(found, "latency")


def test_cases_without_a_price_are_counted_in_the_sentence() -> None:
    comparison = replace(same(), cost=replace(RATIO, excluded=3))
    assert sentence(judge(comparison, POLICY), "cost").endswith("; 3 cases without a number left out)")


def test_a_broken_slice_is_not_hidden_by_a_good_mean() -> None:
    urdu = {f"case-{i:04}": ("urdu",) for i in range(14)}
    before = tagged(
        side(singles((200, 0.0), (100, 1.0))), {f"case-{i:04}": ("urdu",) for i in range(286, 300)}
    )
    after = tagged(side(singles((60, 1.0), (140, 0.0), (86, 1.0), (14, 0.0)), "b"), urdu)
    retagged = tagged(after, {f"case-{i:04}": ("urdu",) for i in range(286, 300)})
    found = judge(compare(before, retagged, POLICY), POLICY)
    assert (found.status, found.quality, found.slices) == (REGRESSED, PASS, (("urdu", REGRESSED),))
    assert (
        sentence(found, "slice: urdu")
        == "100.0 % -> 0.0 %, -100.0 points on 14 cases (p 0.0002, 1 slices looked at)"
    )


# What would decide ----------------------------------------------------------------------------------------------


def test_an_open_question_says_how_many_cases_and_what_they_cost() -> None:
    sides = [
        with_each(side(singles((2, one), (2, other), (96, 1.0))), cost=0.01)
        for one, other in ((1.0, 0.0), (0.0, 1.0))
    ]
    policy = replace(POLICY, quality_margin=0.03)
    found = judge(compare(sides[0], sides[1], policy), policy)
    assert found.status is INCONCLUSIVE
    assert found.decide is not None
    assert (found.decide.cases, found.decide.repeats) == (353, 0)
    assert found.decide.cost_usd == "5.0600"


def test_repeats_are_offered_where_the_repeats_differ() -> None:
    flaky: Scores = {f"c{i}": [1.0, 0.0, 1.0] if i % 3 else [0.0, 1.0, 0.0] for i in range(60)}
    other: Scores = {f"c{i}": [0.0, 1.0, 1.0] if (i // 2) % 3 else [0.0, 0.0, 1.0] for i in range(60)}
    found = verdict(flaky, other)
    assert found.status is INCONCLUSIVE
    assert found.decide is not None
    assert found.decide.repeats > 3
    assert found.decide.cost_usd is None


def test_no_repeats_are_offered_where_single_ones_cannot_tell() -> None:
    found = verdict(singles((30, 1.0)), singles((30, 1.0)))
    assert found.decide is not None
    assert (found.decide.cases, found.decide.repeats) == (78, 0)


def test_an_unpriced_side_has_no_price_to_decide() -> None:
    whole = with_each(side(singles((30, 1.0))), cost=0.01)
    found = judge(compare(whole, replace(whole, cost_usd=None), POLICY), POLICY)
    assert found.decide is not None
    assert found.decide.cost_usd is None


@pytest.mark.parametrize("open_part", ["cost", "latency"])
def test_an_open_ratio_asks_for_cases(open_part: str) -> None:
    wide = replace(RATIO, ratio=1.02, lower=0.9, upper=1.2, se=0.08)
    found = judge(replace(same(), **{open_part: wide}), POLICY)  # type: ignore[arg-type]  # cost or latency
    assert found.status is INCONCLUSIVE
    assert found.decide is not None
    assert found.decide.cases > 100
    assert found.decide.repeats == 0


# Labels of people ------------------------------------------------------------------------------------------------


def labelled(name: str, labels: int) -> Side:
    whole = replace(with_each(side(singles((100, 1.0)), name), cost=1.0, latency=1.0))
    spoken = [replace(o, label=0.75 if k < labels else None) for k, o in enumerate(whole.observations)]
    return replace(whole, observations=tuple(spoken))


def test_labels_that_correct_the_graders_are_told_beside_what_they_alone_say() -> None:
    found = judge(compare(labelled("a", 60), labelled("b", 60), POLICY), POLICY)
    told = sentence(found, "labels")
    assert told.startswith(
        "quality is corrected by labels of 60 cases, with trust 0.00 in the graders; they alone say +0.0"
    )
    assert "people give 60 answers of the candidate 75.0 %, the graders 100.0 % (agreement 75.0 %)" in told


def test_a_few_labels_are_only_held_against_the_graders() -> None:
    found = judge(compare(labelled("a", 1), labelled("b", 0), POLICY), POLICY)
    assert sentence(found, "labels") == (
        "people give 1 answer of the baseline 75.0 %, the graders 100.0 % (agreement 75.0 %); "
        "from 20 cases on that are labelled on both sides, labels correct the graders"
    )
