"""What `import harness` offers, and what it costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import harness

SOURCE = Path(harness.__file__).read_text("utf-8")


def test_every_public_name_is_there_and_few_enough_to_remember() -> None:
    assert all(getattr(harness, name) is not None for name in harness.__all__)
    assert len(harness.__all__) <= 16
    assert dir(harness) == sorted(harness.__all__)


def test_type_checkers_see_the_same_names_from_the_same_places() -> None:
    seen = {
        alias.name: node.module
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("harness.")
        for alias in node.names
    }
    assert seen == {name: f"harness.{home}" for name, home in harness._HOMES.items()}
    assert {*seen, "__version__"} == set(harness.__all__)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'gaet'"):
        _ = harness.gaet  # type: ignore[attr-defined]  # the point


def test_importing_it_loads_nothing_else_of_it() -> None:
    code = "import sys, harness; print(*(name for name in sys.modules if name.startswith('harness.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_example_of_the_docstring_comes_to_a_verdict(tiny: Path) -> None:
    settings = harness.read_settings(tiny)
    project = harness.read_project(harness.WorkingTree(settings.root))
    question = harness.Question(suite="tiny", mode="replay")
    compared = harness.gate_suite(question, project, None, settings)
    assert compared.verdict.status is harness.Status.PASS
    assert len(harness.list_runs(settings.store)) == 2
    again = harness.compare_runs(compared.baseline, compared.candidate, harness.Policy(), settings)
    assert harness.judge(again.comparison, harness.Policy()) == again.verdict
