"""The newest runs of one prompt on each model it was ever asked of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.record import RunInfo
from harness.store.duck import reading
from harness.store.read import read_infos

_NEWEST = """
SELECT run_id, (
  SELECT arg_max(v.status, v.decided_at) FROM verdicts AS v JOIN runs AS b ON b.run_id = v.baseline_run_id
  WHERE v.candidate_run_id = r.run_id AND b.prompt_digest = $digest AND b.model_id = $now
) AS status
FROM runs AS r
WHERE suite = $suite AND prompt_digest = $digest AND NOT list_contains($known::VARCHAR[], model_id)
  AND purpose NOT IN ('confirm', 'rerun', 'regrade') -- asked of cases that were chosen for their scores
QUALIFY row_number() OVER (PARTITION BY model_id, coalesce(route_digest, '') ORDER BY started_at DESC, run_id) = 1
ORDER BY started_at DESC, run_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherModel:
    """The newest run of the same prompt version on another model."""

    info: RunInfo
    status: str | None
    """What the gate said of it last, against the model that runs now; None: nothing."""


def read_others(store: str | Path, now: RunInfo, new: RunInfo) -> tuple[OtherModel, ...]:
    """Every further model that was asked the prompt of `new`, the one that was asked last first.

    Raises UsageError where there is no store, StoreBusy.
    """
    values = {"suite": new.suite, "digest": new.prompt_digest, "now": now.model_id}
    with reading(store) as connection:
        rows = connection.execute(_NEWEST, {**values, "known": [now.model_id, new.model_id]}).fetchall()
        infos = read_infos(connection, [run_id for run_id, _ in rows])
    return tuple(OtherModel(info=infos[run_id], status=status) for run_id, status in rows)
