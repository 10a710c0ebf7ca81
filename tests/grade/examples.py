"""The examples of the graders' page: YAML, with answers that pass and fail in its comments.

`# passes: ...` and `# fails: ...` are followed by an answer in one line; `\\n` in it is a line break, and
`# passes (max_tokens): ...` says why the model stopped. A block that says neither is shown, and only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from harness.call.exchange import StopReason

PAGE = Path(__file__).parents[2] / "docs" / "graders.md"


_SAYS: Final = re.compile(r"^# (passes|fails)(?: \((\w+)\))?: (.*)$", re.MULTILINE)


class Example(NamedTuple):
    """Expectations, one answer, why it ended, and whether it passes."""

    yaml: str
    answer: str
    stop_reason: StopReason
    passes: bool


def blocks() -> Iterator[str]:
    yield from re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def examples() -> Iterator[Example]:
    for block in blocks():
        for verdict, reason, answer in _SAYS.findall(block):
            stop_reason = StopReason(reason or StopReason.END_TURN)
            yield Example(block, answer.replace("\\n", "\n"), stop_reason, verdict == "passes")
