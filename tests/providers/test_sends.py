"""The `Send` itself: keys, deprecations, and the order of a stream."""

import asyncio
import warnings
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.events import Event, ModelDeprecated
from harness.providers.anthropic import live
from harness.providers.quietly import quietly
from harness.providers.reading import Unreadable
from harness.providers.stream import StreamOrder
from harness.providers.wire import Access, Wire, client_for
from tests.doubles import REQUEST, FakeClock, go
from tests.providers.asking import ACCESS, BODY, KEY, answering, ask

OLD = replace(REQUEST, model="claude-sonnet-4-5-20250929")


@pytest.mark.parametrize("key", ["", " ", f"{KEY}\n", f" {KEY}", "ключ"])
def test_an_unusable_key_is_refused_before_anything_is_sent(key: str) -> None:
    with pytest.raises(UsageError, match="ANTHROPIC_API_KEY"):
        live(Access(api_key=key), Wire())
    with pytest.raises(UsageError, match="ANTHROPIC_AUTH_TOKEN"):
        live(Access(api_key=key, is_token=True), Wire())


@pytest.mark.parametrize(("is_token", "known"), [(False, (KEY, None)), (True, (None, KEY))])
def test_the_sdk_is_given_one_credential_and_looks_for_no_other(
    known: tuple[str | None, str | None], monkeypatch: pytest.MonkeyPatch, *, is_token: bool
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "never-this-one")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "nor-this-one")
    client = client_for(replace(ACCESS, is_token=is_token), Wire())
    assert (client.api_key, client.auth_token, client.credentials) == (*known, None)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:8080",
        "ftp://gateway.test",
        "http://",
        "http://[::1",
        "http://gateway.test:99999",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(UsageError, match="ANTHROPIC_BASE_URL is not the address of a server; write it like"):
        live(Access(api_key=KEY, base_url=address), Wire())


@pytest.mark.parametrize("proxy", ["junk://user:hunter2-hunter2@x", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(UsageError, match="the proxy of HTTP_PROXY") as refused:
        live(ACCESS, Wire())
    assert "hunter2" not in str(refused.value)


def test_a_key_is_not_shown_by_accident() -> None:
    assert KEY not in repr(ACCESS)


@pytest.mark.parametrize("action", ["error", "ignore", "default"])
def test_a_deprecated_model_is_an_event_whatever_warnings_do(action: str) -> None:
    heard: list[Event] = []
    wire = Wire(clock=FakeClock(), emit=heard.append, transport=answering({**BODY, "model": OLD.model}))
    send = live(ACCESS, wire)

    async def twice() -> None:
        await send(OLD)
        await send(OLD)

    with warnings.catch_warnings():
        warnings.simplefilter(action)  # type: ignore[arg-type]  # one of the three
        go(twice())
    (event,) = heard
    assert isinstance(event, ModelDeprecated)
    assert (event.model, "November 30th, 2026" in event.detail, "\n" in event.detail) == (
        OLD.model,
        True,
        False,
    )


def test_calls_at_the_same_time_leave_the_warning_filters_alone() -> None:
    async def work() -> None:
        send = live(ACCESS, Wire(transport=answering({**BODY, "model": OLD.model})))
        await asyncio.gather(*(send(OLD) for _ in range(20)))

    before = list(warnings.filters)
    go(work())
    assert list(warnings.filters) == before


def test_quietly_passes_results_errors_and_cancellation_through() -> None:
    async def slow(value: int) -> int:
        try:
            await asyncio.sleep(0.01 if value else 30)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            raise
        if value < 0:
            raise ZeroDivisionError
        return value

    async def work() -> None:
        assert await quietly(slow(7), print) == 7
        with pytest.raises(ZeroDivisionError):
            await quietly(slow(-1), print)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await quietly(slow(0), print)

    go(work())


def test_an_sdk_reply_takes_the_sdk_s_and_the_api_s_version_along() -> None:
    import anthropic

    reply = ask(live(ACCESS, Wire(transport=answering(BODY))))
    assert (reply.sdk_version, reply.api_version) == (anthropic.__version__, "2026-10-21")


GOOD: list[tuple[str, int | None]] = [
    ("message_start", None),
    ("content_block_start", 0),
    ("content_block_delta", 0),
    ("content_block_stop", 0),
    ("content_block_start", 1),
    ("content_block_stop", 1),
    ("message_delta", None),
    ("message_stop", None),
]


def is_whole(events: list[tuple[str, int | None]]) -> bool:
    order = StreamOrder()
    try:
        for event, index in events:
            order.see(event, index)
        order.finish()
    except Unreadable:
        return False
    return True


def test_a_whole_stream_is_accepted_with_unknown_events_in_it() -> None:
    assert is_whole(GOOD)
    assert is_whole([*GOOD[:3], ("brand_new", None), ("text", None), *GOOD[3:]])


@given(st.integers(0, len(GOOD) - 1))
def test_a_stream_cut_anywhere_is_refused(length: int) -> None:
    assert not is_whole(GOOD[:length])


@given(
    st.sampled_from(
        [
            index
            for index, (name, _) in enumerate(GOOD)
            if name not in {"content_block_delta", "message_delta"}
        ]
    )
)
def test_a_stream_with_an_event_twice_is_refused(index: int) -> None:
    assert not is_whole([*GOOD[: index + 1], *GOOD[index:]])


@given(st.permutations(GOOD))
def test_a_stream_in_another_order_is_refused(events: list[tuple[str, int | None]]) -> None:
    assert is_whole(events) is (events == GOOD)
