"""What a result of SARIF can be about, in words of ours alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]
Rule = Literal[
    "case-regressed", "case-not-measured-now", "case-failed", "case-passes-at-times", "case-not-measured",
    "gate-quality", "gate-slice", "gate-case", "gate-cost", "gate-latency", "gate-missing", "gate-rule",
    "file-problem", "file-warning",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleText:
    """What one rule means, and what to do about it."""

    level: Level
    short: str
    full: str
    remedy: str


_SHOW = "Look at both answers side by side: harness show CASE, or the HTML report."
RULES: dict[Rule, RuleText] = {
    "case-regressed": RuleText(
        "error",
        "A case passes less often than before",
        "The answers of the candidate pass this case less often than those of the baseline. One case alone never decides; the verdict is over all of them.",
        _SHOW,
    ),
    "case-not-measured-now": RuleText(
        "warning",
        "A case has no score any more",
        "The baseline has a score for this case and the candidate has none: every trial failed, was skipped or could not be graded.",
        f"Read why in the message; where the provider was at fault, run it again. {_SHOW}",
    ),
    "case-failed": RuleText(
        "error",
        "A case did not pass",
        "No answer of this run meets the expectations of the case.",
        "Read what the graders say in the message, and the answer in the report.",
    ),
    "case-passes-at-times": RuleText(
        "warning",
        "A case passes at times",
        "Some answers of this run meet the expectations of the case, and some do not.",
        "More repeats say how often; harness flaky lists such cases.",
    ),
    "case-not-measured": RuleText(
        "warning",
        "A case has no score",
        "Every trial of this case failed, was skipped or could not be graded.",
        "Read why in the message; where the provider was at fault, run it again.",
    ),
    "gate-quality": RuleText(
        "error",
        "Quality over the whole suite",
        "The drop of the mean score, with its interval, against the margin that the suite allows.",
        "Where it regressed, read the worst cases first. Where it cannot be told, the message says what would decide.",
    ),
    "gate-slice": RuleText(
        "error",
        "Quality of the cases with one tag",
        "The drop of the mean score of a slice, corrected for how many slices were looked at.",
        "Read the cases with this tag in the report.",
    ),
    "gate-case": RuleText(
        "error",
        "A case that must pass, or broke for sure",
        "Fresh answers were asked for this case, and they say that it broke.",
        _SHOW,
    ),
    "gate-cost": RuleText(
        "error",
        "Cost of an answer",
        "The ratio of cost, candidate over baseline, with its interval, against the limit of the suite.",
        "The report says what the change is made of: prices, input, output, cache, calls, retries.",
    ),
    "gate-latency": RuleText(
        "error",
        "Latency of an answer",
        "The ratio of latency, candidate over baseline, with its interval, against the limit of the suite.",
        "Where the provider was slow for both, ask both sides again in turns: harness gate --fresh.",
    ),
    "gate-missing": RuleText(
        "error",
        "Trials without a score",
        "So many trials have no score that the verdict could be another one with them.",
        "The message counts why; repair that and run again.",
    ),
    "gate-rule": RuleText(
        "error",
        "Another rule of the gate",
        "What the gate needs for a verdict and does not have: enough cases, the same cases, graders that can be trusted, a confirmation.",
        "The message says what is missing.",
    ),
    "file-problem": RuleText(
        "error",
        "A mistake in a file",
        "harness check refuses this file as it is.",
        "The message ends with what to do.",
    ),
    "file-warning": RuleText(
        "warning",
        "A file that works, with a warning",
        "harness check takes this file, and something of it will not work as it is meant.",
        "The message ends with what to do.",
    ),
}
_GATE: dict[str, Rule] = {
    "quality": "gate-quality", "slice": "gate-slice", "case": "gate-case", "cost": "gate-cost",
    "latency": "gate-latency", "missing": "gate-missing",
}  # fmt: skip


def gate_rule(rule: str) -> Rule:
    """The id of a finding's rule: `slice: urdu` and `slice: refund` are one rule, on two subjects."""
    return _GATE.get(rule.partition(":")[0].split(" ")[0], "gate-rule")
