"""The cycle collector, told to wait while many small values are made."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Generator[None, None, None]:
    """Without the cycle collector, which would walk a growing heap of values that hold no cycle.

    It takes a quarter to a third of the time of reading and comparing large runs. It is on again afterwards if it was before.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
