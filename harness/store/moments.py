"""What the store knows of how scores vary: the moments of every case, variant by variant and comparison by comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from harness.compare.components import CaseMoments, Pairs
from harness.store.duck import reading

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_RUNS = 40
_COMPARISONS = 5

_VARIANTS = """
CREATE OR REPLACE TEMP TABLE variants AS
WITH known AS (
  SELECT run_id, started_at, mode, repeats, model_id, route, synthetic,
    CASE WHEN mode = 'imported' THEN run_id
      ELSE concat_ws('|', prompt, prompt_digest, model_id, params, graders, coalesce(route_digest, ''), synthetic) END AS variant
  FROM runs
  WHERE suite = $suite AND purpose NOT IN ('confirm', 'rerun', 'regrade') -- asked of cases that were chosen for their scores
  ORDER BY started_at DESC, run_id
  LIMIT $runs
)
SELECT *,
  -- A replay gives the very answers that were recorded: it is no further sample of anything.
  mode <> 'replay' OR (
    row_number() OVER (PARTITION BY variant, mode = 'replay' ORDER BY repeats DESC, started_at DESC, run_id) = 1
    AND NOT bool_or(mode <> 'replay') OVER (PARTITION BY variant)
  ) AS counts
FROM known
"""

_BY_VARIANT = """
SELECT variant, any_value(v.model_id), any_value(v.route), list(DISTINCT run_id ORDER BY run_id),
  case_id, any_value(t."cluster"), count(score), avg(score), coalesce(var_samp(score), 0)
FROM trials AS t JOIN variants AS v USING (run_id)
WHERE counts AND score IS NOT NULL
GROUP BY variant, case_id, case_digest
ORDER BY variant, case_id
"""

_PAIRS = """
SELECT arg_max(struct_pack(baseline_run_id, candidate_run_id), decided_at) AS pair
FROM verdicts AS v
JOIN variants AS b ON b.run_id = v.baseline_run_id
JOIN variants AS c ON c.run_id = v.candidate_run_id
WHERE v.status <> 'NOT_MEASURED' AND b.variant <> c.variant
GROUP BY b.variant, c.variant
ORDER BY max(decided_at) DESC, pair
LIMIT $comparisons
"""

_BY_RUN = """
SELECT run_id, case_id, any_value("cluster"), count(score), avg(score), coalesce(var_samp(score), 0)
FROM trials
WHERE run_id IN ($baseline, $candidate) AND score IS NOT NULL
GROUP BY run_id, case_id
ORDER BY case_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantMoments:
    """One variant of a suite: everything it was ever asked, of late."""

    model_id: str
    route: str | None
    runs: tuple[str, ...]
    cases: tuple[CaseMoments, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """A suite's samples and comparisons, as far as variances are concerned."""

    variants: tuple[VariantMoments, ...]
    comparisons: tuple[Pairs, ...]
    """Of different variants, the newest first; each pair of variants once."""


NOTHING_YET = Moments(variants=(), comparisons=())


def read_moments(store: str | Path, suite: str) -> Moments:
    """What the newest runs of a suite say; `NOTHING_YET` where there is no store. Raises StoreBusy.

    Several runs of a variant are further samples of it; replays are not, as they give the recorded answers again:
    of them one counts, and only where the recordings' own run is not in the store.
    """
    if not Path(store).exists():
        return NOTHING_YET
    with reading(store) as connection:
        connection.execute(_VARIANTS, {"suite": suite, "runs": _RUNS})
        rows = connection.execute(_BY_VARIANT).fetchall()
        pairs = connection.execute(_PAIRS, {"comparisons": _COMPARISONS}).fetchall()
        comparisons = tuple(_pairs(connection, *row[0].values()) for row in pairs)
    return Moments(variants=_variants(rows), comparisons=comparisons)


def _variants(rows: Sequence[tuple[object, ...]]) -> tuple[VariantMoments, ...]:
    groups: dict[str, list[tuple[object, ...]]] = {}
    for row in rows:
        groups.setdefault(cast("str", row[0]), []).append(row)
    return tuple(
        VariantMoments(
            model_id=cast("str", group[0][1]),
            route=cast("str | None", group[0][2]),
            runs=tuple(sorted({run for row in group for run in cast("list[str]", row[3])})),
            cases=tuple(_moments(row[4:]) for row in group),
        )
        for group in groups.values()
    )


def _pairs(connection: DuckDBPyConnection, baseline: str, candidate: str) -> Pairs:
    rows = connection.execute(_BY_RUN, {"baseline": baseline, "candidate": candidate}).fetchall()
    before = {row[1]: _moments(row[1:]) for row in rows if row[0] == baseline}
    after = {row[1]: _moments(row[1:]) for row in rows if row[0] == candidate}
    return tuple((before[case], after[case]) for case in before if case in after)


def _moments(row: Sequence[object]) -> CaseMoments:
    case_id, cluster, samples, mean, variance = row
    return CaseMoments(
        case_id=cast("str", case_id),
        cluster=cast("str", cluster),
        samples=cast("int", samples),
        mean=cast("float", mean),
        variance=cast("float", variance),
    )
