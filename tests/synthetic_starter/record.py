"""Writes the starter's lock and made-up recordings anew: `python -m tests.synthetic_starter.record`.

Like the project's own recordings they go over real HTTP on loopback, through the real SDK, into the real recorder.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import harness.cli
from harness.plan import make_plan
from harness.providers.anthropic import recording
from harness.providers.wire import Access, Wire
from harness.suite.case import Suite
from harness.suite.project import Project
from harness.suite.read import WorkingTree, read_project
from harness.trial import Variant
from tests.standin import Answer
from tests.standin.answers import last_text
from tests.synthetic.record import QuietStandIn, StoppedClock, record_anew

STARTER: Final = Path(harness.cli.__path__[0]) / "starter"

MISTAKES: Final[Mapping[str, Mapping[str, str]]] = {
    "v1": {"irony-delay": "positive", "hate-mondays-mug": "negative", "no-complaints": "negative"},
    "v2": {},
}
"""What each version gets wrong: v2 is told to mind what is meant and not single words, and does."""


def record_starter(folder: Path) -> int:
    """Record both sides of the starter's suite into `folder`; gives the number of replies."""
    project = read_project(WorkingTree(STARTER))
    suite = project.suites["sentiment"]
    return sum(asyncio.run(_record(project, suite, version, folder)) for version in MISTAKES)


async def _record(project: Project, suite: Suite, version: str, folder: Path) -> int:
    variant = Variant(
        prompt=project.prompts[suite.prompt, version], model=project.models[suite.baseline.model]
    )
    clock = StoppedClock()
    replies = _replies(suite, version)

    def answer(body: Mapping[str, Any]) -> Answer:
        given = next(said for message, said in replies.items() if message in last_text(body))
        clock.time += 0.6
        return given

    trials = make_plan(suite, variant).trials
    with QuietStandIn(answer) as server:
        access = Access(api_key="nobody-s-key", base_url=server.url)
        send = recording(access, folder, Wire(clock=clock), synthetic=True)
        try:
            for trial in trials:
                clock.time = 0.0
                await send(trial.request)
        finally:
            await send.aclose()
    return len(trials)


def _replies(suite: Suite, version: str) -> Mapping[str, Answer]:
    """The answer to each message: the case's first tag, unless this version gets it wrong."""
    said = {case.id: MISTAKES[version].get(case.id, case.tags[0]) for case in suite.cases}
    return {
        str(case.inputs["message"]): Answer(text=json.dumps({"sentiment": said[case.id]}))
        for case in suite.cases
    }


if __name__ == "__main__":
    record_anew(STARTER, record_starter)
