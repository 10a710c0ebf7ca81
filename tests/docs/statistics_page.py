"""The tables of `docs/statistics.md`: the figures of the last long simulation, as they are kept in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.characteristics import tables
from tests.characteristics.results import load
from tests.docs.rooms import ROOT

PAGE = ROOT / "docs" / "statistics.md"
_PART = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def page() -> str:
    """The page with its tables made anew."""
    return _PART.sub(lambda found: f"{found[1]}{_table(found[2])}{found[3]}", PAGE.read_text("utf-8"))


def _table(name: str) -> str:
    return "".join(f"{line}\n" for line in _lines(name))


def _lines(name: str) -> Iterator[str]:
    results = load()
    match name:
        case "live":
            return tables.live_table(results.values())
        case "fixed":
            return tables.fixed_table(results.values())
        case "slices":
            return tables.slices_table(results.values())
        case "single":
            return tables.single_table(results.values())
        case "others":
            return tables.others_table(results)
        case _:
            raise ValueError(f"there are no figures called {name!r}")
