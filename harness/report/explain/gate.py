"""The numbers of what a live gate did: its looks, the kill-switch, the confirmation, single cases, the bank."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.comparison import Comparison
from harness.gate.parts import LookTaken, Sequential
from harness.gate.verdict import Verdict
from harness.report.explain.explanation import Number, Section, number
from harness.report.views.background import Background


def sequential(verdict: Verdict) -> Iterator[Section]:
    """Every look that was taken, and what the kill-switch saw."""
    found = verdict.sequential
    if found is None:
        return
    yield Section(
        title="Looks",
        anchor="looks",
        numbers=(
            number(
                "decided at look", found.look or "none: the kill-switch did", f"of {found.planned} planned"
            ),
            number("information", found.fraction, "planned variance at the end / at that look"),
            number("alpha of all looks", found.alpha),
            number("trials asked", found.asked),
            number("trials saved", found.saved, "planned beyond those"),
            number("e-value", found.e_value, "largest mean over lambda of the products"),
            number("stopped by it after", found.killed_at, "cases; none: it did not stop"),
        ),
    )
    for place, taken in enumerate(found.looks, start=1):
        yield _look(place, taken, found)


def _look(place: int, taken: LookTaken, found: Sequential) -> Section:
    look = taken.look
    flagged = ", ".join(taken.flagged)
    decided = place == found.look and found.killed_at is None
    return Section(
        title=f"Look {place} of {found.planned}",
        anchor="looks",
        numbers=(
            number("after", look.after, "entries of the order"),
            number("wave", look.wave),
            number("cases", taken.cases, "measured on both sides by then"),
            number("information", look.fraction),
            number("m", taken.difference),
            number("p_reg", taken.p_regress),
            number("z, REGRESSED", look.z_regress, "boundary of alpha t^2 spending"),
            number("p needed, REGRESSED", _tail(look.z_regress), "Phi(-z)"),
            number("p_ni", taken.p_noninferior),
            number("z, PASS", look.z_pass, "boundary of Pocock-type spending"),
            number("p needed, PASS", _tail(look.z_pass), "Phi(-z)"),
            number("p needed, slices", look.slice_alpha, "what this look adds to the alpha spent"),
            number("flagged", flagged or "nothing"),
            number("decided here", decided),
        ),
    )


def slices(comparison: Comparison, verdict: Verdict) -> Iterator[Section]:
    """Every slice with its own p and the one of all together."""
    statuses = dict(verdict.slices)
    if comparison.quality_p_adjusted is not None:
        yield Section(
            title="Slices",
            anchor="slices",
            numbers=(
                number("tested", len(comparison.slices)),
                number("too small to test", ", ".join(comparison.slices_untested) or "none"),
                number("p adjusted, overall", comparison.quality_p_adjusted, "in one family with the slices"),
            ),
        )
    for part in comparison.slices:
        status = statuses.get(part.slice)
        yield Section(
            title=f"Slice {part.slice}",
            anchor="slices",
            numbers=(
                number("n", part.n),
                number("G", part.clusters),
                number("baseline", part.baseline),
                number("candidate", part.candidate),
                number("m", part.difference),
                number("L", part.lower),
                number("U", part.upper),
                number("p, alone", part.p_regress, "clustered t"),
                number("p, adjusted", part.p_adjusted, "step-down max-T, T = sum C / sqrt(sum C^2)"),
                number("status", None if status is None else status.value),
            ),
        )


def confirmation(verdict: Verdict) -> Iterator[Section]:
    """What fresh answers of both sides said of each regression."""
    tried = verdict.confirmation
    if tried is None:
        return
    for each in tried.hypotheses:
        yield Section(
            title=f"Confirmation of {each.rule}",
            anchor="confirmation",
            numbers=(
                number("run, baseline", tried.baseline_run),
                number("run, candidate", tried.candidate_run),
                number("answers, baseline", tried.baseline_answers, "fresh ones, of all that is confirmed"),
                number("answers, candidate", tried.candidate_answers),
                number("cases", each.cases),
                number("baseline", each.baseline),
                number("candidate", each.candidate),
                number("m", each.difference, "of the fresh answers alone"),
                number("L", each.lower),
                number("U", each.upper),
                number("p", each.p, "clustered t; of a slice the larger of that and sign flips"),
                number("p needed", tried.alpha),
                number("confirmed", each.confirmed),
            ),
        )


def single_cases(verdict: Verdict) -> Iterator[Section]:
    """The suspects, and what became of those that were asked again."""
    for each in verdict.triage:
        numbers = (
            number("baseline", each.baseline, _of(each.baseline_answers)),
            number("candidate", each.candidate, _of(each.candidate_answers)),
            number("p", each.p, "exact, one-sided"),
            number("p adjusted", each.p_adjusted, "Benjamini and Hochberg"),
            number("must pass", each.must_pass),
        )
        yield Section(title=f"Suspect {each.case_id}", anchor="single-cases", numbers=numbers)
    for again in verdict.reruns:
        yield Section(
            title=f"Case {again.case_id}, asked again",
            anchor="single-cases",
            numbers=(
                number("baseline", again.baseline, _of(again.baseline_answers)),
                number("candidate", again.candidate, _of(again.candidate_answers)),
                number("p", again.p, "Fisher's exact test, one-sided"),
                number("p needed", again.needed, "alpha of reruns / suspects"),
                number("must pass", again.must_pass),
                number("regressed", again.regressed),
            ),
        )


def bank(verdict: Verdict, background: Background) -> Iterator[Section]:
    """The old answers of the baseline: how many, how old, and whether they still describe it."""
    age, found = background.bank, verdict.bank
    numbers: list[Number] = []
    if age is not None:
        numbers += [
            number("runs", age.runs),
            number("samples per case", age.fewest, f"to {age.most}"),
            number("oldest", age.oldest_days, "days, when the candidate was first asked"),
            number("newest", age.newest_days, "days"),
        ]
    if found is not None:
        numbers += [
            number("cases", found.cases),
            number("m", found.difference, "fresh minus old answers of the baseline"),
            number("p", found.p, "two-sided clustered t"),
            number("stale", found.stale, "p < 0.01"),
        ]
    if numbers:
        yield Section(title="The bank", anchor="the-bank", numbers=tuple(numbers))


def asked(background: Background) -> Iterator[Section]:
    """What was asked for this verdict, purpose by purpose."""
    numbers: list[Number] = []
    for each in background.bought:
        numbers += [
            number(f"calls, {each.purpose}", each.calls, "of both sides, retries included"),
            number(f"cost, {each.purpose}", each.cost_usd, "US dollars"),
        ]
    if numbers:
        numbers += [number("calls", background.calls), number("cost", background.cost_usd, "US dollars")]
        yield Section(title="Asked for this verdict", anchor="the-bank", numbers=tuple(numbers))


def _of(answers: int) -> str:
    return f"mean of {answers} answer{'s' * (answers != 1)}"


def _tail(z: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(-z))
