"""The laws that no live gate may break."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from harness.compare.design import Design
from harness.compare.evidence import Evidence
from harness.compare.observation import Side
from harness.gate.step import Ask, Decided, Step, next_step
from harness.gate.verdict import Status
from harness.suite.policy import Looks, Policy, Repeats
from tests.gate.live import Gate, cases

ALONE = replace(Policy(), cost_margin=None, latency_margin=None, flips=199)
SMALL = replace(ALONE, looks=Looks(large=30, slice_samples=10, kill_every=5), min_slice_clusters=4)
RATE = st.sampled_from([0.0, 0.3, 0.9, 1.0, 1.0, 1.0])
RATES = st.lists(st.tuples(RATE, RATE), min_size=20, max_size=45)
slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    rates = draw(RATES)
    ids = [f"c{i:02}" for i in range(len(rates))]
    same = draw(st.sampled_from([(), ids]))
    before = {case: one for case, (one, _) in zip(ids, rates, strict=True)}
    after = {case: before[case] if case in same else two for case, (_, two) in zip(ids, rates, strict=True)}
    return Gate(
        before=before,
        after=after,
        policy=SMALL,
        tags={case: (f"t{i % 4}",) for i, case in enumerate(ids)},
        must_pass=frozenset(ids[:1]),
        bank=draw(st.sampled_from([0, 5])),
        repeats=draw(st.integers(1, 3)),
        seed=str(draw(st.integers(0, 99))),
    )


def driven(live: Gate, design: Design, evidence: Evidence) -> tuple[Decided, Evidence]:
    while True:
        step = next_step(evidence, design, live.policy)
        if isinstance(step, Decided):
            return step, evidence
        evidence = live.asked(step, evidence)


def shuffled(side: Side | None, draw: random.Random) -> Side | None:
    if side is None:
        return None
    return replace(side, observations=tuple(draw.sample(side.observations, len(side.observations))))


def both(sides: tuple[Side, Side] | None, draw: random.Random) -> tuple[Side, Side] | None:
    if sides is None:
        return None
    one, two = (shuffled(side, draw) or side for side in sides)
    return one, two


@slow
@given(gates(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_verdict(live: Gate, draw: random.Random) -> None:
    design = live.design()
    decided, evidence = driven(live, design, live.start())
    mixed = replace(
        evidence,
        candidate=shuffled(evidence.candidate, draw) or evidence.candidate,
        bank=shuffled(evidence.bank, draw),
        baseline=shuffled(evidence.baseline, draw),
        confirmation=both(evidence.confirmation, draw),
        rerun=both(evidence.rerun, draw),
    )
    again = next_step(mixed, design, live.policy)
    assert isinstance(again, Decided)
    assert again.verdict == decided.verdict


@slow
@given(gates())
def test_answers_after_the_deciding_look_change_no_verdict(live: Gate) -> None:
    design = live.design()
    decided, evidence = driven(live, design, live.start())
    more = live.asked(Ask(keys=open_keys(evidence, design)), evidence)
    again = next_step(more, design, live.policy)
    assert isinstance(again, Decided)
    assert again.verdict == decided.verdict


def open_keys(evidence: Evidence, design: Design) -> tuple[tuple[str, int], ...]:
    there = {(o.case_id, o.repeat) for o in evidence.candidate.observations}
    return tuple(key for key in design.order if key not in there)


@slow
@given(gates(), st.randoms(use_true_random=False))
def test_looking_in_between_changes_no_verdict(live: Gate, draw: random.Random) -> None:
    """Answers come a few at a time, in any order, and every few it is asked what comes next."""
    design, evidence = live.design(), live.start()
    step: Step = next_step(evidence, design, live.policy)
    while not isinstance(step, Decided):
        if isinstance(step, Ask):
            some = draw.sample(step.keys, min(len(step.keys), draw.randint(1, 20)))
            step = Ask(keys=tuple(some))
        evidence = live.asked(step, evidence)
        step = next_step(evidence, design, live.policy)
    at_once, _ = driven(live, design, live.start())
    assert step.verdict == at_once.verdict


@slow
@given(gates(), st.data())
def test_whatever_is_lost_it_ends_and_is_never_better_for_it(live: Gate, data: st.DataObject) -> None:
    design, evidence = live.design(), live.start()
    share = data.draw(st.sampled_from([0, 3, 40]))
    draw = data.draw(st.randoms(use_true_random=False))

    def torn(side: Side) -> Side:
        rows = [
            replace(o, score=None, missing="timeout") if draw.randrange(100) < share else o
            for o in side.observations
        ]
        return live.side(rows, side.run_id)

    step = next_step(evidence, design, live.policy)
    for _ in range(20):
        if isinstance(step, Decided):
            break
        evidence = live.asked(step, evidence)
        evidence = replace(
            evidence,
            candidate=torn(evidence.candidate),
            confirmation=evidence.confirmation and (evidence.confirmation[0], torn(evidence.confirmation[1])),
            rerun=evidence.rerun and (evidence.rerun[0], torn(evidence.rerun[1])),
        )
        step = next_step(evidence, design, live.policy)
    assert isinstance(step, Decided)
    if share == 40:
        assert step.verdict.status is not Status.PASS


@slow
@given(gates())
def test_a_verdict_is_the_worst_of_its_findings(live: Gate) -> None:
    verdict = live.run().verdict
    order = list(Status)
    assert order.index(verdict.status) == min(order.index(f.status) for f in verdict.findings)
    assert (verdict.label is None) or verdict.status is Status.PASS
    parts = {verdict.quality, verdict.cost, *(status for _, status in verdict.slices)} - {None}
    assert verdict.status is not Status.PASS or parts == {Status.PASS}


@slow
@given(gates(), st.data())
def test_at_a_single_look_a_worse_candidate_never_passes_where_a_better_one_did_not(
    live: Gate, data: st.DataObject
) -> None:
    """With several looks that cannot be promised: a drop so mixed that the first look no longer sees it."""
    live.policy = replace(SMALL, looks=None, confirm=None, rerun=None, slices=False)
    design = live.design()
    decided, evidence = driven(live, design, live.start())
    assume(decided.verdict.status is not Status.PASS)
    rows = evidence.candidate.observations
    worse = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1, max_size=9))
    lowered = [replace(o, score=0.0) if i in worse else o for i, o in enumerate(rows)]
    step = next_step(replace(evidence, candidate=live.side(lowered, "candidate")), design, live.policy)
    assert isinstance(step, Decided)
    assert step.verdict.status is not Status.PASS


@pytest.mark.parametrize("bank", [0, 5, 10])
@pytest.mark.parametrize("repeats", [1, 5])
@pytest.mark.parametrize("rate", [0.0, 1.0])
@pytest.mark.parametrize(
    "policy",
    [
        ALONE,
        replace(ALONE, looks=None),
        replace(ALONE, confirm=None),
        replace(ALONE, rerun=None),
        replace(ALONE, quality_margin=0.1),
        replace(ALONE, repeats=Repeats(mean=5, least=5)),
    ],
)
def test_five_equal_cases_are_inconclusive_in_every_mode(
    bank: int, repeats: int, rate: float, policy: Policy
) -> None:
    rates = cases((5, rate))
    live = Gate(before=rates, after=rates, policy=policy, bank=bank, repeats=repeats)
    assert live.run().verdict.status is Status.INCONCLUSIVE


def test_equal_evidence_and_seeds_have_equal_designs_and_verdicts() -> None:
    rates = cases((40, 0.9))
    one, two = (Gate(before=rates, after=rates, policy=ALONE) for _ in range(2))
    assert one.design() == two.design()
    assert one.run() == two.run()
