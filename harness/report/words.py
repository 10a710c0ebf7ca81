"""Numbers as people read them: points, percent, dollars, seconds. One spelling for every surface.

A minus is the real one (U+2212). What is not a finite number is `unknown`; nothing here ever shows NaN.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from harness.compare.wording import UNKNOWN, count, dollars
from harness.currency import Rate

__all__ = [
    "UNKNOWN",
    "change",
    "count",
    "dollars",
    "excluded",
    "level",
    "listing",
    "margin",
    "money",
    "p_value",
    "percent",
    "points",
    "seconds",
    "total",
]


def points(share: float | None) -> str:
    """A difference of shares in signed points: -0.052 is `−5.2`."""
    return _signed(None if share is None else share * 100, digits=1)


def margin(share: float) -> str:
    """A size in points without sign or needless digits: 0.05 is `5`."""
    return _number(abs(share) * 100)


def excluded(lower: float) -> str:
    """The size of a drop beyond a lower bound, rounded up so that what is called excluded is: -0.0612 is `6.2`."""
    if not math.isfinite(lower * 1000):
        return UNKNOWN
    return f"{math.ceil(-lower * 1000 - 1e-9) / 10:.1f}".removesuffix(".0")


def percent(share: float | None) -> str:
    """A share: 0.912 is `91.2 %`."""
    if share is None or not math.isfinite(share * 100):
        return UNKNOWN
    return f"{share * 100:.1f} %"


def change(ratio: float | None) -> str:
    """A ratio as a relative change: 1.12 is `+12 %`."""
    if ratio is None or not math.isfinite(ratio):
        return UNKNOWN
    return f"{_signed((ratio - 1) * 100, digits=1).removesuffix('.0')} %"


def level(alpha: float) -> str:
    """The confidence of a bound: 0.05 is `95 %`."""
    return f"{_number((1 - alpha) * 100)} %"


def p_value(p: float) -> str:
    """A p value with its name: `p 0.004`, `p < 0.001`."""
    if not math.isfinite(p):
        return f"p {UNKNOWN}"
    return "p < 0.001" if p < 0.001 else f"p {p:.3f}"


def money(exact: str | Decimal | None, rate: Rate | None, on: date | None) -> str:
    """Dollars, and the same in the currency of `rate`, which says its day, and that it was old by the day `on`."""
    said = dollars(exact)
    if exact is None or rate is None or said == UNKNOWN:
        return said
    local = dollars(rate.of(Decimal(exact))).removeprefix("$")
    old = ", an old rate" if on is not None and rate.is_stale(on) else ""
    return f"{said} ({local} {rate.code} at {rate.per_usd:f} of {rate.as_of.isoformat()}{old})"


def total(amounts: Sequence[str | None]) -> str | None:
    """The exact sum of amounts as text; None where one is unpriced."""
    known = [Decimal(each) for each in amounts if each is not None]
    return None if len(known) < len(amounts) else format(sum(known, Decimal(0)), "f")


def seconds(length: float | None) -> str:
    """A length of time: `0.82 s`, `41 s`, `2 min 5 s`, `1 h 3 min`."""
    if length is None or not math.isfinite(length):
        return UNKNOWN
    if length < 9.95:
        return f"{length:.2f} s" if length < 1 else f"{length:.1f} s"
    whole = round(length)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def listing(words: Sequence[str]) -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _signed(value: float | None, *, digits: int) -> str:
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return f"+{text}" if value > 0 else f"−{text}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{value:.1f}"
    return text.removesuffix(".0")
