"""Findings put together: the worst of them is the verdict."""

from __future__ import annotations

from dataclasses import replace

from harness.compare.asked import by_case
from harness.compare.comparison import Comparison
from harness.compare.observation import DECIDED
from harness.gate.parts import OVERALL, SLICE
from harness.gate.suspects import fails
from harness.gate.verdict import Finding, Status, Verdict
from harness.suite.policy import Rerun


def settled(verdict: Verdict, findings: tuple[Finding, ...]) -> Verdict:
    """The same verdict with other findings: the worst of them, and what each part came to by them."""
    ordered = tuple(sorted(findings, key=lambda finding: _rank(finding.status)))
    worst = ordered[0].status
    said = {finding.rule: finding.status for finding in reversed(ordered)}
    return replace(
        verdict,
        status=worst,
        label=verdict.label if worst is Status.PASS else None,
        findings=ordered,
        quality=said.get(OVERALL, verdict.quality),
        slices=tuple((name, said.get(f"{SLICE}{name}", status)) for name, status in verdict.slices),
        decide=verdict.decide if worst is Status.INCONCLUSIVE else None,
    )


def must_pass_findings(comparison: Comparison, rules: Rerun) -> tuple[Finding, ...]:
    """Must-pass cases by the answers there are, where none can be asked for again.

    REGRESSED where there are as many answers as would be asked for afresh and as large a share of them failed (two
    of three); INCONCLUSIVE where there are fewer and one of them failed, or none at all.
    """
    least, of = rules.must_pass
    found: list[Finding] = []
    observations = comparison.candidate.observations
    must_pass = {o.case_id for o in observations if o.must_pass} - comparison.held.keys()
    theirs = [o for o in observations if o.case_id in must_pass and o.missing != DECIDED] if must_pass else []
    for case, asked in by_case(theirs).items():
        answers = len(asked.scores)
        failed = sum(map(fails, asked.trials))
        if not any(trial.must_pass for trial in asked.trials) or (answers and not failed):
            continue
        told = f"a must-pass case failed in {failed} of {answers} answers"
        if answers >= of and failed * of >= least * answers:
            found.append(Finding(rule=f"case: {case}", status=Status.REGRESSED, because=told))
        elif answers < of:
            because = f"{told}; ask it at least {of} times"
            found.append(Finding(rule=f"case: {case}", status=Status.INCONCLUSIVE, because=because))
    return tuple(found)


def _rank(status: Status) -> int:
    return list(Status).index(status)
