"""Expectations of SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql(Expectation):
    """The answer is SQL of a dialect: statements of these kinds, on these tables and columns alone."""

    grader: ClassVar[str] = "sql"
    expert: ClassVar[str | None] = "sql"
    dialect: str = "duckdb"
    statements: tuple[str, ...] = ()
    """Kinds that are allowed; empty: any."""
    tables: tuple[str, ...] | None = None
    """Names as they are written, in small letters; None: any."""
    columns: tuple[str, ...] | None = None
    """The same; `*` is every column of a table. None: any."""
    anywhere: bool = False
    """Whether the SQL may stand in code blocks; without any it is the whole answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlResult(Expectation):
    """The answer is a query that gives the wanted rows on a small DuckDB of its own."""

    grader: ClassVar[str] = "sql_result"
    expert: ClassVar[str | None] = "sql_result"
    setup: str = ""
    """SQL that makes the tables."""
    same_as: str | None = None
    """A query that gives the wanted rows; None beside `rows`."""
    rows: Json = None
    """The wanted rows, a list of lists."""
    ordered: bool = False
    """Whether the rows must come in this order."""
    anywhere: bool = False
