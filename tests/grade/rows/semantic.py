"""The table of the grader of meaning: what it makes of the opinion of its expert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.grade.opinion import Opinion
from tests.grade.tables import Table, fails, neither, passes, scores, unmeasured

SAID: Final = "semantic: {to: a late parcel}"
SAME: Final = Opinion(score=1.0, reason="1.000 near “a late parcel”")
NEAR: Final = Opinion(score=0.8, reason="0.800 near “a late parcel”")
FAR: Final = Opinion(score=0.0, reason="0.000 near “a late parcel”")
NO_WORD: Final = Opinion(score=0.0, reason="no word that the embedding model knows", undecidable=True)
NO_MODEL: Final = Opinion(score=0.0, reason="no embedding model is named", mistake="grader_error")

TABLES: Final[Mapping[str, Table]] = {
    "semantic": Table(
        right=[(SAID, SAME), ("semantic: {to: a late parcel, at_least: 80%}", NEAR)],
        wrong=[(SAID, FAR), ("semantic: {to: [a late parcel, a delay], at_least: 0.81}", NEAR)],
        edge=[
            scores(SAID, NEAR, 0.8),
            passes("semantic: {to: a late parcel, at_least: 0.8}", NEAR),
            fails("semantic: {to: a late parcel, path: $.reply, at_least: 0.9}", NEAR),
            neither(SAID, NO_WORD),
            unmeasured(SAID, NO_MODEL),
        ],
        hostile=[
            unmeasured(SAID, "a late parcel"),
            unmeasured(SAID, Opinion(score=float("nan"), reason="not a number")),
        ],
    )
}
