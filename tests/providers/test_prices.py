"""Money, against the list prices of November 2026 and bills worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.estimate import most_prompt_tokens
from harness.call.exchange import Usage
from harness.errors import Place
from harness.providers.prices import cost, price_row, worst_case, worst_trial
from harness.suite.model import ModelPin, PriceRow, RateLimits
from harness.suite.tool import Conversation, LoopLimits
from harness.units import Tokens, Usd
from tests.doubles import REQUEST
from tests.providers.asking import question

TODAY = date(2026, 11, 21)
CHECKED = date(2026, 11, 20)


def row(since: date, prices: str, *, above: int = 0) -> PriceRow:
    """A row from `input output write_5m write_1h read`, in dollars per million tokens."""
    each = [Decimal(number) for number in prices.split()]
    return PriceRow(
        id=f"{since}/{above}",
        valid_from=since,
        above_prompt_tokens=Tokens(above),
        input=each[0],
        output=each[1],
        cache_write_5m=each[2],
        cache_write_1h=each[3],
        cache_read=each[4],
        source="price page",
        checked_on=CHECKED,
    )


def pin(*rows: PriceRow) -> ModelPin:
    """A model with these prices."""
    return ModelPin(
        name="m",
        id="claude-opus-5-5",
        lifecycle="active",
        released=None,
        retires_on=None,
        context_tokens=Tokens(1_000_000),
        max_output_tokens=Tokens(128_000),
        thinking=frozenset(),
        efforts=frozenset(),
        disabled_thinking_efforts=frozenset(),
        structured_output=True,
        prefill=False,
        prices=rows,
        rate_limits=RateLimits(),
        place=Place("prompts/models.yaml"),
    )


OPUS = pin(row(date(2026, 9, 22), "4 20 5 8 0.20"))
SONNET = pin(row(date(2026, 9, 28), "2 10 2.5 4 0.20"), row(date(2026, 10, 7), "2 10 2.5 4 0.10"))
HAIKU = pin(
    row(date(2026, 10, 7), "0.10 0.50 0.125 0.20 0.01"),
    row(date(2026, 10, 7), "0.50 2.50 0.625 1.00 0.05", above=100_000),
)


def usage(*counts: int) -> Usage:
    """Input, output, written for 5 minutes, written for an hour, read."""
    names = (
        "input_tokens",
        "output_tokens",
        "cache_write_5m_tokens",
        "cache_write_1h_tokens",
        "cache_read_tokens",
    )
    return Usage(**dict(zip(names, map(Tokens, counts), strict=True)))  # type: ignore[arg-type]  # all are counts


def test_a_bill_worked_out_by_hand_agrees_to_the_last_digit() -> None:
    # 1234 x 4 + 567 x 20 + 100 x 5 + 10 x 8 + 9000 x 0.20 = 18,656 millionths of a dollar
    assert cost(usage(1234, 567, 100, 10, 9000), OPUS, TODAY) == Decimal("0.018656")


@pytest.mark.parametrize(
    ("change", "bill"),
    [
        ({"service_tier": "batch"}, "0.009328"),
        ({"speed": "fast"}, "0.037312"),
        ({"geo": "us"}, "0.0205216"),
        ({"geo": "us", "service_tier": "batch"}, "0.0102608"),
        ({"geo": "global", "service_tier": "priority"}, "0.018656"),
    ],
)
def test_tier_speed_and_region_change_the_bill(change: dict[str, str], bill: str) -> None:
    used = replace(usage(1234, 567, 100, 10, 9000), **change)  # type: ignore[arg-type]  # words only
    assert cost(used, OPUS, TODAY) == Decimal(bill)


def test_a_long_prompt_prices_every_token_of_the_request_higher() -> None:
    assert cost(usage(100_000, 1000, 0, 0, 0), HAIKU, TODAY) == Decimal("0.0105")
    assert cost(usage(100_001, 1000, 0, 0, 0), HAIKU, TODAY) == Decimal("0.0525005")
    assert cost(usage(1, 0, 0, 0, 100_000), HAIKU, TODAY) == Decimal("0.0050005")


def test_a_price_counts_from_its_day_on() -> None:
    reads = usage(0, 0, 0, 0, 1_000_000)
    assert cost(reads, SONNET, date(2026, 10, 6)) == Decimal("0.20")
    assert cost(reads, SONNET, date(2026, 10, 7)) == Decimal("0.10")


def test_a_model_without_a_price_costs_nothing_known_rather_than_nothing() -> None:
    assert cost(usage(1, 1, 0, 0, 0), pin(), TODAY) is None
    assert cost(usage(1, 1, 0, 0, 0), OPUS, date(2026, 9, 21)) is None
    assert worst_case(REQUEST, pin(), TODAY) is None


def test_a_new_row_of_one_tier_leaves_the_other_tier_in_force() -> None:
    cheaper = pin(*HAIKU.prices, row(date(2026, 11, 1), "0.05 0.25 0.1 0.1 0.01"))
    low, high = price_row(cheaper, TODAY, 10), price_row(cheaper, TODAY, 200_000)
    assert low is not None
    assert high is not None
    assert (low.input, high.input) == (Decimal("0.05"), Decimal("0.50"))


def test_an_empty_prompt_has_a_price_too() -> None:
    assert price_row(HAIKU, TODAY, 0) is not None


counts = st.integers(0, 3000)


@given(
    counts,
    counts,
    counts,
    counts,
    st.integers(0, 400),
    st.sampled_from(["us", "global"]),
    st.sampled_from([OPUS, SONNET, HAIKU]),
)
def test_no_bill_for_a_request_exceeds_its_worst_case(  # noqa: PLR0913, PLR0917  one per token class
    fresh: int, five: int, hour: int, read: int, output: int, geo: str, model: ModelPin
) -> None:
    request = question(text="word " * 2500)
    most = most_prompt_tokens(request)
    if fresh + five + hour + read > most:
        return
    bill = cost(replace(usage(fresh, output, five, hour, read), geo=geo), model, TODAY)
    bound = worst_case(request, model, TODAY)
    assert bill is not None
    assert bound is not None
    assert bill <= bound


@given(st.text(max_size=300))
def test_the_prompt_bound_is_at_least_a_token_per_byte(text: str) -> None:
    assert most_prompt_tokens(question(text=text)) >= len(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.tuples(counts, counts), max_size=30))
def test_a_sum_of_costs_is_exact(calls: list[tuple[int, int]]) -> None:
    total = sum((cost(usage(a, b, 0, 0, 0), OPUS, TODAY) or Decimal(0) for a, b in calls), Decimal(0))
    assert total * 1_000_000 == sum(4 * a + 20 * b for a, b in calls)


TALKS = pin(row(date(2026, 1, 1), "4 20 5 8 0.2"))
LONGEST_TURN = Decimal("1.1") * (8 * TALKS.context_tokens + 20 * REQUEST.max_tokens) / 10**6


def talking(limits: LoopLimits) -> Usd | None:
    return worst_trial(replace(REQUEST, conversation=Conversation(limits=limits)), TALKS, TODAY)


def test_the_worst_of_a_trial_without_a_conversation_is_that_of_its_request() -> None:
    assert worst_trial(REQUEST, TALKS, TODAY) == worst_case(REQUEST, TALKS, TODAY)
    assert worst_trial(REQUEST, pin(), TODAY) is None


def test_the_worst_of_a_conversation_is_its_limits_and_one_more_turn() -> None:
    tokens = Decimal("1.1") * (8 * 10_000 + 20 * 19 * REQUEST.max_tokens) / 10**6

    assert talking(LoopLimits(tokens=Tokens(10_000))) == LONGEST_TURN + tokens
    assert talking(LoopLimits(cost=Usd(Decimal("0.20")))) == Decimal("0.20")
    assert talking(LoopLimits(cost=Usd(Decimal("0.000001")))) == worst_case(REQUEST, TALKS, TODAY)
    assert talking(LoopLimits(turns=1)) == LONGEST_TURN
