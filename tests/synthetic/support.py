"""The made-up support agent: it walks the path that is written down for a case, goes wrong, or goes in circles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from harness.suite.case import Case
from tests.standin import Answer
from tests.synthetic.chance import Asking

CIRCLES: Final = 0.35
"""Share of the cases in which v2 repeats its last lookup until it is stopped."""
LAZY: Final = 0.5
"""Share of the cases in which a mistake is an answer out of the blue."""
LOOKUPS: Final = frozenset({"find_orders", "get_order", "track", "check_stock"})

Said = tuple[str, Mapping[str, Any]] | str
"""A tool and its arguments, or words to the customer."""


def path_of(
    case: Case, *, right: bool, version: str, lazy: bool = False, circles: bool = False
) -> tuple[Said, ...]:
    """What the agent says, turn by turn; the last is its answer, unless it never gets to one.

    Where it is not `right`, a `lazy` one answers out of the blue, and any other wrongly after all the work.
    """
    written = _written()[case.id]
    steps = _steps(case.id)
    if right:
        path = (*steps, written["right"])
        return _twice(path, endless=circles) if version == "v2" else path
    return (
        (*(each for each in steps if isinstance(each, str)), written["wrong"])
        if lazy
        else (*steps, written["wrong"])
    )


def path_asked(case: Case, asking: Asking) -> tuple[Said, ...]:
    """The path the chances of one question lead to."""
    return path_of(
        case,
        right=asking.is_right,
        version=asking.version,
        lazy=asking.habit("lazy") < LAZY,
        circles=asking.habit("circles") < CIRCLES,
    )


def _twice(path: tuple[Said, ...], *, endless: bool) -> tuple[Said, ...]:
    """Every lookup a second time; or the last one for ever, as far as anybody lets it."""
    lookups = [each for each in path if not isinstance(each, str) and each[0] in LOOKUPS]
    if endless and lookups:
        end = path.index(lookups[-1]) + 1
        return (*path[:end], *[lookups[-1]] * 20)
    return tuple(again for each in path for again in ([each, each] if each in lookups else [each]))


def said(each: Said) -> Answer:
    """One turn of the agent."""
    if isinstance(each, str):
        return Answer(text=each)
    tool, arguments = each
    return Answer(stop_reason="tool_use", thinking="I need the tool.", tool_calls=((tool, dict(arguments)),))


def _steps(case_id: str) -> tuple[Said, ...]:
    steps: list[Said] = []
    for each in _written()[case_id]["path"]:
        if isinstance(each, str):
            steps.append(each)
        else:
            ((tool, arguments),) = each.items()
            steps.append((tool, arguments))
    return tuple(steps)


@cache
def _written() -> dict[str, dict[str, Any]]:
    text = Path(__file__).with_name("support_answers.yaml").read_text(encoding="utf-8")
    written: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return written
