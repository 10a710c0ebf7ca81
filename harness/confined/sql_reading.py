"""What SQL says, read in a process of its own: the parser can take minutes for a line of a few hundred characters.

Runs inside of `harness.confined.inside`, so it answers in JSON and raises nothing it could say.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

LONGEST = 20_000
"""Characters of SQL that are read."""

_KINDS: tuple[tuple[Any, str], ...] = (
    (exp.Query, "select"),
    (exp.Insert, "insert"),
    (exp.Update, "update"),
    (exp.Delete, "delete"),
    (exp.Merge, "merge"),
    (exp.Create, "create"),
    (exp.Drop, "drop"),
    (exp.Alter, "alter"),
    (exp.TruncateTable, "truncate"),
)


def read_sql(text: str, dialect: str) -> dict[str, Any]:
    """`statements`, `tables` and `columns` of SQL; or `wrong`, why it is none; or `undecided`, why nobody can tell."""
    logging.disable(logging.CRITICAL)
    if len(text) > LONGEST:
        return {"undecided": f"SQL of {len(text):,} characters, and it is read up to {LONGEST:,}"}
    try:
        parsed = [each for each in sqlglot.parse(text, read=dialect) if each is not None]
    except RecursionError:
        return {"undecided": "SQL that is nested too deeply"}
    except SqlglotError as error:
        return {"wrong": " ".join(str(error).split())[:200]}
    if not parsed:
        return {"wrong": "no statement"}
    kinds = [_kind(each) for each in parsed]
    if "" in kinds:
        return {
            "wrong": f"a statement that is none, or is not understood: {parsed[kinds.index('')].sql()[:100]}"
        }
    return {
        "statements": kinds,
        "tables": sorted({name for each in parsed for name in _tables(each)}),
        "columns": sorted({name for each in parsed for name in _columns(each)}),
    }


def _kind(statement: Any) -> str:
    if isinstance(statement, exp.Subquery):
        return _kind(statement.unnest())
    return next((name for kind, name in _KINDS if isinstance(statement, kind)), "")


def _tables(statement: Any) -> Iterator[str]:
    """Every table and every function that stands for one; not the names that `WITH` gives."""
    for table in statement.find_all(exp.Table):
        name = _table_name(table)
        if table.args.get("db") or not _is_given(table, name):
            yield name


def _table_name(table: Any) -> str:
    if not isinstance(table.this, exp.Identifier):
        return str(table.this.sql()).partition("(")[0].lower()
    parts = (table.catalog, table.db, table.name)
    return ".".join(each for each in parts if each).lower()


def _is_given(table: Any, name: str) -> bool:
    """Whether a `WITH` that can be seen from here gives this name. One inside of a query is not seen outside of it."""
    below, above = table, table.parent
    while above is not None:
        with_ = above.args.get("with_")
        if (
            isinstance(with_, exp.With)
            and below is not with_
            and name in {_alias(each) for each in with_.expressions}
        ):
            return True
        if isinstance(above, exp.With):
            visible = above.expressions if above.recursive else above.expressions[: _place(above, below)]
            if name in {_alias(each) for each in visible}:
                return True
        below, above = above, above.parent
    return False


def _place(with_: Any, below: Any) -> int:
    return next(place for place, each in enumerate(with_.expressions) if each is below)


def _alias(named: Any) -> str:
    return str(named.alias).lower()


def _columns(statement: Any) -> Iterator[str]:
    """Every column that is read or written, with its table where that is written; `*` for all of a table."""
    for column in statement.find_all(exp.Column):
        name = column.name.lower() or "*"
        if not _is_made_here(column, name):
            yield ".".join(each for each in (column.table.lower(), name) if each)
    for select in statement.find_all(exp.Select):
        if any(isinstance(each, exp.Star) for each in select.expressions) and not _is_derived(select):
            yield "*"


def _is_made_here(column: Any, name: str) -> bool:
    """Whether the statement itself makes this column: an alias that is ordered by, or a column of a query inside."""
    select: Any = column.find_ancestor(exp.Select)
    if select is None:
        return False
    if (
        not column.table
        and column.find_ancestor(exp.Order, exp.Having, exp.Qualify, exp.Select) is not select
    ):
        return name in {each.alias.lower() for each in select.expressions if isinstance(each, exp.Alias)}
    return _is_derived(select)


def _is_derived(select: Any) -> bool:
    """Whether all it reads from are queries of the statement itself."""
    from_: Any = select.args.get("from_")
    joins: list[Any] = select.args.get("joins") or []
    sources: list[Any] = [each.this for each in ([from_] if from_ is not None else []) + joins]
    return bool(sources) and all(
        isinstance(each, exp.Subquery)
        or (isinstance(each, exp.Table) and not each.args.get("db") and _is_given(each, _table_name(each)))
        for each in sources
    )
