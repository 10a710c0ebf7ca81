"""Awaits SDK calls while catching the deprecation warnings they begin with."""

from __future__ import annotations

import types
import warnings
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
OnWarning = Callable[[str], None]


@types.coroutine
def quietly(work: Coroutine[object, object, T], on_warning: OnWarning) -> Generator[object, object, T]:
    """Await `work`; the deprecation warnings of its first step go to `on_warning`.

    The SDK warns before it first waits. Catching only that step keeps the filters, which all tasks of the process
    share, untouched while other tasks run.
    """
    try:
        with caught(on_warning):
            waits_for = work.send(None)
        while True:
            try:
                sent = yield waits_for
            except BaseException as thrown:  # noqa: BLE001  cancellation belongs to the inner coroutine
                waits_for = work.throw(thrown)
            else:
                waits_for = work.send(sent)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]  # what a coroutine returns is untyped here


@contextmanager
def caught(on_warning: OnWarning) -> Generator[None]:
    """Pass the deprecation warnings of a block to a function, whatever filters are set. Never around an `await`."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", DeprecationWarning)
        yield
    for warning in warned:
        on_warning(str(warning.message))
