"""Which price row applies to what a trial came to."""

from __future__ import annotations

from harness.clock import Clock
from harness.providers import prices
from harness.trial import Answered, Degraded, Failed, Outcome, Skipped, Trial


def price_row_of(trial: Trial, outcome: Outcome, clock: Clock) -> str | None:
    """The id of the price row that applies to an outcome; None where nothing was billed.

    Of a conversation it is the row of its longest prompt. Each turn was billed at its own.
    """
    match outcome:
        case Degraded(reply=reply) if reply.source != "live" or reply.served_model != trial.model.id:
            return None
        case Answered(reply=reply) | Degraded(reply=reply):
            turns = reply.turns or (reply.usage,)
            longest = max(each.prompt_tokens for each in turns)
            row = prices.price_row(trial.model, clock.now().date(), longest)
            return None if row is None else row.id
        case Failed() | Skipped():
            return None
