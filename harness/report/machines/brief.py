"""The part of a verdict's JSON that a pull request is told beside its numbers: sentences, notes, the worst cases."""

from __future__ import annotations

from harness.report.views.pull import CaseBrief, SuiteBrief
from harness.units import Json

MOST = 3
"""Cases of a suite; a comment shows no more in all."""


def brief_document(brief: SuiteBrief) -> dict[str, Json]:
    """What `harness gate --json` has under `brief`: for people, and bounded by what the brief is made of."""
    return {
        "told": brief.told,
        "short": brief.short,
        "notes": list(brief.notes),
        "worse": brief.worse,
        "cases": [_case(each) for each in brief.cases[:MOST]],
    }


def _case(case: CaseBrief) -> Json:
    return {
        "case": case.case_id,
        "change": case.change,
        "before": case.before,
        "after": case.after,
        "place": case.place,
        "because": case.because,
        "evidence": list(case.evidence),
        "diff": list(case.diff),
    }
