"""Every number of a verdict, put together: see `harness.report.explain.explanation`."""

from __future__ import annotations

from harness.compare.comparison import Comparison
from harness.gate.verdict import Verdict
from harness.gate.words import summary_of
from harness.report.explain import gate as explain_gate
from harness.report.explain import quality as explain_quality
from harness.report.explain import ratios as explain_ratios
from harness.report.explain.explanation import Number, Section, number
from harness.report.views.background import NOTHING, Background


def explain(
    comparison: Comparison,
    verdict: Verdict,
    background: Background = NOTHING,
    *,
    version: str,
    seed: str = "",
) -> tuple[Section, ...]:
    """All sections, in the order in which the numbers follow from one another.

    `version` is that of the code that computed them. `seed` is what the sign flips were drawn from; a live gate
    says its own.
    """
    drawn = verdict.sequential.seed if verdict.sequential is not None else seed
    return (
        _verdict(comparison, verdict, version),
        explain_quality.policy_section(verdict.policy, drawn),
        explain_quality.accounting(comparison),
        *explain_quality.quality(comparison, verdict),
        *explain_gate.sequential(verdict),
        *explain_gate.slices(comparison, verdict),
        *explain_gate.confirmation(verdict),
        *explain_gate.single_cases(verdict),
        *explain_gate.bank(verdict, background),
        *explain_gate.asked(background),
        *explain_ratios.cost(comparison, verdict),
        *explain_ratios.latency(comparison, verdict),
        *_causes(verdict),
        *_decide(verdict),
        _findings(verdict),
        explain_quality.cases(comparison),
    )


def _verdict(comparison: Comparison, verdict: Verdict, version: str) -> Section:
    told = summary_of(comparison, verdict)
    return Section(
        title="Verdict",
        anchor="what-a-verdict-means",
        numbers=(
            number("suite", comparison.candidate.suite),
            number("status", verdict.status.value, told.happened),
            number("label", verdict.label or "none", told.known),
            number("exit status", verdict.exit_status),
            number("estimator version", version, "of harness"),
        ),
    )


def _causes(verdict: Verdict) -> tuple[Section, ...]:
    """What the change comes from, as far as it was measured."""
    numbers: list[Number] = []
    for each in verdict.causes:
        numbers += [
            number(each.cause.value, each.difference, each.because),
            number(f"{each.cause.value}, cases", each.cases),
            number(f"{each.cause.value}, p", each.p),
        ]
    if not numbers:
        return ()
    return (Section(title="What it comes from", anchor="where-a-change-comes-from", numbers=tuple(numbers)),)


def _decide(verdict: Verdict) -> tuple[Section, ...]:
    decide = verdict.decide
    if decide is None:
        return ()
    return (
        Section(
            title="What would decide",
            anchor="what-would-decide",
            numbers=(
                number("cases in all", decide.cases, "with probability 0.8, if what was seen is true"),
                number("or repeats of each", decide.repeats or None, "none: no number of them would"),
                number("cost", decide.cost_usd, "US dollars, of the further cases on both sides"),
            ),
        ),
    )


def _findings(verdict: Verdict) -> Section:
    found: tuple[Number, ...] = tuple(
        number(each.rule, each.status.value, each.because) for each in verdict.findings
    )
    return Section(title="Findings, worst first", anchor="the-verdict", numbers=found)
