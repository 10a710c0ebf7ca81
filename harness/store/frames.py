"""Views of the store as pandas data frames, with the types that `harness.store.typed` says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import UsageError
from harness.store.duck import reading
from harness.store.typed import Money, asked_as, series

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pandas import DataFrame, Series

ORDERS = {
    "v_runs": "started_at, run_id",
    "v_models": "run_id, requested_model",
    "v_trials": "run_id, case_id, repeat",
    "v_answers": "run_id, case_id, repeat",
    "v_calls": "run_id, case_id, repeat, attempt",
    "v_grades": "run_id, case_id, repeat, place_in_case",
    "v_steps": "run_id, case_id, repeat, step",
    "v_case_history": "suite, case_id, started_at, run_id",
    "v_flaky": "suite, case_id, prompt_version, model_id, case_digest",
    "v_cost_daily": "day, suite, model_id",
    "v_verdicts": "decided_at, verdict_id",
    "v_bank": "suite, added_at, run_id",
    "v_labels": "run_id, case_id, repeat",
    "v_opinions": "run_id, case_id, repeat, opinion_key",
    "v_judges": "run_id, judge",
    "v_calibrations": "judge, calibrated_at, calibration_id",
}
"""Every view, and the order of its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a view is wanted; None: all of it."""

    columns: Sequence[str] | None = None
    suites: Sequence[str] | None = None
    """Of these suites alone. A view that knows no suites gives all of its rows."""
    run_ids: Sequence[str] | None = None
    """Of these runs alone; of verdicts: those that compared one of them."""
    money: Money = "float"


_ALL = Choice()


def read_frame(store: str | Path, view: str, choice: Choice = _ALL) -> DataFrame:
    """A view as a pandas DataFrame. What the store does not need to give is not read.

    Raises UsageError where pandas or pyarrow is not installed, for a view or a column that there is not, and where
    there is no store; StoreBusy, StoreError.
    """
    check_installed("pandas", "pyarrow")
    if view not in ORDERS:
        raise UsageError(f"there is no view {view!r}; there are {', '.join(ORDERS)}")
    with reading(store) as connection:
        kinds, table = _table(connection, view, choice)
    return _frame(kinds, table)


def check_installed(*packages: str) -> None:
    """Raises UsageError, with what adds it, where one of these is not installed."""
    missing = [each for each in packages if find_spec(each) is None]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise UsageError(
            f"{' and '.join(missing)} {are} not installed; `pip install 'prompt-harness[notebook]'` adds what a"
            " notebook needs"
        )


def _table(connection: DuckDBPyConnection, view: str, choice: Choice) -> tuple[dict[str, str], Any]:
    """The SQL types of the columns that are wanted, and their rows as Arrow has them."""
    known = {str(name): str(kind) for name, kind, *_ in connection.execute(f"DESCRIBE {view}").fetchall()}
    kinds = known if choice.columns is None else _chosen(view, choice.columns, known)
    where = " AND ".join(("true", *_conditions(known, choice)))
    listed = ", ".join(asked_as(name, kind, choice.money) for name, kind in kinds.items())
    statement = f"SELECT {listed} FROM {view} WHERE {where} ORDER BY {ORDERS[view]}"  # noqa: S608 - names that the store knows
    given = {"suites": choice.suites, "runs": choice.run_ids}
    values = {name: list(each) for name, each in given.items() if each is not None and f"${name}" in where}
    return kinds, connection.sql(statement, params=values).to_arrow_table()


def _chosen(view: str, wanted: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    if not wanted:
        raise UsageError(f"{view}: no column is named; name one, or leave `columns` out for all of them")
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"{view}: there is no column {name!r}; {remedy}")
    return {name: known[name] for name in wanted}


def _conditions(known: Collection[str], choice: Choice) -> Iterator[str]:
    """What rows have to be; where a view does not know a column, it cannot be chosen by it."""
    if choice.suites is not None and "suite" in known:
        yield "list_contains($suites::VARCHAR[], suite)"
    if choice.run_ids is not None:
        names = [name for name in ("run_id", "baseline_run_id", "candidate_run_id") if name in known]
        if names:
            yield f"({' OR '.join(f'list_contains($runs::VARCHAR[], {name})' for name in names)})"


def _frame(kinds: Mapping[str, str], table: Any) -> DataFrame:
    import pandas as pd

    made: dict[str, Series[Any]] = {}
    for name, kind in kinds.items():  # one by one, so that no more than a column is there twice
        made[name] = series(name, kind, table.column(name))
        table = table.drop_columns([name])
    return pd.DataFrame(made, columns=pd.Index(list(kinds), dtype="str"), copy=False)
