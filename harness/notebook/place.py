"""Where the results are that somebody explores, and how two of its runs are compared without keeping anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.pipeline.comparing import Compared, compare_as_stored, compare_unkept
from harness.pipeline.gating import policy_of
from harness.pipeline.regrading import cases_of
from harness.settings import Settings
from harness.store.read import find_run
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAt:
    """One store."""

    store: Path
    settings: Settings | None
    """Of the project that it belongs to; None: it stands alone."""

    def compare(self, baseline: str, candidate: str) -> Compared:
        """Two runs by the rules of the candidate's suite; of a store alone by the default rules.

        Raises UsageError with the candidates for a name that is not one run's, FilesRejected for mistakes in the
        project, StoreBusy, StoreError.
        """
        before, after = (find_run(self.store, name) for name in (baseline, candidate))
        if self.settings is None:
            return compare_as_stored(before, after, self.store)
        project = read_project(WorkingTree(self.settings.root), data_only=self.settings.data_only)
        policy, cases = policy_of(project, after.suite), cases_of(after.suite, [project])
        return compare_unkept(before, after, policy, self.settings, cases)
