"""Folders and tools every test of the store needs; tests that kill at length wait for `-m kill`."""

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "kill" in config.option.markexpr:
        return
    long = [each for each in items if each.get_closest_marker("kill")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [each for each in items if each not in long]
