"""Every way a call can fail, and the fault it becomes."""

import asyncio

import httpx2
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from harness.call.fault import CallFailed, Fault, Kind
from harness.providers.anthropic import live
from harness.providers.faults import LONGEST_DETAIL, kind_of, one_line
from harness.providers.wire import Wire
from harness.units import Seconds
from tests.doubles import REQUEST, go
from tests.providers.asking import ACCESS, BODY, KEY, answering, fault_for, fault_of, over, question

URL = "https://api.anthropic.test/v1/messages"


def error_body(error_type: str, message: str = "No.", code: str | None = None) -> dict[str, object]:
    error: dict[str, object] = {"type": error_type, "message": message}
    if code is not None:
        error["details"] = {"error_code": code}
    return {"type": "error", "error": error}


def fault_over_http(response: httpx2.Response) -> Fault:
    """The fault of a real SDK call whose HTTP is mocked, and the proof that it was one request."""
    with respx.mock(assert_all_called=True) as router:
        route = router.post(URL).mock(side_effect=[response])  # type: ignore[list-item]  # httpx is httpx2 in tests
        fault = fault_of(live(ACCESS, Wire()))
        assert route.call_count == 1
    return fault


@pytest.mark.parametrize(
    ("status", "error_type", "kind"),
    [
        (400, "invalid_request_error", Kind.BAD_REQUEST),
        (401, "authentication_error", Kind.UNAUTHORIZED),
        (402, "billing_error", Kind.SPEND_EXHAUSTED),
        (403, "permission_error", Kind.UNAUTHORIZED),
        (404, "not_found_error", Kind.UNKNOWN_MODEL),
        (408, "timeout_error", Kind.SERVER_ERROR),
        (409, "conflict_error", Kind.SERVER_ERROR),
        (413, "request_too_large", Kind.BAD_REQUEST),
        (422, "brand_new_error", Kind.BAD_REQUEST),
        (429, "rate_limit_error", Kind.RATE_LIMITED),
        (499, "brand_new_error", Kind.BAD_REQUEST),
        (500, "api_error", Kind.SERVER_ERROR),
        (502, "brand_new_error", Kind.SERVER_ERROR),
        (504, "timeout_error", Kind.SERVER_ERROR),
        (529, "overloaded_error", Kind.OVERLOADED),
        (529, "brand_new_error", Kind.OVERLOADED),
    ],
)
def test_every_status_has_its_kind_and_is_asked_once(status: int, error_type: str, kind: Kind) -> None:
    fault = fault_over_http(httpx2.Response(status, json=error_body(error_type)))
    assert (fault.kind, fault.status) == (kind, status)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 413, 429, 500, 503, 529])
def test_a_status_without_the_api_s_body_still_has_a_kind(status: int) -> None:
    fault = fault_over_http(httpx2.Response(status, html="<html>gateway</html>"))
    assert fault.kind is not Kind.BUG
    assert "ANTHROPIC_BASE_URL" in fault.detail
    assert "gateway" not in fault.detail


@pytest.mark.parametrize("code", ["enforced_spend_limit_reached", "contract_spend_limit_reached"])
def test_a_spend_limit_is_not_a_rate_limit(code: str) -> None:
    fault = fault_over_http(httpx2.Response(429, json=error_body("rate_limit_error", code=code)))
    assert fault.kind is Kind.SPEND_EXHAUSTED
    assert not fault.is_retryable


def test_a_ramp_limit_is_a_rate_limit() -> None:
    response = httpx2.Response(429, json=error_body("rate_limit_error", code="ramp_limit_exceeded"))
    assert fault_over_http(response).kind is Kind.RATE_LIMITED


@pytest.mark.parametrize(
    "message",
    [
        "Your credit balance is too low to access the Anthropic API.",
        "You have reached your specified API usage limits.",
        "This workspace is over its spend limit.",
    ],
)
def test_a_limit_the_user_set_is_a_400_with_words(message: str) -> None:
    fault = fault_over_http(httpx2.Response(400, json=error_body("invalid_request_error", message)))
    assert fault.kind is Kind.SPEND_EXHAUSTED


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx2.ConnectError("x"), Kind.UNREACHABLE),
        (httpx2.ConnectTimeout("x"), Kind.UNREACHABLE),
        (httpx2.PoolTimeout("x"), Kind.UNREACHABLE),
        (httpx2.ProxyError("x"), Kind.UNREACHABLE),
        (httpx2.UnsupportedProtocol("x"), Kind.UNREACHABLE),
        (httpx2.ReadTimeout("x"), Kind.TIMEOUT),
        (httpx2.WriteTimeout("x"), Kind.TIMEOUT),
        (httpx2.ReadError("x"), Kind.DISCONNECTED),
        (httpx2.WriteError("x"), Kind.DISCONNECTED),
        (httpx2.RemoteProtocolError("x"), Kind.DISCONNECTED),
        (httpx2.DecodingError("x"), Kind.GARBLED),
        (httpx2.TooManyRedirects("x"), Kind.GARBLED),
        (httpx2.LocalProtocolError("x"), Kind.BUG),
        (ZeroDivisionError("x"), Kind.BUG),
    ],
)
def test_every_error_of_the_wire_has_its_kind(error: Exception, kind: Kind) -> None:
    fault = fault_for(error)
    assert fault.kind is kind
    assert type(error).__name__ in fault.detail


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_blocked_socket_is_unreachable() -> None:
    assert fault_of(live(ACCESS, Wire())).kind is Kind.UNREACHABLE


def test_a_request_that_escapes_the_mock_fails_instead_of_costing_money() -> None:
    with respx.mock(assert_all_called=False) as router:
        router.post("https://elsewhere.test/").respond(200)
        fault = fault_of(live(ACCESS, Wire()))
    assert fault.kind is Kind.BUG
    assert "AllMockedAssertionError" in fault.detail


def test_an_attempt_that_outlives_its_time_is_a_timeout() -> None:
    async def never(_request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        raise AssertionError

    wire = Wire(timeout=Seconds(0.02), transport=httpx2.MockTransport(never))
    fault = fault_of(live(ACCESS, wire))
    assert (fault.kind, fault.may_be_billed) == (Kind.TIMEOUT, True)


def test_half_a_surrogate_pair_is_the_prompt_s_fault() -> None:
    fault = fault_of(over(answering(BODY)), question(text="half \ud800"))
    assert (fault.kind, fault.may_be_billed) == (Kind.BAD_REQUEST, False)


def test_a_cancelled_call_stays_cancelled() -> None:
    async def never(_request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        raise AssertionError

    async def cancel() -> None:
        task = asyncio.ensure_future(over(httpx2.MockTransport(never))(REQUEST))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        go(cancel())


def test_what_the_server_says_about_waiting_reaches_the_fault() -> None:
    headers = {"retry-after": "7", "x-should-retry": "false", "request-id": "req_9"}
    fault = fault_over_http(httpx2.Response(529, json=error_body("overloaded_error"), headers=headers))
    assert (fault.retry_after, fault.should_retry, fault.request_id) == (7.0, False, "req_9")
    assert not fault.is_retryable


def test_the_detail_is_one_short_clean_line_without_the_key_or_the_prompt() -> None:
    message = f"\x1b[31mkey {KEY} is\nwrong\u202e" + "!" * 1000
    response = httpx2.Response(401, json=error_body("authentication_error", message))
    detail = fault_for(response).detail
    assert detail.startswith("401 authentication_error:")
    assert len(detail) <= LONGEST_DETAIL
    assert detail.isprintable()
    assert KEY not in detail
    assert "parcel" not in detail


def test_a_failure_shows_nothing_of_the_exception_behind_it() -> None:
    error = httpx2.LocalProtocolError(f"Illegal header value b'Bearer {KEY}'")
    with pytest.raises(CallFailed) as failed:
        go(over(httpx2.MockTransport(lambda _: (_ for _ in ()).throw(error)))(REQUEST))
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    assert KEY not in str(failed.value)


@given(st.integers(100, 599), st.text() | st.none(), st.text() | st.none(), st.text())
def test_the_classification_is_total(
    status: int, error_type: str | None, code: str | None, message: str
) -> None:
    assert kind_of(status, error_type, code, message) in Kind


@given(st.text())
def test_one_line_is_printable_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert "\n" not in line
    assert len(line) <= LONGEST_DETAIL
    assert one_line(line) == line


def test_the_body_of_an_odd_error_cannot_break_the_classification() -> None:
    odd: list[object] = [
        [],
        {"error": []},
        {"error": {"type": 3, "message": {"a": 1}, "details": "x"}},
        "text",
        None,
        7,
    ]
    for body in odd:
        assert fault_for(httpx2.Response(400, json=body)).kind is Kind.BAD_REQUEST
