"""Whether the judges that graded a comparison are calibrated, where the suite demands that they are."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.judge_effect import judges_of
from harness.gate.verdict import Finding, Status
from harness.suite.policy import JudgeFacts, JudgeRules, Policy


def untrusted(graders: str, policy: Policy) -> tuple[Finding, ...]:
    """A finding for every judge among these graders that may not decide anything; none where nothing is asked."""
    if policy.judges is None:
        return ()
    known = {(each.judge, each.identity): each for each in policy.judged}
    return tuple(
        Finding(rule="judges", status=Status.NOT_MEASURED, because=f"judge {name!r} {why}")
        for name, identity in sorted(judges_of(graders).items())
        for why in _objections(name, known.get((name, identity)), policy.judges)
    )


def _objections(name: str, facts: JudgeFacts | None, rules: JudgeRules) -> Iterator[str]:
    again = f"label answers and run: harness calibrate --judge {name} --labels FILE"
    if facts is None:
        yield f"has no calibration as it is now; {again}"
    elif facts.lacking:
        yield f"is not calibrated: {facts.lacking}; {again}"
    else:
        if rules.days is not None and facts.age_days > rules.days:
            yield f"was calibrated {facts.age_days} days ago, at most {rules.days} are allowed; {again}"
        yield from _too_low(facts, rules)


def _too_low(facts: JudgeFacts, rules: JudgeRules) -> Iterator[str]:
    asked = (
        ("kappa", facts.kappa, rules.min_kappa),
        ("TPR", facts.tpr, rules.min_tpr),
        ("TNR", facts.tnr, rules.min_tnr),
    )
    for name, found, least in asked:
        if least is not None and (found is None or found < least):
            said = "unknown" if found is None else f"{found:.2f}"
            yield f"has a {name} of {said} on {facts.labelled} labelled answers, at least {least:g} is asked; improve its prompt, or choose another judge"
