"""promptfoo's columns with two underscores: `__expected` cells such as `contains: refund`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from harness.intake.constructs import Fate
from harness.intake.expectations import contains_any, matches, one_of, refused
from harness.units import Json

_CELL = re.compile(r"(not-)?([a-z]+(?:-[a-z0-9]+)*)(?:\(([0-9.]+)\))?(?::\s?|$)")


def assertion(cell: str) -> tuple[Fate, str, Json]:
    """What becomes of one cell of assertions: fate, reason, and the expectation (None: there is none)."""
    found = _CELL.match(cell)
    known = _KINDS.get(found[2]) if found else None
    if found is None or (known is None and not cell.startswith(_OTHERS)):
        return "mapped", "equals", {"equals": cell}
    if known is None or found[3]:
        return (
            "listed",
            f"{found[2]!r} in a cell: `harness import promptfoo` knows it in a configuration",
            None,
        )
    value = cell[found.end() :]
    if not value.strip() and found[2] != "is-json":
        return "listed", "it is held against nothing", None
    expectation: Json = known(value)
    if found[1]:
        expectation = {"not": expectation}
    why = refused(expectation)
    return (
        ("listed", f"it cannot be said here: {why}", None)
        if why
        else ("mapped", found[0].strip(": "), expectation)
    )


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


_KINDS: Mapping[str, Callable[[str], Json]] = {
    "equals": lambda value: {"equals": value},
    "contains": lambda value: contains_any([value]),
    "icontains": lambda value: contains_any([value], ignore_case=True),
    "contains-any": lambda value: contains_any(_list(value)),
    "icontains-any": lambda value: contains_any(_list(value), ignore_case=True),
    "contains-all": lambda value: {"contains": {"all": _list(value)}},
    "icontains-all": lambda value: {"contains": {"all": _list(value), "ignore_case": True}},
    "starts-with": lambda value: matches(f"^{one_of([value])}"),
    "regex": matches,
    "is-json": lambda _value: {"json": {"schema": {}}},
}
_OTHERS = (
    "fn:", "eval:", "grade:", "javascript:", "python:", "similar", "llm-rubric:", "factuality:", "model-graded", "levenshtein",
    "rouge", "bleu", "contains-json", "is-sql", "contains-sql", "is-xml", "contains-xml", "cost", "latency", "perplexity", "webhook:",
    "file://", "classifier", "moderation", "answer-relevance", "context-", "is-refusal", "g-eval:", "not-",
)  # fmt: skip
