"""Files of other tools, as they write them, and what became of everything in one import."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness.intake.constructs import Inventory, Register
from harness.intake.drafts import Draft, draft_files
from harness.intake.overlay import Overlay
from harness.intake.samples import Destination, Sample, draft_of
from harness.suite.case import Case
from harness.suite.read import check, read_project
from tests.suite.files import MODELS

Read = Callable[[Register], list[Sample]]


def imported(read: Read) -> tuple[Draft, Inventory]:
    """A draft that the project's own check finds nothing wrong with, and its account, which adds up."""
    register = Register()
    samples = read(register)
    to = Destination(suite="mine", model="opus", files={"prompts/models.yaml": MODELS})
    draft = draft_of(samples, to, register)
    inventory = register.close()
    assert all(count.adds_up for count in inventory.counts().values())
    if draft.suites:
        assert check(Overlay("/nowhere", None, draft_files(draft))) == ()
    return draft, inventory


def cases(draft: Draft) -> dict[str, Case]:
    """The cases of a draft as our readers read them, by id."""
    if not draft.suites:
        return {}
    project = read_project(Overlay("/nowhere", None, draft_files(draft)))
    return {case.id: case for suite in project.suites.values() for case in suite.cases}


def expected(draft: Draft) -> dict[str, list[Any]]:
    """What each case of a draft expects, as it is drafted."""
    return {case.id: list(case.expect) for suite in draft.suites for case in suite.cases}


def fates(inventory: Inventory, kind: str) -> dict[str, str]:
    return {each.name: each.fate for each in inventory.constructs if each.kind == kind}


def reasons(inventory: Inventory, kind: str) -> dict[str, str]:
    return {each.name: each.reason for each in inventory.constructs if each.kind == kind}


def sample(name: Any, asked: Any, target: Any, epoch: int = 1, **more: Any) -> dict[str, Any]:
    """A sample of a log of Inspect."""
    return {
        "id": name,
        "epoch": epoch,
        "input": asked,
        "target": target,
        "messages": [],
        "output": {},
        **more,
    }


def header(*scorers: Any, **config: Any) -> dict[str, Any]:
    """The header of a log of Inspect."""
    named = [{"name": each} if isinstance(each, str) else each for each in scorers]
    spec = {
        "task": "t",
        "model": "anthropic/claude-opus-5-5",
        "dataset": {},
        "config": config,
        "scorers": named,
    }
    return {"version": 2, "status": "success", "eval": spec, "plan": {"steps": [{"solver": "generate"}]}}


def write_eval(path: Path, head: Mapping[str, Any], *samples: Mapping[str, Any]) -> Path:
    """A `.eval` log."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_journal/start.json", json.dumps(head))
        archive.writestr("header.json", json.dumps(head))
        archive.writestr("summaries.json", "[]")
        for each in samples:
            archive.writestr(f"samples/{each['id']}_epoch_{each['epoch']}.json", json.dumps(each))
    return path


def write_lines(path: Path, *values: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in values), "utf-8"
    )
    return path


def write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, indent=2), "utf-8")
    return path
