"""Keeps the loggers of the SDK from telling what they know."""

from __future__ import annotations

import logging

TALKATIVE = ("anthropic", "httpx2", "httpcore2")
"""Below WARNING they write prompts, answers and headers wherever the process logs to."""


def hush() -> None:
    """Let these loggers say nothing below WARNING, whatever `ANTHROPIC_LOG` or a host program chose for them.

    What happens to a call is in the log of its run, redacted.
    """
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.WARNING or logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)
