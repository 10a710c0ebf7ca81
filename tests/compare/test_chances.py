"""Answers drawn from a few samples vary as the true ones do."""

from __future__ import annotations

import numpy as np
import pytest

from harness.compare.chances import posterior_of, truths_of

RNG = np.random.default_rng


def mixture(seed: int, n: int) -> np.ndarray:
    """70 % easy cases, 20 % flaky, 10 % hard; the variance of one answer within its case is .0775."""
    draw = RNG(seed)
    kind = draw.choice(3, size=n, p=[0.7, 0.2, 0.1])
    return draw.beta(np.array([19.4, 6.0, 1.0])[kind], np.array([0.6, 4.0, 9.0])[kind])


def samples(chances: np.ndarray, repeats: int, seed: int) -> list[list[float]]:
    hits = RNG(seed).random((len(chances), repeats)) < chances[:, None]
    return [[float(hit) for hit in row] for row in hits]


@pytest.mark.parametrize("repeats", [2, 3, 10])
def test_few_samples_give_the_noise_of_the_true_chances(repeats: int) -> None:
    chances = mixture(1, 400)
    found = posterior_of(samples(chances, repeats, 2)).flakiness.mean()
    assert found == pytest.approx((chances * (1 - chances)).mean(), abs=0.015)


def test_shares_taken_as_they_are_would_look_steadier() -> None:
    stored = samples(mixture(1, 400), 2, 2)
    plain = np.mean([np.var(each) for each in stored])
    assert posterior_of(stored).flakiness.mean() > plain * 1.5


def test_a_case_that_passed_each_time_may_fail_and_one_that_failed_once_nearly_always_passes() -> None:
    stored = [[1.0] * 3] * 60 + [[1.0, 1.0, 0.0]] * 6
    posterior = posterior_of(stored)
    chances = posterior.weights @ posterior.grid
    assert 0.93 < chances[0] < 1
    assert 0.67 < chances[-1] < chances[0]


def test_answers_that_never_failed_leave_some_doubt() -> None:
    assert 0 < posterior_of([[1.0, 1.0]] * 30).flakiness.mean() < 0.02


def test_many_samples_speak_for_themselves() -> None:
    posterior = posterior_of([[1.0] * 50 + [0.0] * 50] + [[1.0] * 100] * 20)
    assert (posterior.weights @ posterior.grid)[0] == pytest.approx(0.5, abs=0.05)


def test_thousands_of_samples_do_not_vanish() -> None:
    posterior = posterior_of([[1.0] * 4000 + [0.0] * 4000, [1.0] * 3])
    assert (posterior.weights @ posterior.grid)[0] == pytest.approx(0.5, abs=0.01)


def test_drawn_answers_have_the_mean_and_noise_of_the_suite() -> None:
    chances = mixture(3, 300)
    truths, draw = truths_of(samples(chances, 5, 4)), RNG(5)
    drawn = [truths(draw)(draw, 2) for _ in range(200)]
    assert np.mean(drawn) == pytest.approx(chances.mean(), abs=0.03)
    noise = np.mean([np.var(answers, axis=1, ddof=1) for answers in drawn])
    assert noise == pytest.approx((chances * (1 - chances)).mean(), abs=0.015)
    assert set(np.unique(drawn)) <= {0.0, 1.0}


def test_equal_chance_gives_equal_answers() -> None:
    truths = truths_of([[1.0, 0.0], [0.5, 0.7, 0.6]])
    one, two = (truths(RNG(1))(RNG(2), 4) for _ in range(2))
    assert (one == two).all()


def test_graded_scores_vary_as_much_as_the_ones_they_come_from() -> None:
    draw = RNG(6)
    stored = draw.normal(draw.uniform(0.3, 0.7, (500, 1)), 0.05, (500, 3))
    truths = truths_of([[float(x) for x in row] for row in stored])
    answers = truths(draw)(draw, 200)
    assert answers.var(axis=1, ddof=1).mean() == pytest.approx(0.0025, rel=0.1)
    assert answers.mean(axis=1) == pytest.approx(stored.mean(axis=1), abs=0.03)


def test_graded_scores_stay_within_their_bounds() -> None:
    answers = truths_of([[1.0, 0.9], [0.0, 0.1]])(RNG(1))(RNG(1), 50)
    assert answers.min() >= 0
    assert answers.max() <= 1


def test_a_case_asked_once_borrows_the_spread_of_another() -> None:
    answers = truths_of([[0.5], [0.4, 0.6]])(RNG(1))(RNG(1), 50)
    assert answers[0].std() > 0.1
    assert truths_of([[0.5], [0.7]])(RNG(1))(RNG(1), 50).std(axis=1).max() < 1e-9


def test_a_case_without_samples_cannot_be_rehearsed() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        truths_of([[1.0], []])
