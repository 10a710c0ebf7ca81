"""What every text of a terminal ends with: commands to copy, and lines that no CI runner obeys."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report import safe
from harness.report.text.columns import columns, wrap
from harness.report.views.rows import Step


def links(report: str | None, steps: Sequence[Step], width: int) -> list[str]:
    """The report and the commands that lead on, whole, each with what it is good for."""
    rows = [] if report is None else [("report", report, "")]
    rows += [("next", each.command, each.why) for each in steps]
    lines = [""] if rows else []
    for title, command, why in rows:
        line = f"{title:<8} {safe.term(command)}"
        together = f"{line}      {why}"
        if why and columns(together) > width:
            lines += [line, *wrap(why, width, indent=9, first=9)]
        else:
            lines.append(together if why else line)
    return lines


def paint(text: str, code: str) -> str:
    """The text in a colour; as it is where `code` is empty."""
    return f"\x1b[{code}m{text}\x1b[0m" if code else text


def finish(lines: Sequence[str]) -> str:
    """The finished text: no line of it is a command of a CI runner."""
    return "\n".join(safe.without_commands(line.rstrip()) for line in lines) + "\n"
