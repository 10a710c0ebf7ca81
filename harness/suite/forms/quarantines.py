"""`quarantine` of a case: who sees to it, until when it decides nothing, and why."""

from __future__ import annotations

from harness.suite.case import Quarantine
from harness.suite.forms import case_shapes as shapes
from harness.suite.notation.fields import Fields

_MOST = 500
"""Characters of an owner or a reason."""


def read_quarantine(given: Fields) -> Quarantine | None:
    """The quarantine of a case; None where there is none, or after noting what is wrong with it."""
    node = given.node("quarantine")
    table = None if node is None else given.noted.table(node, "'quarantine'")
    if table is None:
        return None
    fields = Fields(table, shapes.QUARANTINE, given.noted)
    owner, until, reason = _line(fields, "owner"), fields.day("until"), _line(fields, "reason")
    if owner is None or until is None or reason is None:
        return None
    return Quarantine(owner=owner, until=until, reason=reason, place=table.place)


def _line(fields: Fields, name: str) -> str | None:
    """A line of plain text that says something."""
    said = fields.text(name)
    if said is None or (said.strip() and said.isprintable() and len(said) <= _MOST):
        return said
    what = f"{name!r} of a quarantine must be a line of 1 to {_MOST} plain characters"
    fields.noted.bad(fields.place_of(name), what, "write who sees to it, and why")
    return None
