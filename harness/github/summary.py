"""The summary of a step in a workflow."""

from __future__ import annotations

from pathlib import Path

from harness.report.markdown import comment as markdown
from harness.report.views.pull import Pull
from harness.settings import Settings

_LINE = 2_000
"""Bytes that a verdict without its table takes at most."""


def summarise(settings: Settings, pull: Pull) -> None:
    """Append the verdicts to the step's summary, where a workflow asks for one; nothing anywhere else.

    All commands of a step write into one file, and GitHub drops the whole of it above its limit. So each takes at most
    a quarter of the room there is, and one that finds too little for its table still says its verdict in a line.
    Raises OSError.
    """
    path = settings.step_summary
    if path is None:
        return
    room = markdown.SUMMARY_BYTES - _size(path) - 2
    text = markdown.summary(pull, room // 4) or markdown.summary(pull, min(room, _LINE))
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"\n\n{text}" if text and _size(path) else text)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
