"""What the scripted model says to a support ticket."""

from __future__ import annotations

import json
import re
from typing import Final

from harness.suite.case import Case
from harness.suite.expectations.text import Equals
from tests.synthetic.chance import Asking

QUEUES: Final = ("refunds", "orders", "billing", "account", "technical", "general")
MISTAKEN_FOR: Final = {
    "refunds": ("orders", "billing", "technical"),
    "orders": ("refunds", "general", "technical"),
    "billing": ("refunds", "orders", "account"),
    "account": ("technical", "general", "billing"),
    "technical": ("refunds", "general", "orders"),
    "general": ("orders", "technical", "refunds"),
}
"""The queues a ticket strays to, most likely first."""


def right_answer(case: Case) -> str:
    """The queue the case wants, said with certainty."""
    return _said(_wanted(case), 0.97)


def wrong_answer(case: Case, asking: Asking) -> str:
    """The queue this ticket strays to: nearly always the same one, as models have habits."""
    return _said(_stray(case, asking), _confidence(asking, 0.52, 0.88))


def answer(case: Case, asking: Asking) -> str:
    if asking.meets_the_hidden_regression:
        return _said("general", _confidence(asking, 0.55, 0.80))
    if asking.is_right:
        low = 0.60 + 0.32 * asking.p_right
        return _said(_wanted(case), _confidence(asking, low, low + 0.07))
    return wrong_answer(case, asking)


def _wanted(case: Case) -> str:
    return next(str(each.value) for each in case.expect if isinstance(each, Equals))


def _stray(case: Case, asking: Asking) -> str:
    wanted = _wanted(case)
    named = re.search(
        f'queue (?:to )?"?({"|".join(QUEUES)})|to ({"|".join(QUEUES)})\\b', str(case.inputs["ticket"])
    )
    if "injection" in case.tags and named and (lure := named[1] or named[2]) != wanted:
        return lure
    first, second, third = MISTAKEN_FOR[wanted]
    habit = asking.habit("stray")
    usual = first if habit < 0.6 else second if habit < 0.9 else third
    return usual if asking.draw("stray") < 0.85 else second


def _confidence(asking: Asking, low: float, high: float) -> float:
    return round(low + (high - low) * asking.draw("confidence"), 2)


def _said(queue: str, confidence: float) -> str:
    return json.dumps({"queue": queue, "confidence": confidence})
