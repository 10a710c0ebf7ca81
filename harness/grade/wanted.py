"""Expectations in words: what evidence says was wanted."""

from __future__ import annotations

from typing import assert_never

from harness.grade.decision import printable, quoted
from harness.suite.canonical import canonical
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


def in_words(expectation: Expectation) -> str:
    """What `expectation` wants, in one line that completes "wanted ..."."""
    words = _words(expectation)
    return f"not {words}" if expectation.negated else words


def _words(expectation: Expectation) -> str:  # noqa: C901, PLR0912 - one line per kind
    match expectation:
        case Equals():
            words = _equals(expectation)
        case Contains():
            words = _contains(expectation)
        case Matches():
            words = f"text matching {quoted(expectation.pattern)}{_at(expectation.path)}"
        case Number():
            words = _number(expectation)
        case JsonPath():
            words = f"{_nodes(expectation)}{_at(expectation.path)}"
        case JsonSchema():
            words = "JSON that is valid against the schema"
        case Length():
            words = _length(expectation)
        case Refusal():
            words = "a refusal" if expectation.expected else "no refusal"
        case Confidence():
            words = f"a number in [0, 1]{_at(expectation.path)}"
        case _:
            assert_never(expectation)
    return words


def _at(path: str | None) -> str:
    return "" if path is None else f" at {printable(path)}"


def _equals(wanted: Equals) -> str:
    value = quoted(wanted.value) if isinstance(wanted.value, str) else printable(canonical(wanted.value))
    return f"{value}{_at(wanted.path)}"


def _contains(wanted: Contains) -> str:
    parts = [quoted(each) for each in wanted.all_of]
    if wanted.any_of:
        parts.append("one of " + ", ".join(quoted(each) for each in wanted.any_of))
    return f"text with {' and '.join(parts)}{_at(wanted.path)}"


def _number(wanted: Number) -> str:
    slack = [f"{wanted.tolerance:g}"] if wanted.tolerance else []
    slack += [f"{wanted.relative:.6g} of it"] if wanted.relative else []
    within = f" give or take {' or '.join(slack)}" if slack else ""
    return f"the number {wanted.value!r}{within}{_at(wanted.path)}"


def _nodes(wanted: JsonPath) -> str:
    if wanted.count is not None:
        return f"{wanted.count} {'node' if wanted.count == 1 else 'nodes'}"
    return "something" if wanted.exists else "nothing"


def _length(wanted: Length) -> str:
    bounds = (
        ("at least", wanted.min_chars, "characters"),
        ("at most", wanted.max_chars, "characters"),
        ("at least", wanted.min_words, "words"),
        ("at most", wanted.max_words, "words"),
    )
    return " and ".join(f"{side} {bound:,} {unit}" for side, bound, unit in bounds if bound is not None)
