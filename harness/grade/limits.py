"""Graders of how a reply ended and of what it took: `finish`, `cost`, `latency`, `tokens`.

A ceiling is met by an answer alone: a reply that was refused or cut off is cheap and quick, and no merit of it.
"""

from __future__ import annotations

from harness.grade.decision import Decision, GraderError
from harness.grade.response import Response
from harness.suite.expectations.limits import Cost, Finish, Latency, Tokens


def finish(wanted: Finish, response: Response) -> Decision:
    """Whether the model stopped for one of the wanted reasons."""
    reason = response.reply.stop_reason
    return Decision(met=reason in wanted.any_of, found=f"stop reason {reason}")


def cost(wanted: Cost, response: Response) -> Decision:
    """Whether the trial cost no more. Raises GraderError where nobody knows what it cost."""
    if response.cost is None:
        raise GraderError("what the trial cost is not known: its model has no price")
    return Decision(met=response.cost <= wanted.at_most_usd, found=f"{response.cost.normalize():f} USD")


def latency(wanted: Latency, response: Response) -> Decision:
    """Whether the reply took no longer; of a replay that is what it took when it was recorded."""
    took = response.reply.latency
    return Decision(met=took <= wanted.at_most_s, found=f"{took:.3f} s")


def tokens(wanted: Tokens, response: Response) -> Decision:
    """Whether neither the prompt nor what was generated has more tokens."""
    usage = response.reply.usage
    is_within = (wanted.max_output is None or usage.output_tokens <= wanted.max_output) and (
        wanted.max_input is None or usage.prompt_tokens <= wanted.max_input
    )
    return Decision(
        met=is_within,
        found=f"{usage.output_tokens:,} output tokens and {usage.prompt_tokens:,} input tokens",
    )
