"""The experts that send nothing, by name: the one list of them."""

from __future__ import annotations

from harness.confined.node import Node
from harness.confined.process import Workers
from harness.experts.asking import Experts, Offline
from harness.experts.javascript import JavascriptGraders
from harness.experts.language import tell_language
from harness.experts.python import PythonGraders
from harness.experts.semantic import compare_meaning
from harness.experts.sql import SqlReader, SqlRunner


def hire(workers: Workers | None = None) -> Experts:
    """All of them; the user's code runs on `workers`, on some of their own where none are given. Close them."""
    own = Workers() if workers is None else workers
    table: dict[str, Offline] = {
        "python": PythonGraders(own),
        "javascript": JavascriptGraders(Node()),
        "language": tell_language,
        "semantic": compare_meaning,
        "sql": SqlReader(own),
        "sql_result": SqlRunner(own),
    }
    return Experts(offline=table, close=own.close)
