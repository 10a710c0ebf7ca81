"""A project: everything the user's files say, read once and checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.suite.case import Suite
from harness.suite.judge import Judges
from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion
from harness.suite.route import MARK, ModelChoice, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Suites, prompts and pins that fit each other: every name in a suite resolves."""

    root: str
    """The folder that holds `evals/` and `prompts/`, as an absolute path."""
    suites: Mapping[str, Suite]
    prompts: Mapping[tuple[str, str], PromptVersion]
    """By (name, version)."""
    models: Mapping[str, ModelPin]
    """By short name."""
    routes: Mapping[str, Route] = field(default_factory=lambda: MappingProxyType({}))
    """By name."""
    judges: Judges = field(default_factory=lambda: MappingProxyType({}))
    """By name, panels too."""

    def choice(self, name: str) -> ModelChoice | None:
        """What a suite or a command line names as its model: a pin, or a route behind its mark."""
        if name.startswith(MARK):
            return self.routes.get(name.removeprefix(MARK))
        return self.models.get(name)

    def users(self) -> Mapping[str, tuple[str, ...]]:
        """Suites in order of the alphabet by what they name as a model of a side: a pin, or a route."""
        found: dict[str, set[str]] = {}
        for suite in self.suites.values():
            for side in (suite.baseline, suite.candidate):
                found.setdefault(side.model, set()).add(suite.name)
        return {name: tuple(sorted(suites)) for name, suites in found.items()}
