"""Streamed answers over real HTTP: what is found, kept, timed and paid when they come whole, late or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.call.budget import Budget
from harness.call.exchange import Reply, StopReason
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send, chain
from harness.clock import SystemClock
from harness.events import nobody
from harness.providers.anthropic import AnthropicSend, live, recording, replaying
from harness.providers.prices import cost, worst_case
from harness.providers.reading import salvage
from harness.providers.wire import Access, Wire
from harness.units import Seconds, Tokens, Usd
from tests.doubles import REQUEST, go
from tests.providers.asking import BODY, KEY, question
from tests.providers.test_loopback import TODAY, ask_all
from tests.providers.test_prices import OPUS
from tests.standin import Answer, StandIn, Trouble
from tests.standin.spoils import cut, error_in, idle, stream

pytestmark = pytest.mark.loopback
TEXT = "The parcel was sent on Monday. " * 20


def streaming(server: StandIn, *, idle_s: float = 20.0, timeout: float = 20.0) -> AnthropicSend:
    wire = Wire(stream=True, timeout=Seconds(timeout), idle_timeout=Seconds(idle_s))
    return live(Access(api_key=KEY, base_url=server.url), wire)


def met(trouble: Trouble, *, idle_s: float = 20.0, timeout: float = 20.0) -> Fault:
    with StandIn(lambda _: Answer(text=TEXT), troubles=[trouble]) as server:
        (ended,) = ask_all(streaming(server, idle_s=idle_s, timeout=timeout), REQUEST)
    assert isinstance(ended, Fault)
    return ended


def spoilt(spoil: Any) -> Trouble:
    return Trouble(kind="spoil", spoil=spoil)


async def failing(send: Send, transport: AnthropicSend) -> None:
    with pytest.raises(CallFailed):
        await send(REQUEST)
    await transport.aclose()


def half_a_stream() -> Trouble:
    return spoilt(cut(0.8, reset=True))


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (spoilt(cut(0.8, reset=True)), Kind.DISCONNECTED),
        (spoilt(cut(0.8, reset=False)), Kind.GARBLED),
        (Trouble(kind="cut_stream"), Kind.GARBLED),
        (spoilt(stream(error_in("overloaded_error"))), Kind.OVERLOADED),
    ],
    ids=["reset", "closed", "without its end", "error"],
)
def test_a_cut_stream_hands_over_what_had_arrived(trouble: Trouble, kind: Kind) -> None:
    fault = met(trouble)
    assert (fault.kind, fault.may_be_billed) == (kind, True)
    assert fault.partial is not None
    assert TEXT.startswith(fault.partial.text)
    assert fault.partial.stop_reason is StopReason.CUT_OFF
    assert fault.partial.served_model == REQUEST.model
    assert fault.partial.usage.input_tokens > 0
    assert fault.partial.request_id == "req_000001"


def test_what_had_arrived_of_a_stream_holds_its_text() -> None:
    fault = met(half_a_stream())
    assert fault.partial is not None
    assert len(fault.partial.text) > 10
    assert fault.partial.first_token is not None
    assert 0 < fault.partial.first_token <= fault.partial.latency


@pytest.mark.parametrize(
    ("idle_s", "timeout"), [(0.2, 20.0), (20.0, 0.4)], ids=["silence", "too long in all"]
)
def test_a_stream_that_falls_silent_is_a_timeout_with_what_had_arrived(idle_s: float, timeout: float) -> None:
    fault = met(spoilt(stream(idle)), idle_s=idle_s, timeout=timeout)
    assert (fault.kind, fault.may_be_billed) == (Kind.TIMEOUT, True)
    assert fault.partial is not None
    assert fault.partial.usage.input_tokens > 0


@pytest.mark.parametrize("kind", ["reset_before", "html", "hang", "status", "missing_usage"])
def test_where_nothing_usable_had_arrived_there_is_no_partial_reply(kind: Any) -> None:
    assert met(Trouble(kind=kind), timeout=0.5).partial is None


def test_a_whole_answer_that_is_cut_has_no_part_to_hand_over() -> None:
    with StandIn(lambda _: Answer(text=TEXT), troubles=[Trouble(kind="reset_after")]) as server:
        (fault,) = ask_all(live(Access(api_key=KEY, base_url=server.url), Wire()), REQUEST)
    assert isinstance(fault, Fault)
    assert fault.partial is None


def test_a_recording_is_found_whether_or_not_answers_are_streamed(tmp_path: Path) -> None:
    questions = [question("a"), question("b")]
    with StandIn(lambda _: Answer(text=TEXT, thinking="Hm.")) as server:
        access = Access(api_key=KEY, base_url=server.url)
        ask_all(recording(access, tmp_path, Wire(stream=True)), questions[0])
        ask_all(recording(access, tmp_path, Wire(stream=False)), questions[1])
        asked_anew = ask_all(recording(access, tmp_path, Wire(stream=False)), questions[0])
    (file,) = tmp_path.rglob("*.jsonl")
    assert '"stream"' not in file.read_text("utf-8")
    assert len(file.read_text("utf-8").splitlines()) == 3  # the later recording took the place of the first
    for stream_now in (False, True):
        replayed = ask_all(replaying(tmp_path, Wire(stream=stream_now)), *questions)
        assert [each.text for each in replayed if isinstance(each, Reply)] == [TEXT, TEXT]
    assert isinstance(asked_anew[0], Reply)


def test_a_recorded_stream_replays_where_answers_are_not_streamed(tmp_path: Path) -> None:
    with StandIn(
        lambda _: Answer(text=TEXT, tool_calls=(("f", {"a": 1}),), stop_reason="tool_use")
    ) as server:
        access = Access(api_key=KEY, base_url=server.url)
        (first,) = ask_all(recording(access, tmp_path, Wire(stream=True)), REQUEST)
    (again,) = ask_all(replaying(tmp_path, Wire(stream=False)), REQUEST)
    assert isinstance(first, Reply)
    assert isinstance(again, Reply)
    assert (again.text, again.blocks, again.usage) == (first.text, first.blocks, first.usage)
    assert again.first_token == pytest.approx(first.first_token, abs=1e-6)
    assert again.source == "replay"


@pytest.mark.parametrize("stream_it", [False, True], ids=["whole", "streamed"])
def test_a_prompt_that_may_be_answered_at_great_length_is_asked_either_way(*, stream_it: bool) -> None:
    longest = replace(REQUEST, max_tokens=Tokens(128_000))
    with StandIn(lambda _: Answer(text=TEXT)) as server:
        send = live(Access(api_key=KEY, base_url=server.url), Wire(stream=stream_it))
        (ended,) = ask_all(send, longest)
    assert isinstance(ended, Reply)
    assert server.log[0].body["max_tokens"] == 128_000


@pytest.mark.parametrize(
    "trouble",
    [half_a_stream(), spoilt(cut(0.3, reset=True)), Trouble(kind="cut_stream"), Trouble(kind="truncated")],
    ids=["late", "early", "without its end", "truncated"],
)
def test_a_cut_stream_books_at_least_the_bill_and_less_than_the_worst_case(trouble: Trouble) -> None:
    budget = Budget(
        price=lambda request: worst_case(request, OPUS, TODAY),
        cost=lambda _request, reply: cost(reply.usage, OPUS, TODAY),
        clock=SystemClock(),
        emit=nobody,
    )
    with StandIn(lambda _: Answer(text=TEXT), troubles=[trouble]) as server:
        go(failing(chain([budget], transport := streaming(server)), transport))
    ledger, worst = budget.ledger.run, worst_case(REQUEST, OPUS, TODAY)
    assert worst is not None
    assert 0 < ledger.spent < server.bill.total <= ledger.spent + ledger.uncertain < worst
    prompt = Decimal(json.loads(server.log[0].raw)["max_tokens"]) * 20 / 1_000_000
    assert ledger.uncertain <= Usd(prompt)


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {},
        {**BODY, "usage": None},
        {**BODY, "usage": {"input_tokens": -1, "output_tokens": 0}},
        {**BODY, "model": None},
    ],
)
def test_nothing_is_salvaged_of_what_nobody_could_bill(message: Any) -> None:
    assert salvage(message) is None


def test_what_is_salvaged_is_text_and_nothing_that_is_half_of_something() -> None:
    pieces: list[Any] = [
        {"type": "text", "text": "a"},
        {"type": "tool_use", "id": "x"},
        "odd",
        {"type": "text", "text": "b"},
    ]
    answer = salvage({**BODY, "content": pieces, "stop_reason": None})
    assert answer is not None
    assert (answer.text, answer.stop_reason, answer.tool_calls) == ("ab", StopReason.CUT_OFF, ())
    without = salvage({**BODY, "content": "what", "stop_reason": None})
    assert without is not None
    assert without.text == ""
