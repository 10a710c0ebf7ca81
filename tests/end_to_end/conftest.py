"""The tiny project, the stand-in, and the command as a user types it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projects import tiny_model, write_project
from tests.standin import StandIn


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """The tiny project with 12 cases and no recordings."""
    return write_project(tmp_path / "project", 12)


@pytest.fixture
def server() -> Iterator[StandIn]:
    """A stand-in that answers. The test has to be marked `loopback`."""
    with StandIn(tiny_model) as standin:
        yield standin
