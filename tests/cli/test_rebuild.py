"""The store again, from the journals."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Type


def test_a_store_that_was_deleted_comes_back_whole(tiny: Path, typed: Type) -> None:
    typed("gate")
    before = typed("sql", "SELECT run_id, case_id, score FROM v_trials ORDER BY ALL", "--json").out
    (tiny / "reports/harness.duckdb").unlink()
    said = typed("rebuild")
    assert said.out.startswith("2 runs in ")
    assert typed("sql", "SELECT run_id, case_id, score FROM v_trials ORDER BY ALL", "--json").out == before


def test_a_torn_journal_is_warned_about(tiny: Path, typed: Type) -> None:
    typed("run", "tiny")
    [path] = (tiny / "reports/runs").glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-3])
    said = typed("rebuild")
    assert said.status == 0
    assert "cut off" in said.err
