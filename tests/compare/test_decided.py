"""What nobody waited for is neither there nor missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.comparison import compare, score_of_side
from harness.compare.decided import asked_of, asked_of_both, only, share_missing
from harness.compare.observation import DECIDED, Accounting, Observation, Side
from harness.gate.judge import judge
from harness.gate.verdict import Status
from harness.suite.policy import Policy
from tests.compare.build import observation, side, side_of, singles

POLICY = Policy()


def unneeded(case: str, repeat: int = 1) -> Observation:
    return replace(observation(case, None, repeat=repeat), missing=DECIDED)


def stopped(whole: Side, *rows: Observation) -> Side:
    """The side, with rows beside it that were planned and not needed."""
    counts = whole.accounting
    return replace(
        whole,
        observations=(*whole.observations, *rows),
        accounting=replace(counts, planned=counts.planned + len(rows), skipped=counts.skipped + len(rows)),
    )


def test_a_run_that_stopped_early_compares_like_one_that_planned_no_more() -> None:
    before, after = side(singles((60, 1.0))), side(singles((60, 1.0)), "b")
    early = stopped(after, *(unneeded(o.case_id, 2) for o in after.observations))
    whole, torn = compare(before, after, POLICY), compare(before, early, POLICY)
    assert torn.not_comparable == ()
    assert torn.missing_candidate == 0
    assert torn.quality == whole.quality == torn.quality_at_worst
    assert judge(torn, POLICY).status is Status.PASS
    assert score_of_side(early) == score_of_side(after)


def test_cases_that_one_side_never_came_to_are_not_compared() -> None:
    before, after = side(singles((60, 1.0))), side(singles((50, 1.0)), "b")
    late = [o.case_id for o in before.observations[50:]]
    early = stopped(after, *(unneeded(case) for case in late))
    found = compare(before, early, POLICY)
    assert (found.kept, found.shared) == (1, 1)
    assert found.only_baseline == ()
    assert len(found.changes) == 50
    mirrored = compare(early, before, POLICY)
    assert (mirrored.kept, mirrored.shared, len(mirrored.changes)) == (1, 1, 50)


def test_nothing_is_left_out_where_everything_was_asked() -> None:
    before, after = side({"a": [1.0]}), side({"a": [None], "b": [0.5]}, "b")
    assert asked_of_both(before, after) == (before.observations, after.observations)


def test_what_is_missing_for_another_reason_still_is() -> None:
    early = stopped(side({"a": [1.0, None], "b": [1.0, 0.0]}), unneeded("a", 3), unneeded("b", 3))
    assert share_missing(early) == 1 / 4
    assert len(asked_of(early)) == 4


@pytest.mark.parametrize("rows", [(), (unneeded("a"),)])
def test_a_side_without_anything_asked_is_missing_altogether(rows: tuple[Observation, ...]) -> None:
    assert share_missing(stopped(side_of(()), *rows)) == 1


def test_a_part_of_a_side_adds_up() -> None:
    rows = [
        observation("a", 1.0),
        observation("b", None),
        replace(observation("c", None), missing="degraded"),
        replace(observation("d", None), missing="skipped: over_budget"),
        replace(observation("e", None), missing=None),
    ]
    part = only(side({"x": [1.0]}), rows)
    assert part.observations == tuple(rows)
    assert part.accounting == Accounting(planned=5, answered=1, degraded=1, failed=2, skipped=1)
    twice = only(part, [rows[0], rows[0]])
    assert twice.accounting.planned == 1
    assert compare(twice, twice, POLICY).not_comparable
