"""Sizes and names are decisions, not drift."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for path in (ROOT / "harness").rglob("*.py") if "starter" not in path.parts)
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core"}
LARGE_CLASSES = {"JournalWriter", "Reader", "SuiteReader"}
"""Above 150 lines; no others, please."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
PARTS = sorted({path.relative_to(ROOT / "harness").parts[0] for path in MODULES})
each_part = pytest.mark.parametrize("part", PARTS)
"""A test per folder, and not per module: each test has its price."""


def modules_of(part: str) -> list[Path]:
    return [path for path in MODULES if path.relative_to(ROOT / "harness").parts[0] == part]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def length(node: ast.ClassDef | Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


@each_part
def test_modules_classes_and_functions_stay_small(part: str) -> None:
    for path in modules_of(part):
        assert len(path.read_text("utf-8").splitlines()) <= 300, path
        classes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
        assert [
            node.name for node in classes if length(node) > (220 if node.name in LARGE_CLASSES else 150)
        ] == []
        assert [node.name for node in functions(path) if length(node) > 50] == []


@each_part
def test_signatures_stay_short_and_say_what_they_take(part: str) -> None:
    for path in modules_of(part):
        for function in functions(path):
            given = function.args
            names = [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
            assert len([name for name in names if name not in {"self", "cls"}]) <= 6, function.name
            is_somebody_else_s = function.name in {
                "__init__",
                "_generate",
                "filtered",
            }  # pytest's nodes, Jinja's
            assert given.kwarg is None or is_somebody_else_s, f"{function.name} takes anything"


@each_part
def test_every_module_says_what_it_knows(part: str) -> None:
    for path in modules_of(part):
        assert ast.get_docstring(tree(path)) or path.name in {"__init__.py", "__main__.py"}, path


@each_part
def test_no_module_is_named_after_nothing(part: str) -> None:
    for path in modules_of(part):
        assert path.stem not in BANNED, path
        assert path.parent.name not in BANNED, path


def uses(path: Path) -> set[str]:
    """Dotted names as they are written: `os.environ`, `time.monotonic`."""
    return {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


def users_of(*names: str) -> set[str]:
    found = {path for path in MODULES if any(used in names for used in uses(path))}
    return {str(path.relative_to(ROOT / "harness")) for path in found}


def importers_of(module: str) -> set[str]:
    found: set[str] = set()
    for path in MODULES:
        for node in ast.walk(tree(path)):
            is_plain = isinstance(node, ast.Import) and any(name.name == module for name in node.names)
            if is_plain or (isinstance(node, ast.ImportFrom) and node.module == module):
                found.add(str(path.relative_to(ROOT / "harness")))
    return found


def test_only_the_settings_read_the_environment() -> None:
    assert users_of("os.environ", "os.getenv") == {"settings.py"}


def test_only_the_clock_reads_the_time() -> None:
    # The store waits for a lock in real time; what runs in a process of its own knows nothing of ours.
    assert importers_of("time") <= {"clock.py", "store/duck.py", "confined/inside.py"}
    assert users_of("datetime.now", "datetime.utcnow", "datetime.today", "date.today") <= {
        "clock.py",
        "store/duck.py",
    }


def test_only_the_ways_out_end_the_process() -> None:
    assert users_of("sys.exit", "os._exit") == {"cli/main.py", "github/__main__.py", "confined/inside.py"}


def test_only_the_pipeline_starts_an_event_loop() -> None:
    assert users_of("asyncio.run", "asyncio.Runner") == {
        "pipeline/running.py",
        "pipeline/regrading.py",
        "pipeline/grading.py",
    }


def test_only_the_composition_root_brings_chance() -> None:
    assert importers_of("random") <= {"wiring.py"}
