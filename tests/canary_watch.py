"""Puts the canary into the environment of every test, and looks for it in what the test wrote and printed."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.canary import CANARY, MARKER, NAME, is_in, leaks

__all__ = ["no_secret_leaves", "pytest_runtest_makereport"]


@pytest.fixture(autouse=True)
def no_secret_leaves(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The canary is in the environment; afterwards it is in no file of the test."""
    monkeypatch.setenv(NAME, CANARY)
    writes = request.node.get_closest_marker(MARKER) is not None
    folder = None
    if not writes and "tmp_path" in request.fixturenames:
        folder = request.getfixturevalue("tmp_path")
    began = time.time() - 1.0  # file systems round their times
    yield
    if folder is not None:
        assert leaks(folder, since=began) == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test that printed the canary has failed."""
    report = yield
    watched = report.when == "call" and item.get_closest_marker(MARKER) is None
    if watched and is_in(report.capstdout + report.capstderr):
        report.outcome, report.longrepr = "failed", "the canary was printed"
    return report
