"""promptfoo's columns with two underscores: `__expected` cells such as `contains: refund`, read as promptfoo's importer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from harness.errors import Place
from harness.intake.constructs import Fate
from harness.intake.expectations import refused
from harness.intake.harvest.peek import text
from harness.intake.promptfoo.rows import expected
from harness.intake.promptfoo.structures import STRUCTURES
from harness.intake.promptfoo.texts import TEXTS
from harness.intake.promptfoo.wanted import Answer, Translate, Wanted
from harness.suite.notation.node import Scalar
from harness.units import Json

_TRANSLATE: Final[Mapping[str, Translate]] = {**TEXTS, **STRUCTURES}


def assertion(cell: str) -> tuple[Fate, str, Json]:
    """What becomes of one cell of assertions: fate, reason, and the expectation (None: there is none)."""
    said = expected(cell)
    name = text(said.get("type"))
    kind = name.removeprefix("not-")
    if kind not in _TRANSLATE:
        return "listed", f"{kind!r} in a cell: `harness import promptfoo` knows it in a configuration", None
    value, threshold = said.get("value"), said.get("threshold")
    wanted = Wanted(
        kind=kind,
        negated=name != kind,
        value=value,
        threshold=float(threshold) if isinstance(threshold, int | float) else None,
        config=None,
        inputs={},
        node=Scalar(place=Place(""), value=cell, text=cell, style='"'),
        base=Path(),
        graded=False,
    )
    return _sayable(_TRANSLATE[kind](wanted), wanted)


def _sayable(answer: Answer, wanted: Wanted) -> tuple[Fate, str, Json]:
    """The first form of an answer that our files can say."""
    if answer.entry is None:
        return answer.fate, answer.reason, None
    turned = wanted.negated and not answer.is_turned
    expectation: Json = {"not": dict(answer.entry)} if turned else dict(answer.entry)
    why = refused(expectation)
    if why is None:
        return answer.fate, answer.reason, expectation
    if answer.otherwise is not None:
        return _sayable(answer.otherwise, wanted)
    return "listed", f"it cannot be said here: {why}", None
