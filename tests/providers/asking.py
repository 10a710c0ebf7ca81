"""What the tests of the providers share: requests, bodies, and a `Send` over a scripted transport."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx2

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault
from harness.providers.anthropic import AnthropicSend, live
from harness.providers.wire import Access, Wire
from tests.doubles import REQUEST, FakeClock, go

KEY = "sk-ant-api03-" + "canary0123456789" * 3
ACCESS = Access(api_key=KEY, base_url="https://api.anthropic.test")

USAGE: dict[str, Any] = {"input_tokens": 100, "output_tokens": 20}
BODY: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-5-5",
    "content": [{"type": "text", "text": "orders"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": USAGE,
}


def question(case: str = "refund-late", *, repeat: int = 1, text: str = "Where is my parcel?") -> Request:
    """A request of a case."""
    origin = replace(REQUEST.origin, case=case, repeat=repeat)
    return replace(REQUEST, origin=origin, messages=(replace(REQUEST.messages[0], content=text),))


def answering(*outcomes: httpx2.Response | Exception | Mapping[str, Any]) -> httpx2.MockTransport:
    """A transport that gives these, one after the other, and the last one for good."""
    left = list(outcomes)

    def answer(_request: httpx2.Request) -> httpx2.Response:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Mapping):
            return httpx2.Response(200, json=dict(outcome))
        return outcome

    return httpx2.MockTransport(answer)


def over(
    transport: httpx2.AsyncBaseTransport, *, stream: bool = False, redact: Callable[[str], str] = str
) -> AnthropicSend:
    """A live `Send` over a transport."""
    return live(ACCESS, Wire(clock=FakeClock(), transport=transport, stream=stream, redact=redact))


def ask(send: AnthropicSend, request: Request = REQUEST) -> Reply:
    """One answer; the `Send` is closed after it."""

    async def both() -> Reply:
        try:
            return await send(request)
        finally:
            await send.aclose()

    return go(both())


def fault_of(send: AnthropicSend, request: Request = REQUEST) -> Fault:
    """The fault of a call that must fail."""
    try:
        reply = ask(send, request)
    except CallFailed as failed:
        return failed.fault
    raise AssertionError(f"no fault but {reply}")


def reply_to(body: httpx2.Response | Mapping[str, Any]) -> Reply:
    """The reply made of a response body, or of a whole response."""
    return ask(over(answering(body)))


def fault_for(*outcomes: httpx2.Response | Exception | Mapping[str, Any]) -> Fault:
    """The fault made of a response or an exception of the transport."""
    return fault_of(over(answering(*outcomes)))
