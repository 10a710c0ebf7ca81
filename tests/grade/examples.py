"""The examples of the graders' page: YAML, with answers that pass and fail in its comments.

`# passes: ...` and `# fails: ...` are followed by an answer in one line; `\\n` in it is a line break, and
`# passes (max_tokens): ...` says why the model stopped. `# passes after: ...` is followed by the way to an
answer (see `tests.grade.walks`). A block that says neither is shown, and only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from harness.call.exchange import StopReason
from harness.grade.response import Response
from tests.grade.tables import reply
from tests.grade.walks import walked

PAGE = Path(__file__).parents[2] / "docs" / "graders.md"


_SAYS: Final = re.compile(r"^# (passes|fails)( after)?(?: \((\w+)\))?: (.*)$", re.MULTILINE)


class Example(NamedTuple):
    """Expectations, one answer as the page says it, the response it stands for, and whether it passes."""

    yaml: str
    answer: str
    response: Response
    passes: bool


def blocks() -> Iterator[str]:
    yield from re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def examples() -> Iterator[Example]:
    for block in blocks():
        for verdict, after, reason, answer in _SAYS.findall(block):
            stop_reason = StopReason(reason or StopReason.END_TURN)
            text = answer.replace("\\n", "\n")
            response = walked(answer) if after else reply(text, stop_reason, cost="0.004")
            yield Example(block, answer, response, verdict == "passes")
