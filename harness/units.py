"""Units as types: money is Decimal, and seconds cannot be mistaken for tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NewType

from typing_extensions import TypeAliasType

Usd = NewType("Usd", Decimal)
"""US dollars. Always a Decimal, never a float; a price that is not known is None, never zero."""

Seconds = NewType("Seconds", float)
"""A length of time, in seconds."""

Tokens = NewType("Tokens", int)
"""A number of tokens, as the provider counts them."""

FREE = Usd(Decimal(0))
"""No money at all: the start of a sum, not the price of something unpriced."""

MOST = Usd(Decimal(999_999_999))
"""More than anybody means to spend, and the most that the store's columns hold."""

Json = TypeAliasType(
    "Json", "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
)  # a named alias: pydantic can follow it into itself, which it cannot with a plain one
"""A JSON value. Frozen values hold it as tuples and mapping proxies where they can."""
