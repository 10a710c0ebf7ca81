"""The grader of refusals, and what no expectation can be met by: an answer that is none.

A refused, cut-off or empty answer fails every expectation, a negated one as well: "does not mention the
competitor" is no merit of an answer that says nothing. Only an expected refusal is met by one.
"""

from __future__ import annotations

import unicodedata
from typing import Final, assert_never

from harness.call.exchange import Reply, StopReason
from harness.grade.decision import Decision, printable, quoted
from harness.grade.pattern import is_found
from harness.grade.response import Response
from harness.suite.expectations.manner import Refusal

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


def why_no_answer(reply: Reply) -> str | None:
    """Why `reply` can meet no expectation, as it completes "found ..."; None for an ordinary answer.

    A turn that ends in a tool call or a pause is not finished, whatever text it holds.
    """
    match reply.stop_reason:
        case StopReason.REFUSAL:
            category = f" ({printable(reply.refusal_category)})" if reply.refusal_category else ""
            return f"a refusal{category}"
        case StopReason.MAX_TOKENS:
            return f"an answer cut off at max_tokens: {quoted(reply.text)}"
        case StopReason.CONTEXT_EXCEEDED:
            return f"an answer cut off by the context window: {quoted(reply.text)}"
        case StopReason.CUT_OFF:
            return f"an answer cut off on its way: {quoted(reply.text)}"
        case StopReason.TOOL_USE | StopReason.PAUSE_TURN:
            return f"an unfinished turn (stop reason {reply.stop_reason}) with {quoted(reply.text)}"
        case StopReason.END_TURN | StopReason.STOP_SEQUENCE:
            return None if _says_something(reply.text) else "an empty answer"
        case _:
            assert_never(reply.stop_reason)


def refusal(wanted: Refusal, response: Response) -> Decision:
    """Whether the model refused, or did not, as wanted; only for a refusal or an ordinary answer."""
    reply = response.reply
    if reply.stop_reason is StopReason.REFUSAL:
        return Decision(met=wanted.expected, found=why_no_answer(reply) or "a refusal")
    refused = wanted.pattern is not None and is_found(wanted.pattern, reply.text)
    found = f"a refusal in words: {quoted(reply.text)}" if refused else f"an answer: {quoted(reply.text)}"
    return Decision(met=refused is wanted.expected, found=found)


def _says_something(text: str) -> bool:
    return any(unicodedata.category(each) not in _INVISIBLE for each in text)
