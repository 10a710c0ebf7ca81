"""The form of the grader of size."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.text import Length
from harness.suite.forms.graders.form import ALSO_PATH, GraderForm, Reading
from harness.suite.forms.kinds import may, whole
from harness.suite.notation.fields import Fields

_UNITS: Final = {
    "chars": "characters",
    "words": "words",
    "sentences": "sentences",
    "lines": "lines that are not blank",
}
_BOUNDS: Final = {
    f"{side}_{unit}": may(f"At {bound} so many {meant}.", whole(0))
    for unit, meant in _UNITS.items()
    for side, bound in (("min", "least"), ("max", "most"))
}


def _length(reading: Reading, given: Fields, place: Place) -> Expectation:
    path = reading.path(given)
    bounds = {name: given.integer(name, 0) for name in _BOUNDS}
    for unit in _UNITS:
        least, most = bounds[f"min_{unit}"], bounds[f"max_{unit}"]
        if least is not None and most is not None and least > most:
            at = given.place_of(f"min_{unit}")
            reading.noted.bad(at, f"no answer has {least} {unit} or more and {most} or fewer", "swap them")
    if not any(name in given for name in _BOUNDS):
        reading.noted.bad(given.place, "'length' sets no bound", "add `max_words:` or another bound")
    elif not any(bound if name.startswith("min") else bound is not None for name, bound in bounds.items()):
        reading.noted.bad(given.place, "every answer is that long", "write a number from 1")
    return Length(
        place=place,
        min_chars=bounds["min_chars"],
        max_chars=bounds["max_chars"],
        min_words=bounds["min_words"],
        max_words=bounds["max_words"],
        min_sentences=bounds["min_sentences"],
        max_sentences=bounds["max_sentences"],
        min_lines=bounds["min_lines"],
        max_lines=bounds["max_lines"],
        path=path,
    )


FORMS: Final = (
    GraderForm(
        name="length",
        means="Bounds on the answer's length.",
        keys={**_BOUNDS, "path": ALSO_PATH},
        read=_length,
    ),
)
