"""What a sighting asks, in the terms of a suite: the inputs of its prompt, and what the user says afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.intake.harvest.sighting import Sighting
from harness.suite.canonical import digest
from harness.units import Json

MOST_CHARS = 200_000
"""Of a question: longer ones are no cases that anybody would read."""
_MARK = re.compile(r"\[REDACTED:([a-z-]+):[0-9a-f]{6}\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a suite's prompt takes."""

    prompt: str
    variables: frozenset[str]
    """Every variable of its templates."""
    given: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    """What the suite's defaults say of them."""
    into: str | None = None
    """The variable that takes the user's words, where a log has only those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. Equal digests are the same question, whatever became of it."""

    inputs: Mapping[str, Json]
    turns: tuple[str, ...]

    @property
    def words(self) -> str:
        """Everything a person said in it, as one text."""
        return "\n".join(each for each in (*_texts(self.inputs), *self.turns) if each)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over everything but case and white space."""
        said: list[Json] = [_folded(self.inputs), [_folded(each) for each in self.turns]]
        return digest(said)


def question_of(sighting: Sighting, needs: Needs) -> Question | str:
    """The question, or why a case of this suite cannot ask it."""
    if sighting.prompt and sighting.prompt != needs.prompt:
        return f"asks another prompt than {needs.prompt!r}"
    if sighting.lost:
        return f"holds what is no text ({sighting.lost[:40]})"
    if sighting.inputs is not None:
        question = _with_inputs(sighting.inputs, needs)
    elif not sighting.said:
        return "does not say what was asked"
    elif needs.into is None:
        return "has only the messages, and the prompt has several inputs: name one with --input"
    else:
        question = _with_inputs({needs.into: sighting.said[0]}, needs, sighting.said[1:])
    if isinstance(question, Question) and len(question.words) > MOST_CHARS:
        return f"has more than {MOST_CHARS:,} characters"
    return question


def _with_inputs(inputs: Mapping[str, Json], needs: Needs, turns: tuple[str, ...] = ()) -> Question | str:
    if needs.into is not None and len(inputs) == 1 and needs.into not in inputs:
        inputs = {needs.into: next(iter(inputs.values()))}
    known = {**needs.given, **inputs}
    missing = sorted(needs.variables - known.keys())
    if missing:
        return f"lacks the input {missing[0]!r}"
    return Question(inputs={name: known[name] for name in sorted(needs.variables)}, turns=turns)


def taken_for(sighting: Sighting, needs: Needs) -> str:
    """Which input of a log is taken for another, since there is only one on either side; empty: none is."""
    inputs = sighting.inputs or {}
    if needs.into is None or len(inputs) != 1 or needs.into in inputs:
        return ""
    return f"the input {next(iter(inputs))[:40]!r} of the log is taken for {needs.into!r}"


def without_tags(value: Json) -> Json:
    """`value` with what was redacted in it said the same way every time: a tag is new in every process."""
    if isinstance(value, str):
        return _MARK.sub(r"[REDACTED:\1]", value)
    if isinstance(value, Mapping):
        return {name: without_tags(each) for name, each in value.items()}
    if isinstance(value, bool | int | float) or value is None:
        return value
    return [without_tags(each) for each in value]


def _folded(value: Json) -> Json:
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    if isinstance(value, Mapping):
        return {name: _folded(each) for name, each in value.items()}
    if isinstance(value, bool | int | float) or value is None:
        return value
    return [_folded(each) for each in value]


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, bool | int | float):
        yield str(value)
    elif value is not None:
        for each in value:
            yield from _texts(each)
