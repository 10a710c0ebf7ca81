"""Labels into the store: how the log of decisions puts an import of them there, the first time and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from harness.store.lines import Body

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def apply_labels(connection: DuckDBPyConnection, body: Body) -> None:
    """Put one import into the store: each label in place of an earlier one of the same answers."""
    run_id, at, source = body["run_id"], body["at"], body["source"]
    for case_id, repeat, score, *of in cast("Sequence[Sequence[object]]", body["labels"]):
        [criterion] = of or [""]
        connection.execute(
            "DELETE FROM labels"
            " WHERE run_id = ? AND case_id = ? AND repeat IS NOT DISTINCT FROM ? AND criterion = ?",
            [run_id, case_id, repeat, criterion],
        )
        connection.execute(
            "INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?, ?)",
            [run_id, case_id, repeat, score, at, source, criterion],
        )
