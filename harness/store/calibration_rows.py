"""Calibrations into the store: how the log of decisions puts one there, the first time and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from harness.store.lines import Body

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def apply_calibration(connection: DuckDBPyConnection, body: Body, key: str) -> None:
    """Put one calibration into the store, once."""
    names = ("judge", "identity", "at", "source", "labelled", "lacking", "kappa", "tpr", "tnr")
    slope = cast("Sequence[float | None]", body["per_doubling"])
    connection.execute("DELETE FROM calibrations WHERE calibration_id = ?", [key])
    connection.execute("DELETE FROM anchors WHERE calibration_id = ?", [key])
    connection.execute(
        "INSERT INTO calibrations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [key, *(body[name] for name in names), *slope, body["document"]],
    )
    anchors = [[key, *each] for each in cast("Sequence[Sequence[object]]", body["anchors"])]
    if anchors:
        connection.executemany("INSERT INTO anchors VALUES (?, ?, ?, ?, ?)", anchors)
