"""What templates do without filters: print, loop, join with `~` and calculate. Bounded before it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from harness.suite.templates.meter import Meter, Refused

_MOST_NUMBER = 10**300


def shown(value: object) -> object:
    """What `{{ value }}` prints: text, numbers, true and false. Anything else has to say how."""
    if value is None:
        raise Refused("prints nothing (null)", "use `| default(..., true)`, or give a value")
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        raise Refused("prints a list or a mapping", "use `| tojson` or `| join`")
    if isinstance(value, float):
        return bounded(value)
    return value if isinstance(value, str | int) else _other(value)


def _other(value: object) -> object:
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        return value
    raise Refused("prints something that is not a value of the case", "print an input")


def concat(meter: Meter, parts: Sequence[object]) -> str:
    """`a ~ b`: the parts as they would print, one after the other."""
    texts = [str(shown(each)) for each in parts]
    meter.text(sum(map(len, texts)))
    return "".join(texts)


def each(meter: Meter, value: object, weight: int) -> Iterator[object]:
    """What a loop goes over, taking `weight` steps (the nodes of its body) for every item."""
    if not isinstance(value, Mapping | Sequence):
        raise Refused("a loop needs a list, a mapping or text")
    for item in cast("Sequence[object]", value):
        meter.tick(weight)
        yield item


def weighed(meter: Meter, value: object) -> object:
    """The value itself, paid for as if it were walked through."""
    meter.weigh(value)
    return value


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
}


def compute(meter: Meter, sign: str, left: object, right: object) -> object:
    """`left sign right` for numbers, and `+` and `*` for text; the size is bounded before it is computed."""
    meter.tick(1)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return bounded(_power(left, right) if sign == "**" else _ARITHMETIC[sign](left, right))
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        meter.text(len(left) + len(right))
        return left + right
    text, times = (left, right) if isinstance(left, str) else (right, left)
    if sign == "*" and isinstance(text, str) and isinstance(times, int):
        meter.text(len(text) * max(times, 0))
        return text * times
    raise Refused(f"`{sign}` is only for numbers (and `+` and `*` for text)")


def negate(meter: Meter, sign: str, value: object) -> object:
    """`-value` and `+value`, for numbers."""
    meter.tick(1)
    if not isinstance(value, int | float):
        raise Refused(f"`{sign}` is only for numbers")
    return -value if sign == "-" else +value


def _power(left: float, right: float) -> object:
    if abs(right) > 64 or abs(left) > 10**9:
        raise Refused("`**` is only for small numbers", "compute it before")
    return cast("object", left**right)


def bounded(number: object) -> float:
    """The number, if it is real and below 10**300. Raises `Refused` otherwise."""
    if isinstance(number, int | float) and -_MOST_NUMBER < number < _MOST_NUMBER:
        return number
    raise Refused("a number gets too large", "compute it before")
