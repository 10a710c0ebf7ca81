"""The workflows as values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
STARTER = ROOT / "harness" / "cli" / "starter" / "dot-github" / "workflows"
NAMES = ("ci", "prompt-gate", "prompt-gate-comment", "prompt-gate-live", "prompt-baseline")
Workflow = dict[Any, Any]


def text(name: str) -> str:
    return (FOLDER / f"{name}.yml").read_text("utf-8")


def workflow(name: str) -> Workflow:
    found = yaml.safe_load(text(name))
    assert isinstance(found, dict)
    return found


def triggers(name: str) -> dict[str, Any]:
    """`on:`, which YAML 1.1 reads as true."""
    found = workflow(name)[True]
    assert isinstance(found, dict)
    return found


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in workflow(name)["jobs"].values():
        yield from job["steps"]


def runs(name: str) -> dict[str, str]:
    """The commands of each step that has some, by the step's name."""
    return {step.get("name", step["run"]): step["run"] for step in steps(name) if "run" in step}
