"""The project's own suites, read once."""

from pathlib import Path

import pytest

from harness.suite.project import Project
from harness.suite.read import WorkingTree, read_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def project() -> Project:
    return read_project(WorkingTree(ROOT))


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "fixtures"
