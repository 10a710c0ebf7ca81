"""Every way the stand-in can misbehave, by name: what it does, and whether the account pays for the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tests.standin import spoils
from tests.standin.answers import Spoil, Trouble

Way = Literal["whole", "streamed", "both"]


@dataclass(frozen=True, kw_only=True)
class Known:
    """One row of the table."""

    about: str
    trouble: Trouble
    way: Way = "both"
    """The replies it can be done to."""

    @property
    def is_billed(self) -> bool:
        return self.trouble.is_billed


def named(name: str) -> Trouble:
    """The trouble of this name. Raises KeyError."""
    return TROUBLES[name].trouble


def _status(status: int, error_type: str, about: str, *, code: str | None = None, **headers: str) -> Known:
    """An error response. `headers`: with underscores for dashes."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    trouble = Trouble(
        kind="status", status=status, error_type=error_type, message="No.", code=code, headers=said
    )
    return Known(about=about, trouble=trouble)


def _limited(about: str, **headers: str) -> Known:
    return _status(429, "rate_limit_error", about, **headers)


def _paid(about: str, spoil: Spoil, way: Way = "both") -> Known:
    return Known(about=about, trouble=Trouble(kind="spoil", spoil=spoil), way=way)


def _free(about: str, spoil: Spoil) -> Known:
    return Known(about=about, trouble=Trouble(kind="spoil", spoil=spoil, after_the_model=False))


def _dated(about: str, back_in: float) -> Known:
    return Known(about=about, trouble=replace(_limited("").trouble, back_in=back_in))


_SPOKEN = Trouble(kind="status", status=400, error_type="invalid_request_error")

STATUS: Mapping[str, Known] = {
    "bad_request": _status(400, "invalid_request_error", "400"),
    "unauthorized": _status(401, "authentication_error", "401: the key is wrong"),
    "payment_required": _status(402, "billing_error", "402"),
    "forbidden": _status(403, "permission_error", "403: the key may not do this"),
    "no_model": _status(404, "not_found_error", "404: there is no such model"),
    "request_timeout": _status(408, "timeout_error", "408"),
    "conflict": _status(409, "conflict_error", "409"),
    "too_large": _status(413, "request_too_large", "413"),
    "unprocessable": _status(422, "invalid_request_error", "422"),
    "teapot": _status(418, "brand_new_error", "418, of a type nobody knows"),
    "bad_request_retry": _status(
        400, "invalid_request_error", "400 that asks for a retry", x_should_retry="true"
    ),
    "spend_limit": _status(
        429, "rate_limit_error", "429: the spend limit is reached", code="enforced_spend_limit_reached"
    ),
    "contract_limit": _status(
        429, "rate_limit_error", "429: the contract's limit", code="contract_spend_limit_reached"
    ),
    "own_limit": Known(
        about="400 whose words say that a limit the user set is reached",
        trouble=replace(_SPOKEN, message="You have reached your specified API usage limits."),
    ),
    "internal_error": _status(500, "api_error", "500"),
    "bad_gateway": _status(502, "api_error", "502"),
    "unavailable": _status(503, "api_error", "503"),
    "gateway_timeout": _status(504, "timeout_error", "504"),
    "overloaded": _status(529, "overloaded_error", "529"),
    "overloaded_veto": _status(
        529, "overloaded_error", "529 that forbids a retry", x_should_retry="false"
    ),
    "overloaded_wait": _status(529, "overloaded_error", "529 with Retry-After: 3", retry_after="3"),
    "redirect": _status(307, "api_error", "307 to another address", location="https://elsewhere.example/"),
}  # fmt: skip

LIMITED: Mapping[str, Known] = {
    "limited": _limited(
        "429 without Retry-After, whose headers say that no request is left",
        anthropic_ratelimit_requests_remaining="0",
    ),
    "limited_bare": Known(
        about="429 without Retry-After and without a word about the buckets",
        trouble=replace(_limited("").trouble, forgotten=("anthropic-ratelimit",)),
    ),
    "limited_ramp": _status(
        429, "rate_limit_error", "429: growing too fast", code="ramp_limit_exceeded", retry_after="2"
    ),
    "limited_2": _limited("429, Retry-After: 2", retry_after="2"),
    "limited_float": _limited("429, Retry-After: 1.5", retry_after="1.5"),
    "limited_ms": _limited("429, retry-after-ms: 1500", retry_after_ms="1500"),
    "limited_both": _limited("429, both forms, which differ", retry_after="30", retry_after_ms="1500"),
    "limited_0": _limited("429, Retry-After: 0", retry_after="0"),
    "limited_minus": _limited("429, Retry-After: -1", retry_after="-1"),
    "limited_inf": _limited("429, Retry-After: inf", retry_after="inf"),
    "limited_nan": _limited("429, Retry-After: nan", retry_after="nan"),
    "limited_1e400": _limited("429, Retry-After: 1e400", retry_after="1e400"),
    "limited_long_number": _limited("429, Retry-After with 400 digits", retry_after="9" * 400),
    "limited_garbage": _limited("429, Retry-After: soon", retry_after="soon"),
    "limited_120": _limited("429, Retry-After: 120, all that is borne", retry_after="120"),
    "limited_3600": _limited("429, Retry-After: 3600", retry_after="3600"),
    "limited_49_days": _limited("429, Retry-After: 49 days", retry_after="4294967"),
    "limited_date": _dated("429, an HTTP date three seconds ahead of the response's own", 3.0),
    "limited_past": _dated("429, an HTTP date in the past", -86_400.0),
    "limited_2099": _limited(
        "429, an HTTP date in the year 2099", retry_after="Thu, 01 Jan 2099 00:00:00 GMT"
    ),
}  # fmt: skip

WIRE: Mapping[str, Known] = {
    "reset_unread": Known(
        about="the connection is reset before the request is read",
        trouble=Trouble(kind="spoil", spoil=spoils.reset, unread=True, after_the_model=False),
    ),
    "reset_before": _free("reset after reading, before the model runs", spoils.reset),
    "reset_answered": _paid("reset after the model ran, before a byte", spoils.reset),
    "closed": _paid("closed without a byte", spoils.nothing),
    "reset_headers": _paid("reset after the headers", spoils.cut(0.0, reset=True)),
    "reset_half": _paid("reset after half a body", spoils.cut(0.5, reset=True)),
    "closed_half": _paid("closed after half a body", spoils.cut(0.5, reset=False)),
    "drip": _paid("one byte a second", spoils.drip(1.0)),
    "hang": _paid("no answer, ever", spoils.hang),
    "hang_headers": _paid("headers, then nothing", spoils.hang_after_headers),
    "slow_headers": _paid("one header a second", spoils.slow_headers),
    "endless_headers": _paid("headers without end", spoils.endless_headers),
    "hints_3": _paid("three 103 before the answer", spoils.informational(3)),
    "hints_10000": _paid("10,000 times 103 before the answer", spoils.informational(10_000)),
    "switching": _paid("101 to another protocol", spoils.switching),
    "no_http": _paid("another protocol's greeting", spoils.no_http),
    "short_length": _paid("a content-length five bytes too short", spoils.short_length, "whole"),
    "long_length": _paid("a content-length fifty bytes too long", spoils.long_length, "whole"),
    "old_http": _paid("HTTP/1.0 without a length", spoils.old_http),
    "twice": _paid("the whole response twice", spoils.twice, "whole"),
    "good_and_closed": _paid("a good answer, then a close unsaid", spoils.good_and_closed, "whole"),
    "giant": _paid("a body of 200 MB", spoils.giant(200)),
    "giant_error": _free("a 500 with a body of 200 MB", spoils.giant(200, "500 Oops")),
    "bomb": _paid("gzip: 40 MB of white space in 40 kB", spoils.inflated(40), "whole"),
}  # fmt: skip

_DEEP = b"[" * 100_000
BODY: Mapping[str, Known] = {
    "truncated": _paid("JSON that stops half-way", spoils.edited(lambda b: b[: len(b) // 2]), "whole"),
    "html": _paid("200 with a web page", spoils.text(b"<html>Sign in</html>", content_type="text/html")),
    "html_as_json": _paid("200 with a web page that says it is JSON", spoils.text(b"<html></html>")),
    "empty": _paid("200 with nothing", spoils.text(b""), "whole"),
    "no_content": _paid("204", lambda said: [spoils.head(said, "204 No Content")]),
    "text_plain": _paid(
        "a good body as text/plain", spoils.edited(bytes, content_type="text/plain"), "whole"
    ),
    "no_type": _paid("a good body without a content-type", spoils.edited(bytes, content_type=""), "whole"),
    "usage_missing": _paid("no usage", spoils.without("usage"), "whole"),
    "usage_null": _paid("usage: null", spoils.message(usage=None), "whole"),
    "usage_half": _paid("usage without output_tokens", spoils.usage(output_tokens=...), "whole"),
    "usage_negative": _paid("output_tokens: -5", spoils.usage(output_tokens=-5), "whole"),
    "usage_huge": _paid("output_tokens: 10**18", spoils.usage(output_tokens=10**18), "whole"),
    "usage_text": _paid('output_tokens: "12"', spoils.usage(output_tokens="12"), "whole"),
    "usage_fraction": _paid("output_tokens: 12.5", spoils.usage(output_tokens=12.5), "whole"),
    "a_list": _paid("a JSON list", spoils.text(b"[1, 2]"), "whole"),
    "a_text": _paid("a JSON text", spoils.text(b'"hello"'), "whole"),
    "a_null": _paid("a JSON null", spoils.text(b"null"), "whole"),
    "other_shape": _paid("JSON of another API", spoils.text(b'{"choices": [{"message": {}}]}'), "whole"),
    "content_text": _paid("content is a text", spoils.message(content="hello"), "whole"),
    "content_odd": _paid("a content block without a type", spoils.message(content=[{"text": "a"}]), "whole"),
    "two_bodies": _paid("two messages in one body", spoils.edited(lambda b: b + b), "whole"),
    "two_keys": _paid(
        "usage given twice", spoils.edited(lambda b: b[:-1] + b', "usage": {"output_tokens": 1}}'), "whole"
    ),
    "not_a_number": _paid("NaN in the body", spoils.usage(output_tokens=float("nan")), "whole"),
    "deep": _paid("100,000 brackets deep", spoils.text(_DEEP), "whole"),
    "long_number": _paid(
        "a number with 100,000 digits", spoils.text(b'{"id": ' + b"9" * 100_000 + b"}"), "whole"
    ),
    "not_utf8": _paid("bytes that are not UTF-8", spoils.edited(lambda b: b.replace(b"msg", b"\xff\xfe")), "whole"),
    "bom": _paid("a byte order mark before the JSON", spoils.edited(lambda b: b"\xef\xbb\xbf" + b), "whole"),
    "gzip": _paid("a good body, gzipped", spoils.zipped(), "whole"),
    "gzip_broken": _paid("gzip that breaks off", spoils.zipped(lambda b: b[:40]), "whole"),
    "gzip_muddled": _paid("gzip with other bytes in it", spoils.zipped(lambda b: b[:30] + b"\0" * 9 + b[39:]), "whole"),
    "gzip_not": _paid("says gzip, and is not", spoils.edited(bytes, content_encoding="gzip"), "whole"),
    "odd_encoding": _paid("an encoding nobody asked for", spoils.edited(bytes, content_encoding="x-odd"), "whole"),
    "wrong_model": _paid("another model answers", spoils.message(model="claude-haiku-5-5"), "whole"),
    "no_such_model_answers": _paid("a model without a price answers", spoils.message(model="claude-nobody"), "whole"),
    "unknown_stop": _paid("an unknown stop_reason", spoils.message(stop_reason="bored"), "whole"),
    "no_stop": _paid("stop_reason: null", spoils.message(stop_reason=None), "whole"),
}  # fmt: skip

_CONTENT_LESS: list[object] = []
ANSWERS: Mapping[str, Known] = {
    "refusal": _paid(
        "a refusal without content", spoils.message(content=_CONTENT_LESS, stop_reason="refusal"), "whole"
    ),
    "no_blocks": _paid("an answer without content", spoils.message(content=_CONTENT_LESS), "whole"),
    "cut_short": _paid("stop_reason: max_tokens", spoils.message(stop_reason="max_tokens"), "whole"),
    "thinking_only": _paid(
        "nothing but a thinking block",
        spoils.message(content=[{"type": "thinking", "thinking": "Hm.", "signature": "s"}]),
        "whole",
    ),
    "tool_unasked": _paid(
        "a tool call where there are no tools",
        spoils.message(
            content=[{"type": "tool_use", "id": "t1", "name": "shell", "input": {}}], stop_reason="tool_use"
        ),
        "whole",
    ),
    "new_block": _paid(
        "a block of a type nobody knows", spoils.message(content=[{"type": "hologram"}]), "whole"
    ),
    "hostile_text": _paid(
        "NUL, escapes and half a surrogate pair in the text",
        spoils.message(content=[{"type": "text", "text": "\0\x1b[31m\ud800 ::error::x"}]),
        "whole",
    ),
}

STREAM: Mapping[str, Known] = {
    "stream_overloaded": _paid(
        "an overloaded error in the middle", spoils.stream(spoils.error_in("overloaded_error")), "streamed"
    ),
    "stream_error": _paid(
        "an internal error in the middle", spoils.stream(spoils.error_in("api_error")), "streamed"
    ),
    "stream_no_delta": _paid(
        "it ends before message_delta", spoils.stream(lambda e: e[:-2]), "streamed"
    ),
    "stream_no_stop": _paid("it ends before message_stop", spoils.stream(lambda e: e[:-1]), "streamed"),
    "stream_doubled": _paid("every event twice", spoils.stream(spoils.doubled), "streamed"),
    "stream_swapped": _paid("events out of order", spoils.stream(spoils.swapped), "streamed"),
    "stream_garbage": _paid(
        "an event that is not JSON",
        spoils.stream(lambda e: [*spoils.half(e), b"event: content_block_delta\ndata: {oops\n\n", *e[-2:]]),
        "streamed",
    ),
    "stream_unknown": _paid(
        "an event nobody knows between good ones",
        spoils.stream(lambda e: [e[0], ("hologram", {"type": "hologram"}), *e[1:]]),
        "streamed",
    ),
    "stream_bom": _paid(
        "a byte order mark before the first event", spoils.stream(lambda e: [b"\xef\xbb\xbf", *e]), "streamed"
    ),
    "stream_not_utf8": _paid(
        "bytes that are not UTF-8", spoils.stream(lambda e: [e[0], b"data: \xff\xfe\n\n", *e[1:]]), "streamed"
    ),
    "stream_idle": _paid("silence in the middle", spoils.stream(spoils.idle), "streamed"),
    "stream_pings": _paid("nothing but pings from the middle on", spoils.stream(spoils.pinged), "streamed"),
    "stream_endless": _paid("one event of 10 MB", spoils.stream(spoils.endless_event), "streamed"),
    "stream_json": _paid(
        "a whole JSON body for a stream", spoils.edited(bytes, content_type="application/json"), "streamed"
    ),
}  # fmt: skip

TROUBLES: Mapping[str, Known] = {**STATUS, **LIMITED, **WIRE, **BODY, **ANSWERS, **STREAM}
"""The whole table."""
