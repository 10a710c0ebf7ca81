"""Expectations of likeness to another text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.suite.expectation import Expectation

Measure = Literal["levenshtein", "rouge_1", "rouge_2", "rouge_l", "bleu", "gleu", "meteor", "f1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity(Expectation):
    """How like the text (or the text at `path`) is to the one of `to` that it is most like, in [0, 1].

    With `most_edits` it is met where one of them is at most so many edits away (Levenshtein), and not a matter of
    degree.
    """

    grader: ClassVar[str] = "similarity"
    to: tuple[str, ...]
    by: Measure = "levenshtein"
    most_edits: int | None = None
    """Characters put in, left out or changed."""
    path: str | None = None
    ignore_case: bool = False
    """Of `levenshtein`, `bleu` and `gleu`; the others never mind the case."""
