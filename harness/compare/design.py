"""What a live gate will ask, in what order, and when it looks at the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from harness.compare.allocation import History, allocate, drawn, history_of
from harness.compare.boundaries import boundaries, spent
from harness.compare.evidence import Key
from harness.compare.tagging import Grouping, group_tags
from harness.suite.policy import Looks, Policy

ROUNDED = 0.01
"""Information is planned, not measured: fractions are rounded to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """What a design needs to know of a case."""

    case_id: str
    tags: tuple[str, ...] = ()
    cluster: str
    weight: float = 1.0
    must_pass: bool = False
    repeats: int | None = None
    """How often it is asked where no bank says how often; None: as often as the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the numbers, once the first `after` entries of the order have ended."""

    after: int
    fraction: float
    """Information in (0, 1]: the variance planned for the last look over that planned for this one."""
    z_regress: float
    """A drop is flagged where its one-sided p is at most Phi(-z); infinite: never at this look."""
    z_pass: float
    """Harm beyond the margin is excluded where its one-sided p is at most Phi(-z)."""
    slice_alpha: float
    """A slice is flagged where its adjusted p is at most this: what this look adds to the errors spent."""
    wave: int
    """Repeats that the cases have had by then, or as many as they get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Fixed before anything is asked. Equal cases, bank, policy and seed give an equal design."""

    repeats: Mapping[str, int]
    """How often each case is asked at most, by case id; each at least 1."""
    order: tuple[Key, ...]
    """Every (case, repeat) in the order of asking, repeats from 1. Without a bank each entry stands for two trials:
    one of either side."""
    looks: tuple[Look, ...]
    """In order; the last one comes after the whole order."""
    banked: bool
    """Whether old samples stand for the baseline, so that the candidate alone is asked."""
    seed: str
    slices: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The slices that are tested, with the ids of their cases: those that the baseline is known to have as well."""
    slices_untested: tuple[str, ...] = ()
    """Tags with too few clusters to be tested, alone or merged into `other`."""
    clusters: int = 0
    """Independent cases among those that the baseline is known to have as well."""
    heaviest: float = 1.0
    """The largest weight of a case."""
    must_pass: frozenset[str] = frozenset()
    """Ids of the cases that must never fail: no PASS before each of them was asked."""


def design_of(
    cases: Sequence[PlannedCase],
    *,
    bank: Mapping[str, Sequence[float]] | None,
    policy: Policy,
    seed: str,
    repeats: int,
) -> Design:
    """What to ask of these cases, and when to look.

    `bank` holds the measured scores of the baseline's old samples by case id; None: both sides are asked, every
    case as often as it says, or else `repeats` times. With a bank the policy's `repeats` say how often, and history which case how often
    (STATISTICS 12.5); a case the bank does not hold cannot be compared, and is asked as seldom as any.
    Raises ValueError for no cases, or for repeats below 1.
    """
    if not cases or repeats < 1:
        raise ValueError("a design needs at least one case and one repeat")
    known = {case: history_of(scores) for case, scores in (bank or {}).items() if scores}
    shared = [case for case in cases if bank is None or case.case_id in known]
    groups = _slices(shared, policy)
    slices = {
        name: tuple(sorted(shared[i].case_id for i in places)) for name, places in groups.members.items()
    }
    asked = (
        {case.case_id: case.repeats or repeats for case in cases}
        if bank is None
        else _by_history(cases, known, slices, policy, seed)
    )
    most = max(asked.values())
    waves = (most,) if policy.looks is None else _waves(policy.looks, most)
    return Design(
        repeats=asked,
        order=tuple(
            chain.from_iterable(_wave(seed, asked, low, high) for low, high in pairwise((0, *waves)))
        ),
        looks=_looks(_Plan(cases=cases, known=known, repeats=asked, banked=bank is not None), policy, waves),
        banked=bank is not None,
        seed=seed,
        slices=slices,
        slices_untested=groups.untested,
        clusters=len({case.cluster for case in shared}),
        heaviest=max(case.weight for case in cases),
        must_pass=frozenset(case.case_id for case in cases if case.must_pass),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    cases: Sequence[PlannedCase]
    known: Mapping[str, History]
    repeats: Mapping[str, int]
    banked: bool


def _slices(cases: Sequence[PlannedCase], policy: Policy) -> Grouping:
    if not policy.slices:
        return Grouping(members={}, untested=())
    return group_tags(
        [case.tags for case in cases], [case.cluster for case in cases], policy.min_slice_clusters
    )


def _by_history(
    cases: Sequence[PlannedCase],
    known: Mapping[str, History],
    slices: Mapping[str, tuple[str, ...]],
    policy: Policy,
    seed: str,
) -> dict[str, int]:
    rules = policy.repeats
    tested = frozenset(chain.from_iterable(slices.values()))
    least = {
        case.case_id: max(rules.least, rules.least_in_slice) if case.case_id in tested else rules.least
        for case in cases
    }
    history = {case.case_id: known[case.case_id] for case in cases if case.case_id in known}
    return allocate(history, least, most=rules.most, mean=rules.mean, seed=seed)


def _waves(looks: Looks, most: int) -> tuple[int, ...]:
    """The policy's waves below the most repeats of any case, and that."""
    return (*sorted({wave for wave in looks.waves if wave < most}), most)


def _wave(seed: str, repeats: Mapping[str, int], low: int, high: int) -> list[Key]:
    """Repeats above `low` up to `high`, in an order that only the seed and the keys decide.

    So whatever happens while they are asked hits no kind of case more than another.
    """
    keys = [(case, k) for case, most in repeats.items() for k in range(low + 1, min(most, high) + 1)]
    return sorted(keys, key=lambda key: (drawn(seed, *key), key))


def _looks(plan: _Plan, policy: Policy, waves: tuple[int, ...]) -> tuple[Look, ...]:
    """After every wave, and within the first one of a large suite."""
    final = _variance(plan, waves[-1])
    ends = [
        (
            sum(min(k, wave) for k in plan.repeats.values()),
            final / _variance(plan, wave) if final else wave / waves[-1],
            wave,
        )
        for wave in waves
    ]
    first = ends[0]
    rules = policy.looks
    if rules is not None and len(plan.cases) >= rules.large:
        parts = [share for share in sorted(rules.within_first) if 0 < share < 1]
        ends[:0] = [(math.ceil(share * first[0]), share * first[1], first[2]) for share in parts]
    fractions = [max(ROUNDED, round(fraction / ROUNDED) * ROUNDED) for _, fraction, _ in ends]
    fractions = [round(min(1.0, fraction), 9) for fraction in (*fractions[:-1], 1.0)]
    regress = boundaries(fractions, policy.alpha, "squared")
    passing = boundaries(fractions, policy.alpha, "pocock")
    used = [0.0, *(spent(fraction, policy.alpha, "squared") for fraction in fractions)]
    return tuple(
        Look(
            after=after,
            fraction=fractions[i],
            z_regress=regress[i],
            z_pass=passing[i],
            slice_alpha=used[i + 1] - used[i],
            wave=wave,
        )
        for i, (after, _, wave) in enumerate(ends)
    )


def _variance(plan: _Plan, wave: int) -> float:
    """What is planned for the variance of the mean difference once every case had `wave` answers.

    Over cases that can be compared: w^2 v (1/bank + 1/K), v expected by history. A bank does not grow while the
    candidate is asked, so its part stays, and early looks hold a larger share of the information than of the
    answers. Without a bank both sides grow, and nothing tells the cases apart: w^2 (1/K + 1/K).
    """
    if not plan.banked:
        return math.fsum(case.weight**2 * 2 / min(plan.repeats[case.case_id], wave) for case in plan.cases)
    return math.fsum(
        case.weight**2 * old.variance * (1 / old.answers + 1 / min(plan.repeats[case.case_id], wave))
        for case in plan.cases
        if (old := plan.known.get(case.case_id)) is not None
    )
