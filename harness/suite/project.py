"""A project: everything the user's files say, read once and checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.suite.case import Suite
from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion


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
