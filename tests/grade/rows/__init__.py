"""The tables of all graders, by family; add a family's `TABLES` to the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.grade.rows import combined, judged, manner, number, structure, text
from tests.grade.tables import Table

TABLES: Final[Mapping[str, Table]] = {
    name: table
    for family in (
        text.TABLES,
        number.TABLES,
        structure.TABLES,
        manner.TABLES,
        combined.TABLES,
        judged.TABLES,
    )
    for name, table in family.items()
}
