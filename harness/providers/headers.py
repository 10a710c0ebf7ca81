"""What the response headers say: when to come back, what is left of the account's limits, what may be kept."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from harness.call.exchange import Allowance, Allowances
from harness.units import Seconds

KEPT = frozenset({"content-type", "request-id", "retry-after", "retry-after-ms", "x-should-retry"})
"""Response headers a recording may hold, besides those that start with `KEPT_PREFIX`."""
KEPT_PREFIX = "anthropic-ratelimit-"

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_COUNT = re.compile(r"[0-9]{1,15}")


def retry_after(headers: Mapping[str, str], now: datetime) -> Seconds | None:
    """The server's wish for the wait before the next try: finite, not negative, however long; else None.

    Read from `retry-after-ms`, then `retry-after` as seconds, then `retry-after` as an HTTP date against the
    response's own `date` (the local clock may be wrong), or against `now` (UTC) where there is none. RFC 9110,
    section 10.2.3.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return Seconds(milliseconds / 1000)
    seconds = _number(headers.get("retry-after"))
    if seconds is not None:
        return Seconds(seconds)
    until, sent = _http_date(headers.get("retry-after")), _http_date(headers.get("date")) or now
    if until is None or until < sent:
        return None
    return Seconds((until - sent).total_seconds())


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """The server's `x-should-retry`; None when it said nothing, or something else than true or false."""
    return {"true": True, "false": False}.get(headers.get("x-should-retry", "").strip().lower())


def allowances(headers: Mapping[str, str]) -> Allowances:
    """The account's buckets; a bucket with a missing or malformed count is None."""
    return Allowances(
        requests=_allowance(headers, "requests"),
        input_tokens=_allowance(headers, "input-tokens"),
        output_tokens=_allowance(headers, "output-tokens"),
    )


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers a recording may hold, by an allow-list: everything else is forgotten."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return {name: lowered[name] for name in sorted(lowered) if name in KEPT or name.startswith(KEPT_PREFIX)}


def _allowance(headers: Mapping[str, str], bucket: str) -> Allowance | None:
    limit, remaining = (
        _count(headers.get(f"{KEPT_PREFIX}{bucket}-{each}")) for each in ("limit", "remaining")
    )
    if limit is None or remaining is None:
        return None
    resets_at = _rfc3339(headers.get(f"{KEPT_PREFIX}{bucket}-reset"))
    return Allowance(limit=limit, remaining=remaining, resets_at=resets_at)


def _number(text: str | None) -> float | None:
    if text is None or _NUMBER.fullmatch(text.strip()) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _count(text: str | None) -> int | None:
    if text is None or _COUNT.fullmatch(text.strip()) is None:
        return None
    return int(text)


def _http_date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
        if moment.utcoffset() is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _rfc3339(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        offset: timedelta | None = moment.utcoffset()
        return None if offset is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
