"""The examples of the graders' page: YAML, with answers that pass and fail in its comments.

`# passes: ...` and `# fails: ...` are followed by an answer in one line; `\\n` in it is a line break. A block that
says neither is shown, and only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "graders.md"


class Example(NamedTuple):
    """Expectations, one answer, and whether it passes."""

    yaml: str
    answer: str
    passes: bool


def blocks() -> Iterator[str]:
    yield from re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def examples() -> Iterator[Example]:
    for block in blocks():
        for verdict, answer in re.findall(r"^# (passes|fails): (.*)$", block, re.MULTILINE):
            yield Example(block, answer.replace("\\n", "\n"), verdict == "passes")
