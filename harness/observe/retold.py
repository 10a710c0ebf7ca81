"""Reads the log of a run again, also where a process was killed in the middle of a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from harness.errors import UsageError
from harness.observe.runlog import ENDING, log_path
from harness.units import Json

Line = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What a log says."""

    lines: tuple[Line, ...]
    """In the order they were written."""
    damaged: tuple[int, ...]
    """Numbers of lines, from 1, that are not whole: one that a killed process left behind, for instance."""


def find_log(runs: Path, run_id: str | None) -> Path:
    """The log of a run, or of the newest one. Raises UsageError where there is none."""
    found = sorted(runs.glob(f"*{ENDING}"), key=lambda path: path.stat().st_mtime)
    if run_id is None:
        if not found:
            raise UsageError(f"{runs}: there is no log of any run yet; `harness run SUITE` makes one")
        return found[-1]
    path = log_path(runs, run_id)
    if path not in found:
        newest = ", ".join(each.name.removesuffix(ENDING) for each in found[:-4:-1]) or "none"
        raise UsageError(f"run {run_id}: it has no log in {runs}; the newest that have: {newest}")
    return path


def read_log(path: Path) -> Retold:
    """Every whole line of a log."""
    lines: list[Line] = []
    damaged: list[int] = []
    for number, raw in enumerate(path.read_bytes().split(b"\n"), start=1):
        line = _line(raw)
        if line is not None:
            lines.append(line)
        elif raw:
            damaged.append(number)
    return Retold(lines=tuple(lines), damaged=tuple(damaged))


def _line(raw: bytes) -> Line | None:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return cast("Line", line) if isinstance(line, dict) and "event" in line else None
