"""What a call costs: exact decimal arithmetic over dated price rows, and a bound for what it may cost.

A price is a whole number of millionths of a dollar per token, so every result is exact; nothing is rounded here.
"""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal, localcontext

from harness.call.estimate import most_prompt_tokens
from harness.call.exchange import Request, Usage
from harness.suite.model import ModelPin, PriceRow
from harness.units import Tokens, Usd

BATCH = Decimal("0.5")
"""Factor of the batch tier, on every token class."""
FAST = Decimal(2)
"""Factor of `speed: fast`."""
US_ONLY = Decimal("1.1")
"""Factor of inference that stays in the United States."""

_EXACT = Context(prec=60)


def price_row(pin: ModelPin, on: date, prompt_tokens: int) -> PriceRow | None:
    """The row that prices a prompt of `prompt_tokens` on the day `on`; None: the model has no price then.

    Of every tier the newest row in force counts, and of those the highest tier the prompt reaches.
    """
    rows = _in_force(pin, on, prompt_tokens)
    return max(rows, key=lambda row: row.above_prompt_tokens, default=None)


def cost(usage: Usage, pin: ModelPin, on: date) -> Usd | None:
    """What `usage` costs on `pin` on the day `on`, to the last digit; None: UNPRICED."""
    row = price_row(pin, on, usage.prompt_tokens)
    if row is None:
        return None
    with localcontext(_EXACT):
        millionths = (
            row.input * usage.input_tokens
            + row.cache_write_5m * usage.cache_write_5m_tokens
            + row.cache_write_1h * usage.cache_write_1h_tokens
            + row.cache_read * usage.cache_read_tokens
            + row.output * usage.output_tokens
        )
        return Usd((millionths * _factor(usage)).scaleb(-6))


def worst_case(request: Request, pin: ModelPin, on: date, prompt_tokens: Tokens | None = None) -> Usd | None:
    """A bound no bill for `request` exceeds: dearest input class, no cache discount, all of `max_tokens`.

    `prompt_tokens`: the longest its prompt can be; None: as its bytes say. The account's region is not known
    here, so the bound includes the surcharge for it. None: UNPRICED.
    """
    prompt = most_prompt_tokens(request) if prompt_tokens is None else prompt_tokens
    rows = _in_force(pin, on, prompt)
    if not rows:
        return None
    with localcontext(_EXACT):
        per_input = max(
            price
            for row in rows
            for price in (row.input, row.cache_write_5m, row.cache_write_1h, row.cache_read)
        )
        per_output = max(row.output for row in rows)
        return Usd(((per_input * prompt + per_output * request.max_tokens) * US_ONLY).scaleb(-6))


def worst_trial(request: Request, pin: ModelPin, on: date) -> Usd | None:
    """A bound no bill for the trial that begins with `request` exceeds, retries aside. None: UNPRICED.

    A conversation goes on while it is within its limits, so its last turn may come on top of them; the longest
    turn fills the context of the model. Only a limit in dollars is asked before each further turn.
    """
    first = worst_case(request, pin, on)
    if request.conversation is None or first is None:
        return first
    limits, rows = request.conversation.limits, pin.prices_on(on)
    per_input = max(
        price for row in rows for price in (row.input, row.cache_write_5m, row.cache_write_1h, row.cache_read)
    )
    per_output = max(row.output for row in rows)
    answers = min(limits.tokens, (limits.turns - 1) * request.max_tokens)
    with localcontext(_EXACT):
        last = (per_input * pin.context_tokens + per_output * request.max_tokens) * US_ONLY
        before = (per_input * limits.tokens + per_output * answers) * US_ONLY
        most = Usd(min(last * limits.turns, before + last).scaleb(-6))
        return most if limits.cost is None else max(first, min(most, limits.cost))


def _in_force(pin: ModelPin, on: date, prompt_tokens: int) -> tuple[PriceRow, ...]:
    """The tiers a prompt of this length reaches."""
    tiers = pin.prices_on(on)
    return tuple(
        row for row in tiers if row.above_prompt_tokens == 0 or prompt_tokens > row.above_prompt_tokens
    )


def _factor(usage: Usage) -> Decimal:
    factor = Decimal(1)
    if usage.service_tier == "batch":
        factor *= BATCH
    if usage.speed == "fast":
        factor *= FAST
    if usage.geo == "us":
        factor *= US_ONLY
    return factor
