"""What counts as an answer, and what the SDK would have let through."""

import json
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.exchange import StopReason
from harness.call.fault import Kind
from harness.providers.reading import MOST_TOKENS, Unreadable, decode, validate
from tests.providers.asking import BODY, USAGE, fault_for, reply_to

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def test_text_comes_from_the_text_blocks_wherever_they_stand() -> None:
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    reply = reply_to(
        {**BODY, "content": [thinking, {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
    )
    assert reply.text == "ab"
    assert reply.blocks[0] == thinking


def test_a_refusal_without_content_is_an_answer() -> None:
    details = {"type": "refusal", "category": "bio", "explanation": None}
    reply = reply_to({**BODY, "content": [], "stop_reason": "refusal", "stop_details": details})
    assert (reply.text, reply.stop_reason, reply.refusal_category) == ("", StopReason.REFUSAL, "bio")


def test_tool_calls_keep_their_arguments() -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "lookup", "input": {"order": 7}}
    reply = reply_to({**BODY, "content": [call], "stop_reason": "tool_use"})
    assert [(each.id, each.name, dict(each.arguments)) for each in reply.tool_calls] == [
        ("toolu_1", "lookup", {"order": 7})
    ]


def test_usage_is_read_in_all_its_parts_and_kept_verbatim() -> None:
    usage = {
        "input_tokens": 1,
        "output_tokens": 50,
        "cache_creation_input_tokens": 30,
        "cache_read_input_tokens": 4,
        "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
        "output_tokens_details": {"thinking_tokens": 40},
        "service_tier": "batch",
        "speed": "fast",
        "inference_geo": "us",
        "brand_new": 1,
    }
    reply = reply_to({**BODY, "usage": usage})
    read = reply.usage
    assert (read.cache_write_5m_tokens, read.cache_write_1h_tokens, read.cache_read_tokens) == (10, 20, 4)
    assert (read.thinking_tokens, read.service_tier, read.speed, read.geo) == (40, "batch", "fast", "us")
    assert read.prompt_tokens == 35
    assert json.loads(reply.usage_json) == usage


def test_cache_writes_without_a_breakdown_count_as_five_minutes() -> None:
    reply = reply_to({**BODY, "usage": {**USAGE, "cache_creation_input_tokens": 9}})
    assert (reply.usage.cache_write_5m_tokens, reply.usage.cache_write_1h_tokens) == (9, 0)


@pytest.mark.parametrize("stop_reason", [each for each in StopReason if each is not StopReason.CUT_OFF])
def test_every_known_stop_reason_is_an_answer(stop_reason: StopReason) -> None:
    assert reply_to({**BODY, "stop_reason": stop_reason.value}).stop_reason is stop_reason


@pytest.mark.parametrize(
    "name", ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]
)
@pytest.mark.parametrize("value", [-1, True, MOST_TOKENS + 1, 1.5, "3", [], {}])
def test_a_count_that_makes_no_sense_is_garbled(name: str, value: object) -> None:
    with pytest.raises(Unreadable, match=name):
        validate({**BODY, "usage": {**USAGE, name: value}})  # type: ignore[dict-item]  # nonsense on purpose


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stop_reason": "brand_new"}, "unknown stop_reason"),
        ({"stop_reason": None}, "cut off"),
        ({"stop_reason": "cut_off"}, "unknown stop_reason"),
        ({"stop_reason": 3}, "unknown stop_reason"),
        ({"type": "error"}, "type message"),
        ({"model": ""}, "model"),
        ({"usage": None}, "usage"),
        ({"usage": {"input_tokens": 1}}, "output_tokens"),
        ({"usage": {**USAGE, "input_tokens": None}}, "input_tokens"),
        ({"content": None}, "content"),
        ({"content": "text"}, "content"),
        ({"content": [{"text": "typeless"}]}, "no type"),
        ({"content": [{"type": "text"}]}, "text"),
        ({"content": [{"type": "tool_use", "id": "a", "name": "b", "input": "c"}]}, "input"),
    ],
)
def test_an_incomplete_body_is_garbled_and_says_why(change: dict[str, Any], says: str) -> None:
    fault = fault_for({**BODY, **change})
    assert fault.kind is Kind.GARBLED
    assert says in fault.detail
    assert fault.may_be_billed


@pytest.mark.parametrize("gone", ["id", "type", "role", "stop_sequence"])
def test_a_gateway_may_leave_out_what_nothing_depends_on(gone: str) -> None:
    assert reply_to({name: value for name, value in BODY.items() if name != gone}).text == "orders"


def test_a_gateway_may_number_its_messages_and_not_say_that_they_are_json() -> None:
    content = json.dumps({**BODY, "id": 17}).encode()
    assert reply_to(httpx2.Response(200, content=content)).text == "orders"


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(200, html="<html>Please sign in</html>"),
        httpx2.Response(200, content=b"", headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b'{"id": "msg', headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b"[" * 200_000, headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b'{"a": NaN}', headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b"\xff\xfe", headers={"content-type": "application/json"}),
        httpx2.Response(200, json=[1]),
        httpx2.Response(200, json={}),
        httpx2.Response(200, json=BODY, headers={"content-type": "text/plain"}),
        httpx2.Response(204),
    ],
    ids=["html", "empty", "truncated", "deep", "nan", "not utf-8", "list", "empty object", "plain", "204"],
)
def test_a_good_status_without_a_good_body_is_garbled(response: httpx2.Response) -> None:
    fault = fault_for(response)
    assert fault.kind is Kind.GARBLED
    assert fault.status == response.status_code


@pytest.mark.parametrize("beside", ["1e999", "[" * 300 + "]" * 300, '{"a":' * 101 + "1" + "}" * 101])
def test_an_answer_that_could_not_be_written_down_is_garbled(beside: str) -> None:
    """JSON may hold what nobody can keep: one such block must not end a run when its record is written."""
    content = json.dumps(BODY).replace('"text": "orders"', f'"text": "orders", "beside": {beside}')
    fault = fault_for(
        httpx2.Response(200, content=content.encode(), headers={"content-type": "application/json"})
    )
    assert fault.kind is Kind.GARBLED
    assert "content is n" in fault.detail


@given(JSON_VALUES)
def test_no_json_value_breaks_the_validation(value: Any) -> None:
    for message in (
        value,
        {**BODY, "usage": value},
        {**BODY, "content": value},
        {**BODY, "stop_details": value},
    ):
        try:
            answer = validate(message)
        except Unreadable:
            continue
        assert answer.served_model


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoding(content: bytes) -> None:
    with suppress(Unreadable):
        decode(content)
