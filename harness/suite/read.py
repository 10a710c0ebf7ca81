"""The one door from files to a project: everything is read, everything is checked, all mistakes come at once."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from harness.errors import FilesRejected, Problem
from harness.suite.case import Suite
from harness.suite.forms.judges import JudgeFiles, with_judges
from harness.suite.forms.pins import read_pins
from harness.suite.forms.prompts import read_prompts
from harness.suite.forms.routes import Pins, check_tags, read_routes
from harness.suite.forms.suites import SuiteReader
from harness.suite.lock import check_lock, read_lock
from harness.suite.notation.fields import Noted
from harness.suite.project import Project
from harness.suite.template import unfillable
from harness.suite.tree import GitTree, Tree, WorkingTree, find_root

__all__ = ["Check", "GitTree", "Tree", "WorkingTree", "check", "examine", "find_root", "read_project"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What `harness check` says: every problem, and how much was looked at."""

    problems: tuple[Problem, ...]
    """Sorted, each once."""
    suites: int
    cases: int
    prompts: int
    pinned: tuple[str, ...]
    """The names of the models."""
    routes: int

    @property
    def models(self) -> int:
        return len(self.pinned)


def read_project(tree: Tree) -> Project:
    """Everything the files say. Raises `FilesRejected` with every mistake of every file."""
    noted = Noted([])
    project = _read(tree, noted)
    if noted.problems:
        raise FilesRejected(tuple(set(noted.problems)))
    return project


def examine(tree: Tree) -> Check:
    """Every mistake in the files, those that only show when a case is filled in as well, and counts."""
    noted = Noted([])
    project = _read(tree, noted)
    for suite in project.suites.values():
        _fill(project, suite, noted)
    return Check(
        problems=tuple(sorted(set(noted.problems))),
        suites=len(project.suites),
        cases=sum(len(suite.cases) for suite in project.suites.values()),
        prompts=len(project.prompts),
        pinned=tuple(project.models),
        routes=len(project.routes),
    )


def check(tree: Tree) -> tuple[Problem, ...]:
    """Every mistake in the files, sorted, each once."""
    return examine(tree).problems


def _read(tree: Tree, noted: Noted) -> Project:
    pins = read_pins(tree, noted)
    choices = read_routes(tree, Pins(by_name=pins, are_whole=not noted.problems, noted=noted))
    prompts, seen = read_prompts(tree, noted)
    check_lock(prompts, seen, read_lock(tree, noted), noted)
    judges = JudgeFiles(prompts=prompts, seen=seen, pins=choices.pins).read(tree)
    reader = SuiteReader(tree, noted, prompts, seen, choices, judges)
    suites = {name: with_judges(suite, judges.by_name) for name, suite in reader.read_all().items()}
    if not noted.problems:
        check_tags(choices.routes.values(), suites.values(), noted)
    return Project(
        root=tree.root,
        suites=MappingProxyType(dict(suites)),
        prompts=MappingProxyType(dict(prompts)),
        models=MappingProxyType(dict(pins)),
        routes=MappingProxyType(dict(choices.routes)),
        judges=judges.by_name,
    )


def _fill(project: Project, suite: Suite, noted: Noted) -> None:
    """Notes the cases whose inputs a template cannot take, at the case."""
    for version in sorted({suite.baseline.version, suite.candidate.version}):
        prompt = project.prompts.get((suite.prompt, version))
        if prompt is not None:
            noted.problems.extend(unfillable(prompt, suite.cases))
