"""Which suite a log, or a proposal, is for, where nobody says it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.intake.harvest.proposals import proposals_file, read_proposals
from harness.intake.harvest.reading import LogReader
from harness.intake.harvest.sighting import Sighting
from harness.settings import Settings
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree

_LOOKED_AT = 500
"""Answers at the beginning of a log that say whose they are."""


def suite_of_logs(settings: Settings, logs: Sequence[Path]) -> str | None:
    """The only suite whose prompt the logs name, or whose inputs they have; None: there is none, or several are."""
    asked = _asked(read_project(WorkingTree(settings.root)))
    sightings = LogReader().read((path, str(path)) for path in logs)
    seen = itertools.islice(sightings, _LOOKED_AT)
    fitting = {name for sighting in seen for name in asked if _fits(sighting, *asked[name])}
    return fitting.pop() if len(fitting) == 1 else None


def suite_of_proposals(settings: Settings, ids: Sequence[str]) -> str | None:
    """The only suite with open proposals of these names; None: there is none, or several are."""
    found: set[str] = set()
    for name in read_project(WorkingTree(settings.root)).suites:
        path = settings.root / proposals_file(name)
        content = path.read_text("utf-8", "replace") if path.is_file() else ""
        if set(ids) <= {each.id for each in read_proposals(path.name, content, [])}:
            found.add(name)
    return found.pop() if len(found) == 1 else None


def _asked(project: Project) -> Mapping[str, tuple[str, frozenset[str]]]:
    """The prompt of each suite, and its variables."""
    return {
        name: (suite.prompt, project.prompts[suite.prompt, suite.candidate.version].variables)
        for name, suite in project.suites.items()
    }


def _fits(sighting: Sighting, prompt: str, variables: frozenset[str]) -> bool:
    if sighting.prompt:
        return sighting.prompt == prompt
    return sighting.inputs is not None and variables <= sighting.inputs.keys()
