"""What judges are known to do makes bounds wider, and turns none over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.comparison import compare
from harness.compare.judge_effect import (
    LEAST,
    JudgeEffect,
    effect_of,
    facts_of,
    judges_of,
    on_their_scale,
    seen_share,
    widened,
)
from harness.compare.observation import Side
from harness.compare.quality import Quality
from harness.gate.statuses import quality_status
from harness.gate.verdict import Status
from harness.suite.policy import JudgeFacts, JudgeRules, Policy
from tests.compare.build import side, singles, with_each

GRADERS = '{"judge:tone": "v1", "rubric": 1}'
FACTS = JudgeFacts(
    judge="tone",
    identity="v1",
    age_days=3,
    labelled=120,
    lacking="",
    kappa=0.7,
    tpr=0.9,
    tnr=0.8,
    per_doubling=(0.1, 0.05, 0.15),
)
POLICY = Policy(judges=JudgeRules(), judged=(FACTS,))
bounds = st.floats(-1, 1)


def sides(tokens: tuple[int | None, int | None] = (100, 200)) -> tuple[Side, Side]:
    made = (side(singles((10, 0.0), (90, 1.0)), name) for name in ("a", "b"))
    before, after = (replace(each, graders=GRADERS) for each in made)
    return with_each(before, output_tokens=tokens[0]), with_each(after, output_tokens=tokens[1])


def quality(lower: float, upper: float) -> Quality:
    return Quality(
        n=100,
        clusters=100,
        baseline=0.9,
        candidate=0.9,
        difference=(lower + upper) / 2,
        se=0.01,
        lower=lower,
        lower_t=lower,
        upper=upper,
        p_regress=0.5,
        p_noninferior=0.5,
        mde=0.05,
    )


def test_judges_are_told_from_other_graders() -> None:
    assert judges_of(GRADERS) == {"tone": "v1"}
    assert judges_of("") == judges_of("nonsense") == judges_of("[1]") == {}


def test_only_facts_of_the_very_judge_count_and_only_where_they_are_asked_for() -> None:
    assert facts_of(GRADERS, POLICY) == (FACTS,)
    assert facts_of('{"judge:tone": "v2"}', POLICY) == ()
    assert facts_of(GRADERS, replace(POLICY, judges=None)) == ()


def test_the_weakest_judge_sets_what_is_seen() -> None:
    assert seen_share([FACTS]) == pytest.approx(0.7)
    assert seen_share([FACTS, replace(FACTS, tpr=0.6, tnr=0.3)]) == LEAST
    assert seen_share([replace(FACTS, tpr=None)]) == seen_share([]) == 1


def test_a_margin_of_five_points_is_one_of_three_and_a_half_to_such_a_judge() -> None:
    assert on_their_scale(POLICY, GRADERS).quality_margin == pytest.approx(0.035)
    assert on_their_scale(POLICY, "{}") is POLICY


def test_a_judge_that_likes_long_answers_may_have_added_to_the_longer_side() -> None:
    found = compare(*sides(), POLICY).judges
    assert found is not None
    assert (found.judges, found.doublings) == (("tone",), 1.0)
    assert found.seen == pytest.approx(0.7)
    assert [found.length_low, found.length_high] == pytest.approx([0, 0.15])
    shorter = compare(*sides((200, 100)), POLICY).judges
    assert shorter is not None
    assert [shorter.length_low, shorter.length_high] == pytest.approx([-0.15, 0])


@pytest.mark.parametrize("tokens", [(None, 100), (100, None), (0, 100)])
def test_where_lengths_are_not_known_nothing_is_allowed_for_them(
    tokens: tuple[int | None, int | None],
) -> None:
    found = compare(*sides(tokens), POLICY).judges
    assert found is not None
    assert (found.doublings, found.length_low, found.length_high) == (None, 0, 0)


@pytest.mark.parametrize("slope", [None, (0.1, -0.05, 0.25)])
def test_a_liking_that_is_not_proved_adds_nothing(slope: tuple[float, float, float] | None) -> None:
    policy = replace(POLICY, judged=(replace(FACTS, per_doubling=slope),))
    found = compare(*sides(), policy).judges
    assert found is not None
    assert (found.length_low, found.length_high) == (0, 0)


def test_a_dislike_of_long_answers_takes_from_the_longer_side() -> None:
    policy = replace(POLICY, judged=(replace(FACTS, per_doubling=(-0.1, -0.15, -0.05)),))
    found = compare(*sides(), policy).judges
    assert found is not None
    assert [found.length_low, found.length_high] == pytest.approx([-0.15, 0])


def test_nobody_s_faults_are_allowed_for_where_no_judge_is_known() -> None:
    before, after = sides()
    assert compare(before, after, Policy()).judges is None
    assert effect_of(after, (), replace(POLICY, judged=())) is None
    plain = compare(before, after, Policy()).quality
    assert plain is not None
    assert widened(plain, None, 0.05) is plain


def test_a_comparison_is_widened_and_its_point_stays() -> None:
    plain, wide = (compare(*sides(), policy).quality for policy in (Policy(), POLICY))
    assert plain is not None
    assert wide is not None
    assert wide.difference == plain.difference
    assert wide.lower == pytest.approx((plain.lower - 0.15) / 0.7)
    assert wide.upper == plain.upper
    assert wide.p_noninferior > plain.p_noninferior


def test_labels_of_people_correct_a_judge_so_nothing_more_is_allowed_for() -> None:
    before, after = (with_each(each, label=1.0) for each in sides())
    found = compare(before, after, POLICY)
    assert found.labels is not None
    assert found.labels.trust is not None
    assert found.quality is not None
    assert found.quality.lower > -0.1


@given(bounds, bounds, st.floats(0.05, 1), st.floats(0, 0.3), st.floats(0, 0.3))
def test_bounds_widen_and_no_verdict_turns_over(
    one: float, other: float, seen: float, low: float, high: float
) -> None:
    before = quality(min(one, other), max(one, other))
    effect = JudgeEffect(judges=("tone",), seen=seen, doublings=0.5, length_low=-low, length_high=high)
    after = widened(before, effect, 0.05)
    assert -1 <= after.lower <= before.lower
    assert before.upper <= after.upper <= 1
    statuses = {quality_status(each, 0.05) for each in (before, after)}
    assert statuses != {Status.PASS, Status.REGRESSED}
