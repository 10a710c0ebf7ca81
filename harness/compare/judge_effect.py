"""What the known faults of judges leave open: the bounds on a difference become wider, and never turn over.

- A judge that calls good answers good with the rate TPR and bad ones bad with TNR sees the share TPR + TNR - 1 of any
  difference (Rogan and Gladen 1978, for a difference of two rates): a drop of seven points may really be one of ten.
- A judge that likes long answers adds to the side that became longer: its measured slope per doubling, times how often
  the answers doubled.

So the lower bound is taken down, and the upper one up, by what that could amount to: a PASS or REGRESSED becomes
INCONCLUSIVE, and neither becomes the other. Only calibrations of the very judges that graded both sides count.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from harness.compare.asked import Asked, average
from harness.compare.columns import Pair
from harness.compare.observation import Side
from harness.compare.quality import Quality
from harness.suite.policy import JudgeFacts, Policy

MARK = "judge:"
"""What the name of a judge has before it, among the graders of a run."""
LEAST = 0.05
"""Of a difference a judge is never taken to see less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeEffect:
    """What judges may have done to a difference."""

    judges: tuple[str, ...]
    """Names, in order."""
    seen: float
    """The share of a difference that the weakest of them sees, in (0, 1]."""
    doublings: float | None
    """How often the answers became twice as long, on average; None: not known."""
    length_low: float
    """What length alone may have added to the candidate, at least and at most; 0 where nothing is proved."""
    length_high: float


def judges_of(graders: str) -> Mapping[str, str]:
    """Name to identity of the judges among the graders of a run."""
    try:
        parsed: object = json.loads(graders or "{}")
    except ValueError:
        parsed = None
    named = cast("dict[str, object]", parsed) if isinstance(parsed, dict) else {}
    return {name.removeprefix(MARK): str(who) for name, who in named.items() if name.startswith(MARK)}


def facts_of(graders: str, policy: Policy) -> tuple[JudgeFacts, ...]:
    """What is known of the judges among these graders; nothing where the policy asks nothing of judges."""
    if policy.judges is None:
        return ()
    judges = judges_of(graders)
    return tuple(each for each in policy.judged if judges.get(each.judge) == each.identity)


def seen_share(facts: Sequence[JudgeFacts]) -> float:
    """The share of a difference that the weakest of these judges sees; 1 where nothing is known."""
    shares = [each.tpr + each.tnr - 1 for each in facts if each.tpr is not None and each.tnr is not None]
    return min([1.0, *(max(LEAST, share) for share in shares)])


def on_their_scale(policy: Policy, graders: str) -> Policy:
    """The same rules for what judges see: of a margin of five points a judge that sees 70 % sees 3.5."""
    share = seen_share(facts_of(graders, policy))
    return policy if share == 1 else replace(policy, quality_margin=policy.quality_margin * share)


def effect_of(candidate: Side, pairs: Sequence[Pair], policy: Policy) -> JudgeEffect | None:
    """What the calibrated judges of a comparison may have done to it; None where there is none."""
    facts = facts_of(candidate.graders, policy)
    if not facts:
        return None
    doublings = _doublings(pairs)
    added = [bound for each in facts for bound in _added(each, doublings)]
    return JudgeEffect(
        judges=tuple(sorted(each.judge for each in facts)),
        seen=seen_share(facts),
        doublings=doublings,
        length_low=min([0.0, *added]),
        length_high=max([0.0, *added]),
    )


def widened(quality: Quality, effect: JudgeEffect | None, margin: float) -> Quality:
    """The same difference with wider bounds. Its p and its smallest visible drop stay as the judges see them.

    Where harm beyond the margin was excluded and is no longer, the upper bound reaches 0 too: what a judge may have
    overlooked proves no regression.
    """
    if effect is None:
        return quality
    lower, upper = _down(quality.lower, effect), min(1.0, quality.upper - effect.length_low)
    is_open_now = quality.lower > -margin >= lower
    return replace(
        quality,
        lower=lower,
        lower_t=_down(quality.lower_t, effect),
        upper=max(0.0, upper) if is_open_now else upper,
    )


def _down(lower: float, effect: JudgeEffect) -> float:
    """A lower bound without what length may have added, at the scale of people; never above what it was."""
    moved = lower - effect.length_high
    return max(-1.0, moved / effect.seen if moved < 0 else moved)


def _doublings(pairs: Sequence[Pair]) -> float | None:
    """Mean log2 of how much longer the candidate's answers are, in output tokens."""
    both = [(_tokens(before), _tokens(after)) for before, after in pairs]
    known = tuple(math.log2(new / old) for old, new in both if old and new)
    return average(known) if known else None


def _tokens(asked: Asked) -> float | None:
    known = tuple(float(each.output_tokens) for each in asked.measured if each.output_tokens is not None)
    return average(known) if known else None


def _added(facts: JudgeFacts, doublings: float | None) -> tuple[float, ...]:
    """The interval of what length added; nothing where the judge has no proved liking for it."""
    if facts.per_doubling is None or doublings is None:
        return ()
    _, low, high = facts.per_doubling
    return (low * doublings, high * doublings) if low > 0 or high < 0 else ()
