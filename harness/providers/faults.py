"""Turns every exception of the SDK and the wire into a fault. Total: nothing is passed on unnamed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from json import JSONDecodeError
from typing import TYPE_CHECKING, cast

from harness.call.fault import Fault, Kind
from harness.providers.headers import allowances, retry_after, should_retry
from harness.providers.reading import Unreadable

if TYPE_CHECKING:
    import anthropic

Redact = Callable[[str], str]
LONGEST_DETAIL = 300

SPEND_CODES = frozenset(
    {
        "enforced_spend_limit_reached",
        "contract_spend_limit_reached",
        "linked_organization_spend_limit_reached",
        "linked_organization_billing_unavailable",
    }
)
KINDS_BY_TYPE = {
    "rate_limit_error": Kind.RATE_LIMITED,
    "billing_error": Kind.SPEND_EXHAUSTED,
    "overloaded_error": Kind.OVERLOADED,
    "api_error": Kind.SERVER_ERROR,
    "timeout_error": Kind.SERVER_ERROR,
    "conflict_error": Kind.SERVER_ERROR,
    "authentication_error": Kind.UNAUTHORIZED,
    "permission_error": Kind.UNAUTHORIZED,
    "not_found_error": Kind.UNKNOWN_MODEL,
    "invalid_request_error": Kind.BAD_REQUEST,
    "request_too_large": Kind.BAD_REQUEST,
}
KINDS_BY_STATUS = {
    401: Kind.UNAUTHORIZED,
    402: Kind.SPEND_EXHAUSTED,
    403: Kind.UNAUTHORIZED,
    404: Kind.UNKNOWN_MODEL,
    408: Kind.SERVER_ERROR,
    409: Kind.SERVER_ERROR,
    429: Kind.RATE_LIMITED,
    529: Kind.OVERLOADED,
}
# A limit the user set is a plain 400 without a code: only its words tell it from a bad request.
SPENT = re.compile(
    r"credit balance is too low|reached your specified .{0,40}usage limits?|spend(ing)? limit", re.IGNORECASE
)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


@cache
def not_recorded_error() -> type[Exception]:
    """The exception of a replay without a recording. The SDK wraps, and retries, whatever is not its own."""
    from anthropic import AnthropicError

    class NotRecordedError(AnthropicError):
        pass

    return NotRecordedError


def classify(error: Exception, redact: Redact, now: datetime, *, stream_began: bool = False) -> Fault:
    """The fault behind `error`, met at `now`. `stream_began`: part of the answer had arrived, so it may be billed."""
    import anthropic

    if isinstance(error, anthropic.APIStatusError):
        return _status_fault(error, redact, now, stream_began=stream_began)
    cause = error.__cause__ if isinstance(error, anthropic.APIConnectionError) else error
    if isinstance(cause, Unreadable):
        return Fault(kind=Kind.GARBLED, detail=str(cause))
    if isinstance(error, not_recorded_error()):
        return Fault(kind=Kind.STALE_FIXTURE, detail=one_line(redact(str(error)), 1000), billed=False)
    if isinstance(error, anthropic.APIResponseValidationError):
        return Fault(kind=Kind.GARBLED, detail="the SDK could not decode the body")
    if isinstance(error, UnicodeEncodeError):
        detail = "the request has half a surrogate pair in it, which JSON cannot carry; mend the prompt or the case"
        return Fault(kind=Kind.BAD_REQUEST, detail=detail)
    return _wire_fault(cause or error, stream_began=stream_began)


def one_line(text: str, longest: int = LONGEST_DETAIL) -> str:
    """`text` fit for one line of a log: control characters gone, and not longer than `longest`."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _status_fault(
    error: anthropic.APIStatusError, redact: Redact, now: datetime, *, stream_began: bool
) -> Fault:
    headers = cast("Mapping[str, str]", error.response.headers)
    return Fault(
        kind=kind_of(error.status_code, _type(error), _code(error), _message(error)),
        detail=one_line(redact(_status_detail(error))),
        retry_after=retry_after(headers, now),
        should_retry=should_retry(headers),
        status=error.status_code,
        request_id=error.request_id,
        allowances=allowances(headers),
        billed=True if stream_began else None,
    )


def kind_of(status: int, error_type: str | None, code: str | None, message: str) -> Kind:
    """The kind of an error the server reported: by its code and type first, by the HTTP status else."""
    if code in SPEND_CODES:
        return Kind.SPEND_EXHAUSTED
    kind = KINDS_BY_TYPE.get(error_type or "") or KINDS_BY_STATUS.get(status)
    if 300 <= status < 400:
        kind = Kind.BAD_REQUEST  # a redirect, which is never followed
    if kind is Kind.BAD_REQUEST and SPENT.search(message):
        return Kind.SPEND_EXHAUSTED
    if kind is not None:
        return kind
    if status >= 500:
        return Kind.SERVER_ERROR
    if status >= 400:
        return Kind.SPEND_EXHAUSTED if SPENT.search(message) else Kind.BAD_REQUEST
    return Kind.GARBLED


def _status_detail(error: anthropic.APIStatusError) -> str:
    words = [str(error.status_code), _type(error) or "", _code(error) or ""]
    said = " ".join(word for word in words if word)
    if 300 <= error.status_code < 400:
        return f"{said}: a redirect, which is not followed; check ANTHROPIC_BASE_URL"
    message = _message(error)
    if message:
        return f"{said}: {message}"
    return f"{said} without the error body of the API; check ANTHROPIC_BASE_URL if this repeats"


def _type(error: anthropic.APIStatusError) -> str | None:
    value = cast("object", error.type)
    return value if isinstance(value, str) else None


def _message(error: anthropic.APIStatusError) -> str:
    value = cast("object", error.api_message)
    return value if isinstance(value, str) else ""


def _code(error: anthropic.APIStatusError) -> str | None:
    value = cast("object", error.error_code)
    return value if isinstance(value, str) else None


def _wire_fault(error: BaseException, *, stream_began: bool) -> Fault:
    name = type(error).__name__
    kind, said = _wire_kind(error)
    if kind is None and stream_began:
        kind, said = Kind.GARBLED, "the stream could not be put together"
    if kind is None:
        return Fault(kind=Kind.BUG, detail=f"unexpected {name}", billed=None)
    return Fault(kind=kind, detail=f"{said} ({name})", billed=True if stream_began else None)


def _wire_kind(error: BaseException) -> tuple[Kind | None, str]:
    import httpx2

    never_sent = (
        httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError,
        httpx2.UnsupportedProtocol, httpx2.InvalidURL,
    )  # fmt: skip
    if isinstance(error, never_sent) or type(error).__name__ in {
        "SocketBlockedError",
        "SocketConnectBlockedError",
    }:
        return Kind.UNREACHABLE, "could not connect; check ANTHROPIC_BASE_URL and the network"
    if isinstance(error, httpx2.TimeoutException | TimeoutError):
        return Kind.TIMEOUT, "no complete answer in time"
    if isinstance(error, httpx2.NetworkError | httpx2.RemoteProtocolError):
        return Kind.DISCONNECTED, "the connection broke"
    if isinstance(
        error, httpx2.DecodingError | httpx2.TooManyRedirects | JSONDecodeError | UnicodeDecodeError
    ):
        return Kind.GARBLED, "the response could not be decoded"
    return None, ""
