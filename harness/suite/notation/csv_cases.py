"""Tables of cases to nodes: one case a row, standing where its row starts. What columns there are: `rows`.

An empty cell of any column but `input.<name>` is no value.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from harness.errors import Place
from harness.suite.notation.fields import Noted
from harness.suite.notation.json_lines import valid_text
from harness.suite.notation.node import Node, Scalar
from harness.suite.notation.rows import Graders, check_columns, row_case


def csv_cases(path: str, lines: Iterable[str], graders: Graders, noted: Noted) -> Iterator[Node]:
    """One node for every row after the first line, which names the columns."""
    rows = csv.reader((part for line in lines for part in line.splitlines(keepends=True)), strict=True)
    number = 1
    try:
        heads = next(rows, None)
        if heads is None or not check_columns(heads, graders, Place(path, 1, 1), noted):
            return
        while True:
            number = rows.line_num + 1
            row = next(rows, None)
            if row is None:
                return
            place = Place(path, number, 1)
            if len(row) != len(heads) and row:
                what = f"{len(row)} cells where the first line has {len(heads)}"
                noted.bad(place, what, "quote cells that hold a comma")
            elif row:
                cells = {
                    head: _text(cell, place, noted)
                    for head, cell in zip(heads, row, strict=True)
                    if cell or head.startswith("input.")
                }
                case = row_case(cells, graders, place, noted)
                if case is not None:
                    yield case
    except csv.Error as error:
        noted.bad(Place(path, number, 1), f"not CSV: {error}", "quote cells that hold quotes or line ends")


def _text(cell: str, place: Place, noted: Noted) -> Node:
    return Scalar(place=place, value=valid_text(cell, place, noted), text=cell, style='"')
