"""`docs/log.md`: its table of events is made from the events."""

from __future__ import annotations

import re
from typing import get_args

from harness.events import Event
from harness.observe.told import keys_of, name_of
from tests.docs.rooms import ROOT

PAGE = ROOT / "docs" / "log.md"
_TABLE = re.compile(r"(<!-- events -->\n).*?(<!-- end -->)", re.DOTALL)
_BOUND = {"origin", "run_id", "side", "suite"}


def page() -> str:
    """The page with its table made anew."""
    return _TABLE.sub(lambda found: f"{found[1]}{_table()}{found[2]}", PAGE.read_text("utf-8"))


def _table() -> str:
    rows = (f"| `{name_of(kind)}` | {_meaning(kind)} | {_keys(kind)} |" for kind in get_args(Event))
    return "\n".join(["", "| event | when | fields |", "|---|---|---|", *rows, "", ""])


def _meaning(kind: type[object]) -> str:
    """The first line of its documentation."""
    return (kind.__doc__ or "").partition("\n")[0].replace("|", "\\|")


def _keys(kind: type[object]) -> str:
    return ", ".join(f"`{key}`" for key in keys_of(kind) if key not in _BOUND)
