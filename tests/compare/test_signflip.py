"""Slices tested together: against plain enumeration, and against what chance does."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.signflip import CHUNK, MOST_CLUSTERS, MaxT, max_t

Table = list[list[float]]
TABLES = st.integers(1, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([-1.0, -0.5, 0.0, 1 / 3, 1.0]), min_size=columns, max_size=columns),
        min_size=1,
        max_size=7,
    )
)


def reference_table() -> Table:
    d = [-1, -1, 0, -1, 1, -0.5, 0, -1]
    return [[x, x if i < 4 else 0.0, x if i >= 3 else 0.0] for i, x in enumerate(d)]


def by_hand(table: Table) -> MaxT:
    """Every flip, one after the other, and the step-down as the book has it."""
    c = np.array(table)
    norms = np.sqrt((c * c).sum(axis=0))
    some = np.flatnonzero(norms)
    t = c.sum(axis=0)[some] / norms[some]
    flipped = np.array([(np.array(s) @ c)[some] / norms[some] for s in product((1, -1), repeat=len(c))])
    raw, adjusted = np.ones(len(norms)), np.ones(len(norms))
    highest = 0.0
    for rank, column in enumerate(np.argsort(t, kind="stable")):
        left = np.argsort(t, kind="stable")[rank:]
        raw[some[column]] = (flipped[:, column] <= t[column] + 1e-9).mean()
        highest = max(highest, (flipped[:, left].min(axis=1) <= t[column] + 1e-9).mean())
        adjusted[some[column]] = highest
    return MaxT(raw=tuple(raw), adjusted=tuple(adjusted), flips=0, exact=True)


def random_table(clusters: int, columns: int, seed: int = 1) -> Table:
    return np.random.default_rng(seed).normal(size=(clusters, columns)).tolist()  # type: ignore[no-any-return]  # floats


def test_eight_clusters_have_the_reference_values() -> None:
    found = max_t(reference_table(), flips=255, seed="any")
    assert found.exact
    assert found.raw == (0.109375, 0.125, 0.3125)
    assert found.adjusted == (0.171875, 0.171875, 0.3125)


@given(TABLES)
def test_few_clusters_are_counted_like_by_hand(table: Table) -> None:
    found, expected = max_t(table, flips=4999, seed=""), by_hand(table)
    assert found.raw == pytest.approx(expected.raw)
    assert found.adjusted == pytest.approx(expected.adjusted)


@given(TABLES, st.permutations(range(7)))
def test_the_order_of_clusters_changes_no_exact_p(table: Table, order: list[int]) -> None:
    shuffled = [table[i] for i in order if i < len(table)]
    assert max_t(shuffled, flips=4999, seed="") == max_t(table, flips=4999, seed="")


@given(TABLES)
def test_what_fell_would_have_risen_had_every_sign_been_the_other(table: Table) -> None:
    """Both tails hold what was seen; the rest of them is everything else."""
    down, up = max_t(table, flips=4999, seed=""), max_t((-np.array(table)).tolist(), flips=4999, seed="")
    assert all(p + q > 1 for p, q in zip(down.raw, up.raw, strict=True))


@given(TABLES, st.sampled_from([0.001, 7.0, 1e9]))
def test_the_unit_changes_nothing(table: Table, unit: float) -> None:
    scaled = [[unit * x for x in row] for row in table]
    assert max_t(scaled, flips=4999, seed="").adjusted == pytest.approx(
        max_t(table, flips=4999, seed="").adjusted
    )


@given(TABLES)
def test_adjusting_makes_nothing_likelier_and_keeps_the_order_of_t(table: Table) -> None:
    found = max_t(table, flips=30, seed="few")
    assert all(raw <= adjusted <= 1 for raw, adjusted in zip(found.raw, found.adjusted, strict=True))
    c = np.array(table)
    norms = np.sqrt((c * c).sum(axis=0))
    t = np.where(norms > 0, c.sum(axis=0) / np.where(norms > 0, norms, 1), np.inf)
    ordered = np.array(found.adjusted)[np.argsort(t)]
    assert all(
        ordered[i] <= ordered[i + 1] + 1e-12 for i in range(len(ordered) - 1) if norms[np.argsort(t)[i]] > 0
    )


def test_a_column_without_a_difference_has_p_one_and_takes_no_part() -> None:
    table = reference_table()
    with_nothing = [[*row, 0.0] for row in table]
    found = max_t(with_nothing, flips=255, seed="")
    assert (found.raw[3], found.adjusted[3]) == (1.0, 1.0)
    assert found.adjusted[:3] == max_t(table, flips=255, seed="").adjusted


def test_clusters_without_a_difference_do_not_make_it_less_exact() -> None:
    found = max_t([*reference_table(), *([[0.0] * 3] * 1000)], flips=63, seed="")
    assert (found.exact, found.flips) == (True, 64)


def test_nothing_differs_at_all() -> None:
    assert max_t([[0.0, 0.0]] * 5, flips=4999, seed="") == MaxT(
        raw=(1, 1), adjusted=(1, 1), flips=1, exact=True
    )


def test_no_clusters_and_no_columns_prove_nothing() -> None:
    assert max_t(np.zeros((0, 2)), flips=9, seed="").adjusted == (1.0, 1.0)
    assert max_t(np.zeros((3, 0)), flips=9, seed="").adjusted == ()


def test_as_many_flips_as_there_are_less_one_count_them_all() -> None:
    table = random_table(6, 2)
    assert max_t(table, flips=63, seed="").exact
    assert not max_t(table, flips=62, seed="").exact


def test_drawn_flips_come_close_to_all_of_them() -> None:
    table = random_table(14, 4)
    drawn, every = max_t(table, flips=9999, seed="close"), max_t(table, flips=2**14, seed="")
    assert not drawn.exact
    assert drawn.adjusted == pytest.approx(every.adjusted, abs=0.02)


def test_no_drawn_p_is_zero() -> None:
    found = max_t([[-1.0]] * 60, flips=99, seed="")
    assert found.raw == found.adjusted == (0.01,)


def test_equal_seeds_draw_equal_flips_and_others_do_not() -> None:
    table = random_table(40, 5)
    assert max_t(table, flips=999, seed="a") == max_t(table, flips=999, seed="a")
    assert max_t(table, flips=999, seed="a") != max_t(table, flips=999, seed="b")


def test_a_seed_draws_the_same_flips_for_ever() -> None:
    """A verdict can be recomputed after years: if this fails, stored ones no longer can."""
    table = [[(2654435761 * (i + 40 * j) >> 9) % 11 - 5.2 for j in range(3)] for i in range(300)]
    found = max_t(table, flips=999, seed="for ever")
    assert found.adjusted == (0.218, 0.218, 0.218)
    assert found.raw == (0.083, 0.142, 0.105)


def test_whole_and_graded_sums_are_counted_alike() -> None:
    """Quarters fit into single precision, and a hair more does not: the same flips, the same p."""
    rng = np.random.default_rng(5)
    table = rng.integers(-4, 4, size=(2 * CHUNK + 17, 3)) / 4
    odd = table * (1 + 1 / 3)
    assert max_t(table, flips=499, seed="s") == max_t(odd, flips=499, seed="s")


def test_very_many_clusters_are_flipped_in_groups_and_still_find_what_fell() -> None:
    rng = np.random.default_rng(6)
    table = np.zeros((2 * MOST_CLUSTERS + 5, 3))
    table[:, 0] = rng.choice([-1.0, 1.0], size=len(table))
    table[100:112, 1] = -1.0
    table[200:260, 2] = table[200:260, 0]
    found = max_t(table, flips=999, seed="many")
    assert found.adjusted[1] < 0.01
    assert min(found.adjusted[0], found.adjusted[2]) > 0.05


def test_slices_that_always_agree_cost_no_more_than_one() -> None:
    table = [[row[0]] * 20 for row in random_table(30, 1)]
    found = max_t(table, flips=999, seed="same")
    assert found.adjusted == pytest.approx(found.raw)


@pytest.mark.parametrize(("table", "flips"), [([[1.0]], 0), ([[float("nan")]], 9)])
def test_what_cannot_be_tested_is_refused(table: Table, flips: int) -> None:
    with pytest.raises(ValueError, match="sign flip"):
        max_t(table, flips=flips, seed="")


def test_over_many_unchanged_suites_false_finds_stay_at_their_level() -> None:
    """300 suites of 40 clusters with six overlapping slices, symmetric differences: 5 % +- 3 standard errors."""
    rng = np.random.default_rng(7)
    false = 0
    for suite in range(300):
        member = np.c_[np.ones(40), rng.random((40, 6)) < 0.3]
        table = rng.choice([-1, -0.5, 0, 0, 0.5, 1], size=(40, 1)) * member
        false += min(max_t(table, flips=199, seed=str(suite)).adjusted) <= 0.05
    assert 0.01 <= false / 300 <= 0.05 + 3 * (0.05 * 0.95 / 300) ** 0.5
