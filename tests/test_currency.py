"""A dated rate converts exactly, says when it is old, and every slip in its table is named."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.currency import Rate, rate_of, slips
from harness.report.words import money

TABLE = {"code": "PKR", "per_usd": "281.50", "as_of": date(2026, 11, 20)}


def test_a_whole_table_is_a_rate() -> None:
    assert list(slips(TABLE)) == []
    rate = rate_of(TABLE)
    assert rate == Rate(code="PKR", per_usd=Decimal("281.50"), as_of=date(2026, 11, 20))
    assert rate is not None
    assert rate.of(Decimal("0.02")) == Decimal("5.63")
    assert rate.document(Decimal("0.02"))["amount"] == "5.6300"


def test_no_table_is_no_rate() -> None:
    assert list(slips(None)) == []
    assert rate_of(None) is rate_of({}) is None


@pytest.mark.parametrize(("day", "is_stale"), [(date(2026, 12, 20), False), (date(2026, 12, 21), True)])
def test_a_rate_is_stale_after_thirty_days(day: date, is_stale: bool) -> None:  # noqa: FBT001
    rate = rate_of(TABLE)
    assert rate is not None
    assert rate.is_stale(day) is is_stale


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"code": "pkr"}, "code"),
        ({"code": "RUPEE"}, "code"),
        ({"code": 5}, "code"),
        ({"per_usd": 281.5}, "per_usd"),
        ({"per_usd": "much"}, "per_usd"),
        ({"per_usd": "0"}, "per_usd"),
        ({"per_usd": "NaN"}, "per_usd"),
        ({"as_of": "2026-11-20"}, "as_of"),
        ({"as_of": datetime(2026, 11, 20)}, "as_of"),  # noqa: DTZ001
        ({"per_eur": "1"}, "per_eur"),
    ],
)
def test_every_slip_is_named(change: dict[str, object], key: str) -> None:
    assert [slip.key for slip in slips({**TABLE, **change})] == [key]


def test_an_empty_table_lacks_everything() -> None:
    assert [slip.key for slip in slips({})] == ["code", "per_usd", "as_of"]


@given(st.decimals(0, 10**9, places=8), st.decimals("0.000001", 10**6, places=6))
def test_nothing_is_rounded(usd: Decimal, per_usd: Decimal) -> None:
    rate = Rate(code="PKR", per_usd=per_usd, as_of=date(2026, 11, 20))
    assert rate.of(usd) / per_usd == usd


@pytest.mark.parametrize(
    ("exact", "on", "said"),
    [
        ("0.02", None, "$0.020 (5.63 PKR at 281.50 of 2026-11-20)"),
        ("12", date(2026, 11, 21), "$12.00 (3,378.00 PKR at 281.50 of 2026-11-20)"),
        ("0", date(2026, 12, 21), "$0.00 (0.00 PKR at 281.50 of 2026-11-20, an old rate)"),
        (None, None, "unpriced"),
        ("much", None, "unknown"),
    ],
)
def test_money_is_said_in_both_currencies(exact: str | None, on: date | None, said: str) -> None:
    assert money(exact, rate_of(TABLE), on) == said
    assert "PKR" not in money(exact, None, on)
