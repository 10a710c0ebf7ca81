"""A model that answers the tiny project by chance, with odds that are known."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.standin import Answer, last_text

Odds = Callable[[str, int], float]
"""Of a right answer, by version and number of the case."""


@dataclass
class Chancy:
    """Each case of each version has its own odds, and the n-th time it is asked its own luck.

    Nothing depends on the order in which requests come.
    """

    odds: Odds
    latency: float = 0.0
    asked: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])

    def __call__(self, body: Mapping[str, Any]) -> Answer:
        version = re.findall(r"You are (\w+)", str(body["system"]))[0]
        number = int(re.findall(r"number is (\d+)", last_text(body))[0])
        times = self.asked[version, number] = self.asked.get((version, number), 0) + 1
        luck = hashlib.sha256(f"{version} {number} {times}".encode()).digest()
        is_right = int.from_bytes(luck[:4]) / 2**32 < self.odds(version, number)
        return Answer(text=f"number {number}" if is_right else "I do not know", latency=self.latency)
