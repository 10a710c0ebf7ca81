"""Folders and tools every test of the store needs."""

from pathlib import Path

import pytest

from harness.store.journal import Tools, tools
from tests.doubles import FakeClock


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "harness.duckdb"


@pytest.fixture
def use() -> Tools:
    return tools(lambda text: text, clock=FakeClock())
