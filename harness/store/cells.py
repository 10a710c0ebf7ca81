"""What a spreadsheet would take for a formula, kept a text."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""How one may begin, full-width forms included: spreadsheets of East Asia take them for the others."""


def cell(text: str) -> str:
    """The text of a cell of CSV, with an apostrophe in front where it would be a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
