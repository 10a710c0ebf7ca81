"""One look: the numbers of a whole comparison, from the answers that belong to it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.arrays import Layout, averages, cases_seen, lay_out, scores_at, view
from harness.compare.comparison import compare
from harness.compare.design import Design, PlannedCase, design_of
from harness.compare.evidence import Evidence
from harness.compare.glance import Glance, Levels, glance
from harness.compare.observation import DECIDED, Observation, Side
from harness.suite.policy import Policy
from tests.compare.build import Scores, observation, side, side_of, tagged, with_each

POLICY = replace(Policy(), min_slice_clusters=4)
FULL = Levels(passing=0.05, regress=0.05, slices=0.05)


def tags_of(cases: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {case: (f"t{i % 3}",) for i, case in enumerate(sorted(cases))}


def planned(scores: Scores, tags: Mapping[str, tuple[str, ...]]) -> Design:
    cases = [PlannedCase(case_id=case, cluster=f"k{case[:4]}", tags=tags[case]) for case in scores]
    repeats = max(len(each) for each in scores.values())
    return design_of(cases, bank=None, policy=POLICY, seed="s", repeats=repeats)


def sides(before: Scores, after: Scores) -> tuple[Side, Side]:
    tags = tags_of(tuple(before))
    both = side(before), side(after, "b")
    one, two = (
        replace(
            each,
            observations=tuple(
                replace(o, cluster=f"k{o.case_id[:4]}") for o in tagged(each, tags).observations
            ),
        )
        for each in both
    )
    return one, two


def looked_at(before: Side, after: Side, design: Design, entries: int | None = None) -> Glance:
    layout = lay_out(Evidence(candidate=after, baseline=before, seed="s"), design)
    return glance(layout, design.looks[-1].after if entries is None else entries, FULL, POLICY, "")


SCORE = st.sampled_from([0.0, 0.25, 1.0, 1.0, None])
RUNS = st.integers(1, 3).flatmap(
    lambda k: st.lists(
        st.tuples(st.lists(SCORE, min_size=k, max_size=k), st.lists(SCORE, min_size=k, max_size=k)),
        min_size=2,
        max_size=40,
    )
)
Runs = list[tuple[list[float | None], list[float | None]]]


def named(runs: Runs) -> tuple[dict[str, list[float | None]], dict[str, list[float | None]]]:
    before = {f"c{i:03}": one for i, (one, _) in enumerate(runs)}
    return before, {f"c{i:03}": two for i, (_, two) in enumerate(runs)}


@given(RUNS)
def test_the_last_look_sees_what_a_whole_comparison_sees(runs: Runs) -> None:
    scores = named(runs)
    before, after = sides(*scores)
    whole = compare(before, after, POLICY)
    seen = looked_at(before, after, planned(scores[0], tags_of(tuple(scores[0]))))
    for found, wanted in ((seen.quality, whole.quality), (seen.quality_at_worst, whole.quality_at_worst)):
        if found is None or wanted is None:
            assert found is wanted
            continue
        for field in fields(wanted):
            if field.name != "noise":
                assert getattr(found, field.name) == pytest.approx(getattr(wanted, field.name), abs=1e-12)


@given(RUNS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(runs: Runs, draw: random.Random) -> None:
    scores = named(runs)
    before, after = sides(*scores)
    design = planned(scores[0], tags_of(tuple(scores[0])))
    mixed = [
        replace(each, observations=tuple(draw.sample(each.observations, len(each.observations))))
        for each in (before, after)
    ]
    entries = draw.randint(0, len(design.order))
    assert looked_at(mixed[0], mixed[1], design, entries) == looked_at(before, after, design, entries)


def broken(n: int = 60) -> tuple[Side, Side, Design]:
    """Every third case fails at the candidate."""
    cases = [f"c{i:03}" for i in range(n)]
    scores: tuple[Scores, Scores] = (
        {case: [1.0] for case in cases},
        {case: [float(i % 3 != 0)] for i, case in enumerate(cases)},
    )
    before, after = sides(*scores)
    return before, after, planned(scores[0], tags_of(cases))


def test_slices_are_told_worst_first_and_like_those_of_a_whole_comparison() -> None:
    before, after, design = broken()
    seen, whole = looked_at(before, after, design), compare(before, after, POLICY)
    assert [part.slice for part in seen.slices] == ["t0", "t1", "t2"]
    assert seen.slices == whole.slices
    assert seen.quality_p_adjusted == whole.quality_p_adjusted


def test_a_look_that_may_err_less_asks_for_more() -> None:
    before, after, design = broken()
    layout = lay_out(Evidence(candidate=after, baseline=before), design)
    entries = design.looks[-1].after
    strict = Levels(passing=0.01, regress=0.001, slices=0.01)
    usual, seen = (glance(layout, entries, levels, POLICY, "") for levels in (FULL, strict))
    assert usual.quality is not None
    assert seen.quality is not None
    assert seen.quality.lower < usual.quality.lower
    assert seen.quality.upper > usual.quality.upper
    assert seen.slices[0].p_adjusted == pytest.approx(5 * usual.slices[0].p_adjusted)


def test_a_look_that_may_not_err_says_nothing() -> None:
    before, after, design = broken()
    layout = lay_out(Evidence(candidate=after, baseline=before), design)
    nothing = Levels(passing=0.0, regress=0.0, slices=0.0)
    seen = glance(layout, design.looks[-1].after, nothing, POLICY, "")
    assert seen.quality is not None
    assert (seen.quality.lower, seen.quality.lower_t, seen.quality.upper) == (-1, -1, 1)
    assert {part.p_adjusted for part in seen.slices} == {1}


def test_a_slice_is_not_tested_before_it_has_its_cases() -> None:
    before, after, design = broken(30)
    assert looked_at(before, after, design, 5).slices == ()
    assert looked_at(before, after, design, 0).quality is None


def laid_out(before: Side, after: Side, design: Design) -> Layout:
    return lay_out(Evidence(candidate=after, baseline=before), design)


def test_what_was_changed_left_out_or_not_needed_is_not_laid_out() -> None:
    before = side({"a": [1.0, 1.0], "b": [1.0], "c": [1.0], "d": [1.0]})
    after = side({"a": [0.0, 0.5], "b": [1.0], "c": [1.0], "e": [1.0]}, "b")
    design = planned({"a": [1.0, 1.0], "b": [1.0], "c": [1.0]}, dict.fromkeys("abc", ()))
    edited = with_each(after, case_digest="new")
    rows = tuple(
        edited_row if row.case_id == "b" else row
        for row, edited_row in zip(after.observations, edited.observations, strict=True)
    )
    unneeded = replace(observation("c", None), missing=DECIDED)
    rows = tuple(unneeded if row.case_id == "c" else row for row in rows)
    layout = laid_out(before, replace(after, observations=rows), design)
    assert layout.cases == ("a",)
    assert cases_seen(layout, 6) == ("a",)
    assert scores_at(layout.candidate, 6, [0]) == {0: (0.0, 0.5)}
    assert averages(layout.candidate, 1).tolist() == [0.25]


def with_digests(whole: Side, *digests: str) -> Side:
    rows = [replace(o, case_digest=d) for o, d in zip(whole.observations, digests, strict=True)]
    return replace(whole, observations=tuple(rows))


@pytest.mark.parametrize(
    ("theirs", "ours", "found"),
    [
        (("x", "x", "x"), ("x", "x", "x"), ("a",)),
        (("x", "x", "x"), ("", "x", ""), ("a",)),
        (("", "", ""), ("y", "y", "y"), ("a",)),
        (("x", "x", "x"), ("x", "y", "x"), ()),
        (("x", "y", "z"), ("z", "x", "y"), ("a",)),
        (("x", "y", "z"), ("z", "x", "x"), ()),
    ],
)
def test_cases_are_compared_where_both_sides_asked_the_same(
    theirs: tuple[str, ...], ours: tuple[str, ...], found: tuple[str, ...]
) -> None:
    before, after = side({"a": [1.0, 1.0, 1.0]}), side({"a": [1.0, 1.0, 1.0]}, "b")
    design = planned({"a": [1.0, 1.0, 1.0]}, {"a": ()})
    layout = laid_out(with_digests(before, *theirs), with_digests(after, *ours), design)
    assert layout.cases == found


def test_a_bank_belongs_to_every_look() -> None:
    bank: list[Observation] = [observation("a", float(k > 5), repeat=k) for k in range(1, 11)]
    cases = [PlannedCase(case_id="a", cluster="a")]
    design = design_of(cases, bank={"a": [o.score or 0.0 for o in bank]}, policy=POLICY, seed="s", repeats=1)
    layout = lay_out(Evidence(candidate=side({"a": [1.0, 0.0]}), bank=side_of(bank)), design)
    early = view(layout, 1)
    assert (early.columns.baseline.tolist(), early.columns.candidate.tolist()) == ([0.5], [1.0])
    assert view(layout, 2).columns.difference.tolist() == [0.0]
    assert view(layout, 0).columns.n == 0
