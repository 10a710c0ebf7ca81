"""Parquet files of cases to nodes: one case a row, with the columns of `rows`, or with lists and structs of their own.

A null is nothing, wherever it stands: a column holds a cell for every row. Rows are read in small batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from harness.errors import Place
from harness.suite.notation.fields import Noted
from harness.suite.notation.json_lines import grown
from harness.suite.notation.node import Node
from harness.suite.notation.rows import Graders, check_columns, row_case

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes a file may have without its compression."""
_BATCH = 256
_PLAIN = (bool, int, float, str)


def parquet_cases(path: str, content: bytes, graders: Graders, noted: Noted, at: Place) -> Iterator[Node]:
    """One node for every row; row 1 stands on line 1. `at`: where a suite names the file."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        what = f"{path}: reading Parquet needs pyarrow, which is not installed"
        noted.bad(at, what, "run `pip install 'prompt-harness[dataframe]'`, or write the cases as .jsonl")
        return
    arrow, files = (cast("Any", each) for each in (pa, parquet))  # they have no types
    try:
        file = files.ParquetFile(arrow.BufferReader(content))
        if _is_fine(path, file, graders, noted):
            yield from _rows(path, file, graders, noted)
    except (arrow.ArrowException, OSError, ValueError) as error:
        said = "".join(each for each in " ".join(str(error).split())[:160] if each.isprintable())
        noted.bad(Place(path, 0, 0), f"this is not a Parquet file: {said}", "write it anew")


def _is_fine(path: str, file: Any, graders: Graders, noted: Noted) -> bool:
    groups = file.metadata
    size = sum(groups.row_group(number).total_byte_size for number in range(groups.num_row_groups))
    if size > MOST_UNPACKED:
        what = f"has {size:,} bytes without compression; the most is {MOST_UNPACKED:,}"
        noted.bad(Place(path, 0, 0), what, "split it")
        return False
    return check_columns(list(file.schema_arrow.names), graders, Place(path, 1, 1), noted)


def _rows(path: str, file: Any, graders: Graders, noted: Noted) -> Iterator[Node]:
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH):
        rows = cast("list[dict[str, object]]", batch.to_pylist(maps_as_pydicts="strict"))
        for row in rows:
            number += 1
            place = Place(path, number, 1)
            read = {name: _node(name, cell, place, noted) for name, cell in row.items() if cell is not None}
            cells = {name: node for name, node in read.items() if node is not None}
            case = row_case(cells, graders, place, noted) if len(cells) == len(read) else None
            if case is not None:
                yield case


def _node(name: str, cell: object, place: Place, noted: Noted) -> Node | None:
    strange = _strange(cell)
    if strange is not None:
        what = f"column {name[:80]!r} holds a value of type {strange}"
        noted.bad(place, what, "write it as text, a number, a list or a struct")
        return None
    return grown(_without_nulls(cell), place, noted)


def _strange(cell: object) -> str | None:
    """What kind of value it is that JSON does not have, or None."""
    if isinstance(cell, dict):
        return _first(cast("dict[str, object]", cell).values())
    if isinstance(cell, list):
        return _first(cast("list[object]", cell))
    return None if cell is None or isinstance(cell, _PLAIN) else type(cell).__name__


def _first(cells: Any) -> str | None:
    return next((found for each in cells if (found := _strange(each)) is not None), None)


def _without_nulls(cell: object) -> object:
    if isinstance(cell, dict):
        table = cast("dict[str, object]", cell)
        return {name: _without_nulls(each) for name, each in table.items() if each is not None}
    if isinstance(cell, list):
        return [_without_nulls(each) for each in cast("list[object]", cell) if each is not None]
    return cell
