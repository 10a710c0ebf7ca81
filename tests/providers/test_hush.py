"""The SDK's own loggers know prompts and headers, so they say nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from harness.providers.hush import TALKATIVE, hush
from harness.providers.wire import Access, Wire, client_for


@pytest.fixture
def loggers() -> Iterator[list[logging.Logger]]:
    found = [logging.getLogger(name) for name in TALKATIVE]
    levels = [logger.level for logger in found]
    yield found
    for logger, level in zip(found, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("level", [logging.NOTSET, logging.DEBUG, logging.INFO])
def test_a_client_hushes_the_loggers_of_the_sdk(loggers: list[logging.Logger], level: int) -> None:
    for logger in loggers:
        logger.setLevel(level)
    client_for(Access(api_key="sk-not-a-real-key"), Wire())
    assert not any(logging.getLogger(f"{logger.name}.x").isEnabledFor(logging.INFO) for logger in loggers)


def test_whoever_wants_to_hear_even_less_keeps_it(loggers: list[logging.Logger]) -> None:
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    hush()
    assert {logger.level for logger in loggers} == {logging.CRITICAL}
