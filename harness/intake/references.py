"""What other tools give as the answer that is right, to an expectation of ours."""

from __future__ import annotations

from typing import Final, Literal, get_args

from harness.intake.constructs import Fate
from harness.intake.expectations import contains_any, has_grader
from harness.units import Json

Way = Literal["equals", "contains", "similar", "agrees"]
"""How an answer is held against one that is right."""
WAYS: Final[tuple[Way, ...]] = get_args(Way)
_SHORT = 60


def expected(right: Json, way: Way | None, judge: str) -> tuple[Fate, str, Json]:
    """What becomes of an answer that is right, why, and the expectation (None: there is none).

    Without a `way`: a judge where one is named, otherwise JSON and short answers have to be equal, and longer ones similar.
    """
    if not isinstance(right, str):
        return "mapped", "equals, as JSON", {"equals": {"path": "$", "value": right}}
    chosen: Way = way or ("agrees" if judge else _fitting(right))
    if why := _impossible(chosen, judge):
        return "listed", why, None
    said, expectation = _said(chosen, right, judge)
    if way is None and chosen != "agrees":
        return (
            "bridged",
            f"{said}: a guess, since nothing says how answers are held against it (--as)",
            expectation,
        )
    return "mapped", said, expectation


def _impossible(way: Way, judge: str) -> str:
    """Why an answer cannot be held against another in this way; empty where it can."""
    if way == "agrees" and not judge:
        return "it takes a judge: name one with --judge"
    grader = {"equals": "equals", "contains": "contains", "similar": "similarity", "agrees": "agrees"}[way]
    return "" if has_grader(grader) else f"there is no grader {grader!r}"


def _said(way: Way, right: str, judge: str) -> tuple[str, Json]:
    match way:
        case "equals":
            return "equals", {"equals": right.strip()}
        case "contains":
            return "contains", contains_any([right.strip()], ignore_case=True)
        case "similar":
            return "similarity by ROUGE-L, as a degree", {"similarity": {"to": right, "by": "rouge_l"}}
        case "agrees":
            return f"agrees, by the judge {judge}", {"agrees": {"judge": judge, "reference": right}}


def _fitting(right: str) -> Way:
    is_short = len(right) <= _SHORT and "\n" not in right.strip()
    return "equals" if is_short or not has_grader("similarity") else "similar"
