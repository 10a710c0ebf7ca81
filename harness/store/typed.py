"""Columns of views as pandas has them best. The type follows from the column, never from what is in its rows.

| in the view | in the frame |
|---|---|
| TIMESTAMP, DATE | `datetime64[us, UTC]` |
| DOUBLE | `float64`; NULL is NaN |
| DECIMAL | `float64`, or exact `Decimal` objects |
| BIGINT, HUGEINT | `Int64`, which knows a missing value |
| BOOLEAN | `boolean`, which knows one too |
| VARCHAR | `category` of `str` where few values come again and again, else `str` |
| VARCHAR[] | tuples of `str`; equal ones are one object |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pandas import Series

Money = Literal["float", "decimal"]

_REPEATED = frozenset([
    "suite", "prompt", "prompt_version", "prompt_digest", "model", "model_id", "requested_model", "served_model",
    "mode", "run_id", "case_id", "case_digest", "cluster", "case_place", "outcome", "why", "whose", "stop_reason",
    "refusal_category", "effort", "thinking_type", "price_row_id", "service_tier", "speed", "geo", "source",
    "sdk_version", "api_version", "quarantine", "purpose", "fault", "asked_by", "asked_model", "grader", "place",
    "criterion", "mistake", "kind", "tool", "error", "status", "label", "joined_as", "left_why", "judge",
    "baseline_run_id", "candidate_run_id", "baseline_version", "baseline_model_id", "candidate_version",
    "candidate_model_id", "harness_version", "session", "ended_why",
])  # fmt: skip
"""Texts of few values: as categories they take 1 to 4 bytes a row."""


def asked_as(name: str, kind: str, money: Money) -> str:
    """A column of the SQL type `kind` in a SELECT: DuckDB makes the float nearest to an amount, which Arrow does not."""
    if kind.startswith("DECIMAL") and money == "float":
        return f'CAST("{name}" AS DOUBLE) AS "{name}"'
    return f'CAST("{name}" AS BIGINT) AS "{name}"' if kind == "HUGEINT" else f'"{name}"'


def series(name: str, kind: str, column: Any) -> Series[Any]:
    """The rows of a column, which is an Arrow array of the SQL type `kind` (those arrays have no types here)."""
    match kind:
        case "TIMESTAMP" | "DATE":
            made: Series[Any] = _moments(column)
        case "VARCHAR[]":
            made = _tuples(column)
        case "VARCHAR" if name in _REPEATED:
            made = _categories(column)
        case "DOUBLE":
            made = column.to_pandas()
        case _ if kind.startswith("DECIMAL"):
            made = column.to_pandas()
        case _:
            made = _masked(column, kind)
    return made


def _moments(column: Any) -> Any:
    import pyarrow as pa

    arrow: Any = pa
    return column.cast(arrow.timestamp("us")).cast(arrow.timestamp("us", "UTC")).to_pandas()


def _masked(column: Any, kind: str) -> Any:
    import pandas as pd

    kinds = {"BOOLEAN": pd.BooleanDtype(), "BIGINT": pd.Int64Dtype(), "HUGEINT": pd.Int64Dtype()}
    dtype = kinds.get(kind, pd.StringDtype(na_value=float("nan")))

    def mapped(_: object) -> object:
        return dtype

    return column.to_pandas(types_mapper=mapped)


def _tuples(column: Any) -> Any:
    """Few lists are of many rows, and nobody can change a tuple, so that rows may share it."""
    import pandas as pd

    seen: dict[tuple[str, ...], tuple[str, ...]] = {}
    rows: list[tuple[str, ...] | None] = []
    for chunk in column.chunks:
        for each in chunk.to_pylist():
            row = None if each is None else tuple(each)
            rows.append(None if row is None else seen.setdefault(row, row))
    return pd.Series(rows, dtype="object")


def _categories(column: Any) -> Any:
    """In alphabetical order, whatever came first."""
    import pandas as pd

    coded = column.dictionary_encode().to_pandas()
    return pd.Series(coded.cat.set_categories(pd.Index(sorted(coded.cat.categories), dtype="str")))
