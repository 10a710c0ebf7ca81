"""Whether a conversation goes in circles: told from the hashes of its calls and of what they gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from harness.call.canonical import digest
from harness.call.exchange import ToolCall
from harness.call.step import Flag

SAME = 3
"""So often the same call with the same result, and it is a loop."""
LONGEST_CYCLE = 3
STALE_TURNS = 4
"""So many turns in a row with calls, and none with a call or a result that is new."""

Pair = tuple[str, str]
"""Digests of a call (tool and arguments) and of its result."""


def pair_of(call: ToolCall, result: str) -> Pair:
    """Equal for calls of the same tool with the same arguments, in whatever order, that gave the same."""
    return digest([call.name, call.arguments]), digest(result)


@dataclass(frozen=True, slots=True)
class Trail:
    """The calls since the user last said something, in order: after a new question the same call is no loop."""

    pairs: tuple[Pair, ...] = ()
    stale_turns: int = 0
    flags: tuple[Flag | None, ...] = ()
    """For each call of the newest turn, the circle that it closed, if any."""

    def after(self, pairs: tuple[Pair, ...]) -> Trail:
        """The trail after one more turn, which made these calls."""
        is_new = not set(pairs) <= set(self.pairs)
        stale = 0 if is_new else self.stale_turns + 1
        flags = _closed(self.pairs, pairs)
        if stale >= STALE_TURNS and not any(flags):
            flags[-1:] = ["no_progress"]
        return Trail(self.pairs + pairs, stale, tuple(flags))

    @property
    def circle(self) -> Flag | None:
        """The first circle that the newest turn closed."""
        return next(filter(None, self.flags), None)


def _closed(before: Sequence[Pair], new: Sequence[Pair]) -> list[Flag | None]:
    """What each of the new calls closed: in a turn of several, any of them may, and not only the last."""
    walked, seen = [*before, *new], Counter(before)
    flags: list[Flag | None] = []
    for end, pair in enumerate(new, start=len(before) + 1):
        seen[pair] += 1
        is_cycle = any(_is_twice(walked, end, length) for length in range(2, LONGEST_CYCLE + 1))
        flags.append("repeated_call" if seen[pair] >= SAME else "cycle" if is_cycle else None)
    return flags


def _is_twice(walked: Sequence[Pair], end: int, length: int) -> bool:
    """Whether the `length` calls up to `end` say again what those before them said."""
    if end < 2 * length:
        return False
    last = walked[end - length : end]
    return last == walked[end - 2 * length : end - length] and len(set(last)) > 1
