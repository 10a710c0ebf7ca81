"""The laws that no verdict may break."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from harness.compare.comparison import compare
from harness.compare.observation import Side
from harness.gate.judge import judge
from harness.gate.verdict import Status, Verdict
from harness.suite.policy import Policy
from tests.compare.build import side, tagged

PASS, INCONCLUSIVE, NOT_MEASURED = Status.PASS, Status.INCONCLUSIVE, Status.NOT_MEASURED

PAIRS = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0])), min_size=20, max_size=160
)
ALONE = replace(Policy(), cost_margin=None, latency_margin=None)


def tags_of(n: int) -> dict[str, tuple[str, ...]]:
    return {f"c{i}": (f"t{i % 4}",) if i % 5 else ("rare",) for i in range(n)}


def sides_of(
    pairs: Sequence[tuple[float | None, float | None]], names: Sequence[str] | None = None
) -> tuple[Side, Side]:
    ids = names or [f"c{i}" for i in range(len(pairs))]
    tags = tags_of(len(pairs))
    named = {name: tags[f"c{i}"] for i, name in enumerate(ids)}
    before = side({k: [b] for k, (b, _) in zip(ids, pairs, strict=True)})
    after = side({k: [c] for k, (_, c) in zip(ids, pairs, strict=True)}, "b")
    return tagged(before, named), tagged(after, named)


def judged(sides: tuple[Side, Side], policy: Policy = ALONE) -> Verdict:
    return judge(compare(*sides, policy), policy)


def often(values: st.SearchStrategy[tuple[float, float]]) -> st.SearchStrategy[list[tuple[float, float]]]:
    return st.lists(values, min_size=20, max_size=160)


MOSTLY_GOOD = st.sampled_from([(1.0, 1.0)] * 8 + [(1.0, 0.0), (0.0, 1.0)])


@given(often(MOSTLY_GOOD) | PAIRS, st.randoms(use_true_random=False))
def test_the_verdict_knows_no_order_and_no_names(
    pairs: list[tuple[float, float]], draw: random.Random
) -> None:
    names = [f"x{i}" for i in draw.sample(range(len(pairs)), len(pairs))]
    one, renamed = sides_of(pairs), sides_of(pairs, names)
    mixed = tuple(replace(s, observations=tuple(draw.sample(s.observations, len(pairs)))) for s in renamed)
    assert judged(one) == judged((mixed[0], mixed[1]))


@given(often(MOSTLY_GOOD) | PAIRS, st.data())
def test_a_lower_candidate_score_never_turns_regressed_into_pass(
    pairs: list[tuple[float, float]], data: st.DataObject
) -> None:
    before = judged(sides_of(pairs))
    assume(before.status is not PASS)
    lowered = list(pairs)
    for i in data.draw(st.lists(st.integers(0, len(pairs) - 1), min_size=1, max_size=9)):
        lowered[i] = (lowered[i][0], 0.0)
    assert judged(sides_of(lowered)).status is not PASS


@given(often(MOSTLY_GOOD) | PAIRS, st.sampled_from([0.05, 0.10, 0.20]), st.data())
def test_losing_scores_never_turns_another_verdict_into_pass(
    pairs: list[tuple[float, float]], margin: float, data: st.DataObject
) -> None:
    policy = replace(ALONE, quality_margin=margin)
    assume(judged(sides_of(pairs), policy).status is not PASS)
    torn: list[tuple[float | None, float | None]] = list(pairs)
    for i in data.draw(st.lists(st.integers(0, len(pairs) - 1), max_size=len(pairs) // 15)):
        keep_baseline = data.draw(st.booleans())
        torn[i] = (torn[i][0], None) if keep_baseline else (None, torn[i][1])
    assert judged(sides_of(torn), policy).status is not PASS


@given(often(MOSTLY_GOOD) | PAIRS, st.data())
def test_rows_that_are_gone_without_a_trace_are_never_a_pass(
    pairs: list[tuple[float, float]], data: st.DataObject
) -> None:
    before, after = sides_of(pairs)
    gone = data.draw(st.sets(st.integers(0, len(pairs) - 1), min_size=1, max_size=5))
    left = tuple(o for i, o in enumerate(after.observations) if i not in gone)
    assert judged((before, replace(after, observations=left))).status is NOT_MEASURED


@given(st.integers(1, 45), st.sampled_from([0.0, 1.0]))
def test_few_equal_cases_never_pass(n: int, score: float) -> None:
    assert judged(sides_of([(score, score)] * n)).status is INCONCLUSIVE


@given(often(MOSTLY_GOOD) | PAIRS)
def test_a_verdict_is_the_worst_of_its_findings(pairs: list[tuple[float, float]]) -> None:
    found = judged(sides_of(pairs))
    order = list(Status)
    assert order.index(found.status) == min(order.index(f.status) for f in found.findings)
