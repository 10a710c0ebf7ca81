"""Whether a conversation goes in circles: told from the hashes of its calls and of what they gave."""

from __future__ import annotations

from dataclasses import dataclass, replace

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

    def after(self, pairs: tuple[Pair, ...]) -> Trail:
        """The trail after one more turn, which made these calls."""
        new = not set(pairs) <= set(self.pairs)
        return replace(self, pairs=self.pairs + pairs, stale_turns=0 if new else self.stale_turns + 1)

    def loop(self) -> Flag | None:
        """What kind of circle it goes in, if any."""
        if self.pairs and self.pairs.count(self.pairs[-1]) >= SAME:
            return "repeated_call"
        for length in range(2, LONGEST_CYCLE + 1):
            last, before = self.pairs[-length:], self.pairs[-2 * length : -length]
            if last == before and len(set(last)) > 1:
                return "cycle"
        return "no_progress" if self.stale_turns >= STALE_TURNS else None
