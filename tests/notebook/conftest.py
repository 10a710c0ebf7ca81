"""A project with two runs of the suite `tiny`, for everything that only looks."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

import harness
from harness.notebook.lab import Lab
from harness.pipeline.comparing import compare_runs
from harness.store.read import find_run
from tests.projects import write_project
from tests.stored import store_run


@dataclass(frozen=True)
class Explored:
    """Where it is, and its runs by id: v1 has all right, v3 loses ten of thirty cases."""

    folder: Path
    baseline: str
    candidate: str

    def lab(self) -> Lab:
        return harness.load(self.folder)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Explored:
    """Only to be looked at; one verdict is stored."""
    folder = write_project(tmp_path_factory.mktemp("notebook") / "project")
    settings = harness.read_settings(folder)
    before = store_run(settings, "v1", 2, lambda _case, _repeat: 1.0)
    after = store_run(settings, "v3", 2, lambda case, _repeat: float(case >= 10))
    old, new = (find_run(settings.store, each) for each in (before, after))
    compare_runs(old, new, harness.Policy(), settings)
    return Explored(folder=folder, baseline=before, candidate=after)


@pytest.fixture
def explored(kept: Explored, tmp_path: Path) -> Explored:
    """The same, to be written to."""
    shutil.copytree(kept.folder, tmp_path / "project")
    return Explored(folder=tmp_path / "project", baseline=kept.baseline, candidate=kept.candidate)
