"""Forms of the graders of SQL."""

from __future__ import annotations

import re
from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.sql import Sql, SqlResult
from harness.suite.forms.graders.form import GraderForm, Reading, stands_for
from harness.suite.forms.kinds import FLAG, TEXT, TEXTS, may, one_of
from harness.suite.notation.fields import Fields, suggest
from harness.units import Json

DIALECTS: Final = (
    "athena", "bigquery", "clickhouse", "databricks", "doris", "drill", "druid", "duckdb", "hive", "materialize", "mysql",
    "oracle", "postgres", "presto", "prql", "redshift", "risingwave", "snowflake", "spark", "spark2", "sqlite", "starrocks",
    "tableau", "teradata", "trino", "tsql",
)  # fmt: skip
"""Those of sqlglot."""
STATEMENTS: Final = ("select", "insert", "update", "delete", "merge", "create", "drop", "alter", "truncate")
_TABLE: Final = re.compile(r"[^\s.]+(\.[^\s.]+){0,2}")


def _sql(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    dialect = given.word("dialect", DIALECTS) if "dialect" in given else "duckdb"
    statements = given.texts("statements")
    for each in statements:
        if each not in STATEMENTS:
            what = f"{each[:40]!r} is no kind of statement"
            reading.noted.bad(given.place_of("statements"), what, suggest(each, STATEMENTS))
    if dialect is None:
        return None
    return Sql(
        place=place,
        dialect=dialect,
        statements=statements,
        tables=_names(reading, given, "tables"),
        columns=_names(reading, given, "columns"),
        anywhere=bool(given.flag("anywhere")),
    )


def _names(reading: Reading, given: Fields, key: str) -> tuple[str, ...] | None:
    if key not in given:
        return None
    names = given.texts(key)
    for each in names:
        if not _TABLE.fullmatch(each):
            reading.noted.bad(
                given.place_of(key), f"{each[:80]!r} is no name", "write it as in SQL, without quotes"
            )
    return tuple(each.lower() for each in names)


def _sql_result(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    setup, same_as, rows = given.text("setup"), given.text("same_as"), _rows(reading, given)
    if (same_as is None) is ("rows" not in given):
        what = "'sql_result' needs `same_as` or `rows`" + (", not both" if "rows" in given else "")
        reading.noted.bad(given.place, what, "keep one" if "rows" in given else "add `same_as:`")
        return None
    return SqlResult(
        place=place,
        setup=setup or "",
        same_as=same_as,
        rows=rows,
        ordered=bool(given.flag("ordered")),
        anywhere=bool(given.flag("anywhere")),
    )


def _rows(reading: Reading, given: Fields) -> Json:
    rows = given.json("rows") if "rows" in given else None
    if rows is None:
        return None
    if not isinstance(rows, tuple) or not all(isinstance(each, tuple) for each in rows):
        reading.noted.bad(given.place_of("rows"), "'rows' must be a list of lists", "write `[[17, Lahore]]`")
    return rows


_SQL: Final = {
    "dialect": may("The dialect of SQL; duckdb where it is left out.", one_of(*DIALECTS)),
    "statements": may(
        "The kinds of statements that are allowed.", {"type": "array", "items": one_of(*STATEMENTS)}
    ),
    "tables": may("The tables it may use, as they are written.", TEXTS),
    "columns": may("The columns it may use, as they are written; `*` is every column of a table.", TEXTS),
    "anywhere": may("Whether the SQL may stand in code blocks.", FLAG),
}

FORMS: Final = (
    GraderForm(
        name="sql",
        means="The answer is SQL, on these tables alone.",
        keys=_SQL,
        read=_sql,
        short=TEXT,
        read_short=stands_for("dialect", _sql, _SQL),
    ),
    GraderForm(
        name="sql_result",
        means="The answer is a query that gives the wanted rows on a small DuckDB.",
        keys={
            "setup": may("SQL that makes the tables.", TEXT),
            "same_as": may("A query that gives the wanted rows.", TEXT),
            "rows": may("The wanted rows.", {"type": "array", "items": {"type": "array"}}),
            "ordered": may("Whether the rows must come in this order.", FLAG),
            "anywhere": may("Whether the query may stand in a code block.", FLAG),
        },
        read=_sql_result,
    ),
)
