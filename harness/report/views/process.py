"""How a live gate came to its verdict, in a row or two: what was asked and saved, confirmed, and asked again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.compare.comparison import Comparison, LabelUse
from harness.gate.notes import judge_sentence
from harness.gate.parts import BankCheck, Confirmation, Hypothesis, RerunCase, Sequential, Suspect
from harness.gate.verdict import Verdict
from harness.report import words
from harness.report.views.background import NOTHING, Background
from harness.report.views.rows import ProcessRow, SuspectRow


def process_rows(
    comparison: Comparison, verdict: Verdict, background: Background = NOTHING
) -> tuple[ProcessRow, ...]:
    """A row for each thing that happened; none where everything was looked at once."""
    return tuple(_rows(comparison, verdict, background))


def suspect_rows(verdict: Verdict) -> tuple[SuspectRow, ...]:
    """The cases that look broken, those that were asked again and broke first; each once."""
    again = {each.case_id: each for each in verdict.reruns}
    listed = {each.case_id: each for each in verdict.triage}
    ids = sorted(
        dict.fromkeys([*again, *listed]), key=lambda case: not (case in again and again[case].regressed)
    )
    return tuple(_suspect(case, listed.get(case), again.get(case)) for case in ids)


def _rows(comparison: Comparison, verdict: Verdict, background: Background) -> Iterator[ProcessRow]:
    if verdict.sequential is not None:
        yield ProcessRow(name="asked", sentence=_asked(verdict.sequential))
    if verdict.confirmation is not None:
        yield ProcessRow(name="confirmed", sentence=_confirmed(verdict.confirmation))
    runs = comparison.baseline.runs
    if runs or verdict.bank is not None:
        parts = [str(background.bank or _standing(runs))] if runs else []
        parts += [] if verdict.bank is None else [_checked(verdict.bank)]
        yield ProcessRow(name="bank", sentence="; ".join(parts))
    if comparison.labels is not None:
        yield ProcessRow(name="labels", sentence=_labels(comparison.labels))
    if comparison.judges is not None:
        yield ProcessRow(name="judges", sentence=judge_sentence(comparison.judges))
    for each in verdict.causes:
        yield ProcessRow(name="cause", sentence=each.because)


def _standing(runs: Sequence[str]) -> str:
    """Whose answers stand for the baseline. A run's id says when it was made."""
    if len(runs) == 1:
        return f"1 earlier run stands for the baseline, {runs[0]}"
    return f"{len(runs)} earlier runs stand for the baseline, the oldest {runs[0]}"


def _labels(found: LabelUse) -> str:
    """How far people and graders agree, and what came of it."""
    cases = words.count(found.cases, "case")
    sides = (("baseline", found.baseline), ("candidate", found.candidate))
    agreed = [f"{words.percent(each.agreement)} of the {name}" for name, each in sides if each is not None]
    use = (
        "too few to correct anything"
        if found.trust is None
        else f"quality is corrected by them (trust {found.trust:.2f})"
    )
    return f"people labelled {cases} on both sides; graders agree on {words.listing(agreed)}; {use}"


def _asked(found: Sequential) -> str:
    total = found.asked + found.saved
    calls = f"after {found.asked:,} of {total:,} calls"
    if found.cut_short:
        return f"cut short after look {found.look} of {found.planned}, {calls}"
    if found.killed_at is not None:
        how = f"stopped at once, {words.count(found.killed_at, 'case')} in"
    else:
        how = f"decided at look {found.look} of {found.planned}"
    return f"{how}, {calls}" + (f": {found.saved:,} saved" if found.saved else "")


def _confirmed(found: Confirmation) -> str:
    both = (found.baseline_answers, found.candidate_answers)
    fresh = (
        f"{both[0]:,} fresh answers of each side"
        if both[0] == both[1]
        else f"{both[0]:,} and {both[1]:,} fresh answers"
    )
    told = [
        f"{_subject(each)} {words.points(each.difference)} points, {_shown(each)}"
        for each in found.hypotheses
    ]
    return f"on {fresh}: {'; '.join(told)}"


def _subject(each: Hypothesis) -> str:
    return each.rule.replace("slice: ", "slice ", 1)


def _shown(each: Hypothesis) -> str:
    return (
        f"confirmed ({words.p_value(each.p)})"
        if each.confirmed
        else f"not confirmed ({words.p_value(each.p)})"
    )


def _checked(check: BankCheck) -> str:
    moved = f"{words.points(check.difference)} points since then on {words.count(check.cases, 'case')}"
    return f"{moved} ({words.p_value(check.p)}): {'stale, measure it anew' if check.stale else 'still good'}"


def _suspect(case: str, listed: Suspect | None, again: RerunCase | None) -> SuspectRow:
    before = after = ""
    if listed is not None:
        before = _mean(listed.baseline, listed.baseline_answers)
        after = _mean(listed.candidate, listed.candidate_answers)
    fresh = (
        ""
        if again is None
        else f"{_mean(again.baseline, again.baseline_answers)} → {_mean(again.candidate, again.candidate_answers)}"
    )
    return SuspectRow(
        case_id=case,
        must_pass=(listed is not None and listed.must_pass) or (again is not None and again.must_pass),
        first=f"{before} → {after}" if listed is not None else "",
        p="" if listed is None else words.p_value(listed.p),
        fresh=fresh,
        broke=again is not None and again.regressed,
    )


def _mean(score: float | None, answers: int) -> str:
    return "none" if score is None else f"{words.percent(score)} of {answers:,}"
