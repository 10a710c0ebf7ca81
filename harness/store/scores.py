"""Scores of many runs at once, summed up where the rows are: a long history is never read trial by trial."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from harness.compare.interval import mean_from
from harness.compare.quality import Score, score_from
from harness.store.duck import reading

_SUMS = """
WITH asked AS (
  SELECT run_id, avg(score) AS score, any_value("cluster") AS "cluster", any_value(weight) AS weight
  FROM trials WHERE score IS NOT NULL AND list_contains($runs::VARCHAR[], run_id) GROUP BY run_id, case_id
), clusters AS (
  SELECT run_id, fsum(weight * score) AS total, fsum(weight) AS weight, fsum(weight * weight) AS squares, count(*) AS n
  FROM asked GROUP BY run_id, "cluster"
), means AS (
  SELECT run_id, fsum(total) / fsum(weight) AS mean FROM clusters GROUP BY run_id
)
SELECT run_id, sum(n)::BIGINT, count(*), any_value(mean), fsum((total - mean * weight) ** 2), fsum(weight), fsum(squares)
FROM clusters JOIN means USING (run_id) GROUP BY run_id
"""


def read_scores(store: str | Path, run_ids: Collection[str]) -> Mapping[str, Score]:
    """What `score_of_side` says of each run, by id; runs without any score are not in it. Raises StoreBusy."""
    with reading(store) as connection:
        rows = connection.execute(_SUMS, {"runs": list(run_ids)}).fetchall()
    return {
        run_id: score_from(
            mean_from(n, clusters, mean, spread=spread, weight=weight), weight * weight / squares
        )
        for run_id, n, clusters, mean, spread, weight, squares in rows
    }
