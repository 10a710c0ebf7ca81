"""What a case may expect of an answer: a frozen value for every grader, in families under `expectations`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import ClassVar, Final, Literal, TypeVar, cast

from harness.errors import Place
from harness.units import Json

T = TypeVar("T")

Unanswered = Literal["refusal", "truncated", "unfinished", "empty"]
"""Why a reply is no answer: the model refused, was cut off, has not finished its turn, or says nothing."""

_REPORTED_ONLY = frozenset({"place", "criterion"})
_LATER: Final = "said only where it is not the default"
UNSPELLED: Final = {"unspelled": True}
"""Metadata of a field that is no part of the case: what `rests_on` tells of."""


def later(*, default: T) -> T:
    """A field that a kind got after suites were written with it: unsaid, it leaves their digests as they were."""
    return field(default=default, metadata={_LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What every expectation has; each kind of its own names its grader and adds what that needs.

    A `path` of a kind is a JSONPath (RFC 9535) into the answer read as JSON; None means the whole text.
    """

    grader: ClassVar[str]
    expert: ClassVar[str | None] = None
    """Who has to be asked for an opinion before this can be graded; None: the answer alone decides."""
    runs_code: ClassVar[bool] = False
    """Whether that runs code of the project: what is refused where only its data is trusted."""
    scored: ClassVar[bool] = True
    """Whether it counts in the score of the case."""
    of_text: ClassVar[bool] = True
    """Whether the text of a reply is all it looks at."""

    place: Place
    """Where it stands in its file."""
    weight: float = 1.0
    """Its share in the score of the case: any finite number above 0, relative to the others."""
    negated: bool = False
    """Whether it is turned round (`not:` in YAML)."""
    at_least: float | None = later(default=None)
    """The graded score in [0, 1] from which it is met, and counts as 1 or 0; None: the graded score counts as it is."""
    criterion: str = ""
    """The name under which its grades are reported together; "": that of its grader."""

    @property
    def accepts(self) -> frozenset[Unanswered]:
        """Which replies that are no answer can meet it, as it stands; every other one fails it, negated or not."""
        return frozenset()

    @property
    def parts(self) -> tuple[Expectation, ...]:
        """The expectations it is made of, where it is made of several."""
        return ()

    @property
    def rests_on(self) -> Mapping[str, str]:
        """What else than itself decides its grades, by name: a digest of a user's code, the version of a judge.

        It is no part of the case: where it changes, stored answers are graded anew, and nothing is asked again.
        """
        return {}


def all_parts(expectations: Iterable[Expectation]) -> Iterator[Expectation]:
    """These expectations and everything they are made of, each before its parts."""
    for each in expectations:
        yield each
        yield from all_parts(each.parts)


def spelled(expectation: Expectation) -> Json:
    """The expectation as JSON, without its place and without what only reports read: what a digest is made of."""
    said: dict[str, Json] = {"grader": expectation.grader}
    for each in fields(expectation):
        value = getattr(expectation, each.name)
        is_unsaid = "unspelled" in each.metadata or (_LATER in each.metadata and value == each.default)
        if each.name not in _REPORTED_ONLY and not is_unsaid:
            said[each.name] = _spelled(value)
    return said


def _spelled(value: object) -> Json:
    """Expectations inside of expectations are spelled like any other; money has one spelling."""
    if isinstance(value, Expectation):
        return spelled(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, tuple):
        return tuple(_spelled(each) for each in cast("tuple[object, ...]", value))
    return cast("Json", value)
