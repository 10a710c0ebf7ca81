"""What each part of a comparison comes to by its own numbers (STATISTICS 12.4)."""

from __future__ import annotations

from harness.compare.comparison import Quality, Ratio, Slice
from harness.gate.verdict import Status
from harness.suite.policy import Policy


def quality_status(quality: Quality, margin: float) -> Status:
    """STATISTICS 12.4: harm beyond the margin excluded, else a drop proved, else neither."""
    if quality.lower > -margin:
        return Status.PASS
    return Status.REGRESSED if quality.upper < 0 else Status.INCONCLUSIVE


def quality_label(quality: Quality, margin: float) -> str | None:
    """`improved`: a rise is proved; `drift`: a drop is, and harm beyond the margin excluded."""
    if quality_status(quality, margin) is not Status.PASS:
        return None
    if quality.lower_t > 0:
        return "improved"
    return "drift" if quality.upper < 0 else None


def ratio_status(ratio: Ratio, margin: float) -> Status:
    """STATISTICS 12.4 for ratios: a rise beyond the margin excluded, else a rise proved, else neither."""
    if ratio.upper < 1 + margin:
        return Status.PASS
    return Status.REGRESSED if ratio.lower > 1 else Status.INCONCLUSIVE


def slice_status(part: Slice, policy: Policy) -> Status:
    """REGRESSED or PASS, where PASS says "no regression found".

    A slice is too small to prove itself harmless, and if it had to, every suite would be INCONCLUSIVE. It is
    REGRESSED where its adjusted p is at most alpha, unless harm beyond the margin is excluded, as for quality.
    """
    proved = part.p_adjusted <= policy.alpha and part.difference < 0
    return Status.REGRESSED if proved and part.lower <= -policy.quality_margin else Status.PASS
