"""When trouble strikes: for a number of requests, or for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.standin.answers import Trouble
from tests.standin.server import Script


def first(times: int, trouble: Trouble) -> Script:
    """The first `times` requests."""
    return lambda number: trouble if number <= times else None


def all_but(good: range | set[int], trouble: Trouble) -> Script:
    """Every request but those with these numbers."""
    return lambda number: None if number in good else trouble


def begins_late(script: Script, after: int) -> Script:
    """As `script` says, once `after` requests were answered well."""
    return lambda number: script(number - after) if number > after else None


def lasting(trouble: Trouble, seconds: float, now: Callable[[], float] = time.monotonic) -> Script:
    """Every request for `seconds`, from the first one it meets."""
    began: list[float] = []

    def script(_number: int) -> Trouble | None:
        if not began:
            began.append(now())
        return trouble if now() - began[0] < seconds else None

    return script
