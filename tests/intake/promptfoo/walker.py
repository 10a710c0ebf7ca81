"""An independent count of assertions: plain YAML, plain CSV, and nothing of the importer's."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import yaml


def assertions(node: Any) -> int:
    """Items of all `assert` lists, sets and what is in them included. An alias counts as what it stands for."""
    if isinstance(node, dict):
        own = node.get("assert")
        count = len(own) if isinstance(own, list) else 0
        return count + sum(assertions(each) for each in node.values())
    return sum(assertions(each) for each in node) if isinstance(node, list) else 0


def in_file(path: Path) -> int:
    """The assertions that one file holds."""
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        return sum(
            1
            for row in rows
            for name, cell in row.items()
            if str(name).startswith("__expected") and (cell or "").strip()
        )
    text = path.read_text("utf-8-sig")
    if path.suffix == ".jsonl":
        return sum(assertions(json.loads(line)) for line in text.splitlines() if line.strip())
    return assertions(yaml.safe_load(text))
