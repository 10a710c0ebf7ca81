"""How far a long computation has come: one line on a terminal, and nothing anywhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator

_STEPS = 100


@contextlib.contextmanager
def counted(what: str, of: int) -> Generator[Callable[[int], None]]:
    """A function that takes how many are done. Its line is gone after the block; showing never fails."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    shown = f"{what}  "

    def show(done: int) -> None:
        if done == of or done % max(1, of // _STEPS) == 0:
            _put(f"\r{shown}{done:,}/{of:,}")

    show(0)
    try:
        yield show
    finally:
        _put(f"\r{' ' * (len(shown) + 2 * len(f'{of:,}') + 1)}\r")


def _put(text: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
