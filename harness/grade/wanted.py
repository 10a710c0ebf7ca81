"""Expectations in words: what evidence says was wanted. Each completes "wanted ..."."""

from __future__ import annotations

from harness.grade.decision import printable, quoted
from harness.suite.canonical import canonical
from harness.suite.expectations.judged import Agrees, Prefers, Rubric
from harness.suite.expectations.manner import Confidence, Refusal
from harness.suite.expectations.number import Number
from harness.suite.expectations.structure import JsonPath, JsonSchema
from harness.suite.expectations.text import Contains, Equals, Length, Matches


def at(path: str | None) -> str:
    """Where it is wanted."""
    return "" if path is None else f" at {printable(path)}"


def equals(wanted: Equals) -> str:
    """The value."""
    value = quoted(wanted.value) if isinstance(wanted.value, str) else printable(canonical(wanted.value))
    return f"{value}{at(wanted.path)}"


def contains(wanted: Contains) -> str:
    """The texts."""
    parts = [quoted(each) for each in wanted.all_of]
    if wanted.any_of:
        parts.append("one of " + ", ".join(quoted(each) for each in wanted.any_of))
    return f"text with {' and '.join(parts)}{at(wanted.path)}"


def matches(wanted: Matches) -> str:
    """The pattern."""
    return f"text matching {quoted(wanted.pattern)}{at(wanted.path)}"


def number(wanted: Number) -> str:
    """The number and how far off it may be."""
    slack = [f"{wanted.tolerance:g}"] if wanted.tolerance else []
    slack += [f"{wanted.relative:.6g} of it"] if wanted.relative else []
    within = f" give or take {' or '.join(slack)}" if slack else ""
    return f"the number {wanted.value!r}{within}{at(wanted.path)}"


def json_path(wanted: JsonPath) -> str:
    """How many nodes."""
    if wanted.count is not None:
        nodes = f"{wanted.count} {'node' if wanted.count == 1 else 'nodes'}"
    else:
        nodes = "something" if wanted.exists else "nothing"
    return f"{nodes}{at(wanted.path)}"


def json_schema(_wanted: JsonSchema) -> str:
    """A valid answer."""
    return "JSON that is valid against the schema"


def length(wanted: Length) -> str:
    """The bounds."""
    bounds = (
        ("at least", wanted.min_chars, "characters"),
        ("at most", wanted.max_chars, "characters"),
        ("at least", wanted.min_words, "words"),
        ("at most", wanted.max_words, "words"),
    )
    return " and ".join(f"{side} {bound:,} {unit}" for side, bound, unit in bounds if bound is not None)


def refusal(wanted: Refusal) -> str:
    """Whether one is wanted."""
    return "a refusal" if wanted.expected else "no refusal"


def confidence(wanted: Confidence) -> str:
    """A number."""
    return f"a number in [0, 1]{at(wanted.path)}"


def rubric(wanted: Rubric) -> str:
    """The criteria."""
    by = "" if wanted.criteria is None else f" by {quoted(wanted.criteria)}"
    return f"an answer that is good{by} (judge {wanted.judge})"


def agrees(wanted: Agrees) -> str:
    """The reference."""
    return f"an answer that agrees with {quoted(wanted.reference)} (judge {wanted.judge})"


def prefers(wanted: Prefers) -> str:
    """The other text."""
    return f"an answer that is better than {quoted(wanted.over)} (judge {wanted.judge})"
