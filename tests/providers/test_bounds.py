"""How much of a response is read: bounded in memory and in time, whatever the server sends."""

import gzip
import json
import zlib
from collections.abc import AsyncIterator

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.fault import Kind
from harness.providers.bounds import LONGEST_ERROR, LONGEST_EVENT, LONGEST_REPLY, MOST_LINES, EventGauge
from harness.providers.reading import Unreadable
from tests.providers.asking import BODY, answering, fault_for, fault_of, over, reply_to

WHOLE = json.dumps(BODY).encode()


def response(*chunks: bytes, status: int = 200, **headers: str) -> httpx2.Response:
    """A response whose body comes in pieces."""

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    named = {"content-type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return httpx2.Response(status, headers=named, content=body())


def endless(chunk: bytes, taken: list[int], **headers: str) -> httpx2.Response:
    """A body without an end, and how much of it was taken."""

    async def body() -> AsyncIterator[bytes]:
        while True:
            taken.append(len(chunk))
            yield chunk

    return httpx2.Response(200, headers={"content-type": "application/json"} | headers, content=body())


def test_a_body_without_an_end_is_read_up_to_the_bound_and_no_further() -> None:
    taken: list[int] = []
    fault = fault_for(endless(b" " * 1_000_000, taken))
    assert (fault.kind, fault.detail) == (Kind.GARBLED, "the body has more than 32 MB")
    assert fault.may_be_billed
    assert sum(taken) <= LONGEST_REPLY + 1_000_000


def test_what_unpacks_to_more_than_the_bound_is_no_answer() -> None:
    bomb = gzip.compress(b" " * (LONGEST_REPLY + 1) + WHOLE)
    assert len(bomb) < 100_000
    assert fault_for(response(bomb, content_encoding="gzip")).detail == "the body has more than 32 MB"


@given(cut=st.integers(1, 400))
def test_a_packed_answer_is_read_however_it_is_cut(cut: int) -> None:
    packed = gzip.compress(WHOLE)
    pieces = [packed[at : at + cut] for at in range(0, len(packed), cut)]
    assert reply_to(response(*pieces, content_encoding="gzip")).text == "orders"


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (gzip.compress(WHOLE)[:-9], "gzip", "breaks off"),
        (b"\x1f\x8b" + b"\xff" * 40, "x-gzip", "cannot be unpacked"),
        (WHOLE, "gzip", "cannot be unpacked"),
        (zlib.compress(WHOLE), "deflate", "nobody asked for"),
        (WHOLE, "gzip, br", "nobody asked for"),
    ],
)
def test_a_body_that_is_packed_badly_is_garbled(body: bytes, encoding: str, why: str) -> None:
    fault = fault_for(response(body, content_encoding=encoding))
    assert fault.kind is Kind.GARBLED
    assert why in fault.detail


def test_of_an_error_only_the_beginning_is_read_and_it_stays_the_error_it_is() -> None:
    taken: list[int] = []
    big = endless(b"x" * 100_000, taken)
    big.status_code = 529
    assert fault_for(big).kind is Kind.OVERLOADED
    assert sum(taken) <= LONGEST_ERROR + 100_000


def test_a_packed_error_is_read() -> None:
    said = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow"}}
    packed = gzip.compress(json.dumps(said).encode())
    assert "slow" in fault_for(response(packed, status=429, content_encoding="gzip")).detail


@pytest.mark.parametrize("chunk", [b"x" * 100_000, b": x\n" * 5000])
def test_an_event_without_an_end_is_not_put_together(chunk: bytes) -> None:
    taken: list[int] = []
    stream = endless(chunk, taken, **{"content-type": "text/event-stream"})
    fault = fault_of(over(answering(stream), stream=True))
    assert (fault.kind, fault.detail) == (Kind.GARBLED, "an event of the stream is too long to be one")
    assert sum(taken) <= LONGEST_EVENT + 100_000


@given(
    events=st.lists(st.integers(0, 200), max_size=20),
    end=st.sampled_from([b"\n", b"\r\n", b"\r"]),
    cut=st.integers(1, 50),
)
def test_the_gauge_forgets_an_event_when_it_ends_however_the_bytes_are_cut(
    events: list[int], end: bytes, cut: int
) -> None:
    stream = b"".join(b"data: " + b"x" * size + end + end for size in events)
    gauge = EventGauge()
    for at in range(0, len(stream), cut):
        gauge.see(stream[at : at + cut])
    # One event, and what a blank line was cut into: nothing adds up over events.
    assert gauge.size <= 220 + cut
    assert gauge.lines <= 10


def test_the_gauge_counts_lines_over_pieces() -> None:
    gauge = EventGauge()
    for _ in range(MOST_LINES):
        gauge.see(b"a\n")
    with pytest.raises(Unreadable):
        gauge.see(b"a\n")


def test_a_key_that_stands_twice_says_nothing() -> None:
    twice = WHOLE[:-1] + b', "usage": {"input_tokens": 1, "output_tokens": 1}}'
    assert fault_for(response(twice)).kind is Kind.GARBLED
