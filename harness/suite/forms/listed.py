"""A file of one list of named things, such as the pins of `prompts/models.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.suite.names import NAME, refusal
from harness.suite.notation.fields import Fields, Noted, Shape
from harness.suite.notation.load import load_yaml
from harness.suite.notation.node import Entry
from harness.suite.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Where a list stands, and what its names are called in messages."""

    path: str
    shape: Shape
    """Of the whole file."""
    key: str
    """The file's own key that holds the list."""
    naming: str
    """What a name is: `a route's name`."""


def named_entries(tree: Tree, listed: Listed, noted: Noted) -> Mapping[str, Entry] | None:
    """The entries by name, after noting every name that cannot be one. None where the list cannot be read."""
    node = load_yaml(tree, listed.path, noted)
    table = None if node is None else noted.table(node, listed.path.rpartition("/")[2])
    inner = None if table is None else Fields(table, listed.shape, noted).node(listed.key)
    names = None if inner is None else noted.table(inner, f"'{listed.key}'")
    if names is None:
        return None
    for name, entry in names.entries.items():
        bad = refusal(listed.naming, name, NAME)
        if bad is not None:
            noted.bad(entry.place, bad, "rename it")
    return names.entries
