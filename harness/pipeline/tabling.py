"""Two stored runs as a table of their cases."""

from __future__ import annotations

from harness.compare.comparison import compare
from harness.pipeline.comparing import answers_of
from harness.pipeline.regrading import Cases, same_graders
from harness.record import RunInfo
from harness.report.machines.case_table import CaseTable, case_table
from harness.settings import Settings
from harness.store.read import read_side
from harness.suite.policy import Policy


def compared_cases(
    baseline: RunInfo, candidate: RunInfo, policy: Policy, settings: Settings, cases: Cases
) -> CaseTable:
    """Every case of both, as `compare_runs` sees them; nothing is judged or kept. Raises StoreError, StoreBusy."""
    stored = read_side(settings.store, baseline.run_id), read_side(settings.store, candidate.run_id)
    comparison = compare(*same_graders(*stored, cases, settings), policy)
    return case_table(comparison, answers_of(settings.store, baseline, candidate))
