"""Flags that several commands share: how a length of time is written."""

from __future__ import annotations

import argparse

import pytest

from harness.cli import choices
from harness.units import Seconds


@pytest.mark.parametrize(
    ("text", "length"), [(None, None), ("90", 90.0), ("90s", 90.0), ("1.5m", 90.0), ("2h", 7200.0)]
)
def test_a_deadline_is_a_number_with_or_without_its_unit(text: str | None, length: float | None) -> None:
    wanted = None if length is None else Seconds(length)
    assert choices.deadline(argparse.Namespace(deadline=text)) == wanted
