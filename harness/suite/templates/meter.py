"""How much work one rendering may do, counted instead of timed, so that the limit is the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

MOST_STEPS = 1_000_000
"""Steps of one rendering: a node of the template evaluated in a loop, or `CHARACTERS_PER_STEP` handled."""
CHARACTERS_PER_STEP = 16
"""Bounds memory too: the texts of one rendering have at most `MOST_STEPS` times this many characters."""
MOST_TEXT = 1024 * 1024
"""Characters of any one text, and of the whole output."""
STEPS_PER_CALL = 10
"""Steps of calling a filter, whatever it does."""
_PER_ITEM = 4
"""Steps for one item of a list that is made."""


class Refused(Exception):
    """A template asks for something it may not have. Turned into a `TemplateError` with a place."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(what)


class Meter:
    """The steps one rendering has taken."""

    def __init__(self) -> None:
        self.steps = 0

    def tick(self, steps: int) -> None:
        """Take steps. Raises `Refused` past the limit."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise Refused(f"rendering takes more than {MOST_STEPS:,} steps", "loop over less")

    def text(self, length: int) -> None:
        """Account for a text of `length` characters before it is made."""
        if length > MOST_TEXT:
            raise Refused(f"a text of {length:,} characters; the most is {MOST_TEXT:,}", "make it shorter")
        self.tick(1 + length // CHARACTERS_PER_STEP)

    def items(self, number: int) -> None:
        """Account for a list of `number` items before it is made."""
        self.tick(1 + number * _PER_ITEM)

    def weigh(self, value: object) -> None:
        """Account for walking through the whole of a value."""
        waiting: list[object] = [value]
        while waiting:
            self.tick(1)
            found = waiting.pop()
            if isinstance(found, str):
                self.tick(len(found) // CHARACTERS_PER_STEP)
            elif isinstance(found, Mapping):
                table = cast("Mapping[object, object]", found)
                waiting.extend((*table.keys(), *table.values()))
            elif isinstance(found, Sequence):
                waiting.extend(cast("Sequence[object]", found))
