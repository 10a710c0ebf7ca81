"""The pre-upgrade report as Markdown."""

from __future__ import annotations

from harness.report import safe
from harness.report.views.upgrade import HEADS, Upgrade, facts


def upgrade_comment(upgrade: Upgrade) -> str:
    """The table as Markdown; names and reasons stand in code spans."""
    rows = [f"| {' | '.join(_cell(each) for each in row.cells)} |" for row in upgrade.rows]
    lines = [
        f"**Harness: upgrade to {safe.code_span(upgrade.to)}: {upgrade.status.value.replace('_', ' ')}**",
        "",
        *(["> **replies are synthetic recordings**", ""] if upgrade.synthetic else []),
        f"| {' | '.join(HEADS)} |",
        f"|{'---|' * len(HEADS)}",
        *rows,
        "",
        *(f"- {safe.code_span(each)}" for each in facts(upgrade)),
        *(
            f"- {safe.code_span(row.suite)}: {safe.code_span(row.because)}"
            for row in upgrade.rows
            if row.because
        ),
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return safe.code_span(text) if text else ""
