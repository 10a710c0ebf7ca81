"""The one encoding of events: names, units in the keys, and nothing JSON does not know."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

import pytest

from harness.events import AttemptEnded, BreakerMoved, Event, Settled, Stopping
from harness.observe.told import keys_of, name_of, told
from harness.units import Seconds, Usd
from tests.values import run_began

WHO = {"origin": "tiny/c00#1@tiny-v1", "model": "claude-opus-5-5"}


def test_money_is_text_and_its_key_says_so() -> None:
    settled = Settled(**WHO, attempt=2, cost=Usd(Decimal("0.000001")), uncertain=Usd(Decimal("1E-7")))
    assert told(settled) == {
        "event": "settled",
        **WHO,
        "attempt": 2,
        "cost_usd": "0.000001",
        "uncertain_usd": "0.0000001",
    }


def test_a_length_of_time_is_a_number_of_seconds_and_its_key_says_so() -> None:
    ended = AttemptEnded(
        **WHO,
        attempt=1,
        latency=Seconds(0.12345678),
        fault=None,
        detail=None,
        status=200,
        request_id="req_1",
    )
    assert told(ended)["latency_s"] == 0.123457
    assert told(ended)["fault"] is None


def test_what_is_not_known_is_null() -> None:
    stopping = Stopping(why="unauthorized", detail="", under_way=3, at_most=None)
    assert told(stopping)["at_most_s"] is None
    began = run_began()
    assert (told(began)["budget_usd"], told(began)["used_usd"]) == (None, "0")


@pytest.mark.parametrize("kind", get_args(Event))
def test_every_kind_of_event_has_a_name_and_its_own_keys(kind: type[Event]) -> None:
    assert name_of(kind).islower()
    keys = keys_of(kind)
    assert len(set(keys)) == len(keys) == len(kind.__dataclass_fields__)
    assert "event" not in keys


@dataclass(frozen=True)
class Odd:
    """Fields no event has yet."""

    several: tuple[str, ...]
    deep: tuple[tuple[str, int], ...]
    other: complex


def test_what_json_does_not_know_becomes_text() -> None:
    document = told(Odd(("a", "b"), (("x", 1),), 1j))  # type: ignore[arg-type]  # not among the events
    assert json.loads(json.dumps(document)) == {
        "event": "odd",
        "several": ["a", "b"],
        "deep": [["x", 1]],
        "other": "1j",
    }


def test_a_state_that_is_an_enumeration_is_plain_text() -> None:
    from harness.call.breaker import State

    said = told(BreakerMoved(model="m", state=State.OPEN, because="x"))["state"]
    assert json.dumps(said) == '"open"'
