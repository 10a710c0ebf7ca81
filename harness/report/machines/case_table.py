"""A comparison as a table: a row for every case, with both sides of every number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.compare.comparison import CaseChange, Comparison
from harness.report.views.case import CaseAnswers
from harness.report.views.cases import change_word
from harness.report.views.numbers import CaseNumbers, case_numbers
from harness.units import Json

_NOTHING = CaseAnswers()
_OF_A_SIDE = {
    "score": "DOUBLE",
    "scored": "INTEGER",
    "trials": "INTEGER",
    "passed": "INTEGER",
    "cost_usd": "DECIMAL(18,9)",
    "latency_p50_s": "DOUBLE",
    "latency_sum_s": "DOUBLE",
    "tokens_in": "BIGINT",
    "tokens_out": "BIGINT",
}
COLUMNS: Mapping[str, str] = {
    "suite": "VARCHAR",
    "baseline_run": "VARCHAR",
    "candidate_run": "VARCHAR",
    "case_id": "VARCHAR",
    "place": "VARCHAR",
    "tags": "VARCHAR[]",
    "change": "VARCHAR",
    "difference": "DOUBLE",
    **{f"{side}_{name}": kind for name, kind in _OF_A_SIDE.items() for side in ("baseline", "candidate")},
    "missing": "VARCHAR[]",
}
"""Each column with its SQL type; money is exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTable:
    """The rows, worst case first, as JSON has them: money as text. Ids, tags and `missing` may be hostile."""

    rows: tuple[dict[str, Json], ...]
    columns: Mapping[str, str]


def case_table(comparison: Comparison, answers: Mapping[str, CaseAnswers]) -> CaseTable:
    """Every case of either side exactly once. `answers` is by case id, and may lack any of them."""
    same: dict[str, Json] = {
        "suite": comparison.candidate.suite,
        "baseline_run": comparison.baseline.run_id,
        "candidate_run": comparison.candidate.run_id,
    }
    rows = (_row(each, answers.get(each.case_id, _NOTHING)) for each in comparison.changes)
    return CaseTable(rows=tuple({**same, **row} for row in rows), columns=COLUMNS)


def _row(case: CaseChange, answers: CaseAnswers) -> dict[str, Json]:
    places = [each.case_place for each in (*answers.candidate, *answers.baseline) if each.case_place]
    before = _side("baseline", case.baseline, case.baseline_repeats, case_numbers(answers.baseline))
    after = _side("candidate", case.candidate, case.candidate_repeats, case_numbers(answers.candidate))
    return {
        "case_id": case.case_id,
        "place": places[0] if places else None,
        "tags": list(case.tags),
        "change": change_word(case.change),
        "difference": case.difference,
        **before,
        **after,
        "missing": list(case.missing),
    }


def _side(side: str, score: float | None, scored: int, numbers: CaseNumbers) -> dict[str, Json]:
    found: dict[str, Json] = {
        "score": score,
        "scored": scored,
        "trials": numbers.trials,
        "passed": numbers.passed,
        "cost_usd": None if numbers.cost_usd is None else f"{numbers.cost_usd:f}",
        "latency_p50_s": numbers.latency_p50_s,
        "latency_sum_s": numbers.latency_sum_s,
        "tokens_in": numbers.tokens_in,
        "tokens_out": numbers.tokens_out,
    }
    return {f"{side}_{name}": value for name, value in found.items()}
