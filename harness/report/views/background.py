"""What a verdict rests on that its numbers do not say: what was asked for it, and how old the bank was."""

from __future__ import annotations

from dataclasses import dataclass

from harness.report import words
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What the runs of one purpose took."""

    purpose: str
    """`screen`, `confirm` or `rerun`."""
    calls: int
    """Requests, retries included."""
    cost_usd: str | None
    """Exact dollars as text; None: unpriced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAge:
    """The old samples that stood for the baseline, when the candidate was first asked."""

    runs: int
    fewest: int
    """Samples of the case that has the fewest."""
    most: int
    oldest_days: float
    newest_days: float

    def __str__(self) -> str:
        return f"{self.samples} of {words.count(self.runs, 'run')}, {self.age}"

    @property
    def samples(self) -> str:
        """`10 samples per case`."""
        if self.fewest == self.most:
            return f"{words.count(self.most, 'sample')} per case"
        return f"{self.fewest:,} to {self.most:,} samples per case"

    @property
    def age(self) -> str:
        """In whole days: `3 to 9 days old`."""
        newest, oldest = int(self.newest_days), int(self.oldest_days)
        if oldest == 0:
            return "less than a day old"
        return (
            f"{words.count(oldest, 'day')} old" if newest == oldest else f"{newest:,} to {oldest:,} days old"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Both, as far as there is such a thing."""

    bought: tuple[Bought, ...] = ()
    """Of a live gate, purpose by purpose; empty where two runs were compared that were there."""
    bank: BankAge | None = None

    @property
    def calls(self) -> int:
        """Everything that was asked for this verdict, of both sides; old samples were not."""
        return sum(each.calls for each in self.bought)

    @property
    def cost_usd(self) -> str | None:
        """The dollars of that, exact."""
        return words.total([each.cost_usd for each in self.bought])

    def document(self) -> Json:
        """What was asked, as other programs read it; null where nothing was."""
        if not self.bought:
            return None
        return {
            "calls": self.calls,
            "cost_usd": self.cost_usd,
            "by_purpose": {
                each.purpose: {"calls": each.calls, "cost_usd": each.cost_usd} for each in self.bought
            },
        }


NOTHING = Background()
"""Where two runs were compared that were there."""
