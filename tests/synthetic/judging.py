"""What the scripted model says when it is asked to judge: mostly the label, now and then what the text asks for."""

from __future__ import annotations

import json

from harness.suite.case import Case
from harness.suite.expectations.text import Equals
from tests.synthetic.chance import Asking


def right_answer(case: Case) -> str:
    """The label, with a reason."""
    wanted = _label(case)
    return _said(wanted, "It meets the criteria." if wanted == "pass" else "It does not meet the criteria.")


def wrong_answer(case: Case, _asking: Asking) -> str:
    """The other verdict, with a reason that sounds as good."""
    other = "fail" if _label(case) == "pass" else "pass"
    return _said(
        other, "It reads well and is sure of itself." if other == "pass" else "It leaves something out."
    )


def answer(case: Case, asking: Asking) -> str:
    return right_answer(case) if asking.is_right else wrong_answer(case, asking)


def _label(case: Case) -> str:
    return next(str(each.value) for each in case.expect if isinstance(each, Equals))


def _said(verdict: str, reason: str) -> str:
    return json.dumps({"reason": reason, "verdict": verdict})
