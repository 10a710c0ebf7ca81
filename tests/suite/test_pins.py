from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from harness.suite.forms.pins import kind_of, read_pins
from harness.suite.model import Kind, ModelPin
from harness.suite.notation.fields import Noted
from harness.suite.tree import WorkingTree

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pins() -> Mapping[str, ModelPin]:
    """Our own pins."""
    noted = Noted([])
    found = read_pins(WorkingTree(ROOT), noted)
    assert noted.problems == []
    return found


def test_every_pin_is_a_snapshot_with_prices_and_sources(pins: Mapping[str, ModelPin]) -> None:
    assert len(pins) == 18
    assert {kind_of(pin.id) for pin in pins.values()} == {"snapshot"}
    assert all(pin.prices for pin in pins.values())
    assert all(row.source for pin in pins.values() for row in pin.prices)


def test_long_prompts_cost_more_on_haiku(pins: Mapping[str, ModelPin]) -> None:
    low, high = pins["haiku-5-5"].prices
    assert (low.id, low.input, low.output) == (
        "claude-haiku-5-5@2026-10-07",
        Decimal("0.10"),
        Decimal("0.50"),
    )
    assert (high.id, high.input, high.output) == (
        "claude-haiku-5-5@2026-10-07>100000",
        Decimal("0.50"),
        Decimal("2.50"),
    )


def test_cache_reads_of_sonnet_got_cheaper_on_a_day(pins: Mapping[str, ModelPin]) -> None:
    rows = pins["sonnet-5-5"].prices
    assert [(row.valid_from, row.cache_read) for row in rows] == [
        (date(2026, 9, 28), Decimal("0.20")),
        (date(2026, 10, 7), Decimal("0.10")),
    ]


def test_what_pins_accept_is_what_the_api_says(pins: Mapping[str, ModelPin]) -> None:
    assert pins["opus-5-5"].thinking == {"adaptive"}
    assert pins["sonnet-5-5"].thinking == {"adaptive", "between_tools"}
    assert pins["haiku-5-5"].disabled_thinking_efforts == {"low", "medium", "high"}
    assert pins["sonnet-4-5"].retires_on == date(2026, 11, 30)
    assert [pin.name for pin in pins.values() if pin.prefill] == ["opus-4-5", "haiku-4-5", "sonnet-4-5"]


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("claude-opus-5-5", "snapshot"),
        ("claude-fable-5", "snapshot"),
        ("claude-opus-4-6", "snapshot"),
        ("claude-opus-4-5-20251101", "snapshot"),
        ("claude-sonnet-4-5@20250929", "snapshot"),
        ("claude-3-5-sonnet-20241022", "snapshot"),
        ("claude-opus-4-5", "alias"),
        ("claude-sonnet-4-0", "alias"),
        ("claude-opus-4", "alias"),
        ("claude-3-7-sonnet-latest", "alias"),
        ("claude-3-haiku", "alias"),
        ("claude-latest", "alias"),
        ("gpt-4", "unknown"),
        ("opus-5-5", "unknown"),
        ("anthropic.claude-opus-5-5", "unknown"),
        ("", "unknown"),
    ],
)
def test_ids_are_snapshots_aliases_or_unknown(model_id: str, expected: Kind) -> None:
    assert kind_of(model_id) == expected
