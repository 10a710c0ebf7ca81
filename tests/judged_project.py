"""A small project on disk whose answers a judge decides, and a model that plays both, the one asked and the judge."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harness.grade.canaries import PLAIN
from tests.judged import prompt
from tests.projects import write, write_project
from tests.standin import Answer, last_text

JUDGES: Final = """\
judges:
  kind: {prompt: kind, version: v1, model: opus-5-5, scale: binary}
"""
EXPECT: Final = "{expect: [{rubric: {judge: kind, criteria: names the number}}]}"
SECRET_CRITERIA: Final = "names the number"


def write_judged(folder: Path, cases: int = 4, judges: str = JUDGES, **changes: str) -> Path:
    """The project `tiny`, with a rubric for every case. `changes`: keys of the suite."""
    write_project(folder, cases, **{"defaults": EXPECT, **changes})
    write(folder / "prompts/judges.yaml", judges)
    write(folder / "prompts/kind/v1.yaml", prompt())
    return folder


def is_judge(body: Mapping[str, Any]) -> bool:
    """Whether a request is one to the judge."""
    return "You judge answers" in str(body.get("system"))


def is_canary(body: Mapping[str, Any]) -> bool:
    return PLAIN.answer in last_text(body)


def verdict(word: str, reason: str = "so it is") -> Answer:
    return Answer(text=json.dumps({"reason": reason, "verdict": word}))


def both(body: Mapping[str, Any]) -> Answer:
    """The model under test numbers its answers; the judge passes those that do, and no canary."""
    if not is_judge(body):
        number = re.findall(r"number is (\d+)", last_text(body))[0]
        return Answer(text=f"number {number}")
    return verdict("fail" if is_canary(body) else "pass")
