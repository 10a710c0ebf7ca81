"""A live gate from the first question to the verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.observation import DECIDED
from harness.gate.step import Ask, Confirm, Decided, Rerun, next_step
from harness.gate.verdict import Status, Verdict
from harness.suite import policy
from harness.suite.policy import Looks, Policy, Repeats
from tests.compare.build import observation
from tests.gate.live import Gate, cases

ALONE = replace(
    Policy(),
    cost_margin=None,
    latency_margin=None,
    repeats=Repeats(mean=2.5),
    confirm=policy.Confirm(repeats=3),
)
PASS, REGRESSED, INCONCLUSIVE, NOT_MEASURED = (
    Status.PASS,
    Status.REGRESSED,
    Status.INCONCLUSIVE,
    Status.NOT_MEASURED,
)


def gate(before: dict[str, float], after: dict[str, float] | None = None, **fields: object) -> Gate:
    return Gate(before=before, after=after or before, policy=ALONE, **fields)  # type: ignore[arg-type]  # named by the test


def statuses(verdict: Verdict) -> dict[str, Status]:
    return {finding.rule: finding.status for finding in verdict.findings}


def test_a_good_suite_passes_after_one_wave() -> None:
    live = gate(cases((100, 1.0)))
    verdict = live.run().verdict
    assert verdict.status is PASS
    assert live.calls == 100
    assert [type(step) for step in live.steps] == [Ask, Decided]
    assert verdict.sequential is not None
    assert (verdict.sequential.look, verdict.sequential.asked, verdict.sequential.stopped_early) == (
        1,
        100,
        True,
    )
    assert verdict.sequential.saved == 150


def test_without_a_bank_both_sides_are_asked() -> None:
    live = gate(cases((100, 1.0)), bank=0)
    verdict = live.run().verdict
    assert verdict.status is PASS
    assert live.calls == 200
    assert verdict.sequential is not None
    assert (verdict.sequential.asked, verdict.sequential.saved) == (200, 400)


@pytest.mark.parametrize("bank", [0, 10])
@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_five_equal_cases_prove_nothing(bank: int, rate: float) -> None:
    assert gate(cases((5, rate)), bank=bank).run().verdict.status is INCONCLUSIVE


def test_a_drop_that_shows_again_is_a_regression() -> None:
    live = gate(cases((100, 0.95)), cases((100, 0.85)))
    verdict = live.run().verdict
    assert verdict.status is REGRESSED
    assert statuses(verdict)["quality"] is REGRESSED
    assert verdict.confirmation is not None
    assert verdict.confirmation.confirmed
    assert verdict.confirmation.baseline_answers == verdict.confirmation.candidate_answers == 300
    (confirm,) = [step for step in live.steps if isinstance(step, Confirm)]
    assert confirm.hypotheses == ("quality",)
    assert set(confirm.repeats.values()) == {3}
    assert "confirmed:" in next(f.because for f in verdict.findings if f.rule == "quality")


def test_a_drop_against_a_stale_bank_alone_blocks_nothing() -> None:
    live = gate(cases((100, 0.83)), banked=cases((100, 0.95)), seed="2")
    verdict = live.run().verdict
    assert verdict.status is INCONCLUSIVE
    assert statuses(verdict)["confirm"] is INCONCLUSIVE
    assert verdict.quality is INCONCLUSIVE
    assert verdict.bank is not None
    assert verdict.bank.stale
    assert verdict.bank.difference < -0.05
    assert verdict.decide is None
    assert "against old answers that are stale" in next(
        f.because for f in verdict.findings if f.rule == "confirm"
    )


def test_where_the_bank_is_stale_fresh_answers_have_to_prove_a_drop_alone() -> None:
    live = gate(cases((100, 0.7)), banked=cases((100, 0.95)))
    live.after = cases((100, 0.6))
    verdict = live.run().verdict
    assert verdict.bank is not None
    assert verdict.bank.stale
    assert verdict.confirmation is not None
    assert verdict.confirmation.alpha == ALONE.alpha / len(verdict.confirmation.hypotheses)
    live = gate(cases((100, 0.95)), cases((100, 0.8)))
    fresh = live.run().verdict.confirmation
    assert fresh is not None
    assert fresh.alpha == 0.1


def test_a_confirmation_that_was_cut_short_leads_to_nothing_else() -> None:
    live = gate(cases((100, 0.95)), cases((100, 0.8)))
    design, evidence = live.design(), live.start()
    step = next_step(evidence, design, live.policy)
    while not isinstance(step, Confirm):
        assert isinstance(step, Ask)
        evidence = live.asked(step, evidence)
        step = next_step(evidence, design, live.policy)
    both = live.asked(step, evidence).confirmation
    assert both is not None
    cut = [
        replace(
            each,
            observations=tuple(
                replace(o, score=None, missing="skipped: budget") if i > 5 else o
                for i, o in enumerate(each.observations)
            ),
        )
        for each in both
    ]
    decided = next_step(replace(evidence, confirmation=(cut[0], cut[1])), design, live.policy)
    assert isinstance(decided, Decided)
    verdict = decided.verdict
    assert (verdict.status, verdict.reruns, verdict.decide) == (INCONCLUSIVE, (), None)
    assert verdict.confirmation is not None
    assert verdict.confirmation.lacking.startswith(f"{verdict.confirmation.wanted - 6} of ")
    assert "is unconfirmed so far" in next(f.because for f in verdict.findings if f.rule == "confirm")


def test_without_confirmation_a_drop_blocks_at_once() -> None:
    live = gate(cases((100, 0.95)), cases((100, 0.8)))
    live.policy = replace(ALONE, confirm=None)
    verdict = live.run().verdict
    assert verdict.status is REGRESSED
    assert verdict.confirmation is None
    assert not any(isinstance(step, Confirm) for step in live.steps)


def catastrophe(bank: int) -> Gate:
    return gate(cases((100, 1.0)), cases((100, 0.1)), bank=bank)


def test_a_catastrophe_beside_the_baseline_needs_no_look_and_no_confirmation() -> None:
    live = catastrophe(bank=0)
    design = live.design()
    evidence = live.asked(Ask(keys=design.order[:30]), live.start())
    step = next_step(evidence, design, ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is REGRESSED
    assert step.verdict.sequential is not None
    assert step.verdict.sequential.killed_at == step.comparison.quality.n == 20  # type: ignore[union-attr]  # there is
    assert step.verdict.sequential.look == 0
    assert step.verdict.sequential.e_value >= 100
    assert step.verdict.findings[0].because.startswith(
        "stopped after 20 cases: -80.0 points on average; e-value 1,0"
    )
    assert next_step(live.asked(Ask(keys=design.order[30:100]), evidence), design, ALONE) == step


def test_a_catastrophe_against_old_answers_is_looked_at_afresh_once() -> None:
    live = catastrophe(bank=10)
    verdict = live.run().verdict
    assert verdict.status is REGRESSED
    (confirm,) = [step for step in live.steps if isinstance(step, Confirm)]
    assert set(confirm.repeats.values()) == {1}
    assert len(confirm.repeats) == 20
    assert verdict.confirmation is not None
    live = catastrophe(bank=10)
    live.policy = replace(ALONE, confirm=None)
    assert live.run().verdict.status is REGRESSED
    assert not any(isinstance(step, Confirm) for step in live.steps)


def test_a_catastrophe_of_the_provider_blocks_nobody() -> None:
    live = gate(cases((100, 0.3)), banked=cases((100, 1.0)))
    verdict = live.run().verdict
    assert verdict.status is INCONCLUSIVE
    assert verdict.bank is not None
    assert verdict.bank.stale
    assert not any(isinstance(step, Rerun) for step in live.steps)


def test_a_slice_that_broke_is_found_behind_a_good_mean() -> None:
    rates = cases((200, 0.95))
    tags = {case: (("urdu",) if i % 10 == 0 else ("plain",)) for i, case in enumerate(rates)}
    worse = {case: 0.3 if tags[case] == ("urdu",) else 0.99 for case in rates}
    live = gate(rates, worse, tags=tags)
    verdict = live.run().verdict
    assert verdict.status is REGRESSED
    assert dict(verdict.slices)["urdu"] is REGRESSED
    (confirm,) = [step for step in live.steps if isinstance(step, Confirm)]
    assert confirm.hypotheses == ("slice: urdu",)
    assert set(confirm.repeats) == {case for case in rates if tags[case] == ("urdu",)}
    assert set(confirm.repeats.values()) == {5}


def test_a_single_case_that_broke_is_asked_again_and_found() -> None:
    rates = cases((100, 1.0))
    live = gate(rates, {**rates, "c042": 0.0})
    verdict = live.run().verdict
    assert verdict.status is REGRESSED
    assert statuses(verdict)["case: c042"] is REGRESSED
    assert verdict.quality is PASS
    asked = [dict(step.repeats) for step in live.steps if isinstance(step, Rerun)]
    assert asked == [{"c042": 2}, {"c042": 4}, {"c042": 8}]
    (rerun,) = verdict.reruns
    assert (rerun.candidate, rerun.baseline, rerun.baseline_answers, rerun.regressed) == (0.0, 1.0, 8, True)


def test_nothing_about_single_cases_is_held_against_another_model() -> None:
    rates = cases((100, 1.0))
    live = gate(rates, {**rates, "c042": 0.0}, models=("one", "another"))
    verdict = live.run().verdict
    assert verdict.status is PASS
    assert not any(isinstance(step, Rerun) for step in live.steps)


def test_a_must_pass_case_blocks_whatever_the_model() -> None:
    rates = cases((100, 1.0))
    live = gate(
        rates, {**rates, "c042": 0.0}, models=("one", "another"), must_pass=frozenset({"c042", "c043"})
    )
    verdict = live.run().verdict
    assert verdict.status is REGRESSED
    assert statuses(verdict)["case: c042"] is REGRESSED
    assert [dict(step.repeats) for step in live.steps if isinstance(step, Rerun)] == [{"c042": 3}]


def test_what_cannot_be_compared_is_not_asked() -> None:
    live = gate(cases((30, 1.0)))
    evidence = live.start()
    other = replace(evidence, candidate=replace(evidence.candidate, graders='{"equals": 2}'))
    step = next_step(other, live.design(), ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is NOT_MEASURED


def test_evidence_of_another_design_is_refused() -> None:
    banked, fresh = gate(cases((30, 1.0))), gate(cases((30, 1.0)), bank=0)
    with pytest.raises(ValueError, match="must both have a bank"):
        next_step(banked.start(), fresh.design(), ALONE)
    with pytest.raises(ValueError, match="either a bank or fresh samples"):
        next_step(replace(banked.start(), bank=None), banked.design(), ALONE)


def test_answers_that_a_verdict_did_not_need_are_asked_for_where_another_does() -> None:
    live = gate(cases((30, 1.0)))
    design = live.design()
    skipped = [
        replace(observation(case, None, repeat=repeat), missing=DECIDED) for case, repeat in design.order[30:]
    ]
    evidence = replace(
        live.start(),
        candidate=live.side(
            [*live.more(live.start().candidate, design.order[:30], live.after).observations, *skipped],
            "candidate",
        ),
    )
    step = next_step(evidence, design, ALONE)
    assert isinstance(step, Ask)
    assert not set(step.keys) & set(design.order[:30])


def test_one_look_is_taken_where_the_policy_wants_one() -> None:
    live = gate(cases((100, 1.0)))
    live.policy = replace(ALONE, looks=None)
    verdict = live.run().verdict
    assert verdict.status is PASS
    assert verdict.sequential is not None
    assert (verdict.sequential.planned, verdict.sequential.saved) == (1, 0)


def test_a_large_suite_may_stop_within_its_first_wave_where_single_cases_do_not_block() -> None:
    live = gate(cases((400, 1.0)), models=("one", "another"))
    live.policy = replace(ALONE, looks=Looks(large=200))
    verdict = live.run().verdict
    assert verdict.status is PASS
    assert live.calls < 400
    live = gate(cases((400, 1.0)))
    assert live.run().verdict.status is PASS
    assert live.calls == 400
