"""What one side of a case came to, as numbers: programs read these, where people read sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from harness.record import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNumbers:
    """The repeats of one side. What nobody measured is None; a sum is over what was measured."""

    trials: int = 0
    scored: int = 0
    passed: int | None = None
    """None where nothing says what passes."""
    cost_usd: Decimal | None = None
    """Exact."""
    latencies_s: tuple[float, ...] = ()
    """Of each answer that has one, in seconds."""
    tokens_in: int | None = None
    """The whole prompt, what came out of a cache included."""
    tokens_out: int | None = None

    @property
    def latency_p50_s(self) -> float | None:
        """The median."""
        return median(self.latencies_s) if self.latencies_s else None

    @property
    def latency_sum_s(self) -> float | None:
        return math.fsum(self.latencies_s) if self.latencies_s else None


NO_NUMBERS = CaseNumbers()


def case_numbers(answers: Sequence[Answer]) -> CaseNumbers:
    """The numbers of the answers of one side to one case."""
    passed = [each.passed for each in answers if each.passed is not None]
    usages = [each.usage for each in answers if each.usage is not None]
    return CaseNumbers(
        trials=len(answers),
        scored=sum(each.score is not None for each in answers),
        passed=sum(passed) if passed else None,
        cost_usd=_sum(each.cost for each in answers),
        latencies_s=tuple(
            float(each.latency)
            for each in answers
            if each.latency is not None and math.isfinite(each.latency) and each.latency >= 0
        ),
        tokens_in=sum(each.prompt_tokens for each in usages) if usages else None,
        tokens_out=sum(each.output_tokens for each in usages) if usages else None,
    )


def numbers_of_all(cases: Iterable[CaseNumbers]) -> CaseNumbers:
    """The numbers of several cases as those of one: sums, and the median of every answer."""
    known = tuple(cases)
    return CaseNumbers(
        trials=sum(each.trials for each in known),
        scored=sum(each.scored for each in known),
        passed=_count(each.passed for each in known),
        cost_usd=_sum(each.cost_usd for each in known),
        latencies_s=tuple(latency for each in known for latency in each.latencies_s),
        tokens_in=_count(each.tokens_in for each in known),
        tokens_out=_count(each.tokens_out for each in known),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [each for each in amounts if each is not None]
    return sum(known, Decimal(0)) if known else None


def _count(numbers: Iterable[int | None]) -> int | None:
    known = [each for each in numbers if each is not None]
    return sum(known) if known else None
