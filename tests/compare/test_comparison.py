"""Two sides laid beside each other: nothing lost, nothing dependent on order or names."""

import gc
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.asked import by_case
from harness.compare.change import Change
from harness.compare.comparison import Comparison, compare, score_of_side
from harness.compare.observation import Side
from harness.suite.policy import Policy
from tests.compare.build import Scores, observation, side, side_of, singles, tagged, with_each

POLICY = Policy()
SOME = st.dictionaries(
    st.sampled_from([f"c{i}" for i in range(14)]),
    st.lists(st.sampled_from([0.0, 0.3, 1.0, None]), min_size=1, max_size=3),
    max_size=14,
)
TAGS = {f"c{i}": (f"t{i % 3}", "all") for i in range(14)}


def compared(baseline: Scores, candidate: Scores) -> Comparison:
    return compare(side(baseline), side(candidate, "b"), POLICY)


def numbers(comparison: Comparison) -> Comparison:
    """The comparison without the sides themselves."""
    empty = side({})
    return replace(comparison, baseline=empty, candidate=empty)


@given(SOME, SOME)
def test_every_case_of_either_side_is_in_exactly_one_change(baseline: Scores, candidate: Scores) -> None:
    found = compared(baseline, candidate)
    assert sorted(c.case_id for c in found.changes) == sorted(baseline.keys() | candidate.keys())
    assert set(found.only_baseline) == baseline.keys() - candidate.keys()
    assert set(found.only_candidate) == candidate.keys() - baseline.keys()


@given(SOME, SOME)
def test_the_changes_account_for_both_sides(baseline: Scores, candidate: Scores) -> None:
    found = compared(baseline, candidate)
    kinds = [c.change for c in found.changes]
    assert len(kinds) - kinds.count(Change.ADDED) == len(baseline)
    assert len(kinds) - kinds.count(Change.REMOVED) == len(candidate)
    measured = sum(c.difference is not None for c in found.changes)
    assert measured == (found.quality.n if found.quality else 0)


def timed(whole: Side, draw: random.Random) -> Side:
    """Every trial with a price and a latency of its own."""
    return replace(
        tagged(whole, TAGS),
        observations=tuple(
            replace(
                o,
                tags=TAGS[o.case_id],
                cost=draw.uniform(0, 1),
                latency=draw.uniform(0, 9),
                cluster=o.case_id[-1],
            )
            for o in whole.observations
        ),
    )


@given(SOME, SOME, st.randoms(use_true_random=False))
def test_no_order_of_the_observations_changes_a_bit(
    baseline: Scores, candidate: Scores, draw: random.Random
) -> None:
    policy = replace(POLICY, min_slice_clusters=2)
    one, other = timed(side(baseline), draw), timed(side(candidate, "b"), draw)
    mixed = [
        replace(s, observations=tuple(draw.sample(s.observations, len(s.observations)))) for s in (one, other)
    ]
    assert numbers(compare(one, other, policy)) == numbers(compare(mixed[0], mixed[1], policy))


@given(SOME, SOME)
def test_no_name_of_a_case_changes_a_number(baseline: Scores, candidate: Scores) -> None:
    names = {f"c{i}": f"renamed-{(5 * i) % 14}" for i in range(14)}
    one = compared(baseline, candidate)
    other = compared({names[k]: v for k, v in baseline.items()}, {names[k]: v for k, v in candidate.items()})
    assert (one.quality, one.quality_at_worst, one.shared) == (
        other.quality,
        other.quality_at_worst,
        other.shared,
    )


@given(SOME, SOME)
def test_the_worst_is_never_better_than_the_rest(baseline: Scores, candidate: Scores) -> None:
    found = compared(baseline, candidate)
    everywhere = all(None not in v for v in (*baseline.values(), *candidate.values()))
    if found.quality_at_worst and everywhere:
        assert found.quality_at_worst == found.quality


def test_the_worst_counts_missing_trials_against_the_candidate() -> None:
    found = compared({"a": [None, 0.0], "b": [1.0]}, {"a": [0.0, 0.0], "b": [None]})
    assert found.quality is not None
    assert found.quality_at_worst is not None
    assert (found.quality.n, found.quality.baseline, found.quality.candidate) == (1, 0.0, 0.0)
    assert (found.quality_at_worst.n, found.quality_at_worst.difference) == (2, -0.75)


def test_only_cases_that_asked_and_wanted_the_same_are_paired() -> None:
    edited = [replace(o, case_digest="new") for o in side({"a": [1.0]}, "b").observations]
    found = compare(side({"a": [1.0], "b": [1.0]}), side_of([*edited, observation("b", 0.0)], "b"), POLICY)
    assert found.changed == ("a",)
    assert found.shared == 0.5
    assert found.kept == 1.0
    assert found.quality is not None
    assert found.quality.n == 1


def test_a_case_that_changed_within_a_run_is_not_paired_with_either_half() -> None:
    halves = side_of([observation("a", 1.0), replace(observation("a", 1.0, repeat=2), case_digest="new")])
    found = compare(side({"a": [1.0, 1.0]}), halves, POLICY)
    assert found.changed == ("a",)


def test_cases_of_one_side_are_named_and_counted_as_not_shared() -> None:
    found = compared({"a": [1.0], "gone": [1.0]}, {"a": [1.0], "new": [1.0], "newer": [1.0]})
    assert (found.only_baseline, found.only_candidate) == (("gone",), ("new", "newer"))
    assert found.shared == pytest.approx(1 / 3)
    assert found.kept == 0.5


def test_missing_is_a_share_of_what_was_planned() -> None:
    found = compared(singles((95, 1.0), (5, None)), singles((100, 1.0)))
    assert (found.missing_baseline, found.missing_candidate) == (0.05, 0.0)


def test_trials_without_a_row_are_missing_too() -> None:
    short = side(singles((90, 1.0)))
    planned = replace(short, accounting=replace(short.accounting, planned=100, skipped=10))
    found = compare(short, planned, POLICY)
    assert found.missing_candidate == 0.1
    assert found.not_comparable


def test_an_empty_side_is_missing_altogether() -> None:
    found = compared({}, {})
    assert (found.missing_baseline, found.missing_candidate, found.shared, found.kept) == (1.0, 1.0, 0.0, 0.0)
    assert (found.quality, found.quality_at_worst, found.cost, found.latency) == (None, None, None, None)
    assert (found.baseline_score, found.candidate_latency) == (None, None)


@pytest.mark.parametrize(
    ("session", "mode", "comparable"),
    [("today", "live", True), ("yesterday", "live", False), ("today", "replay", False)],
)
def test_latencies_are_comparable_only_within_one_live_session(
    session: str,
    mode: str,
    comparable: bool,  # noqa: FBT001
) -> None:
    other = replace(side({"a": [1.0]}, "b"), session=session, mode=mode)
    assert compare(side({"a": [1.0]}), other, POLICY).latency_comparable is comparable


def test_two_replays_of_one_session_do_not_have_latencies() -> None:
    replayed = replace(side({"a": [1.0]}), mode="replay")
    assert not compare(replayed, replayed, POLICY).latency_comparable


def test_weights_shift_the_mean() -> None:
    before, after = side({"a": [1.0], "b": [1.0]}), side({"a": [0.0], "b": [1.0]}, "b")
    heavy = replace(
        after,
        observations=tuple(replace(o, weight=3.0 if o.case_id == "a" else 1.0) for o in after.observations),
    )
    found = compare(before, heavy, POLICY).quality
    assert found is not None
    assert (found.candidate, found.difference) == (0.25, -0.75)


def test_slices_may_be_switched_off() -> None:
    whole = with_each(side(singles((20, 1.0))), tags=("urdu",))
    assert [s.slice for s in compare(whole, whole, POLICY).slices] == ["urdu"]
    off = compare(whole, whole, replace(POLICY, slices=False))
    assert (off.slices, off.slices_at_worst, off.slices_untested) == ((), (), ())


def test_the_scores_of_one_side_hold_all_its_measured_cases() -> None:
    found = compared({"a": [1.0], "b": [0.0], "gone": [1.0]}, {"a": [1.0], "b": [None]})
    assert found.baseline_score is not None
    assert found.candidate_score is not None
    assert found.baseline_score.mean == pytest.approx(2 / 3)
    assert found.candidate_score.mean == 1.0


def test_a_side_on_its_own_has_the_same_score_as_in_a_comparison() -> None:
    one = side({"a": [1.0], "b": [0.0, 1.0], "c": [None]})
    assert score_of_side(one) == compare(one, side({"z": [1.0]}, "b"), POLICY).baseline_score


def test_a_case_whose_text_nobody_knows_is_paired_all_the_same() -> None:
    before = side({"a": [1.0]}, "a")
    unknown = replace(before, observations=tuple(replace(o, case_digest="") for o in before.observations))

    assert compare(unknown, side({"a": [1.0]}, "b"), Policy()).changed == ()


def test_a_comparison_leaves_the_collector_of_cycles_as_it_found_it() -> None:
    before, after = side(singles((30, 1.0))), side(singles((30, 0.0)), "b")
    for switch, on in ((gc.disable, False), (gc.enable, True)):
        switch()
        compare(before, after, POLICY)
        assert gc.isenabled() is on


def test_overall_quality_is_tested_together_with_the_slices() -> None:
    tags = {f"case-{i:04}": ("urdu",) for i in range(20)}
    before, after = (
        tagged(side(singles((30, 1.0))), tags),
        tagged(side(singles((9, 0.0), (21, 1.0)), "b"), tags),
    )
    assert compare(before, after, POLICY).quality_p_adjusted == 2**-9
    assert compare(before, after, replace(POLICY, slices=False)).quality_p_adjusted is None


def test_another_seed_draws_other_flips_and_equal_seeds_the_same() -> None:
    tags = {f"case-{i:04}": ("urdu",) for i in range(40)}
    before, after = (
        tagged(side(singles((60, 1.0))), tags),
        tagged(side(singles((8, 0.0), (52, 1.0)), "b"), tags),
    )
    mixed = tagged(side(singles((60, 0.0)) | singles((24, 1.0)), "b"), tags)
    draws = [compare(after, mixed, POLICY, seed).slices[0].p_adjusted for seed in ("a", "a", "b")]
    assert draws[0] == draws[1] != draws[2]
    assert (
        compare(before, after, POLICY).slices
        == compare(replace(before, run_id="other"), after, POLICY).slices
    )


def test_two_trials_of_one_repeat_are_told_apart_whatever_order_they_came_in() -> None:
    twice = [observation("a", 1.0), observation("a", 0.0), observation("b", None)]
    assert by_case(twice) == by_case(twice[::-1])
