"""Trials of one run, or of several, as statistics see them: read in columns of numbers, never with a text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from harness.compare.collector import uncollected
from harness.compare.observation import ModelShare, Observation

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TRIALS = """
WITH known AS (  -- what other runs of the very same suite say of a case this run never came to
  SELECT case_id,
    arg_max(struct_pack("cluster", tags, weight, case_digest, must_pass, quarantine), (trials.started_at, run_id)) AS trial
  FROM trials JOIN runs USING (run_id)
  WHERE recorded AND case_digest <> ''
    AND case_id IN (SELECT case_id FROM trials WHERE run_id = $run AND NOT recorded AND case_digest = '')
    AND suite_digest = (SELECT suite_digest FROM runs WHERE run_id = $run)
  GROUP BY case_id
)
SELECT t.case_id, t.repeat, t.score,
  CASE WHEN t.score IS NOT NULL THEN NULL
    WHEN t.outcome = 'skipped' THEN 'skipped: ' || coalesce(t.why, 'None')
    ELSE coalesce(nullif(t.why, ''), lost.mistake, t.outcome) END AS missing,
  CASE WHEN t.outcome = 'answered' OR t.whose = 'model' THEN CAST(t.cost_usd AS DOUBLE) END AS cost,
  CASE WHEN t.outcome = 'answered' THEN t.latency_ms / 1000 END AS latency,
  if(unknown, known.trial."cluster", t."cluster") AS "cluster", if(unknown, known.trial.tags, t.tags) AS tags,
  if(unknown, known.trial.weight, t.weight) AS weight,
  if(unknown, known.trial.must_pass, t.must_pass) AS must_pass,
  coalesce(if(unknown, known.trial.quarantine, t.quarantine), '') AS quarantine,
  CASE WHEN t.score IS NOT NULL THEN t.passed END AS passed, t.answer_confidence,
  t.input_tokens, t.output_tokens, t.cache_write_5m_tokens + t.cache_write_1h_tokens AS cache_write_tokens,
  t.cache_read_tokens, t.attempts, t.served_model,
  if(unknown, known.trial.case_digest, t.case_digest) AS case_digest,
  sent.calls, sent.retries AS retry_cost, t.price_row_id AS price_row, coalesce(own.score, whole.score) AS label
FROM (
  SELECT * EXCLUDE (question, answer),
    NOT recorded AND case_digest = '' AND case_id IN (SELECT case_id FROM known) AS unknown
  FROM trials
) AS t
LEFT JOIN known ON known.case_id = t.case_id
LEFT JOIN (
  SELECT case_id, repeat, count(*) FILTER (fault IS NULL) AS calls,
    CAST(coalesce(sum(cost_usd) FILTER (fault IS NOT NULL), 0) AS DOUBLE) AS retries
  FROM calls WHERE run_id = $run AND stands AND asked_by = '' GROUP BY ALL
) AS sent ON sent.case_id = t.case_id AND sent.repeat = t.repeat
LEFT JOIN (
  SELECT case_id, repeat, max(mistake || CASE WHEN regexp_matches(evidence, $fooled)
    THEN ': fooled by ' || regexp_extract(evidence, $fooled, 1) ELSE '' END) AS mistake
  FROM grades WHERE run_id = $run AND mistake <> '' GROUP BY ALL
) AS lost ON lost.case_id = t.case_id AND lost.repeat = t.repeat
LEFT JOIN labels AS own ON own.run_id = $run AND own.case_id = t.case_id AND own.repeat = t.repeat
  AND own.criterion = ''
LEFT JOIN labels AS whole ON whole.run_id = $run AND whole.case_id = t.case_id AND whole.repeat IS NULL
  AND whole.criterion = ''
WHERE t.run_id = $run
ORDER BY t.case_id, t.repeat
"""

_MODELS = """
SELECT coalesce(v.requested_model, ''), cases.ids, v.planned, v.answered, v.cost_usd
FROM v_models AS v LEFT JOIN (
  SELECT requested_model, list(DISTINCT case_id ORDER BY case_id) AS ids FROM trials WHERE run_id = $run GROUP BY ALL
) AS cases ON cases.requested_model IS NOT DISTINCT FROM v.requested_model
WHERE v.run_id = $run AND (v.planned > 0 OR v.requested_model IS NULL OR v.requested_model NOT IN (
  SELECT asked_model FROM calls WHERE run_id = $run AND asked_by <> ''
))
ORDER BY v.cases DESC, 1
"""

_FOOLED = r"^judge error: [^:]* is not to be trusted: it let (?:a canary|canaries) pass \(([a-z0-9, -]+)\)"
"""What evidence says of a judge that its canaries fooled; see `harness.grade.canaries.why_invalid`."""

_TEXTS = frozenset(
    {"case_id", "missing", "cluster", "served_model", "case_digest", "price_row", "quarantine"}
)


def observations_of(connection: DuckDBPyConnection, run_id: str) -> tuple[Observation, ...]:
    """One observation per planned trial of a run, in order of case and repeat."""
    connection.execute(_TRIALS, {"run": run_id, "fooled": _FOOLED})
    with uncollected():
        return _observed(connection)


def _observed(connection: DuckDBPyConnection) -> tuple[Observation, ...]:
    """The rows of `_TRIALS`, whose columns are the fields of an observation.

    A column at a time, each cell straight into its slot: as arguments of a call per row they take four times as
    long. Texts that come again and again (ids, digests, tags) are kept once: memory grows with the cases.
    """
    columns = connection.fetchnumpy()
    same: dict[object, object] = {}
    found = [Observation.__new__(Observation) for _ in range(len(columns["case_id"]))]
    for name in list(columns):
        cells = cast("list[object]", columns.pop(name).tolist())
        if name == "tags":
            cells = [tuple(cast("list[str]", tags)) for tags in cells]
        if name == "tags" or name in _TEXTS:
            cells = list(map(same.setdefault, cells, cells))
        fill = cast("Callable[[Observation, object], None]", Observation.__dict__[name].__set__)
        deque(map(fill, found, cells), maxlen=0)
    return tuple(found)


def shares_of(connection: DuckDBPyConnection, run_id: str) -> tuple[ModelShare, ...]:
    """What a run sent to each model, the one with the most cases first."""
    rows = connection.execute(_MODELS, {"run": run_id}).fetchall()
    return tuple(
        ModelShare(
            model=model,
            case_ids=tuple(ids or ()),
            planned=planned,
            answered=answered,
            cost_usd=plain_money(cost),
        )
        for model, ids, planned, answered, cost in rows
    )


def plain_money(cost: Decimal | None) -> str | None:
    """Dollars as text, without zeros at the end."""
    return None if cost is None else format(cost.normalize(), "f")
