"""The cases of a comparison as rows: what became of each, and what both sides spent on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from harness.compare.asked import Asked, by_case
from harness.compare.change import WORST_FIRST
from harness.compare.comparison import CaseChange, Comparison
from harness.compare.observation import Observation
from harness.gate.verdict import Status, Verdict
from harness.report.views.case import CaseAnswers

if TYPE_CHECKING:
    from pandas import DataFrame


def case_rows(comparison: Comparison) -> DataFrame:
    """One row for each case of either side, worst first.

    `baseline` and `candidate` are mean scores in [0, 1] of the measured repeats, `difference` candidate minus baseline,
    `change` what became of it. Cost (US dollars) and latency (seconds) are means of one answer of each side, over
    those that were measured; NaN where there is none. `tags` and `missing` are tuples.
    """
    import pandas as pd

    changes = comparison.changes
    sides = {
        "baseline": by_case(comparison.baseline.observations),
        "candidate": by_case(comparison.candidate.observations),
    }
    words = [each.value for each in WORST_FIRST]
    columns: dict[str, object] = {
        "case_id": pd.Series([each.case_id for each in changes], dtype="str"),
        "tags": pd.Series([each.tags for each in changes], dtype="object"),
        "change": pd.Categorical([each.change.value for each in changes], words, ordered=True),
        "difference": _numbers([each.difference for each in changes]),
        "baseline": _numbers([each.baseline for each in changes]),
        "candidate": _numbers([each.candidate for each in changes]),
    }
    for side, asked in sides.items():
        columns |= _side(side, changes, asked)
    columns["missing"] = pd.Series([each.missing for each in changes], dtype="object")
    return pd.DataFrame(columns)


def _side(side: str, changes: Sequence[CaseChange], asked: Mapping[str, Asked]) -> dict[str, object]:
    import pandas as pd

    measured = [asked[each.case_id].measured if each.case_id in asked else () for each in changes]
    return {
        f"{side}_answers": pd.Series([len(trials) for trials in measured], dtype="Int64"),
        f"{side}_passed": pd.Series([_passed(trials) for trials in measured], dtype="Int64"),
        f"{side}_cost_usd": _numbers([_mean(trials, lambda each: each.cost) for trials in measured]),
        f"{side}_latency_s": _numbers([_mean(trials, lambda each: each.latency) for trials in measured]),
    }


def slice_rows(comparison: Comparison, verdict: Verdict) -> DataFrame:
    """One row for each tag that was tested, the largest drop first; bounds and p as in the verdict."""
    import pandas as pd

    statuses = dict(verdict.slices)
    found = sorted(comparison.slices, key=lambda each: (each.difference, each.slice))
    told = [statuses.get(each.slice, Status.PASS).value for each in found]
    return pd.DataFrame(
        {
            "slice": pd.Series([each.slice for each in found], dtype="str"),
            "status": pd.Categorical(told, [each.value for each in Status], ordered=True),
            "cases": pd.Series([each.n for each in found], dtype="Int64"),
            **{
                name: _numbers([getattr(each, name) for each in found])
                for name in ("difference", "lower", "upper", "baseline", "candidate", "p_adjusted")
            },
        }
    )


def answer_rows(answers: Mapping[str, CaseAnswers]) -> DataFrame:
    """One row for each repeat of each case, with what both sides answered. The texts are as they came: hostile."""
    import pandas as pd

    rows: dict[str, list[object]] = {name: [] for name in _ANSWERED}
    for case, both in answers.items():
        sides = {
            side: {each.repeat: each for each in getattr(both, side)} for side in ("baseline", "candidate")
        }
        for repeat in sorted({*sides["baseline"], *sides["candidate"]}):
            rows["case_id"].append(case)
            rows["repeat"].append(repeat)
            for side, found in sides.items():
                one = found.get(repeat)
                rows[f"{side}_score"].append(math.nan if one is None or one.score is None else one.score)
                rows[f"{side}_answer"].append(None if one is None else one.text)
    return pd.DataFrame({name: pd.Series(rows[name], dtype=dtype) for name, dtype in _ANSWERED.items()})


_ANSWERED = {
    "case_id": "str",
    "repeat": "Int64",
    "baseline_score": "float64",
    "candidate_score": "float64",
    "baseline_answer": "str",
    "candidate_answer": "str",
}


def _passed(trials: Sequence[Observation]) -> int | None:
    """None where nobody said of an answer whether it passed."""
    said = [each.passed for each in trials if each.passed is not None]
    return sum(said) if said else None


def _mean(trials: Sequence[Observation], number: Callable[[Observation], float | None]) -> float | None:
    known = [found for each in trials if (found := number(each)) is not None]
    return math.fsum(known) / len(known) if known else None


def _numbers(values: Sequence[float | None]) -> object:
    import pandas as pd

    return pd.Series([math.nan if each is None else each for each in values], dtype="float64")
