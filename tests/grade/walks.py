"""Ways to an answer, in one line: `search {"q": "late"} > refund {"order": "17"} !timeout ~cycle`.

Each call follows a turn of the model, and a last turn answers. `!` names a tool's error, `~` a flag; `none` is no call at all.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any, cast

from harness.call.step import Flag, Step
from harness.grade.response import Response
from harness.suite.tool import ToolError
from tests.grade.tables import reply

_CALL = re.compile(r"(\S+?)(?: (\{.*\}))?(?: !(\w+))?((?: ~\w+)*)")


def walked(line: str, text: str = "Done.") -> Response:
    """The response at the end of such a way."""
    calls = [] if line == "none" else line.split(" > ")
    steps: list[Step] = []
    for turn, call in enumerate(calls, start=1):
        match = _CALL.fullmatch(call)
        assert match is not None, call
        tool, arguments, error, flags = cast("tuple[Any, ...]", match.groups())
        steps.append(Step(number=0, turn=turn, kind="model"))
        steps.append(
            Step(
                number=0,
                turn=turn,
                kind="tool",
                tool=tool,
                arguments=arguments or "{}",
                text="null",
                error=None if error is None else ToolError(error),
                flags=cast("tuple[Flag, ...]", tuple(each[1:] for each in flags.split())),
            )
        )
    steps.append(Step(number=0, turn=len(calls) + 1, kind="model", text=text))
    numbered = (dataclasses.replace(each, number=number) for number, each in enumerate(steps, start=1))
    return reply(text, steps=tuple(numbered))
