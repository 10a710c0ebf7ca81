"""The looks of a live gate, taken in order: the first one that decides counts, whatever came in after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from harness.compare.arrays import Layout
from harness.compare.design import Design, Look
from harness.compare.glance import Glance, Levels, glance
from harness.compare.quality import Quality
from harness.gate.ended import Ended
from harness.gate.killing import Kill
from harness.gate.parts import LookTaken
from harness.gate.statuses import quality_status, slice_status
from harness.gate.verdict import Status
from harness.suite.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Nothing is decided yet."""

    until: int
    """Entries of the order that the next look waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Where the looks ended, and what was seen there."""

    after: int
    """Entries of the order that the verdict is made from."""
    look: int
    """Number of the look, from 1; 0: the kill-switch came before any."""
    taken: tuple[LookTaken, ...]
    glance: Glance
    killed: bool = False
    """Whether the kill-switch ended it."""
    cut_short: bool = False
    """Whether the run stopped for good before a look decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the looks are taken by."""

    design: Design
    policy: Policy
    first_asked: frozenset[str]
    """Cases that have to be asked once before a PASS: nothing else would see that one of them broke."""


def screen(layout: Layout, ended: Ended, kill: Kill, rules: Rules) -> Screened | Waiting:
    """The first look that decides, or what the next one waits for.

    A look is taken when every entry up to it has ended, so later answers never change it. The last look always
    decides. Where a run stopped for good, what the last whole look saw is all there is.
    """
    design, policy = rules.design, rules.policy
    seen: Screened | None = None
    for number, look in enumerate(design.looks, 1):
        stop = _stops(kill, look, ended, policy)
        if stop is not None:
            return _killed(layout, stop, seen, rules)
        if ended.through < look.after:
            return Waiting(until=look.after)
        torn = ended.is_too_much_missing(look.after, policy.max_missing)
        if torn and seen is not None and ended.skipped[look.after]:
            return replace(seen, cut_short=True)
        now = glance(layout, look.after, levels_of(look), policy, design.seed)
        taken = (*(seen.taken if seen else ()), _taken(look, now, policy))
        seen = Screened(after=look.after, look=number, taken=taken, glance=now)
        if look is design.looks[-1] or (not torn and _decides(now, look, rules)):
            return seen
    raise ValueError("a design without looks decides nothing")


def _stops(kill: Kill, look: Look, ended: Ended, policy: Policy) -> int | None:
    """Where the kill-switch comes before a look."""
    after = stopped_at(kill, ended, policy)
    return None if after is None or after >= look.after else after


def stopped_at(kill: Kill, ended: Ended, policy: Policy) -> int | None:
    """Where the kill-switch ends everything; None: it does not. Where too much is missing it leaves it to the looks."""
    if kill.after is None or ended.is_too_much_missing(kill.after, policy.max_missing):
        return None
    return kill.after


def levels_of(look: Look) -> Levels:
    """The errors that a look may make, from its boundaries."""
    from scipy.special import ndtr

    return Levels(
        passing=float(ndtr(-look.z_pass)), regress=float(ndtr(-look.z_regress)), slices=look.slice_alpha
    )


def flagged(seen: Glance, policy: Policy) -> tuple[str, ...]:
    """What regressed at this look, by the names of rules; nothing where too few cases prove nothing."""
    if seen.quality is None or seen.quality.clusters < policy.min_cases:
        return ()
    statuses = [_status(seen.quality, policy), _status(seen.quality_at_worst, policy)]
    overall = ("quality",) if set(statuses) == {Status.REGRESSED} else ()
    slices = [part.slice for part in seen.slices if slice_status(part, policy) is Status.REGRESSED]
    return (*overall, *(f"slice: {name}" for name in slices))


def _decides(seen: Glance, look: Look, rules: Rules) -> bool:
    """PASS where nothing more could be found and nothing that is missing could matter; or something regressed."""
    policy = rules.policy
    if flagged(seen, policy):
        return True
    if seen.quality is None or seen.quality.clusters < policy.min_cases:
        return False
    harmless = {_status(seen.quality, policy), _status(seen.quality_at_worst, policy)} == {Status.PASS}
    hidden = any(slice_status(part, policy) is Status.REGRESSED for part in seen.slices_at_worst)
    return harmless and not hidden and _has_enough(look.after, rules)


def _has_enough(after: int, rules: Rules) -> bool:
    """Whether every tested slice has the samples that a PASS waits for, or all that are planned for it.

    An early PASS could else hide a slice that regressed: with 30 samples per slice two of three did, with 60 none
    (STATISTICS 10).
    """
    design, policy = rules.design, rules.policy
    asked = Counter(case for case, _ in design.order[:after])
    if policy.looks is None or not rules.first_asked <= asked.keys():
        return False
    for ids in design.slices.values():
        planned = sum(design.repeats[case] for case in ids)
        enough = min(policy.looks.slice_samples, len(ids) * policy.repeats.least_in_slice, planned)
        if sum(asked[case] for case in ids) < enough:
            return False
    return True


def _status(quality: Quality | None, policy: Policy) -> Status:
    return Status.INCONCLUSIVE if quality is None else quality_status(quality, policy.quality_margin)


def _taken(look: Look, seen: Glance, policy: Policy) -> LookTaken:
    quality = seen.quality
    return LookTaken(
        look=look,
        cases=quality.n if quality else 0,
        difference=quality.difference if quality else 0.0,
        p_regress=quality.p_regress if quality else 1.0,
        p_noninferior=quality.p_noninferior if quality else 1.0,
        flagged=flagged(seen, policy),
    )


def _killed(layout: Layout, after: int, seen: Screened | None, rules: Rules) -> Screened:
    """What was known when the kill-switch stopped it, with the bounds of a single look."""
    policy = rules.policy
    levels = Levels(passing=policy.alpha, regress=policy.alpha, slices=0.0)
    return Screened(
        after=after,
        look=seen.look if seen else 0,
        taken=seen.taken if seen else (),
        glance=glance(layout, after, levels, policy, rules.design.seed),
        killed=True,
    )
