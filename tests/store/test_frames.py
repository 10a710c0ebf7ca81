"""Views as data frames: what SQL says, in the types that the columns have."""

import math
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from harness.errors import StoreError, UsageError
from harness.record import Record
from harness.store.duck import reading, writing
from harness.store.frames import ORDERS, Choice, read_frame
from harness.store.journal import tools
from tests.doubles import FakeClock
from tests.store.samples import CENT, MOMENT, RECORDS, failed, info, record, stored

USE = tools(lambda text: text, clock=FakeClock())


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two suites; one trial failed, so that it has no score. One store for all: a frame only reads."""
    store = tmp_path_factory.mktemp("frames") / "harness.duckdb"
    stored(store, info(), [replace(record("a"), tags=("urdu", "refund")), failed("b")], USE)
    return stored(store, replace(info("r2"), suite="extract"), [record("a"), record("b")], USE)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("frames") / "harness.duckdb"
    with writing(store):
        pass
    return store


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


def plain(value: Any) -> Any:
    """A cell as DuckDB would give it, where a missing one is None."""
    if isinstance(value, tuple):
        return list(value)
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def told(value: Any) -> Any:
    """What DuckDB gives, as a frame has it: moments have a zone, and amounts are floats."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return float(value) if isinstance(value, Decimal) else value


def test_an_empty_store_has_the_columns_and_types_of_a_full_one(full: Path, empty: Path) -> None:
    for view in ORDERS:
        nothing = read_frame(empty, view)
        assert len(nothing) == 0
        assert kinds(nothing) == kinds(read_frame(full, view))


def test_every_view_of_the_store_is_a_frame(full: Path) -> None:
    with reading(full) as connection:
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    assert {name for (name,) in views} == set(ORDERS)


def test_every_column_has_the_type_that_its_values_need(full: Path) -> None:
    frame = read_frame(full, "v_trials", Choice(suites=["triage"]))
    assert kinds(frame).items() >= {
        "suite": "category", "case_id": "category", "started_at": "datetime64[us, UTC]", "score": "float64",
        "passed": "boolean", "repeat": "Int64", "cost_usd": "float64", "tags": "object", "detail": "str",
    }.items()  # fmt: skip
    answered, lost = frame.iloc[0], frame.iloc[1]
    assert answered["tags"] == ("urdu", "refund")
    assert answered["started_at"] == MOMENT
    assert (answered["passed"], lost["passed"] is pd.NA) == (True, True)
    assert math.isnan(lost["score"])
    assert frame[frame["passed"]]["case_id"].tolist() == ["a"]
    assert frame.explode("tags").groupby("tags")["score"].count().to_dict() == {"refund": 1, "urdu": 1}


def test_money_is_a_float_or_exact(full: Path) -> None:
    exact = read_frame(full, "v_trials", Choice(columns=["cost_usd"], money="decimal"))["cost_usd"]
    assert exact.iloc[0] == CENT
    assert read_frame(full, "v_trials", Choice(columns=["cost_usd"]))["cost_usd"].iloc[0] == float(CENT)


def test_a_sum_of_counts_is_a_whole_number(full: Path) -> None:
    with writing(full) as connection:
        connection.execute("UPDATE runs SET mode = 'live'")
    daily = read_frame(full, "v_cost_daily")
    assert kinds(daily)["attempts"] == "Int64"
    assert daily["attempts"].tolist() == [2, 2]
    assert daily["day"].tolist() == [pd.Timestamp(MOMENT.date(), tz="UTC")] * 2


def test_rows_are_those_of_the_suites_and_runs_that_are_wanted(full: Path) -> None:
    def runs_of(choice: Choice) -> set[str]:
        return set(read_frame(full, "v_grades", replace(choice, columns=["run_id"]))["run_id"])

    assert runs_of(Choice()) == {"r1", "r2"}
    assert runs_of(Choice(suites=["extract"])) == {"r2"}
    assert runs_of(Choice(run_ids=["r1"])) == {"r1"}
    assert runs_of(Choice(suites=["extract"], run_ids=["r1"])) == set()
    assert runs_of(Choice(suites=[])) == set()


def test_columns_are_in_the_order_in_which_they_are_named(full: Path) -> None:
    frame = read_frame(full, "v_trials", Choice(columns=["score", "case_id", "score"]))
    assert list(frame.columns) == ["score", "case_id"]
    assert frame["case_id"].tolist() == ["a", "b", "a", "b"]


@pytest.mark.parametrize(
    ("view", "columns", "said"),
    [
        ("v_trial", None, "there is no view 'v_trial'; there are v_runs"),
        ("v_trials", ["scor"], "v_trials: there is no column 'scor'; did you mean 'score'"),
        ("v_trials", ["1; DROP TABLE runs"], "v_trials: there is no column '1; DROP TABLE runs'; there are"),
        ("v_trials", [], "v_trials: no column is named"),
    ],
)
def test_a_name_that_there_is_not_is_refused(
    full: Path, view: str, columns: list[str] | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        read_frame(full, view, Choice(columns=columns))


@pytest.mark.parametrize("package", ["pandas", "pyarrow"])
def test_without_a_package_the_remedy_is_named(
    full: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=rf"{package} is not installed; .*prompt-harness\[notebook\]"):
        read_frame(full, "v_runs")


def test_a_database_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE mine (a INTEGER)")
    with pytest.raises(StoreError, match=r"other\.duckdb: a database of something else"):
        read_frame(other, "v_runs")
    with duckdb.connect(str(other)) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("mine",)]


def says_what_sql_says(store: Path, view: str) -> None:
    with reading(store) as connection:
        rows = connection.execute(f"FROM {view} ORDER BY {ORDERS[view]}").fetchall()
    found = read_frame(store, view).astype("object").itertuples(index=False)
    assert [[plain(value) for value in row] for row in found] == [
        [told(value) for value in row] for row in rows
    ]


def test_a_frame_says_what_its_view_says(full: Path) -> None:
    for view in ORDERS:
        says_what_sql_says(full, view)


@pytest.mark.slow  # a store for each example
@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])  # shrinking takes minutes
@given(records=st.lists(RECORDS, max_size=4, unique_by=lambda each: (each.case_id, each.repeat)))
def test_a_frame_of_any_records_says_what_its_view_says(
    records: list[Record], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = tmp_path_factory.mktemp("any") / "harness.duckdb"
    stored(store, info(cases=("a", "b", "c", "d"), repeats=2), records, USE)
    for view in ("v_trials", "v_answers", "v_steps"):
        says_what_sql_says(store, view)
