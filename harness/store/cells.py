"""CSV that a spreadsheet shows and does not obey."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

_FORMULA = frozenset("=+-@|%")
_LEADING = re.compile(
    r"[\s\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
)
_BREAKS = frozenset("\t\r\n")


def write_table(names: Sequence[str], rows: Iterable[Sequence[object]], file: TextIO) -> int:
    """Names, then rows; gives how many. Texts are in quotes, numbers are not."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([cell(name) for name in names])
    count = 0
    for row in rows:
        writer.writerow([_value(value) for value in row])
        count += 1
    return count


def _value(value: object) -> object:
    """A number as it is, and everything else as text; lists as JSON."""
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False)
    return cell(value) if isinstance(value, str) else value


def cell(text: str) -> str:
    """With an apostrophe in front where a spreadsheet would take it for a formula.

    That is one of `= + - @`, narrow or wide, or what older ones know (`|`, `%`), after anything that cannot be
    seen; and any text with a tab or a line break before its first letter, which some drop before they look.
    """
    found = _LEADING.match(text)
    unseen = "" if found is None else found[0]
    first = unicodedata.normalize("NFKC", text[len(unseen) :][:1])
    return f"'{text}" if first[:1] in _FORMULA or not _BREAKS.isdisjoint(unseen) else text
