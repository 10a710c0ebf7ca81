"""Inspect's tasks in Python: parsed, never executed, and listed with what can be seen of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from harness.errors import Place
from harness.intake.constructs import Register
from harness.intake.python_files import called, parsed_python, shown

_DATASETS = ("csv_dataset", "json_dataset", "hf_dataset", "file_dataset", "example_dataset")


def list_tasks(content: bytes, name: str, register: Register) -> None:
    """Notes every task of a Python file, or that there is none."""
    tree = parsed_python(content)
    if isinstance(tree, str):
        register.note("task", name, Place(name, 1, 1), ("listed", tree))
        return
    tasks = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _is_task(node)]
    for task in tasks:
        reason = "; ".join(["Python is not executed", *_seen(task)])
        register.note("task", task.name, Place(name, task.lineno, task.col_offset + 1), ("listed", reason))
    if not tasks:
        register.note("file", name, Place(name, 1, 1), ("listed", "no task is defined in it"))


def _is_task(node: ast.FunctionDef) -> bool:
    return any(called(each) == "task" for each in node.decorator_list)


def _seen(task: ast.FunctionDef) -> Iterator[str]:
    calls = [node for node in ast.walk(task) if isinstance(node, ast.Call)]
    for call in calls:
        if called(call) in _DATASETS:
            yield f"import its dataset {shown(call)}"
        if called(call) == "Task":
            scorers = next((each.value for each in call.keywords if each.arg == "scorer"), None)
            if scorers is not None:
                yield f"with --scorer as in {shown(scorers)}"
