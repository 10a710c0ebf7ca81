"""The tiny project, the stand-in, and the command as a user types it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.always import assert_accounts_agree
from tests.projects import tiny_model, write_project
from tests.standin import StandIn
from tests.standin.server import STARTED


@pytest.fixture(autouse=True)
def accounts_agree(tmp_path: Path) -> Iterator[None]:
    """After every test: requests, attempts, money and outcomes agree, whatever the test was about."""
    STARTED.clear()
    yield
    journals = sorted(tmp_path.rglob("reports/runs/*.jsonl"))
    if STARTED and journals:
        assert_accounts_agree(STARTED, journals)
    STARTED.clear()


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """The tiny project with 12 cases and no recordings."""
    return write_project(tmp_path / "project", 12)


@pytest.fixture
def server() -> Iterator[StandIn]:
    """A stand-in that answers. The test has to be marked `loopback`."""
    with StandIn(tiny_model) as standin:
        yield standin
