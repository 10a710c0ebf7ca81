"""Small projects in memory, around one expectation or one configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.intake.overlay import Overlay
from harness.intake.promptfoo.imported import Imported, Wish, import_promptfoo
from harness.intake.promptfoo.pinning import Target
from tests.suite.files import MODELS

STARTER = Path(__file__).parents[2] / "harness" / "cli" / "starter" / "prompts" / "models.yaml"
_PROMPT = 'max_tokens: 9\neffort: default\nthinking: default\nmessages: [{user: "{{ q }}"}]\n'


def expecting(*entries: dict[str, Any]) -> Overlay:
    """A project with one suite of one case that expects this."""
    side = {"version": "v1", "model": "opus"}
    case = {"id": "one", "inputs": {"q": "?"}, "expect": list(entries)}
    suite = {"suite": "trial", "prompt": "trial", "baseline": side, "candidate": side, "cases": [case]}
    files = {
        "evals/trial.yaml": json.dumps(suite),
        "prompts/trial/v1.yaml": _PROMPT,
        "prompts/models.yaml": MODELS,
    }
    return Overlay("/nowhere", None, files)


def imported(path: Path, name: str | None = None) -> Imported:
    """A configuration, as part of a project that is not there yet."""
    target = Target(root="/nowhere", tree=None, models=STARTER.read_text())
    return import_promptfoo(Wish(path=path, start=path.parent, name=name, target=target, clean=str))


def made(found: Imported) -> Overlay:
    """The project that an import makes."""
    return Overlay("/nowhere", None, found.files)
