"""Whether our files can say an expectation: the readers are asked about all of them at once, in a project made up for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness.errors import Problem
from harness.intake.drafts import CaseDraft, case_value
from harness.intake.overlay import Overlay
from harness.intake.spelling import Unwritable, json_line
from harness.suite.read import check
from harness.suite.tree import Tree
from harness.units import Json

_LINES = "evals/trial_cases.jsonl"
_PROMPT = 'max_tokens: 1\neffort: default\nthinking: default\nmessages: [{user: "{{ q }}"}]\n'


def key(entry: Mapping[str, Any]) -> str:
    """The same for expectations that say the same."""
    return json.dumps(entry, sort_keys=True, default=dict)


def refused(
    entries: Iterable[Mapping[str, Any]], tree: Tree, model: str, beside: Mapping[str, str]
) -> dict[str, str]:
    """What is wrong with each expectation that our files cannot say, by its key.

    `model`: the name of a pin in `tree`; `beside`: files that belong to the import, such as graders in Python.
    """
    wrong: dict[str, str] = {}
    lines: list[str] = []
    keys: list[str] = []
    for name, entry in {key(entry): entry for entry in entries}.items():
        case = CaseDraft(id=f"c{len(keys)}", inputs={"q": "x"}, expect=(entry,))
        try:
            lines.append(json_line(case_value(case)))
        except Unwritable as error:
            wrong[name] = str(error)
        else:
            keys.append(name)
    if keys:
        for problem in check(_project(tree, model, lines, beside)):
            if problem.place.file == _LINES and 0 < problem.place.line <= len(keys):
                wrong.setdefault(keys[problem.place.line - 1], _said(problem))
    return wrong


def _project(tree: Tree, model: str, lines: Sequence[str], beside: Mapping[str, str]) -> Overlay:
    side: Json = {"version": "v1", "model": model}
    suite: dict[str, Json] = {
        "suite": "trial",
        "prompt": "trial-of-expectations",
        "baseline": side,
        "candidate": side,
        "cases": [{"file": "trial_cases.jsonl"}],
    }
    over = {
        **beside,
        "evals/trial.yaml": json.dumps(suite),
        _LINES: "".join(lines),
        "prompts/trial-of-expectations/v1.yaml": _PROMPT,
    }
    return Overlay(tree.root, tree, over)


def _said(problem: Problem) -> str:
    return f"{problem.what}; {problem.remedy}" if problem.remedy else problem.what
