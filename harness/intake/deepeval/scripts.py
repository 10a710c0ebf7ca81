"""What a Python file of deepeval says without being executed: metrics that it names, and cases written out in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from harness.errors import Place
from harness.intake.constructs import Register
from harness.intake.python_files import called, parsed_python, shown
from harness.intake.rows import Row
from harness.units import Json

_CASES = frozenset(("Golden", "ConversationalGolden", "LLMTestCase", "ConversationalTestCase"))
_PARTS = frozenset(("Turn", "ToolCall"))
"""What cases are made of, which are mappings here."""
_METRIC = ("Metric", "GEval", "DAGMetric", "ArenaGEval")


def rows_in(content: bytes, name: str, register: Register) -> list[Row]:
    """The cases whose values are all written out. Everything else is listed."""
    tree = parsed_python(content)
    if isinstance(tree, str):
        register.note("file", name, Place(name, 1, 1), ("listed", tree))
        return []
    found: list[Row] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        kind = called(node)
        place = Place(name, node.lineno, node.col_offset + 1)
        if kind in _CASES:
            value = _written_out(node)
            if isinstance(value, Mapping):
                found.append(Row(place=place, value=value))
            else:
                register.note("golden", kind, place, ("listed", "it is computed, and Python is not executed"))
        elif kind.endswith(_METRIC):
            why = f"a metric in Python, which is not executed: {shown(node)}; write a grader or a rubric"
            register.note("metric", kind, place, ("listed", why))
    if not found and not any(
        isinstance(node, ast.Call) and called(node) in _CASES for node in ast.walk(tree)
    ):
        register.note("file", name, Place(name, 1, 1), ("listed", "no case is written in it"))
    return sorted(found, key=lambda row: row.place)


class _Computed(Exception):
    """A value that is not written out."""


def _written_out(node: ast.Call) -> Json:
    try:
        return dict(_keywords(node))
    except _Computed:
        return None


def _keywords(node: ast.Call) -> Iterator[tuple[str, Json]]:
    if node.args:
        raise _Computed
    for each in node.keywords:
        if each.arg is None:
            raise _Computed
        yield each.arg, _value(each.value)


def _value(node: ast.expr) -> Json:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool | None):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(each) for each in node.elts]
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return {
            str(ast.literal_eval(key)): _value(each)
            for key, each in zip(node.keys, node.values, strict=True)
            if key
        }
    if isinstance(node, ast.Call) and called(node) in _PARTS:
        return dict(_keywords(node))
    raise _Computed
