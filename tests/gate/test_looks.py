"""Looks are taken in order, and what is missing or came to a stop decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.compare.arrays import lay_out
from harness.compare.design import Design
from harness.compare.evidence import Evidence, Key
from harness.compare.observation import Observation, Side
from harness.gate.ended import how_far
from harness.gate.killing import Kill, watch
from harness.gate.screen import Rules, screen, stopped_at
from harness.gate.step import Ask, Decided, next_step
from harness.gate.verdict import Status
from harness.suite.policy import Looks, Policy, Repeats
from tests.compare.build import observation
from tests.gate.live import Gate, cases

ALONE = replace(Policy(), cost_margin=None, latency_margin=None, repeats=Repeats(mean=2.5))
Lose = Callable[[int, Observation], Observation]


def lost(row: Observation, why: str = "timeout") -> Observation:
    return replace(row, score=None, missing=why)


def answered(live: Gate, entries: int, lose: Lose = lambda _, row: row) -> tuple[Evidence, Design]:
    """The first entries of the order, some of them lost."""
    design, evidence = live.design(), live.start()
    keys = design.order[:entries]

    def torn(side: Side) -> Side:
        places = {key: i for i, key in enumerate(keys)}
        return live.side(
            [lose(places[row.case_id, row.repeat], row) for row in side.observations], side.run_id
        )

    candidate = torn(live.more(evidence.candidate, keys, live.after))
    if evidence.baseline is None:
        return replace(evidence, candidate=candidate), design
    baseline = live.more(evidence.baseline, keys, live.before)
    return replace(evidence, candidate=candidate, baseline=baseline), design


def alone(**fields: object) -> Gate:
    return Gate(policy=ALONE, **fields)  # type: ignore[arg-type]  # named by the test


def test_what_has_not_ended_is_asked_for_in_the_order_of_the_design() -> None:
    live = alone(before=cases((40, 1.0)), after=cases((40, 1.0)))
    evidence, design = answered(live, 40)
    holes = {design.order[3], design.order[7]}
    left = [o for o in evidence.candidate.observations if (o.case_id, o.repeat) not in holes]
    step = next_step(replace(evidence, candidate=live.side(left, "candidate")), design, ALONE)
    assert step == Ask(keys=(design.order[3], design.order[7]))


def test_without_a_bank_both_sides_have_to_have_ended() -> None:
    live = alone(before=cases((40, 1.0)), after=cases((40, 1.0)), bank=0)
    evidence, design = answered(live, 40)
    assert evidence.baseline is not None
    behind = live.side(evidence.baseline.observations[:-1], "baseline")
    assert how_far(evidence, design).through == 40
    assert how_far(replace(evidence, baseline=behind), design).through == 39


def test_a_few_lost_answers_decide_nothing() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 1.0)))
    evidence, design = answered(live, 100, lambda i, row: lost(row) if i == 5 else row)
    step = next_step(evidence, design, ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is Status.PASS
    assert step.comparison.missing_candidate == pytest.approx(0.01)


def test_lost_answers_that_could_hide_a_drop_keep_a_look_from_passing() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 1.0)))
    evidence, design = answered(live, 100, lambda i, row: lost(row) if i < 5 else row)
    assert isinstance(next_step(evidence, design, ALONE), Ask)


def test_a_look_with_too_much_missing_waits_for_the_next_one() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 1.0)))
    evidence, design = answered(live, 100, lambda i, row: lost(row) if i < 10 else row)
    assert isinstance(next_step(evidence, design, ALONE), Ask)
    evidence, design = answered(live, 250, lambda i, row: lost(row) if i < 100 else row)
    step = next_step(evidence, design, ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is Status.NOT_MEASURED


def test_a_run_that_stopped_after_a_look_says_what_that_look_saw() -> None:
    rates = cases((60, 0.9))
    live = alone(before=rates, after=rates)
    evidence, design = answered(
        live,
        len(live.design().order),
        lambda i, row: lost(row, "skipped: over_budget") if i >= 70 else row,
    )
    step = next_step(evidence, design, ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is Status.INCONCLUSIVE
    told = [finding.because for finding in step.verdict.findings if finding.rule == "missing"]
    assert len(told) == 1
    assert told[0].startswith("the run stopped after look 1 of ")
    assert told[0].endswith(", with 60 of 150 planned answers and nothing decided; resume it")
    assert len(step.comparison.candidate.observations) == 60
    assert step.verdict.sequential is not None
    assert step.verdict.sequential.cut_short


def test_a_run_that_stopped_before_any_look_has_measured_nothing() -> None:
    rates = cases((60, 0.9))
    live = alone(before=rates, after=rates)
    evidence, design = answered(
        live,
        len(live.design().order),
        lambda i, row: lost(row, "skipped: over_budget") if i >= 30 else row,
    )
    step = next_step(evidence, design, ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is Status.NOT_MEASURED


def test_where_every_answer_is_lost_nothing_is_measured() -> None:
    rates = cases((30, 1.0))
    live = alone(before=rates, after=rates)
    evidence, design = answered(live, len(live.design().order), lambda _, row: lost(row))
    step = next_step(evidence, design, ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is Status.NOT_MEASURED
    assert step.comparison.quality is None


def test_a_pass_waits_for_the_samples_of_every_slice() -> None:
    rates = cases((100, 1.0))
    tags = {case: (f"t{i % 10}",) for i, case in enumerate(rates)}
    live = alone(before=rates, after=rates, tags=tags)
    verdict = live.run().verdict
    assert verdict.status is Status.PASS
    assert live.calls == 200
    few = alone(before=rates, after=rates, tags=tags)
    few.policy = replace(ALONE, looks=Looks(slice_samples=10))
    assert few.run().verdict.status is Status.PASS
    assert few.calls == 100


def test_a_pass_waits_for_the_must_pass_cases() -> None:
    rates = cases((400, 1.0))
    live = alone(before=rates, after=rates, models=("one", "another"), must_pass=frozenset({"c000"}))
    assert live.run().verdict.status is Status.PASS
    design = live.design()
    assert live.calls > design.order.index(("c000", 1))


def test_without_a_guard_of_single_cases_a_pass_waits_for_none() -> None:
    rates = cases((400, 1.0))
    live = alone(before=rates, after=rates, must_pass=frozenset({"c000"}))
    live.policy = replace(ALONE, rerun=None)
    assert live.run().verdict.status is Status.PASS
    assert live.calls < 400


def test_too_few_cases_are_never_killed() -> None:
    live = alone(before=cases((19, 1.0)), after=cases((19, 0.0)))
    verdict = live.run().verdict
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.sequential is not None
    assert (verdict.sequential.killed_at, verdict.sequential.e_value) == (None, 1.0)


def watched(live: Gate, entries: int, lose: Lose = lambda _, row: row) -> Kill:
    evidence, design = answered(live, entries, lose)
    return watch(lay_out(evidence, design), entries, design, live.policy)


def test_the_kill_switch_looks_only_after_so_many_pairs() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 0.0)))
    found = watched(live, 100)
    assert found.after == found.pairs == 20
    assert watched(live, 19).after is None
    assert watched(live, 19).pairs == 10


def test_the_kill_switch_skips_lost_answers_and_counts_a_cluster_once() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 0.0)), bank=0)
    found = watched(live, 60, lambda i, row: lost(row) if i % 2 else row)
    assert (found.after, found.pairs) == (39, 20)
    evidence, design = answered(live, 60)
    clustered = [replace(o, cluster=f"k{int(o.case_id[1:]) // 2}") for o in evidence.candidate.observations]
    layout = lay_out(replace(evidence, candidate=live.side(clustered, "candidate")), design)
    found = watch(layout, 60, design, ALONE)
    assert found.pairs == 20
    assert (found.after or 0) > 20


def test_the_kill_switch_waits_where_too_much_is_missing() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 0.0)))
    evidence, design = answered(live, 60, lambda i, row: lost(row) if i % 2 else row)
    assert isinstance(next_step(evidence, design, ALONE), Ask)
    kill = watch(lay_out(evidence, design), 60, design, ALONE)
    assert kill.after is not None
    assert (
        stopped_at(kill, how_far(evidence, design), ALONE) is None
    )  # or the asking would end, and decide nothing


def test_light_cases_bet_less() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 0.0)))
    evidence, design = answered(live, 100)
    light = [replace(o, weight=0.2) for o in evidence.candidate.observations]
    heavy = replace(design, heaviest=1.0)
    found = watch(
        lay_out(replace(evidence, candidate=live.side(light, "candidate")), heavy), 100, heavy, ALONE
    )
    assert found.pairs > 20


def test_a_design_without_looks_is_refused() -> None:
    live = alone(before=cases((30, 1.0)), after=cases((30, 1.0)))
    evidence, design = answered(live, 30)
    rules = Rules(design=replace(design, looks=()), policy=ALONE, first_asked=frozenset())
    kill = Kill(after=None, pairs=0, e_value=1.0)
    with pytest.raises(ValueError, match="without looks"):
        screen(lay_out(evidence, design), how_far(evidence, design), kill, rules)


def test_cases_that_the_suite_no_longer_asks_are_told() -> None:
    rates = cases((60, 1.0))
    live = alone(before=rates, after=dict.fromkeys(list(rates)[:40], 1.0))
    step = live.run()
    assert step.verdict.status is Status.INCONCLUSIVE
    assert step.comparison.kept == pytest.approx(40 / 60)
    assert "coverage" in {finding.rule for finding in step.verdict.findings}


def test_repeats_of_no_plan_change_nothing() -> None:
    live = alone(before=cases((100, 1.0)), after=cases((100, 1.0)))
    evidence, design = answered(live, 100)
    beyond: list[Key] = [("c000", 77), ("c001", 78)]
    rows = [*evidence.candidate.observations, *(observation(case, 0.0, repeat=k) for case, k in beyond)]
    more = replace(evidence, candidate=live.side(rows, "candidate"))
    assert next_step(more, design, ALONE) == next_step(evidence, design, ALONE)
