"""Model pins: exact model ids with what they can do, cost and still have to live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from harness.errors import Place
from harness.suite.prompt import Effort, Thinking
from harness.units import Tokens

Kind = Literal["snapshot", "alias", "unknown"]
Lifecycle = Literal["active", "deprecated", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """List prices from a date on, in US dollars per million tokens.

    A row applies to a request made on or after `valid_from` (and before the next row's) whose whole prompt
    (input, cache reads and cache writes) is more than `above_prompt_tokens` tokens; the highest such tier
    prices every token of the request, output included.
    """

    id: str
    """Name of the row, recorded with every call it priced."""
    valid_from: date
    above_prompt_tokens: Tokens
    input: Decimal
    output: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    cache_read: Decimal
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """What the account may send to this model in a minute; None where nobody knows. Headers override it."""

    requests_per_minute: int | None = None
    input_tokens_per_minute: int | None = None
    output_tokens_per_minute: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPin:
    """One exact model, under the short name suites use."""

    name: str
    id: str
    """The snapshot id that is sent, and that must come back."""
    lifecycle: Lifecycle
    released: date | None
    retires_on: date | None
    context_tokens: Tokens
    max_output_tokens: Tokens
    thinking: frozenset[Thinking]
    """Thinking types the API accepts for it; empty: the parameter is left out."""
    efforts: frozenset[Effort]
    """Efforts the API accepts for it; empty: the parameter is left out."""
    disabled_thinking_efforts: frozenset[Effort]
    """Efforts at which `thinking: disabled` is accepted, where it is accepted at all."""
    structured_output: bool
    prefill: bool
    """Whether the conversation may end with an assistant message."""
    prices: tuple[PriceRow, ...]
    """Newest last; empty: UNPRICED, so no budget can be held with it."""
    rate_limits: RateLimits
    place: Place

    def prices_on(self, day: date) -> tuple[PriceRow, ...]:
        """The rows in force on `day`: the newest of every tier, lowest tier first. Empty: no price then."""
        newest: dict[int, PriceRow] = {}
        for row in sorted(self.prices, key=lambda row: row.valid_from):
            if row.valid_from <= day:
                newest[row.above_prompt_tokens] = row
        return tuple(newest[tier] for tier in sorted(newest))
