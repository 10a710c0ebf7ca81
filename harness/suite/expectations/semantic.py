"""Expectations of what an answer means, as an embedding model on this machine measures it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from harness.suite.expectation import UNSPELLED, Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingModel:
    """The folder that `[tool.harness.semantic]` names."""

    folder: str
    """Its absolute path."""
    digest: str
    """Of the files that make it a model, as hexadecimal digits; empty: there is no model in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Semantic(Expectation):
    """The text (or the text at `path`) means what one of these texts does; the likest counts."""

    grader: ClassVar[str] = "semantic"
    expert: ClassVar[str | None] = "semantic"
    to: tuple[str, ...]
    path: str | None = None
    model: EmbeddingModel | None = field(metadata=UNSPELLED)
    """None: the project names none."""

    @property
    def rests_on(self) -> Mapping[str, str]:
        """The model: with another one stored answers are graded anew."""
        return {"semantic model": (self.model.digest[:12] if self.model else "") or "none"}
