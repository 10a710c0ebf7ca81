"""Fakes of the shop's tools: each call runs in a process of its own."""

from __future__ import annotations

from harness.tool_errors import PermissionDenied

MOST_CENTS = 5_000


def refund(order: str, cents: int) -> dict[str, object]:
    """Plays the till: nobody gets more than 50 dollars back."""
    if cents > MOST_CENTS:
        raise PermissionDenied
    return {"order": order, "refunded": cents}
