"""The figures of the last long simulation, as they are kept in the repository."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.characteristics.cells import Cell, cells

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What happened how often in all runs of a cell."""

    cell: Cell
    counts: Mapping[str, int]

    @property
    def runs(self) -> int:
        return self.counts["runs"]

    def percent(self, what: str) -> float:
        return 100 * self.counts.get(what, 0) / self.runs

    @property
    def calls(self) -> float:
        """Fresh answers per case, of both sides together."""
        return (
            sum(many for what, many in self.counts.items() if what.startswith("calls: "))
            / self.runs
            / self.cell.n
        )


def load() -> Mapping[str, Result]:
    """By the name of the cell, in the order of the cells."""
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    return {cell.name: Result(cell=cell, counts=kept[cell.name]) for cell in cells() if cell.name in kept}


def save(results: Mapping[str, Result]) -> None:
    """Keep them, those of unknown cells left out."""
    ordered = {cell.name: dict(results[cell.name].counts) for cell in cells() if cell.name in results}
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
