"""What no expectation can be met by, unless it asks for just that: a reply that is no answer.

A refused, cut-off, unfinished or empty reply fails every expectation, a negated one as well: "does not mention the
competitor" is no merit of an answer that says nothing.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import Final, assert_never

from harness.call.exchange import Reply, StopReason
from harness.grade.decision import printable, quoted
from harness.suite.expectation import Unanswered

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


def unanswered(reply: Reply) -> Unanswered | None:
    """Why `reply` is no answer; None for an ordinary one.

    A turn that ends in a tool call or a pause is not finished, whatever text it holds.
    """
    match reply.stop_reason:
        case StopReason.REFUSAL:
            return "refusal"
        case StopReason.MAX_TOKENS | StopReason.CONTEXT_EXCEEDED | StopReason.CUT_OFF:
            return "truncated"
        case StopReason.TOOL_USE | StopReason.PAUSE_TURN:
            return "unfinished"
        case StopReason.END_TURN | StopReason.STOP_SEQUENCE:
            return None if _says_something(reply.text) else "empty"
        case _:
            assert_never(reply.stop_reason)


def why_no_answer(reply: Reply) -> str:
    """What a reply that is no answer is instead, as it completes "found ..."."""
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
            return "an empty answer"
        case _:
            assert_never(reply.stop_reason)


@functools.lru_cache(maxsize=4)
def _says_something(text: str) -> bool:
    """Whether anything of `text` can be seen. Remembered: every expectation of a case asks it of the same text."""
    return any(unicodedata.category(each) not in _INVISIBLE for each in set(text))
