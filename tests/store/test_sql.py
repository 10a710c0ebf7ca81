"""A user's SQL reads the store and nothing else."""

import re
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.store.journal import tools
from harness.store.sql import run_sql
from harness.units import Seconds
from tests.doubles import FakeClock
from tests.store.samples import info, record, stored


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all: no query may change it, so none can disturb another."""
    folder = tmp_path_factory.mktemp("sql")
    return stored(folder / "harness.duckdb", info(), [record()], tools(str, clock=FakeClock()))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT run_id FROM v_runs",
        "WITH r AS (FROM v_runs) SELECT run_id FROM r",
        "FROM v_runs SELECT run_id;",
        "/* all */\n SELECT run_id -- of\nFROM v_runs ;\n",
    ],
)
def test_a_select_is_answered(full: Path, query: str) -> None:
    table = run_sql(full, query)
    assert (table.columns, table.rows) == (("run_id",), (("r1",),))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM glob('/etc/*')",
        "COPY runs TO '{out}'",
        "COPY (SELECT 1) TO '{out}'",
        "EXPORT DATABASE '{out}'",
        "ATTACH '{out}' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "PRAGMA enable_profiling",
        "PRAGMA database_list",
        "/* SELECT */ PRAGMA show_tables;",
        "PRAGMA table_info('runs')",
        "CALL pragma_version()",
        "CREATE TABLE x AS SELECT 1",
        "CREATE TEMP TABLE x AS SELECT 1",
        "DELETE FROM runs",
        "DROP TABLE runs",
        "SELECT 1; DELETE FROM runs",
        "SELECT getenv('HOME')",
        "SELECT * FROM full",
        "SELECT * FROM secret_rows",
        "SELECT * FROM read_json('http://127.0.0.1:9/x')",
        "EXPLAIN ANALYZE DELETE FROM runs",
        "PREPARE x AS SELECT 1",
        "CHECKPOINT",
        "BEGIN",
        "",
        ";",
        "SELECT",
        "\x00",
    ],
)
def test_anything_else_is_refused(full: Path, tmp_path: Path, query: str) -> None:
    secret_rows = {"key": ["value"]}
    before = full.read_bytes()
    with pytest.raises(UsageError):
        run_sql(full, query.replace("{out}", str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()
    assert full.read_bytes() == before
    assert secret_rows


def test_a_query_that_never_ends_is_stopped(full: Path) -> None:
    endless = "SELECT count(*) FROM range(100000000000) AS a, range(100000000000) AS b"
    with pytest.raises(UsageError, match=re.escape("took longer than 0.3 s")):
        run_sql(full, endless, patience=Seconds(0.3))


def test_a_query_that_wants_all_memory_is_stopped(full: Path) -> None:
    with pytest.raises(UsageError, match="the query failed"):
        run_sql(full, "SELECT list(repeat('x', 1000) || i) FROM range(100000000) AS t(i)")


def test_an_answer_that_is_too_long_is_refused_rather_than_cut(full: Path) -> None:
    with pytest.raises(UsageError, match="more than 10 rows; add a LIMIT"):
        run_sql(full, "FROM range(11)", most_rows=10)
    assert len(run_sql(full, "FROM range(10)", most_rows=10).rows) == 10


def test_a_mistake_is_explained(full: Path) -> None:
    with pytest.raises(UsageError, match="nosuch"):
        run_sql(full, "SELECT nosuch FROM v_runs")
