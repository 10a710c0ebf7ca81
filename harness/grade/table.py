"""The closed table of graders: one line per kind of expectation, with its function and its version."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, assert_never

from harness.call.exchange import Reply
from harness.grade.confidence import confidence
from harness.grade.decision import Decision
from harness.grade.length import length
from harness.grade.number import number
from harness.grade.refusal import refusal
from harness.grade.structure import json_path, json_schema
from harness.grade.text import contains, equals, matches
from harness.suite.expectation import (
    Confidence,
    Contains,
    Equals,
    Expectation,
    JsonPath,
    JsonSchema,
    Length,
    Matches,
    Number,
    Refusal,
)

_VERSIONS: Final[Mapping[str, int]] = MappingProxyType(
    {
        Equals.grader: 1,
        Contains.grader: 1,
        Matches.grader: 1,
        Number.grader: 1,
        JsonPath.grader: 1,
        JsonSchema.grader: 1,
        Length.grader: 1,
        Refusal.grader: 1,
        Confidence.grader: 1,
    }
)


def grader_versions() -> Mapping[str, int]:
    """Every grader and its version, by name. A version goes up when the same answer may be graded differently."""
    return MappingProxyType(dict(sorted(_VERSIONS.items())))


def decide(expectation: Expectation, reply: Reply) -> Decision:  # noqa: C901, PLR0912 - one line per kind
    """What the grader of `expectation` says of an ordinary answer. Raises Undecidable."""
    match expectation:
        case Equals():
            decision = equals(expectation, reply.text)
        case Contains():
            decision = contains(expectation, reply.text)
        case Matches():
            decision = matches(expectation, reply.text)
        case Number():
            decision = number(expectation, reply.text)
        case JsonPath():
            decision = json_path(expectation, reply.text)
        case JsonSchema():
            decision = json_schema(expectation, reply.text)
        case Length():
            decision = length(expectation, reply.text)
        case Refusal():
            decision = refusal(expectation, reply)
        case Confidence():
            decision = confidence(expectation, reply.text)
        case _:
            assert_never(expectation)
    return decision
