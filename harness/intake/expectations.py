"""Expectations an importer makes, held against the readers of our own files before they are drafted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from harness.errors import Problem
from harness.suite.forms.expectations import Reader
from harness.suite.forms.functions import Functions
from harness.suite.forms.graders.table import GRADERS
from harness.suite.notation.document import parse
from harness.suite.notation.fields import Noted
from harness.suite.notation.node import plain
from harness.units import Json

PUNCTUATION = r"[\s[:punct:]]*"
"""RE2: space and ASCII punctuation, as much as there is."""


def has_grader(name: str) -> bool:
    """Whether a grader of this name is there."""
    return name in GRADERS


class _EveryFile:
    """A tree in which every file is there, and empty: what a file says is not looked for."""

    root = "."

    def files(self, folder: str) -> tuple[str, ...]:  # noqa: ARG002 - the names are those of a `Tree`
        return ()

    def read(self, path: str, most: int) -> bytes:  # noqa: ARG002
        return b""

    def lines(self, path: str, most: int) -> Iterator[bytes]:  # noqa: ARG002
        return iter(())


@lru_cache(maxsize=4096)
def _refused(written: str) -> str | None:
    problems: list[Problem] = []
    node = parse("expect", written, problems)
    noted = Noted(problems)
    if node is not None:
        Reader(noted, plain, Functions(_EveryFile(), noted)).read(node)
    return noted.problems[0].what if noted.problems else None


def refused(expectation: Json) -> str | None:
    """Why our readers would not take an expectation; None where they do. A judge, or a file, is not looked for."""
    return _refused(json.dumps(expectation, default=dict))


def literal(text: str) -> str:
    """A text as an RE2 pattern that finds exactly it."""
    return re.sub(r"([^\w\s]|_)", lambda found: _escaped(found[0]), text)


def _escaped(char: str) -> str:
    return f"\\{char}" if char.isascii() and not char.isalnum() and char != "_" else char


def one_of(texts: Iterable[str]) -> str:
    """A pattern that finds any of these texts."""
    return f"(?:{'|'.join(literal(each) for each in texts)})"


def contains_any(texts: Sequence[str], *, ignore_case: bool = False) -> Json:
    """An expectation that one of these texts is in the answer."""
    if len(texts) == 1 and not ignore_case:
        return {"contains": texts[0]}
    return {"contains": {"any": list(texts), **({"ignore_case": True} if ignore_case else {})}}


def matches(pattern: str, *, ignore_case: bool = False) -> Json:
    """An expectation that a pattern is found."""
    return {"matches": {"pattern": pattern, "ignore_case": True}} if ignore_case else {"matches": pattern}
