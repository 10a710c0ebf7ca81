"""What the scripted model says to a question on the company policy."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml

from harness.suite.case import Case
from tests.synthetic.chance import Asking

DECLINE: Final = "I'm sorry, I can't help with that here. Please write to care@chenab.example."


def right_answer(case: Case) -> str:
    """The written right answer; the prescribed decline where there is none."""
    return _written()[case.id].get("right", DECLINE)


def wrong_answer(case: Case, asking: Asking) -> str:
    """The usual mistake: a wrong figure, an answer that should not be given, or a needless decline."""
    return _written()[case.id].get("wrong", DECLINE)


def answer(case: Case, asking: Asking) -> str:
    if asking.meets_the_hidden_regression:
        return DECLINE
    return right_answer(case) if asking.is_right else wrong_answer(case, asking)


@cache
def _written() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("policy_answers.yaml").read_text(encoding="utf-8")
    written: dict[str, dict[str, str]] = yaml.safe_load(text)
    return written
