"""Numbers beside the ticks of an axis: as many digits as the step needs, and no more.

Each takes the number and the step between two ticks.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Spell = Callable[[float, float], str]


def plain(value: float, step: float) -> str:
    """`1,200`, `0.25`, `−3`."""
    if value == 0:
        return "0"
    if not 1e-6 <= abs(value) < 1e15:
        return _signed(f"{abs(value):.3g}", value)
    return _signed(f"{abs(value):,.{_digits(step)}f}", value)


def percents(value: float, step: float) -> str:
    """A share: 0.25 is `25 %`."""
    return f"{plain(value * 100, step * 100)} %"


def points(value: float, step: float) -> str:
    """A difference of shares in signed points: -0.05 is `−5`."""
    said = plain(value * 100, step * 100)
    return f"+{said}" if value > 0 and said.strip("0.,") else said


def seconds(value: float, step: float) -> str:
    """`50 ms`, `0.2 s`, `2 min`, `3 h`."""
    if step < 0.0999 and abs(value) < 0.1999:
        return f"{plain(value * 1000, step * 1000)} ms"
    for unit, name in ((3600.0, "h"), (60.0, "min")):
        if value and _is_whole(value / unit) and _is_whole(step / unit):
            return f"{plain(value / unit, step / unit)} {name}"
    return f"{plain(value, step)} s"


def dollars(value: float, step: float) -> str:
    """`$0.0005`, `$12`, `−$3`."""
    said = plain(abs(value), step)
    return f"−${said}" if value < 0 and said.strip("0.,") else f"${said}"


def changes(value: float, step: float) -> str:
    """A ratio as a relative change: 1.1 is `+10 %`."""
    return f"{points(value - 1, step)} %"


def _digits(step: float) -> int:
    """Digits after the point that tell two ticks apart."""
    if not step > 0 or not math.isfinite(step):
        return 0
    for digits in range(10):
        if math.isclose(step * 10**digits, round(step * 10**digits), rel_tol=1e-6) and step * 10**digits >= 1:
            return digits
    return 10


def _is_whole(number: float) -> bool:
    return math.isclose(number, round(number), abs_tol=1e-9)


def _signed(digits: str, value: float) -> str:
    return f"−{digits}" if value < 0 and digits.strip("0.,") else digits
