"""Two answers as a short diff: what differs, with a little around it, whatever they are and however long.

Bounded in lines and characters; what is left out is counted. Characters that cannot be seen are named, so that a
difference in them is one.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence

from harness.report.safe import visible

MOST_LINES = 24
MOST_WIDE = 200
"""Characters of a line."""
_AROUND = 40
"""Characters that stay in front of the first difference within a line."""
_CONTEXT = 2
_COMPARED = 300
"""Lines of either side that are compared at all, from the first that differs: more take quadratic time."""
_LONG = 80
"""A JSON answer of one longer line is compared key by key."""


def short_diff(before: str, after: str) -> tuple[str, ...]:
    """Lines that begin with `-`, `+` or a blank; at most `MOST_LINES`, each of at most `MOST_WIDE` characters and a note."""
    old, new = _lines(before, after)
    start = _same(old, new)
    first = max(0, start - _CONTEXT)
    rest = old[first:], new[first:]
    cut = max(len(each) for each in rest) - _COMPARED
    changes = _changes(rest[0][:_COMPARED], rest[1][:_COMPARED])
    shown = [line for block in changes for line in block]
    left = len(shown) - MOST_LINES
    more = [f" ({left} more lines)"] if left > 0 else []
    more += [f" ({cut} lines beyond were not compared)"] if cut > 0 else []
    return (*shown[:MOST_LINES], *more)


def _lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Both as lines; JSON in long lines with a line for each value."""
    if max(len(before), len(after)) > _LONG:
        spread = _spread(before), _spread(after)
        if spread[0] is not None and spread[1] is not None and spread[0] != spread[1]:
            before, after = spread[0], spread[1]
    return visible(before).split("\n") if before else [], visible(after).split("\n") if after else []


def _spread(text: str) -> str | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines both begin with."""
    equal = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        equal += 1
    return equal


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[list[str]]:
    """Blocks of changed lines with the equal ones around them."""
    matcher = difflib.SequenceMatcher(None, old, new)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        for kind, low, high, from_, to in group:
            if kind == "equal":
                yield [f" {_cut(line, 0)}" for line in old[low:high]]
            else:
                yield _replaced(old[low:high], new[from_:to])


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Removed lines, then added ones; a long line is shown from where it begins to differ from its partner."""
    starts = [_differs_at(one, other) for one, other in zip(old, new, strict=False)]
    starts += [0] * (max(len(old), len(new)) - len(starts))
    removed = [f"-{_cut(line, start)}" for line, start in zip(old, starts, strict=False)]
    return [*removed, *(f"+{_cut(line, start)}" for line, start in zip(new, starts, strict=False))]


def _differs_at(one: str, other: str) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _cut(line: str, differs: int) -> str:
    """A long line from a little before it differs, with what is left out counted."""
    if len(line) <= MOST_WIDE:
        return line
    start = max(0, differs - _AROUND) if differs > MOST_WIDE - _AROUND else 0
    shown = line[start : start + MOST_WIDE]
    left = len(line) - start - len(shown)
    return f"{'…' if start else ''}{shown}{f'… ({left:,} more characters)' if left else ''}"
