"""What a file of graders, `evals/graders.py`, is written with.

```
from harness.graders import Score, grader

@grader
def is_polite(answer):
    return "please" in answer.lower()

@grader(seconds=20)
def covers(data, args):
    found = [each for each in args["topics"] if each in data["topics"]]
    return Score(len(found) / len(args["topics"]), reason=f"covers {found}")
```

A grader names what it looks at (`KNOWN`), and returns a bool, a number in [0, 1] or a `Score`. It runs in a process
of its own, without the environment, for at most its `seconds`. Whatever else it does is a `grader_error`: the trial
is unmeasured then, neither passed nor failed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast, overload

KNOWN: Final = MappingProxyType(
    {
        "answer": "the text of the answer",
        "data": "the answer read as JSON; an answer that is none fails without the grader being asked",
        "inputs": "the inputs of the case",
        "args": "the `args` of the expectation",
        "steps": "the conversation, step by step, as a list of mappings",
        "tool_calls": "the calls of tools, as a list of mappings: name, arguments, result, error",
        "cost_usd": "what the trial cost, or None",
        "latency_s": "how long the model took, in seconds",
    }
)
"""What a grader may ask for, by the names of its parameters."""

MOST_SECONDS: Final = 60
"""The longest a grader may ask for."""

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Score:
    """A grader's verdict: how good the answer is, why, and how sure the grader is."""

    score: float
    """In [0, 1]."""
    reason: str = ""
    confidence: float = 1.0
    """In [0, 1]."""


@overload
def grader(function: F) -> F: ...
@overload
def grader(*, seconds: float = ...) -> Callable[[F], F]: ...
def grader(function: F | None = None, *, seconds: float = 10) -> F | Callable[[F], F]:
    """Marks a function as a grader. `seconds`: the longest it may take, written as a number, at most MOST_SECONDS.

    The function stays as it is, so that a test can call it.
    """
    if function is not None:
        return function
    if not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"seconds is {seconds!r}; write a number above 0 and at most {MOST_SECONDS}")
    return lambda each: each


def spelled(verdict: Any) -> object:
    """What a grader returned, as JSON. Raises TypeError, ValueError for anything that is no verdict."""
    if isinstance(verdict, Score):
        reason = cast("object", verdict.reason)
        if not isinstance(reason, str):
            raise TypeError(f"the reason of a Score is a text, not {_shown(reason)}")
        return {
            "score": _share(verdict.score, "a Score of"),
            "reason": reason,
            "confidence": _share(verdict.confidence, "a confidence of"),
        }
    return _share(verdict, "returned")


def _share(value: Any, what: str) -> float | bool:
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    if not isinstance(value, (bool, int, float)):
        raise TypeError(f"{what} {_shown(value)}; a grader returns a bool, a number in [0, 1] or a Score")
    if not (math.isfinite(value) and 0 <= value <= 1):
        raise ValueError(f"{what} {_shown(value)}, which is not in [0, 1]")
    return value if isinstance(value, bool) else float(value)


def _shown(value: object) -> str:
    return f"{value!r:.60} ({type(value).__name__})"
