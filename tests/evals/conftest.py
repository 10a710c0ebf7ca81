"""The project's own suites and the replies recorded for them, read once."""

import asyncio
from pathlib import Path

import pytest

from harness.call.exchange import Reply
from harness.plan import make_plan
from harness.providers.anthropic import replaying
from harness.providers.wire import Wire
from harness.suite.project import Project
from harness.suite.read import WorkingTree, read_project
from harness.trial import Trial, Variant
from tests.synthetic.model import VERSIONS

ROOT = Path(__file__).parents[2]
TALKS = frozenset({"support"})
"""Suites whose cases are conversations: a trial of theirs has many replies, or none."""
Replies = dict[tuple[str, str], list[tuple[Trial, Reply]]]
"""By suite and variant (`v2@opus-5-5`); without conversations."""


@pytest.fixture(scope="session")
def project() -> Project:
    return read_project(WorkingTree(ROOT))


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "fixtures"


@pytest.fixture(scope="session")
def replies(project: Project, fixtures: Path) -> Replies:
    """Every trial of every variant, with its recorded reply. A miss raises."""

    async def replay() -> Replies:
        send = replaying(fixtures, Wire())
        try:
            return {
                (suite.name, f"{version}@{model}"): [(trial, await send(trial.request)) for trial in trials]
                for suite in project.suites.values()
                if suite.name not in TALKS
                for model, versions in VERSIONS[suite.name].items()
                for version in versions
                for prompt in [project.prompts[suite.prompt, version]]
                for trials in [make_plan(suite, Variant(prompt=prompt, model=project.models[model])).trials]
            }
        finally:
            await send.aclose()

    return asyncio.run(replay())
