"""What is known of the judges that grade a suite, when a gate begins."""

from __future__ import annotations

from dataclasses import replace

from harness.clock import SystemClock
from harness.compare.judge_effect import judges_of
from harness.settings import Settings
from harness.store.calibrations import read_facts
from harness.suite.policy import Policy


def with_judges(policy: Policy, graders: str, settings: Settings) -> Policy:
    """The policy with what the newest calibrations say of the judges among these graders, where it asks for that.

    It stays with the verdict, so that a calibration of tomorrow changes no verdict of today. Raises StoreBusy.
    """
    if policy.judges is None:
        return policy
    known = read_facts(settings.store, judges_of(graders), SystemClock().now())
    return replace(policy, judged=known)
