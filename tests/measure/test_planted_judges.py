"""A judge's faults, put there on purpose, are found again with their size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.measure.calibration import Calibration, calibrate_judge
from harness.measure.estimate import Estimate
from harness.measure.judged import Position
from tests.measure.planted import Answers, Planted, judgings

FIRST_AND_SECOND: tuple[Position, ...] = ("first", "second")


def holds(estimate: Estimate | None, truth: float) -> bool:
    return estimate is not None and estimate.lower <= truth <= estimate.upper


def test_a_perfect_judge_has_no_fault_and_is_not_believed_to_be_perfect() -> None:
    found = calibrate_judge(judgings(Planted(), orders=FIRST_AND_SECOND, times=2))
    assert found.agreement is not None
    assert found.agreement.accuracy.value == 1
    assert found.agreement.accuracy.lower < 1
    assert found.agreement.kappa is not None
    assert found.agreement.kappa.lower < 1
    assert found.position is not None
    assert found.position.first.value == found.position.flips.value == found.failed.value == 0
    assert found.consistency is not None
    assert found.consistency.spread == 0
    assert found.lacking == ""


def test_noise_is_found_with_its_size() -> None:
    found = calibrate_judge(judgings(Planted(tpr=0.9, tnr=0.75), Answers(many=400)))
    assert found.agreement is not None
    assert holds(found.agreement.tpr, 0.9)
    assert holds(found.agreement.tnr, 0.75)
    assert holds(found.true_rate, 0.5)
    assert found.lacking == ""


def test_a_judge_that_always_says_good_is_right_nine_times_in_ten_and_knows_nothing() -> None:
    found = calibrate_judge(judgings(Planted(tpr=1, tnr=0), Answers(base_rate=0.9)))
    assert found.agreement is not None
    assert found.agreement.accuracy.value == found.agreement.constant > 0.85
    assert found.agreement.kappa is None
    assert found.true_rate is None
    assert "does not agree with people more than chance" in found.lacking


def test_a_liking_for_what_stands_first_is_found_with_its_size() -> None:
    judge = Planted(tpr=0.7, tnr=0.7, first=0.3)
    found = calibrate_judge(judgings(judge, Answers(many=400), orders=FIRST_AND_SECOND))
    assert found.position is not None
    assert holds(found.position.first, 0.3)
    assert found.position.first.lower > 0.1
    assert found.position.flips.value > 0.3


def test_noise_alone_flips_verdicts_both_ways_and_is_no_position_bias() -> None:
    found = calibrate_judge(judgings(Planted(tpr=0.7, tnr=0.7), Answers(many=400), orders=FIRST_AND_SECOND))
    assert found.position is not None
    assert found.position.flips.value > 0.3
    assert holds(found.position.first, 0.0)


def test_a_liking_for_long_answers_is_found_with_its_size() -> None:
    found = calibrate_judge(judgings(Planted(tpr=0.7, tnr=0.7, doubling=0.1), Answers(many=500)))
    assert found.length is not None
    assert holds(found.length.per_doubling, 0.1)
    assert found.length.per_doubling.lower > 0.03


def test_that_good_answers_are_longer_is_no_length_bias() -> None:
    found = calibrate_judge(judgings(Planted(tpr=0.8, tnr=0.8), Answers(many=500, good_is_longer=3.0)))
    assert found.length is not None
    assert holds(found.length.per_doubling, 0.0)


def test_what_cannot_be_read_is_counted_and_is_never_a_verdict() -> None:
    found = calibrate_judge(judgings(Planted(unreadable=0.1), Answers(many=400)))
    assert holds(found.failed, 0.1)
    assert found.errors == (("cannot be read", round(found.failed.value * 400)),)
    assert found.labelled == 400 - found.errors[0][1]
    assert found.agreement is not None
    assert found.agreement.accuracy.value == 1


def test_how_often_a_judge_contradicts_itself_is_found() -> None:
    found = calibrate_judge(judgings(Planted(tpr=0.8, tnr=0.8), Answers(many=300), times=4))
    assert found.consistency is not None
    assert holds(found.consistency.agreement, 0.8**2 + 0.2**2)
    assert found.consistency.spread == pytest.approx(0.4, abs=0.03)


def test_all_faults_at_once_are_told_apart() -> None:
    judge = Planted(tpr=0.75, tnr=0.7, first=0.2, doubling=0.06, unreadable=0.05)
    found = calibrate_judge(judgings(judge, Answers(many=900), orders=FIRST_AND_SECOND, times=2))
    assert found.position is not None
    assert found.length is not None
    assert holds(found.position.first, 0.2)
    assert holds(found.length.per_doubling, 0.06)
    assert holds(found.failed, 0.05)
    assert found.position.first.lower > 0
    assert found.length.per_doubling.lower > 0


def test_a_judge_that_became_stricter_has_drifted() -> None:
    before, after = (judgings(Planted(tpr=tpr, tnr=0.9), seed=3) for tpr in (0.95, 0.7))
    anchors = {(each.item, each.criterion): each.score or 0.0 for each in before}
    found = calibrate_judge(after, anchors=anchors).drift
    assert found is not None
    assert found.items == 200
    assert found.score.upper < 0
    assert found.changed.value > 0.1
    still = calibrate_judge(before, anchors=anchors).drift
    assert still is not None
    assert still.score.value == still.changed.value == 0
    assert still.score.lower < 0 < still.score.upper
    assert calibrate_judge(after, anchors={}).drift is None


def test_criteria_are_held_against_people_one_by_one() -> None:
    rows = judgings(Planted(), criterion="tone") + judgings(Planted(tpr=0.6, tnr=0.6), criterion="facts")
    found = calibrate_judge(rows)
    facts, tone = found.criteria
    assert (facts.criterion, tone.criterion) == ("facts", "tone")
    assert facts.agreement.accuracy.value < 0.75 < tone.agreement.accuracy.value == 1
    assert found.labelled == 400


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (Answers(many=10), "only 10 answers have a label and a score; 20 are needed"),
        (Answers(many=40, base_rate=0.97), "of them bad; 5 are needed"),
        (Answers(many=40, base_rate=0.03), "of them good; 5 are needed"),
    ],
)
def test_too_few_labels_say_nothing(answers: Answers, why: str) -> None:
    assert why in calibrate_judge(judgings(Planted(tpr=0.9, tnr=0.9), answers)).lacking


def test_without_labels_only_the_judge_s_own_faults_are_told() -> None:
    rows = [replace(row, label=None) for row in judgings(Planted(tpr=0.8), orders=FIRST_AND_SECOND, times=2)]
    found = calibrate_judge(rows)
    assert (found.agreement, found.length, found.true_rate, found.labelled) == (None, None, None, 0)
    assert found.position is not None
    assert "only 0 answers" in found.lacking


def test_a_single_answer_of_a_kind_and_unknown_lengths_say_nothing_of_length() -> None:
    rows = judgings(Planted(), Answers(many=2), seed=2)
    alone = [replace(row, label=float(place)) for place, row in enumerate(rows)]
    assert calibrate_judge(alone).length is None
    assert calibrate_judge([replace(row, length=None) for row in rows]).length is None


def test_pairs_are_measured_by_how_much_longer_one_is() -> None:
    rows = judgings(Planted(tpr=0.7, tnr=0.7, doubling=0.1), Answers(many=500))
    pairs = [replace(row, other_length=400) for row in rows]
    assert calibrate_judge(pairs).length == calibrate_judge(rows).length


def test_a_calibration_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one judging"):
        calibrate_judge([])


def test_two_labels_of_one_answer_are_refused() -> None:
    [row] = judgings(Planted(), Answers(many=1))
    with pytest.raises(ValueError, match="two labels"):
        calibrate_judge([row, replace(row, label=0.3)])


@pytest.mark.sim
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Every size of every fault, four hundred times: nominal 95 %."""
    judge = Planted(tpr=0.8, tnr=0.7, first=0.15, doubling=0.05, unreadable=0.05)
    truths = {"failed": 0.05, "first": 0.15, "length": 0.05}
    for many in (60, 200):
        held = dict.fromkeys(truths, 0)
        for seed in range(400):
            found = calibrate_judge(judgings(judge, Answers(many=many), orders=FIRST_AND_SECOND, seed=seed))
            for name, estimate in sizes(found).items():
                held[name] += holds(estimate, truths[name])
        assert all(count >= 0.92 * 400 for count in held.values()), (many, held)


def sizes(found: Calibration) -> dict[str, Estimate]:
    assert found.position is not None
    assert found.length is not None
    return {
        "failed": found.failed,
        "first": found.position.first,
        "length": found.length.per_doubling,
    }


@pytest.mark.sim
@pytest.mark.parametrize("many", [40, 150])
def test_corrected_rates_hold_the_truth(many: int) -> None:
    chance = np.random.default_rng(8)
    held = 0
    for seed in range(300):
        rows = judgings(Planted(tpr=0.85, tnr=0.75), Answers(many=6 * many, base_rate=0.7), seed=seed)
        labelled = chance.random(len(rows)) < 1 / 6
        told = [row if known else replace(row, label=None) for row, known in zip(rows, labelled, strict=True)]
        estimate = calibrate_judge(told).true_rate
        held += estimate is None or holds(estimate, 0.7)
    assert held >= 0.92 * 300, held
