"""A few labels of people correct what the graders say of all cases."""

from dataclasses import replace

import numpy as np
import pytest

from harness.compare.comparison import Comparison, compare
from harness.compare.labelled import Agreement
from harness.compare.observation import Side
from harness.gate.judge import judge
from harness.gate.verdict import Status
from harness.suite.policy import Policy
from tests.compare.build import observation, side_of

POLICY = Policy(slices=False, cost_margin=None, latency_margin=None)


def sides(
    truth: tuple[list[float], list[float]], graded: tuple[list[float], list[float]], labels: int
) -> tuple[Side, Side]:
    """Both sides, what people say of the first cases, and what the graders say of all."""

    def one(side: int) -> Side:
        return side_of(
            [
                replace(
                    observation(f"c{k:04}", graded[side][k]), label=truth[side][k] if k < labels else None
                )
                for k in range(len(graded[side]))
            ],
            "ab"[side],
        )

    return one(0), one(1)


def drawn(seed: int, n: int = 300, drop: float = 0.10) -> tuple[list[float], list[float]]:
    """Scores of two sides, the second worse by `drop`."""
    rng = np.random.default_rng(seed)
    before = rng.random(n) < 0.85
    after = np.where(rng.random(n) < drop / 0.85, 0, before)
    return [float(x) for x in before], [float(x) for x in after]


def lenient(truth: tuple[list[float], list[float]], seed: int) -> tuple[list[float], list[float]]:
    """A judge that lets half of the new side's failures pass, and sees the old side as it is."""
    rng = np.random.default_rng(seed + 10_000)
    return truth[0], [1.0 if rng.random() < 0.5 else x for x in truth[1]]


def found(labels: int, seed: int = 1) -> Comparison:
    truth = drawn(seed)
    return compare(*sides(truth, lenient(truth, seed), labels), POLICY)


def test_a_judge_that_became_lenient_hides_nothing_from_those_who_label() -> None:
    corrected = found(150)
    assert corrected.quality is not None
    assert corrected.labels is not None
    assert corrected.labels.graded is not None
    assert corrected.labels.graded.upper > 0
    assert judge(corrected, POLICY).status is Status.REGRESSED
    assert corrected.quality.candidate - corrected.quality.baseline == pytest.approx(
        corrected.quality.difference
    )
    assert 0 <= (corrected.labels.trust or 0) <= 1


def test_fewer_than_twenty_labelled_cases_are_only_compared_with_the_graders() -> None:
    said = found(19)
    assert said.labels is not None
    assert (said.labels.cases, said.labels.clusters, said.labels.trust, said.labels.graded) == (
        19,
        19,
        None,
        None,
    )
    assert said.quality == found(0).quality


def test_without_labels_nothing_is_said_of_them() -> None:
    assert found(0).labels is None


def test_labels_of_one_side_alone_tell_how_its_graders_agree() -> None:
    before, after = sides(([1.0, 0.5], [1.0, 1.0]), ([1.0, 1.0], [1.0, 1.0]), 2)
    bare = replace(after, observations=tuple(replace(o, label=None) for o in after.observations))
    said = compare(before, bare, POLICY).labels
    assert said is not None
    assert said.baseline == Agreement(answers=2, people=0.75, graders=1.0, agreement=0.75)
    assert (said.candidate, said.cases) == (None, 0)


def test_people_who_agree_with_the_graders_everywhere_change_no_difference() -> None:
    truth = drawn(3)
    whole = compare(*sides(truth, truth, 300), POLICY)
    assert whole.quality is not None
    assert whole.labels is not None
    assert whole.labels.graded is not None
    assert whole.labels.trust == 0
    assert whole.quality.difference == pytest.approx(whole.labels.graded.difference)
    assert whole.quality.se == pytest.approx(whole.labels.graded.se)
    assert whole.quality.baseline == pytest.approx(whole.labels.graded.baseline)
    assert whole.quality.lower <= whole.quality.lower_t


def test_twenty_labels_on_which_nobody_differs_prove_nothing() -> None:
    same = [1.0] * 300
    verdict = judge(compare(*sides((same, same), (same, same), 20), POLICY), POLICY)
    assert verdict.status is Status.INCONCLUSIVE
    assert judge(compare(*sides((same, same), (same, same), 60), POLICY), POLICY).status is Status.PASS


def test_missing_answers_count_against_the_candidate_as_ever() -> None:
    before, after = sides((drawn(1)), (drawn(1)), 60)
    torn = [
        replace(o, score=None, missing="timeout", label=None) if k > 295 else o
        for k, o in enumerate(after.observations)
    ]
    counts = replace(after.accounting, answered=296, failed=4)
    said = compare(before, replace(after, observations=tuple(torn), accounting=counts), POLICY)
    assert said.quality is not None
    assert said.quality_at_worst is not None
    assert said.quality_at_worst.difference < said.quality.difference


def test_the_correction_cries_wolf_about_as_often_as_it_says() -> None:
    wrong = 0
    for seed in range(60):
        truth = drawn(seed, drop=0.0)
        said = compare(*sides(truth, lenient(truth, seed), 50), POLICY).quality
        wrong += said is not None and (said.upper < 0 or said.lower_t > 0)
    assert wrong <= 12
