"""Everything over real HTTP: the SDK, sockets, and a stand-in that counts and bills on its own."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.call.canonical import body
from harness.call.exchange import Message, Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.providers.anthropic import AnthropicSend, live, recording, replaying
from harness.providers.prices import cost
from harness.providers.wire import Access, Wire
from harness.units import Seconds, Tokens
from tests.doubles import REQUEST, go
from tests.providers.asking import KEY, question
from tests.providers.test_prices import OPUS
from tests.standin import Answer, StandIn, Trouble

pytestmark = pytest.mark.loopback
BOTH_WAYS = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
TODAY = date(2026, 11, 21)


def at(server: StandIn, *, stream: bool = False, timeout: float = 20.0) -> AnthropicSend:
    return live(Access(api_key=KEY, base_url=server.url), Wire(stream=stream, timeout=Seconds(timeout)))


def ask_all(send: AnthropicSend, *requests: Request) -> list[Reply | Fault]:
    async def work() -> list[Reply | Fault]:
        ended: list[Reply | Fault] = []
        for request in requests:
            try:
                ended.append(await send(request))
            except CallFailed as failed:
                ended.append(failed.fault)
        await send.aclose()
        return ended

    return go(work())


def fault_after(trouble: Trouble, *, stream: bool = False, timeout: float = 20.0) -> Fault:
    with StandIn(troubles=[trouble]) as server:
        (ended,) = ask_all(at(server, stream=stream, timeout=timeout), REQUEST)
        assert server.attempts == 1
    assert isinstance(ended, Fault)
    return ended


@BOTH_WAYS
def test_attempts_and_money_agree_with_the_server_to_the_last_digit(*, stream: bool) -> None:
    def answer(asked: Any) -> Answer:
        return Answer(
            text=f"Reply to {len(json.dumps(asked))} signs — ✓",
            thinking="Let me see.",
            usage={"inference_geo": "us"},
        )

    questions = [question(f"c{number}", text="What now? " * number) for number in range(1, 13)]
    with StandIn(answer) as server:
        ended = ask_all(at(server, stream=stream), *questions)
    replies = [each for each in ended if isinstance(each, Reply)]
    assert len(replies) == server.attempts == 12
    assert (
        sum((cost(each.usage, OPUS, TODAY) or Decimal(0) for each in replies), Decimal(0))
        == server.bill.total
    )


def test_the_server_gets_exactly_the_canonical_body_and_nothing_of_who_asks() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"queue": {"type": "string"}, "a": {"type": "null"}},
        "required": ["queue"],
    }
    asked = replace(
        question("case-nobody-may-see"),
        system="Sort — sorgfältig.",
        effort="low",
        thinking="adaptive",
        output_schema=schema,
        stop_sequences=("###",),
        max_tokens=Tokens(100_000),
    )
    with StandIn() as server:
        ask_all(at(server), asked)
        ask_all(at(server, stream=True), asked)
    whole, streamed = server.log
    assert whole.body == body(asked)
    assert streamed.body == {**body(asked), "stream": True}
    assert list(whole.body["output_config"]["format"]["schema"]["properties"]) == ["queue", "a"]
    for seen in server.log:
        sent = json.dumps(dict(seen.headers)).encode() + seen.raw
        assert b"case-nobody-may-see" not in sent
        assert not re.search(rb"harness|refund|origin", sent, re.IGNORECASE)


@BOTH_WAYS
def test_whole_and_streamed_replies_say_the_same(*, stream: bool) -> None:
    answer = Answer(
        text="two\nlines — ✓", thinking="Hm.", tool_calls=(("lookup", {"order": 7}),), stop_reason="tool_use"
    )
    with StandIn(lambda _: answer) as server:
        (reply,) = ask_all(at(server, stream=stream), REQUEST)
    assert isinstance(reply, Reply)
    assert (reply.text, reply.stop_reason, reply.served_model) == (
        "two\nlines — ✓",
        "tool_use",
        "claude-opus-5-5",
    )
    assert reply.tool_calls[0].arguments == {"order": 7}
    assert [block["type"] for block in reply.blocks] == ["thinking", "text", "tool_use"]
    assert reply.request_id == "req_000001"
    assert reply.allowances.requests is not None
    assert reply.allowances.requests.remaining == 3999
    assert (reply.first_token is not None) is stream
    assert reply.first_token is None or 0 < reply.first_token <= reply.latency


def test_history_blocks_are_echoed_as_they_came() -> None:
    with StandIn(lambda _: Answer(text="x", thinking="y")) as server:
        (reply,) = ask_all(at(server), REQUEST)
        assert isinstance(reply, Reply)
        history = (
            *REQUEST.messages,
            Message(role="assistant", content=reply.blocks),
            Message(role="user", content="go on"),
        )
        ask_all(at(server), replace(REQUEST, messages=history))
    assert server.log[1].body["messages"][1]["content"] == [dict(block) for block in reply.blocks]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Trouble(kind="reset_before"), Kind.DISCONNECTED),
        (Trouble(kind="reset_after"), Kind.DISCONNECTED),
        (Trouble(kind="truncated"), Kind.GARBLED),
        (Trouble(kind="html"), Kind.GARBLED),
        (Trouble(kind="empty"), Kind.GARBLED),
        (Trouble(kind="missing_usage"), Kind.GARBLED),
        (Trouble(kind="status", status=529), Kind.OVERLOADED),
        (
            Trouble(kind="status", status=429, error_type="rate_limit_error", headers={"retry-after": "2"}),
            Kind.RATE_LIMITED,
        ),
    ],
    ids=lambda each: getattr(each, "kind", None),
)
@BOTH_WAYS
def test_trouble_on_the_wire_has_its_kind(trouble: Trouble, kind: Kind, *, stream: bool) -> None:
    fault = fault_after(trouble, stream=stream)
    assert fault.kind is kind
    assert fault.retry_after == (2.0 if "retry-after" in trouble.headers else None)


@pytest.mark.parametrize("kind", ["cut_stream", "double_start", "error_event"])
def test_a_stream_that_is_cut_or_muddled_is_no_answer_and_may_be_billed(kind: Any) -> None:
    fault = fault_after(Trouble(kind=kind), stream=True)
    assert fault.kind is (Kind.OVERLOADED if kind == "error_event" else Kind.GARBLED)
    assert fault.may_be_billed


@BOTH_WAYS
def test_a_server_that_hangs_costs_one_timeout(*, stream: bool) -> None:
    assert fault_after(Trouble(kind="hang"), stream=stream, timeout=0.2).kind is Kind.TIMEOUT


def test_a_body_that_drips_costs_one_timeout() -> None:
    assert fault_after(Trouble(kind="slow", seconds=0.05), timeout=0.3).kind is Kind.TIMEOUT


def test_a_closed_port_is_unreachable() -> None:
    with StandIn() as server:
        pass
    (fault,) = ask_all(at(server), REQUEST)
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.may_be_billed) == (Kind.UNREACHABLE, False)


def test_another_model_is_reported_and_never_recorded(tmp_path: Path) -> None:
    with StandIn(troubles=[Trouble(kind="wrong_model")]) as server:
        send = recording(Access(api_key=KEY, base_url=server.url), tmp_path, Wire())
        (reply,) = ask_all(send, REQUEST)
    assert isinstance(reply, Reply)
    assert (reply.served_model, reply.fixture_key) == ("claude-haiku-5-5", None)
    assert not list(tmp_path.rglob("*.jsonl*"))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda asked: replace(asked, model="claude-nobody-9"), Kind.UNKNOWN_MODEL),
        (lambda asked: replace(asked, max_tokens=Tokens(0)), Kind.BAD_REQUEST),
        (lambda asked: replace(asked, messages=()), Kind.BAD_REQUEST),
        (lambda asked: replace(asked, thinking="disabled"), Kind.BAD_REQUEST),
    ],
    ids=["model", "max_tokens", "messages", "thinking"],
)
def test_what_the_api_refuses_has_its_kind(change: Callable[[Request], Request], kind: Kind) -> None:
    with StandIn() as server:
        (fault,) = ask_all(at(server), change(REQUEST))
    assert isinstance(fault, Fault)
    assert fault.kind is kind
    assert server.bill.total == 0


def test_a_key_the_server_does_not_know_is_unauthorized() -> None:
    with StandIn() as server:
        send = live(Access(api_key="an-invalid-key", base_url=server.url), Wire())
        (fault,) = ask_all(send, REQUEST)
    assert isinstance(fault, Fault)
    assert fault.kind is Kind.UNAUTHORIZED


@BOTH_WAYS
def test_what_was_recorded_replays_the_same_without_a_server(tmp_path: Path, *, stream: bool) -> None:
    answer = Answer(
        text="orders — ✓ " * 20, thinking="Hm.", tool_calls=(("f", {"a": ["b"]}),), stop_reason="tool_use"
    )
    questions = [question(case, repeat=repeat) for case in ("a", "b") for repeat in (1, 2)]
    with StandIn(lambda _: answer) as server:
        access = Access(api_key=KEY, base_url=server.url)
        recorded = ask_all(recording(access, tmp_path, Wire(stream=stream), synthetic=True), *questions)
    replayed = ask_all(replaying(tmp_path, Wire(stream=stream)), *questions)
    assert server.attempts == 4
    for first, second in zip(recorded, replayed, strict=True):
        assert isinstance(first, Reply)
        assert isinstance(second, Reply)
        assert (first.source, second.source, second.synthetic) == ("live", "replay", True)
        assert second.latency == pytest.approx(first.latency, abs=1e-6)
        assert (second.first_token is None) is not stream
        assert second == replace(
            first,
            source="replay",
            latency=second.latency,
            first_token=second.first_token,
            allowances=second.allowances,
        )


@BOTH_WAYS
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int, *, stream: bool) -> None:
    elsewhere = {"location": "/v1/messages"}
    fault = fault_after(Trouble(kind="status", status=status, headers=elsewhere), stream=stream)
    assert fault.kind is Kind.BAD_REQUEST
    assert not fault.may_be_billed
