"""Forms of the graders of how the model answers at all."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.manner import Confidence, Refusal
from harness.suite.forms.compiled import check_pattern
from harness.suite.forms.graders.form import GraderForm, Reading
from harness.suite.forms.kinds import FLAG, PATH, TEXT, may, need, one_of
from harness.suite.notation.fields import Fields, suggest
from harness.suite.notation.node import Node

_WORDS: Final = ("expected", "forbidden")


def _refusal(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    expected, pattern = given.flag("expected"), given.text("pattern")
    if pattern is not None:
        check_pattern(reading.noted, given.place_of("pattern"), pattern)
    return None if expected is None else Refusal(place=place, expected=expected, pattern=pattern)


def _refusal_short(reading: Reading, node: Node, place: Place) -> Expectation | None:
    word = reading.noted.text(node, "'refusal'")
    if word is None or word in _WORDS:
        return None if word is None else Refusal(place=place, expected=word == "expected")
    reading.noted.bad(node.place, f"'refusal' cannot be {word[:80]!r}", suggest(word, _WORDS))
    return None


def _confidence(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    path = reading.path(given)
    return None if path is None else Confidence(place=place, path=path)


FORMS: Final = (
    GraderForm(
        name="refusal",
        means="Whether the model refuses.",
        keys={
            "expected": need("Whether the model must refuse.", FLAG),
            "pattern": may("An RE2 pattern of polite refusals.", TEXT),
        },
        read=_refusal,
        short=one_of(*_WORDS),
        read_short=_refusal_short,
    ),
    GraderForm(
        name="confidence",
        means="Where the answer says how sure it is; recorded, never scored.",
        keys={"path": need("Where the answer says how sure it is.", PATH)},
        read=_confidence,
    ),
)
