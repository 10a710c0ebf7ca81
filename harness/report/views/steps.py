"""Steps of a conversation as lines that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.call.step import Step
from harness.report import words

MAX_STEP = 2_000
"""Characters of one text that a page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step of a conversation."""

    number: int
    what: str
    """Who or what it was: `model, turn 1`, or a tool with its arguments."""
    facts: str
    """What went wrong, and what it took; may be empty."""
    said: str
    is_bad: bool
    kind: str
    """What makes it like a step of another conversation: who it was, or which tool."""

    @property
    def head(self) -> str:
        """All but what was said, in one line."""
        return f"{self.number}. {' · '.join(each for each in (self.what, self.facts) if each)}"


def step_lines(steps: Sequence[Step]) -> tuple[StepLine, ...]:
    """One line for each step, with its text below it. Texts, tools and arguments are hostile."""
    return tuple(_line(step) for step in steps)


def _line(step: Step) -> StepLine:
    facts = [_error(step), *(each.replace("_", " ") for each in step.flags)]
    if step.kind == "model":
        facts += [words.seconds(step.latency), f"{step.input_tokens:,} tokens in, {step.output_tokens:,} out"]
    return StepLine(
        number=step.number,
        what=_name(step),
        facts=" · ".join(each for each in facts if each),
        said=_cut(step.text),
        is_bad=step.error is not None or bool(set(step.flags) - {"paused"}),
        kind=f"{step.kind} {step.tool or ''}",
    )


def _name(step: Step) -> str:
    if step.kind == "tool":
        return _cut(f"{step.tool} {step.arguments}")
    return step.kind if step.kind == "user" else f"model, turn {step.turn}"


def _error(step: Step) -> str:
    return "" if step.error is None else f"error: {step.error.value.replace('_', ' ')}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_STEP else f"{text[:MAX_STEP]}… ({len(text):,} characters)"
