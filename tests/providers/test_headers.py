"""What the headers say, and what they cannot make us believe."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.providers.headers import allowances, kept, retry_after, should_retry

SENT = "Sat, 21 Nov 2026 12:00:00 GMT"
NOW = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "3600"}, 3600.0),
        ({"retry-after": "4294967"}, 4294967.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT", "date": SENT}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 20.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT", "date": "today"}, 20.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:09 GMT"}, None),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT", "date": SENT}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "1e400"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "1_000"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_after_is_finite_not_negative_or_nothing(headers: dict[str, str], length: float | None) -> None:
    assert retry_after(headers, NOW) == length


@given(st.text(), st.text(), st.text())
def test_no_header_breaks_the_reading(one: str, two: str, three: str) -> None:
    headers = {
        "retry-after": one,
        "retry-after-ms": two,
        "date": three,
        "anthropic-ratelimit-requests-limit": one,
    }
    wait = retry_after(headers, NOW)
    assert wait is None or 0 <= wait < float("inf")
    allowances(
        {
            **headers,
            "anthropic-ratelimit-requests-remaining": two,
            "anthropic-ratelimit-requests-reset": three,
        }
    )


def test_should_retry_is_true_false_or_nothing() -> None:
    assert [should_retry({"x-should-retry": each}) for each in ("true", "False", "maybe")] == [
        True,
        False,
        None,
    ]
    assert should_retry({}) is None


def test_allowances_are_read_per_bucket() -> None:
    name = "anthropic-ratelimit-input-tokens-"
    read = allowances(
        {name + "limit": "400000", name + "remaining": "399000", name + "reset": "2026-11-21T12:00:09Z"}
    )
    assert read.requests is None
    assert read.input_tokens is not None
    assert (read.input_tokens.limit, read.input_tokens.remaining) == (400_000, 399_000)
    assert read.input_tokens.resets_at == datetime(2026, 11, 21, 12, 0, 9, tzinfo=UTC)


@pytest.mark.parametrize("reset", ["tomorrow", "2026-11-21T12:00:09", "", "9999-12-31T23:59:59-23:59"])
def test_a_malformed_reset_is_nothing(reset: str) -> None:
    name = "anthropic-ratelimit-requests-"
    read = allowances({name + "limit": "5", name + "remaining": "4", name + "reset": reset})
    assert read.requests is not None
    assert read.requests.resets_at is None


@pytest.mark.parametrize("limit", ["-5", "many", "1e9", "9" * 30])
def test_a_bucket_with_a_malformed_count_is_nothing(limit: str) -> None:
    name = "anthropic-ratelimit-requests-"
    assert allowances({name + "limit": limit, name + "remaining": "4"}).requests is None


def test_only_listed_headers_are_kept() -> None:
    headers = {
        "Request-Id": "req_1",
        "anthropic-organization-id": "org",
        "set-cookie": "a=b",
        "authorization": "Bearer x",
        "anthropic-ratelimit-requests-limit": "5",
        "content-type": "application/json",
    }
    assert set(kept(headers)) == {"request-id", "anthropic-ratelimit-requests-limit", "content-type"}
