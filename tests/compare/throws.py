"""Fair coins, thrown in every way there is."""

from __future__ import annotations

from harness.compare.betting import losses_needed


def chance_of_crossing(*, throws: int, at: float) -> float:
    """The exact chance that McNemar's e-value is ever at least `at`, by counting all paths that stay below."""
    limit = [losses_needed(gains, at) for gains in range(throws + 1)]
    alive, crossed = {0: 1.0}, 0.0
    for thrown in range(1, throws + 1):
        after: dict[int, float] = {}
        for losses, chance in alive.items():
            for now in (losses, losses + 1):
                if now >= limit[thrown - now]:
                    crossed += chance / 2
                else:
                    after[now] = after.get(now, 0.0) + chance / 2
        alive = after
    return crossed
