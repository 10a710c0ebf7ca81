"""The one door from files to a project: everything is read, everything is checked, all mistakes come at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from harness.errors import FilesRejected, Problem
from harness.suite.case import Case, VariantName
from harness.suite.expectation import Expectation
from harness.suite.forms.judges import JudgeFiles
from harness.suite.forms.looking import Looked, look
from harness.suite.forms.pins import read_pins
from harness.suite.forms.prompts import read_prompts
from harness.suite.forms.routes import Pins, Tagged, check_tags, read_routes
from harness.suite.forms.suites import Gather, ReadSuite, SuiteReader, whole
from harness.suite.forms.variants import VariantReader
from harness.suite.lock import check_lock, read_lock
from harness.suite.notation.fields import Noted
from harness.suite.project import Project
from harness.suite.tree import GitTree, Tree, WorkingTree, find_root

__all__ = ["Check", "GitTree", "Tree", "WorkingTree", "check", "examine", "find_root", "read_project"]

T = TypeVar("T")


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
    warnings: tuple[Problem, ...] = ()
    """What is allowed, and had better be otherwise."""
    asked: tuple[Expectation, ...] = ()
    """The first expectation of each suite that asks each expert."""

    @property
    def models(self) -> int:
        return len(self.pinned)


def read_project(tree: Tree, today: date | None = None, *, data_only: bool = False) -> Project:
    """Everything the files say. Raises `FilesRejected` with every mistake of every file.

    `today`: cases whose quarantine ended before it are in none any more; None: nobody knows what day it is.
    `data_only`: whatever would run code of the project is a mistake too.
    """
    noted = Noted([])
    parts = _Parts(tree, noted, data_only=data_only)
    read = parts.suites(lambda cases, _versions: tuple(_as_of(today, each) for each in cases))
    suites = {each.name: whole(each) for each in read}
    parts.check_tags(suites.values())
    if noted.problems:
        raise FilesRejected(tuple(set(noted.problems)))
    return Project(
        root=tree.root,
        suites=MappingProxyType(suites),
        prompts=MappingProxyType(dict(parts.prompts)),
        models=MappingProxyType(dict(parts.pins)),
        routes=MappingProxyType(dict(parts.choices.routes)),
        judges=parts.judges.by_name,
    )


def examine(tree: Tree, today: date | None = None, *, data_only: bool = False) -> Check:
    """Every mistake in the files, those that only show when a case is filled in as well, and counts.

    `today`: quarantines that ended before it are mistakes too; None: nobody knows what day it is. Cases are looked
    at one by one and not kept, so the memory this takes does not grow with what they hold.
    """
    noted = Noted([])
    parts = _Parts(tree, noted, data_only=data_only)
    looked = parts.suites(lambda cases, versions: look(cases, versions, today))
    parts.check_tags(_Tagged(each.name, each.baseline, each.candidate, each.cases.tags) for each in looked)
    for each in looked:
        noted.problems.extend(each.cases.problems)
    return Check(
        problems=tuple(sorted(set(noted.problems))),
        suites=len(looked),
        cases=sum(each.cases.count for each in looked),
        prompts=len(parts.prompts),
        pinned=tuple(parts.pins),
        routes=len(parts.choices.routes),
        warnings=tuple(warning for each in looked for warning in parts.own_judges(each)),
        asked=tuple(first for each in looked for first in each.cases.asked),
    )


def check(tree: Tree, today: date | None = None) -> tuple[Problem, ...]:
    """Every mistake in the files, sorted, each once."""
    return examine(tree, today).problems


def _as_of(today: date | None, case: Case) -> Case:
    found = case.quarantine
    is_over = found is not None and today is not None and not found.holds_on(today)
    return replace(case, quarantine=None) if is_over else case


@dataclass(frozen=True, slots=True)
class _Tagged:
    name: str
    baseline: VariantName
    candidate: VariantName
    tags: frozenset[str]


class _Parts:
    """The files of a project: pins, routes and prompts, read at once, and the suites when they are asked for."""

    def __init__(self, tree: Tree, noted: Noted, *, data_only: bool) -> None:
        self.pins = read_pins(tree, noted)
        whole_pins = Pins(by_name=self.pins, are_whole=not noted.problems, noted=noted)
        self.choices = read_routes(tree, whole_pins)
        self.prompts, self._seen = read_prompts(tree, noted)
        check_lock(self.prompts, self._seen, read_lock(tree, noted), noted)
        files = JudgeFiles(prompts=self.prompts, seen=self._seen, pins=self.choices.pins)
        self.judges = files.read(tree)
        self._tree = tree
        self._noted = noted
        self._data_only = data_only

    def suites(self, gather: Gather[T]) -> tuple[ReadSuite[T], ...]:
        """Every suite that could be read."""
        variants = VariantReader(self.prompts, self._seen, self.choices)
        return tuple(
            SuiteReader(
                self._tree, self._noted, variants, gather, self.judges, data_only=self._data_only
            ).read_all()
        )

    def own_judges(self, suite: ReadSuite[Looked]) -> Iterator[Problem]:
        """A warning for each judge whose model also writes what it judges."""
        named = [self.choices.find(side.model) for side in (suite.baseline, suite.candidate)]
        answering = {pin.id for pins in named for pin in pins}
        for name, model in sorted(suite.cases.judges):
            if model in answering:
                what = f"judge {name!r} asks {model}, which writes answers of this suite: models like their own words"
                yield Problem(suite.place, what, "name another model in prompts/judges.yaml, or calibrate it")

    def check_tags(self, suites: Iterable[Tagged]) -> None:
        """Notes tags of routes that no case has, where everything else is right."""
        if not self._noted.problems:
            check_tags(self.choices.routes.values(), suites, self._noted)
