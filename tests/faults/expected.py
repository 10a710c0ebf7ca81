"""What becomes of a case that meets each trouble in every attempt, while the cases around it meet none.

The table is data: the tests assert it, and `docs/reliability.md` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.call.fault import Fault, Kind
from harness.gate.verdict import EXIT_STATUS, Status


@dataclass(frozen=True, kw_only=True)
class Expected:
    """How a case ends that meets a trouble in every attempt."""

    ends: str
    """The kind of its fault, or `answered`."""
    attempts: int = 1
    """Requests for it."""
    seconds: float = 0.0
    """Until it has ended, at the worst that chance allows, with the limits as they are by default."""
    streamed: float | None = None
    """The same where replies are streamed; None: as long."""
    others: str = "answered"
    """What becomes of the cases behind it."""

    @property
    def passes(self) -> bool:
        """Whether one more try is made, so that a trouble which strikes once costs no answer."""
        return self.attempts > 1

    @property
    def whose(self) -> str:
        """Who has to mend it."""
        return "" if self.ends == "answered" else Fault(kind=Kind(self.ends), detail="").whose

    @property
    def status(self) -> int:
        """How `harness run` ends."""
        good = self.ends == self.others == "answered"
        return EXIT_STATUS[Status.PASS if good else Status.NOT_MEASURED]

    def lasting(self, *, stream: bool) -> float:
        """`seconds` of whole or streamed replies."""
        return self.streamed if stream and self.streamed is not None else self.seconds


_ANSWERED = Expected(ends="answered")
_REFUSED = Expected(ends="bad_request")
_LOCKED_OUT = Expected(ends="unauthorized", others="skipped")
_SPENT = Expected(ends="spend_exhausted", others="skipped")
_SERVER = Expected(ends="server_error", attempts=5, seconds=1 + 2 + 4 + 8)
_BUSY = Expected(ends="overloaded", attempts=5, seconds=1 + 10 + 60 + 60)
_LIMITED = Expected(ends="rate_limited", attempts=5, seconds=1 + 2 + 4 + 8)
_TOO_LONG = Expected(ends="rate_limited", others="rate_limited")
_BROKEN = Expected(ends="disconnected", attempts=2, seconds=1)
_SILENT = Expected(ends="timeout", attempts=2, seconds=117.6 + 1 + 117.6)
_GARBLED = Expected(ends="garbled", attempts=2, seconds=1)
_OTHER = Expected(ends="substituted")


def _rows(expected: Expected, *names: str) -> Mapping[str, Expected]:
    return dict.fromkeys(names, expected)


EXPECTED: Mapping[str, Expected] = {
    **_rows(
        _REFUSED,
        *("bad_request", "bad_request_retry", "too_large", "unprocessable", "teapot", "redirect"),
    ),
    **_rows(_LOCKED_OUT, "unauthorized", "forbidden"),
    **_rows(_SPENT, "payment_required", "spend_limit", "contract_limit", "own_limit"),
    "no_model": Expected(ends="unknown_model", others="unknown_model"),
    **_rows(
        _SERVER,
        *("request_timeout", "conflict", "internal_error", "bad_gateway", "unavailable", "gateway_timeout"),
        "giant_error",
    ),
    "overloaded": _BUSY,
    "overloaded_wait": replace(_BUSY, seconds=3.3 + 10 + 60 + 60),
    "overloaded_veto": Expected(ends="overloaded"),
    **_rows(
        _LIMITED,
        *("limited", "limited_bare", "limited_0", "limited_minus", "limited_inf", "limited_nan"),
        *("limited_1e400", "limited_long_number", "limited_garbage", "limited_past"),
    ),
    **_rows(replace(_LIMITED, seconds=2.2 + 2.2 + 4 + 8), "limited_2", "limited_ramp"),
    **_rows(replace(_LIMITED, seconds=1.65 + 2 + 4 + 8), "limited_float", "limited_ms", "limited_both"),
    "limited_date": replace(_LIMITED, seconds=3.3 + 3.3 + 4 + 8),
    "limited_120": replace(_LIMITED, seconds=4 * 132),
    **_rows(_TOO_LONG, "limited_3600", "limited_49_days", "limited_2099"),
    **_rows(
        _BROKEN,
        *("reset_unread", "reset_before", "reset_answered", "closed", "reset_headers", "reset_half"),
        *("endless_headers", "switching", "no_http", "long_length"),
    ),
    "closed_half": _BROKEN,
    **_rows(_SILENT, "drip", "slow_headers", "stream_pings"),
    **_rows(replace(_SILENT, streamed=60 + 1 + 60), "hang", "hang_headers", "stream_idle"),
    **_rows(_ANSWERED, "hints_3", "hints_10000", "old_http", "good_and_closed", "no_type", "gzip"),
    "odd_encoding": _ANSWERED,
    "twice": replace(_ANSWERED, seconds=1),
    **_rows(
        _GARBLED,
        *("short_length", "giant", "bomb", "truncated", "html", "html_as_json", "empty", "no_content"),
        *("text_plain", "usage_missing", "usage_null", "usage_half", "usage_negative", "usage_huge"),
        *("usage_text", "usage_fraction", "a_list", "a_text", "a_null", "other_shape", "content_text"),
        *("content_odd", "two_bodies", "two_keys", "not_a_number", "deep", "long_number", "not_utf8"),
        *("bom", "gzip_broken", "gzip_muddled", "gzip_not", "unknown_stop", "no_stop"),
        *("stream_no_delta", "stream_no_stop", "stream_doubled", "stream_swapped", "stream_garbage"),
        *("stream_bom", "stream_not_utf8", "stream_endless", "stream_json"),
    ),
    **_rows(_OTHER, "wrong_model", "no_such_model_answers"),
    **_rows(
        _ANSWERED,
        *("refusal", "no_blocks", "cut_short", "thinking_only", "tool_unasked", "new_block", "hostile_text"),
        "stream_unknown",
    ),
    "stream_overloaded": Expected(ends="overloaded", attempts=2, seconds=1),
    "stream_error": Expected(ends="server_error", attempts=2, seconds=1),
}
"""By the names of `tests.standin.TROUBLES`."""

ENDS_STREAMED: Mapping[str, str] = {"closed_half": "garbled"}
"""Where a streamed reply ends in another fault than a whole one."""
