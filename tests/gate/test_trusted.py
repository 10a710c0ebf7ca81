"""Judges that nobody held against people decide nothing, where a suite demands that; planted faults flip no verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from harness.compare.comparison import Comparison, compare
from harness.compare.observation import Observation, Side
from harness.gate.judge import judge
from harness.gate.notes import judge_sentence
from harness.gate.step import Decided, next_step
from harness.gate.trusted import untrusted
from harness.gate.verdict import Status, Verdict
from harness.measure.calibration import calibrate_judge
from harness.suite.policy import JudgeFacts, JudgeRules, Policy
from tests.compare.build import observation, side_of
from tests.compare.test_judge_effect import FACTS, GRADERS, POLICY, sides
from tests.gate.live import Gate, cases
from tests.measure.planted import Answers, Planted, judgings


def asked(**rules: Any) -> Policy:
    return replace(POLICY, judges=JudgeRules(**rules))


def test_a_calibrated_judge_decides() -> None:
    assert untrusted(GRADERS, POLICY) == ()
    assert untrusted(GRADERS, asked(min_kappa=0.7, min_tpr=0.9, min_tnr=0.8, days=3)) == ()


def test_graders_that_are_no_judges_need_no_calibration() -> None:
    assert untrusted('{"equals": 1}', asked()) == ()
    assert untrusted(GRADERS, Policy()) == ()


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (replace(POLICY, judged=()), "has no calibration as it is now; label answers and run: harness calibrate --judge tone"),
        (replace(POLICY, judged=(replace(FACTS, identity="v0"),)), "has no calibration as it is now"),
        (replace(POLICY, judged=(replace(FACTS, lacking="only 3 answers"),)), "is not calibrated: only 3 answers; label"),
        (asked(days=2), "was calibrated 3 days ago, at most 2 are allowed"),
        (asked(min_kappa=0.8), "has a kappa of 0.70 on 120 labelled answers, at least 0.8 is asked"),
        (asked(min_tpr=0.95), "has a TPR of 0.90"),
        (asked(min_tnr=0.95), "has a TNR of 0.80"),
        (replace(asked(min_tnr=0.5), judged=(replace(FACTS, tnr=None),)), "has a TNR of unknown"),
    ],
)  # fmt: skip
def test_a_judge_that_may_not_decide_leaves_nothing_measured_and_says_what_to_do(
    policy: Policy, why: str
) -> None:
    [finding] = untrusted(GRADERS, policy)
    assert finding.status is Status.NOT_MEASURED
    assert why in finding.because
    verdict = judge(compare(*sides(), policy), policy)
    assert verdict.status is Status.NOT_MEASURED
    assert verdict.findings[0] == finding


def test_what_was_allowed_for_is_told() -> None:
    found = compare(*sides(), POLICY).judges
    assert found is not None
    said = judge_sentence(found)
    assert said == (
        "tone sees 70.0 % of a difference; answers are 2.00 times as long, which alone may add +0.0 to +15.0 points; "
        "the bounds of quality allow for it"
    )
    plain = replace(found, judges=("a", "b"), length_high=0.0)
    assert judge_sentence(plain) == "a, b see 70.0 % of a difference; the bounds of quality allow for it"
    assert "judges" in {each.rule for each in judge(compare(*sides(), POLICY), POLICY).findings}


def planted_sides(
    faults: Planted, truths: tuple[float, float], longer: float = 1.0, *, many: int = 400, seed: int = 5
) -> tuple[Side, Side]:
    """Both sides as a planted judge scores them: how many answers are good, and how much longer the candidate's are."""
    chance = np.random.default_rng(seed)
    draws = chance.random(many)

    def one(share: float, times: float, name: str) -> Side:
        found: list[Observation] = []
        for number, draw in enumerate(draws):
            length = int(400 * times)
            likes = float(chance.random() < faults.likes(bool(draw < share), length, ""))
            score = None if chance.random() < faults.unreadable else likes
            found.append(
                replace(
                    observation(f"c{number:04}", score),
                    output_tokens=length,
                    missing=None if score is not None else "judge_error",
                )
            )
        return replace(side_of(found, name), graders=GRADERS)

    return one(truths[0], 1.0, "a"), one(truths[1], longer, "b")


def known(faults: Planted) -> Policy:
    """A gate that demands a calibrated judge, with what a calibration on 600 labels finds of this one."""
    found = calibrate_judge(judgings(faults, Answers(many=600), seed=2))
    assert found.lacking == ""
    assert found.agreement is not None
    assert found.agreement.tpr is not None
    assert found.agreement.tnr is not None
    assert found.length is not None
    slope = found.length.per_doubling
    facts = JudgeFacts(
        judge="tone",
        identity="v1",
        age_days=0,
        labelled=found.labelled,
        lacking=found.lacking,
        kappa=None,
        tpr=found.agreement.tpr.value,
        tnr=found.agreement.tnr.value,
        per_doubling=(slope.value, slope.lower, slope.upper),
    )
    return Policy(judges=JudgeRules(), judged=(facts,))


def decided(comparison_sides: tuple[Side, Side], policy: Policy) -> tuple[Comparison, Verdict]:
    comparison = compare(*comparison_sides, policy)
    return comparison, judge(comparison, policy)


FOND_OF_LENGTH = Planted(tpr=0.8, tnr=0.8, doubling=0.12)


def test_a_drop_behind_longer_answers_does_not_pass() -> None:
    told = planted_sides(FOND_OF_LENGTH, (0.8, 0.7), longer=2.0)
    assert judge(compare(*told, Policy()), Policy()).quality is Status.PASS
    comparison, verdict = decided(told, known(FOND_OF_LENGTH))
    assert verdict.quality is Status.INCONCLUSIVE
    assert comparison.judges is not None
    assert comparison.judges.length_high > 0.05


def test_shorter_answers_alone_are_no_regression() -> None:
    told = planted_sides(FOND_OF_LENGTH, (0.8, 0.8), longer=0.5)
    assert judge(compare(*told, Policy()), Policy()).quality is Status.REGRESSED
    assert decided(told, known(FOND_OF_LENGTH))[1].quality is Status.INCONCLUSIVE


def test_noise_makes_a_pass_undecided_and_never_a_regression() -> None:
    noisy = Planted(tpr=0.75, tnr=0.7)
    policy = known(noisy)
    found = [decided(planted_sides(noisy, (0.8, 0.8), seed=seed), policy) for seed in range(8)]
    assert [verdict.quality for _, verdict in found].count(Status.REGRESSED) <= 1
    comparison, verdict = decided(planted_sides(Planted(), (0.8, 0.8)), known(Planted()))
    assert verdict.quality is Status.PASS
    assert comparison.quality is not None
    lowers = [each.quality.lower for each, _ in found if each.quality is not None]
    assert sum(lowers) / 8 < comparison.quality.lower


def test_verdicts_that_cannot_be_read_are_missing_and_no_fails() -> None:
    few, many = (Planted(unreadable=share) for share in (0.01, 0.12))
    before, after = planted_sides(few, (0.9, 0.9))
    comparison, verdict = decided((before, after), known(few))
    assert comparison.candidate_score is not None
    assert comparison.candidate_score.mean > 0.85
    assert verdict.status is not Status.REGRESSED
    _, verdict = decided(planted_sides(many, (0.9, 0.9)), known(many))
    assert verdict.status is Status.NOT_MEASURED


def test_a_live_gate_asks_nothing_where_its_judge_is_not_calibrated() -> None:
    gate = Gate(
        before=cases((40, 1.0)), after=cases((40, 1.0)), policy=replace(Policy(), judges=JudgeRules())
    )
    start = gate.start()
    evidence = replace(
        start,
        candidate=replace(start.candidate, graders=GRADERS),
        bank=start.bank and replace(start.bank, graders=GRADERS),
    )
    step = next_step(evidence, gate.design(), gate.policy)
    assert isinstance(step, Decided)
    assert step.verdict.status is Status.NOT_MEASURED
    assert step.verdict.findings[0].rule == "judges"


@pytest.mark.sim
@pytest.mark.parametrize(
    "faults", [FOND_OF_LENGTH, Planted(tpr=0.75, tnr=0.7), Planted(tpr=0.9, tnr=0.85, doubling=-0.1)]
)
def test_planted_faults_flip_no_verdict(faults: Planted) -> None:
    """A true drop of twelve points never passes, and equal sides regress as seldom as alpha says."""
    policy = known(faults)
    passed = regressed = 0
    for seed in range(150):
        longer = (0.5, 1.0, 2.0)[seed % 3]
        passed += (
            decided(planted_sides(faults, (0.8, 0.68), longer, seed=seed), policy)[1].quality is Status.PASS
        )
        regressed += (
            decided(planted_sides(faults, (0.8, 0.8), longer, seed=seed), policy)[1].quality
            is Status.REGRESSED
        )
    assert passed <= 0.05 * 150, passed
    assert regressed <= 0.08 * 150, regressed
