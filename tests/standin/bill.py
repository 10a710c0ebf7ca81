"""How the stand-in counts tokens and money: simple, exact and on its own (nothing of the harness is used here).

Tokens of a text: its UTF-8 length divided by four, rounded up, at least one. A prompt is 8, plus the system text,
plus 4 and the text of each message, plus the compact JSON of an output schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

PRICES: Mapping[str, tuple[str, str, str, str, str]] = {
    # dollars per million tokens: input, output, cache write for 5 minutes, for 1 hour, cache read
    "claude-opus-5-5": ("4", "20", "5", "8", "0.20"),
    "claude-opus-5": ("5", "25", "6.25", "10", "0.50"),
    "claude-sonnet-5-5": ("2", "10", "2.5", "4", "0.10"),
    "claude-haiku-5-5": ("0.10", "0.50", "0.125", "0.20", "0.01"),
    "claude-sonnet-4-5-20250929": ("3", "15", "3.75", "6", "0.30"),
}
LONG_PROMPT = 100_000
LONG_FACTOR: Mapping[str, int] = {"claude-haiku-5-5": 5}
"""Longer prompts cost this many times as much, output included."""


def text_tokens(text: str) -> int:
    """Tokens of one text."""
    return max(1, -(-len(text.encode("utf-8", "surrogatepass")) // 4))


def count_tokens(body: Mapping[str, Any]) -> int:
    """Tokens of the prompt in a request body."""
    total = 8
    if body.get("system"):
        total += text_tokens(_text(body["system"]))
    total += sum(4 + text_tokens(_text(message["content"])) for message in body["messages"])
    output_format = (body.get("output_config") or {}).get("format")
    if output_format:
        total += text_tokens(json.dumps(output_format["schema"], separators=(",", ":"), ensure_ascii=False))
    return total


@dataclass
class Bill:
    """What the account owes, item by item."""

    items: list[Decimal] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    """The model of each item."""

    @property
    def total(self) -> Decimal:
        return sum(self.items, Decimal(0))

    def charge(self, model: str, usage: Mapping[str, Any]) -> None:
        """Add one answer of `model`."""
        self.items.append(price(model, usage))
        self.models.append(model)

    def of(self, model: str) -> Decimal:
        """What the answers of one model come to."""
        return sum(
            (item for item, each in zip(self.items, self.models, strict=True) if each == model), Decimal(0)
        )


def price(model: str, usage: Mapping[str, Any]) -> Decimal:
    """What one answer costs."""
    per_input, per_output, five_minutes, one_hour, per_read = map(Decimal, PRICES[model])
    split = usage.get("cache_creation") or {}
    hour = split.get("ephemeral_1h_input_tokens", 0)
    five = usage.get("cache_creation_input_tokens", 0) - hour
    read = usage.get("cache_read_input_tokens", 0)
    total: Decimal = per_input * usage["input_tokens"] + per_output * usage["output_tokens"]
    total += five_minutes * five + one_hour * hour + per_read * read
    if usage["input_tokens"] + five + hour + read > LONG_PROMPT:
        total *= LONG_FACTOR.get(model, 1)
    if usage.get("service_tier") == "batch":
        total /= 2
    if usage.get("speed") == "fast":
        total *= 2
    if usage.get("inference_geo") == "us":
        total *= Decimal("1.1")
    return total / 1_000_000


def _text(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
