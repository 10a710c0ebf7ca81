"""What a live gate did, as other programs read it: looks, confirmation, single cases, the bank."""

from __future__ import annotations

import math

from harness.compare.comparison import Comparison
from harness.compare.labelled import Agreement, LabelUse
from harness.gate.parts import Confirmation, LookTaken, RerunCase, Sequential, Suspect
from harness.gate.verdict import Verdict
from harness.report.views.background import BankAge
from harness.units import Json


def gate_document(comparison: Comparison, verdict: Verdict, age: BankAge | None) -> dict[str, Json]:
    """The keys that a verdict document has for it: null, or an empty list, where there was no such thing."""
    return {
        "sequential": None if verdict.sequential is None else _sequential(verdict.sequential),
        "confirmation": None if verdict.confirmation is None else _confirmation(verdict.confirmation),
        "triage": [_suspect(each) for each in verdict.triage],
        "reruns": [_rerun(each) for each in verdict.reruns],
        "bank": _bank(comparison, verdict, age),
        "causes": [
            {
                "cause": each.cause.value,
                "because": each.because,
                "cases": each.cases,
                "difference": finite(each.difference),
                "p": finite(each.p),
            }
            for each in verdict.causes
        ],
        "labels": None if comparison.labels is None else _labels(comparison.labels),
        **_quarantined(comparison),
    }


def _quarantined(comparison: Comparison) -> dict[str, Json]:
    """Only where there is a case in quarantine, so that documents that were kept before stay as they were."""
    held: list[Json] = [{"case": case, "quarantine": told} for case, told in comparison.held.items()]
    return {"quarantined": held} if held else {}


def finite(number: float | None) -> float | None:
    """The number, or null where JSON has none for it."""
    return None if number is None or not math.isfinite(number) else number


def _sequential(found: Sequential) -> Json:
    return {
        "look": found.look,
        "planned": found.planned,
        "fraction": found.fraction,
        "alpha": found.alpha,
        "seed": found.seed,
        "killed_at": found.killed_at,
        "e_value": finite(found.e_value),
        "stopped_early": found.stopped_early,
        "asked": found.asked,
        "saved": found.saved,
        "looks": [_look(each) for each in found.looks],
    }


def _look(taken: LookTaken) -> Json:
    return {
        "after": taken.look.after,
        "wave": taken.look.wave,
        "cases": taken.cases,
        "fraction": taken.look.fraction,
        "difference": taken.difference,
        "p_regress": taken.p_regress,
        "p_noninferior": taken.p_noninferior,
        "z_regress": finite(taken.look.z_regress),
        "z_pass": finite(taken.look.z_pass),
        "slice_alpha": taken.look.slice_alpha,
        "flagged": list(taken.flagged),
    }


def _confirmation(found: Confirmation) -> Json:
    return {
        "baseline_run": found.baseline_run,
        "candidate_run": found.candidate_run,
        "baseline_answers": found.baseline_answers,
        "candidate_answers": found.candidate_answers,
        "alpha": found.alpha,
        "wanted": found.wanted,
        "lacking": found.lacking,
        "confirmed": found.confirmed,
        "hypotheses": [
            {
                "rule": each.rule,
                "cases": each.cases,
                "baseline": each.baseline,
                "candidate": each.candidate,
                "difference": each.difference,
                "lower": each.lower,
                "upper": each.upper,
                "p": each.p,
                "confirmed": each.confirmed,
            }
            for each in found.hypotheses
        ],
    }


def _suspect(each: Suspect) -> Json:
    return {
        "case": each.case_id,
        "baseline": each.baseline,
        "baseline_answers": each.baseline_answers,
        "candidate": each.candidate,
        "candidate_answers": each.candidate_answers,
        "p": each.p,
        "p_adjusted": each.p_adjusted,
        "must_pass": each.must_pass,
    }


def _rerun(each: RerunCase) -> Json:
    return {
        "case": each.case_id,
        "must_pass": each.must_pass,
        "baseline": each.baseline,
        "baseline_answers": each.baseline_answers,
        "candidate": each.candidate,
        "candidate_answers": each.candidate_answers,
        "p": each.p,
        "needed": each.needed,
        "regressed": each.regressed,
    }


def _labels(found: LabelUse) -> Json:
    return {
        "cases": found.cases,
        "clusters": found.clusters,
        "trust": finite(found.trust),
        "graded_difference": None if found.graded is None else found.graded.difference,
        "baseline": _agreement(found.baseline),
        "candidate": _agreement(found.candidate),
    }


def _agreement(found: Agreement | None) -> Json:
    if found is None:
        return None
    return {
        "answers": found.answers,
        "people": found.people,
        "graders": found.graders,
        "agreement": found.agreement,
    }


def _bank(comparison: Comparison, verdict: Verdict, age: BankAge | None) -> Json:
    """The runs that stand for the baseline, and what fresh answers say of them."""
    check, runs = verdict.bank, comparison.baseline.runs
    if check is None and not runs:
        return None
    return {
        "runs": list(runs),
        "samples_per_case": None if age is None else [age.fewest, age.most],
        "oldest_days": None if age is None else age.oldest_days,
        "newest_days": None if age is None else age.newest_days,
        "cases": None if check is None else check.cases,
        "difference": None if check is None else check.difference,
        "p": None if check is None else check.p,
        "stale": None if check is None else check.stale,
    }
