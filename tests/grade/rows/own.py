"""Tables of the graders that a user's own code decides: what they make of its opinion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.grade.opinion import Opinion
from tests.grade.tables import Table, fails, neither, passes, scores, unmeasured

YES: Final = Opinion(score=1.0, reason="that it says yes")
NO: Final = Opinion(score=0.0, reason="that it says no")
HALF: Final = Opinion(score=0.5, reason="half of it", confidence=0.7)
BUT_PASSED: Final = Opinion(score=0.2, reason="good enough", met=True)
BUT_FAILED: Final = Opinion(score=0.9, reason="one thing is missing", met=False)
NOTHING: Final = Opinion(score=0.0, reason="“no”, which is not JSON", undecidable=True)
BROKEN: Final = Opinion(score=0.0, reason="is_polite raised KeyError", mistake="grader_error")


def _table(said: str, graded: str) -> Table:
    return Table(
        right=[(said, YES), (graded.format("at_least: 0.5"), HALF), (said, BUT_PASSED)],
        wrong=[(said, NO), (graded.format("at_least: 60%"), HALF), (said, BUT_FAILED)],
        edge=[
            scores(said, HALF, 0.5),
            passes(graded.format("at_least: 0.2"), BUT_PASSED),
            fails(graded.format("at_least: 0.5"), BUT_PASSED),
            fails(graded.format("at_least: 0.5"), BUT_FAILED),
            neither(said, NOTHING),
            unmeasured(said, BROKEN),
        ],
        hostile=[
            unmeasured(said, '{"score": 1.0}'),
            unmeasured(said, Opinion(score=float("nan"), reason="not a number")),
            unmeasured(said, Opinion(score=2.0, reason="more than all")),
        ],
    )


TABLES: Final[Mapping[str, Table]] = {
    "python": _table("python: is_polite", "python: {{function: is_polite, {}}}"),
    "javascript": _table("javascript: output.length > 3", "javascript: {{file: tone.js, {}}}"),
}
