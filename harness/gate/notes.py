"""What is worth knowing of how the scores came about, and decides nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from harness.compare.comparison import Comparison
from harness.compare.judge_effect import JudgeEffect
from harness.compare.labelled import ENOUGH, Agreement, LabelUse
from harness.compare.wording import level, percent, points
from harness.gate.verdict import Finding, Status
from harness.suite.policy import Policy

_MOST_HELD = 20
"""Cases in quarantine that are told by name; all of them are listed with the others."""


def notes_of(comparison: Comparison, policy: Policy) -> tuple[Finding, ...]:
    """Findings that never fail: labels of people, what judges are known to do, and quarantines, where there are any."""
    labels, judges = comparison.labels, comparison.judges
    found = () if labels is None else (_note("labels", _labels(labels, policy)),)
    told = () if judges is None else (_note("judges", judge_sentence(judges)),)
    return (*found, *told, *_of_quarantine(comparison))


def _note(rule: str, because: str) -> Finding:
    return Finding(rule=rule, status=Status.PASS, because=because)


def judge_sentence(effect: JudgeEffect) -> str:
    """What the bounds were widened by."""
    names = ", ".join(effect.judges)
    parts = [f"{names} see{'s' * (len(effect.judges) == 1)} {percent(effect.seen)} of a difference"]
    if effect.doublings is not None and effect.length_high > effect.length_low:
        longer = f"answers are {2**effect.doublings:.2f} times as long"
        parts.append(
            f"{longer}, which alone may add {points(effect.length_low)} to {points(effect.length_high)} points"
        )
    return f"{'; '.join(parts)}; the bounds of quality allow for it"


def _of_quarantine(comparison: Comparison) -> tuple[Finding, ...]:
    held = comparison.held
    if not held:
        return ()
    one = len(held) == 1
    listed = ", ".join(f"{case} ({told})" for case, told in islice(held.items(), _MOST_HELD))
    more = f" and {len(held) - _MOST_HELD} more" if len(held) > _MOST_HELD else ""
    because = f"{len(held)} {'case is' if one else 'cases are'} in quarantine and {'decides' if one else 'decide'} nothing: {listed}{more}"
    return (_note("quarantine", because),)


def _labels(labels: LabelUse, policy: Policy) -> str:
    agreed = "; ".join(_agreements(labels))
    graded = labels.graded
    if graded is None or labels.trust is None:
        if labels.clusters >= ENOUGH:
            return f"{agreed}; a live gate looks at what the graders say alone"
        return f"{agreed}; from {ENOUGH} cases on that are labelled on both sides, labels correct the graders"
    bounds = f"{level(policy.alpha)}: {points(graded.lower)} to {points(graded.upper)}"
    return (
        f"quality is corrected by labels of {labels.cases} cases, with trust {labels.trust:.2f} in the graders; "
        f"they alone say {points(graded.difference)} points ({bounds}); {agreed}"
    )


def _agreements(labels: LabelUse) -> Iterator[str]:
    sides: tuple[tuple[str, Agreement | None], ...] = (
        ("baseline", labels.baseline),
        ("candidate", labels.candidate),
    )
    for name, side in sides:
        if side is not None:
            answers = f"{side.answers} answer{'s' * (side.answers != 1)}"
            yield (
                f"people give {answers} of the {name} {percent(side.people)}, the graders {percent(side.graders)} "
                f"(agreement {percent(side.agreement)})"
            )
