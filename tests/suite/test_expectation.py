"""How expectations are spelled: what the digest of a case is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation, later, spelled
from tests.grade.strategies import PLACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Old(Expectation):
    """A kind as it was."""

    grader: ClassVar[str] = "kind"
    value: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class New(Old):
    """The same kind, with a field that came later."""

    strict: bool = later(default=False)


def test_a_field_that_came_later_leaves_the_digests_of_before() -> None:
    assert spelled(New(place=PLACE)) == spelled(Old(place=PLACE))
    assert "strict" in dict(spelled(New(place=PLACE, strict=True)))  # type: ignore[arg-type]  # an object


def test_what_was_always_there_is_always_said() -> None:
    assert "value" in dict(spelled(Old(place=PLACE)))  # type: ignore[arg-type]  # an object
