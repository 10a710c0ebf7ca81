"""How sure the graders of a run were, and how often they said the same of the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.compare.observation import GraderFacts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DIGITS = 9
"""A sum over threads may end in other bits; these are the same every time."""

_GRADERS = """
SELECT grader, max(version), CAST(sum(n) AS BIGINT), sum(confidence) / sum(n),
  avg(spread) FILTER (n > 1), CAST(count(*) FILTER (n > 1) AS BIGINT)
FROM (
  SELECT grader, count(*) AS n, sum(grade_confidence) AS confidence, stddev_samp(score) AS spread,
    max(grader_version) AS version
  FROM grades WHERE run_id = ?
  GROUP BY grader, case_id, repeat, place
)
GROUP BY grader
ORDER BY grader
"""


def graders_of(connection: DuckDBPyConnection, run_id: str) -> tuple[GraderFacts, ...]:
    """One entry per grader that graded a run, by name."""
    return tuple(
        GraderFacts(
            grader=grader,
            version=version,
            grades=grades,
            confidence=round(confidence, _DIGITS),
            spread=None if spread is None else round(spread, _DIGITS),
            repeated=repeated,
        )
        for grader, version, grades, confidence, spread, repeated in connection.execute(
            _GRADERS, [run_id]
        ).fetchall()
    )
