"""The tables of all graders, by family; add a family's `TABLES` to the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.grade.rows import (
    combined,
    documents,
    judged,
    limits,
    manner,
    number,
    own,
    semantic,
    structure,
    text,
    tools,
)
from tests.grade.tables import Table

TABLES: Final[Mapping[str, Table]] = {
    name: table
    for family in (
        text,
        number,
        structure,
        documents,
        manner,
        limits,
        tools,
        combined,
        judged,
        own,
        semantic,
    )
    for name, table in family.TABLES.items()
}
