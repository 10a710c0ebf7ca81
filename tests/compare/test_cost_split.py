"""Where a change of cost comes from."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.asked import by_case
from harness.compare.billing import bill_of, cost_of
from harness.compare.comparison import compare
from harness.compare.cost_split import PARTS, CostSplit, split_cost, split_words
from harness.compare.observation import Observation, Side
from harness.compare.price_table import NANO, rates_of, same_prices, tokens_of
from harness.compare.ratio import cost_ratio
from harness.suite.policy import Policy
from tests.compare.build import observation, side_of

OPUS = {
    "id": "opus@2026-09-22",
    "valid_from": "2026-09-22",
    "above_prompt_tokens": "0",
    "input": "4",
    "output": "20",
    "cache_write_5m": "5",
    "cache_write_1h": "8",
    "cache_read": "0.20",
}
CHEAPER = OPUS | {"id": "opus@2026-11-01", "valid_from": "2026-11-01", "input": "2", "output": "10"}
SONNET = OPUS | {"id": "sonnet@2026-09-22", "input": "2", "output": "10"}
ROWS = json.dumps([OPUS, CHEAPER, SONNET])
RATES = rates_of(ROWS)


def trial(
    tokens: Sequence[int],
    *,
    calls: int = 1,
    retries: str = "0",
    row: str = OPUS["id"],
    case_id: str = "c",
    repeat: int = 1,
) -> Observation:
    """A trial that cost exactly what its tokens (input, output, cache write, cache read) and retries cost."""
    listed = sum(Fraction(n) * rate for n, rate in zip(tokens, RATES[row].amounts, strict=True))
    return replace(
        observation(case_id, 1.0, repeat=repeat),
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        cache_write_tokens=tokens[2],
        cache_read_tokens=tokens[3],
        calls=calls,
        retry_cost=float(retries),
        cost=float(listed / 10**9 + Fraction(retries)),
        price_row=row,
    )


def a_side(*trials: Observation, prices: str = ROWS) -> Side:
    return replace(side_of(trials), prices=prices)


def split(before: Side, after: Side) -> CostSplit:
    one, other = by_case(before.observations), by_case(after.observations)
    found = split_cost([(one[k], other[k]) for k in one], before, after)
    assert found is not None
    return found


def dollars(found: CostSplit) -> dict[str, Decimal]:
    return {part.name: part.usd for part in found.parts if part.usd}


def test_longer_answers_are_output_alone() -> None:
    found = split(a_side(trial((100, 100, 0, 0))), a_side(trial((100, 118, 0, 0))))
    assert dollars(found) == {"output": Decimal("0.00036")}
    assert split_words(found) == "output tokens +18 %, price unchanged"


def test_a_cheaper_model_is_price_alone() -> None:
    found = split(a_side(trial((100, 100, 7, 9))), a_side(trial((100, 100, 7, 9), row="opus@2026-11-01")))
    assert set(dollars(found)) == {"price"}
    assert found.parts[0].ratio == pytest.approx(0.5075509)
    assert split_words(found).startswith("price -49.")


def test_a_longer_conversation_is_calls_alone() -> None:
    found = split(a_side(trial((100, 50, 10, 20))), a_side(trial((300, 150, 30, 60), calls=3)))
    assert set(dollars(found)) == {"calls"}
    assert split_words(found) == "calls +200 %, price unchanged"


def test_billed_retries_stand_alone() -> None:
    found = split(a_side(trial((100, 50, 0, 0))), a_side(trial((100, 50, 0, 0), retries="0.0001")))
    assert dollars(found) == {"retries": Decimal("0.0001")}
    assert split_words(found) == "retries add 7.1 %, price unchanged"


def test_a_cache_that_is_read_saves_input_and_costs_little() -> None:
    found = split(a_side(trial((1000, 10, 0, 0))), a_side(trial((0, 10, 0, 1000))))
    assert dollars(found) == {"input": Decimal("-0.004"), "cache": Decimal("0.0002")}
    assert split_words(found) == "input tokens -100 %, cache add 4.8 %, price unchanged"


def test_a_factor_that_the_rows_do_not_know_is_price() -> None:
    dearer = trial((100, 100, 0, 0))
    surcharged = replace(dearer, cost=(dearer.cost or 0) * 2)
    found = split(a_side(dearer), a_side(surcharged))
    assert set(dollars(found)) == {"price"}
    assert found.parts[0].ratio == 2


def test_repeats_count_within_their_case() -> None:
    before = a_side(
        trial((100, 0, 0, 0)), trial((300, 0, 0, 0), repeat=2), trial((100, 0, 0, 0), case_id="d")
    )
    after = a_side(trial((200, 0, 0, 0)), trial((100, 0, 0, 0), case_id="d"))
    assert split(before, after).change == 0
    assert split(before, after).parts[0].share is None


def test_imported_rows_say_that_nothing_is_known() -> None:
    before, after = (a_side(replace(observation("c", 1.0), cost=cost), prices="") for cost in (1.0, 1.5))
    found = split(before, after)
    assert dollars(found) == {"unknown": Decimal("0.5")}
    assert (found.n, found.unknown) == (1, 1)
    assert split_words(found) == ""


@pytest.mark.parametrize(
    "lost",
    [
        {"input_tokens": None},
        {"calls": None},
        {"retry_cost": None},
        {"price_row": None},
        {"price_row": "gone"},
    ],
)
def test_a_case_that_lacks_a_number_is_unknown_and_the_others_are_split(lost: dict[str, object]) -> None:
    whole, torn = trial((100, 50, 0, 0)), trial((100, 50, 0, 0), case_id="d")
    torn = replace(torn, **lost)  # type: ignore[arg-type]  # named by the test
    found = split(a_side(whole, torn), a_side(trial((200, 50, 0, 0)), replace(torn, cost=0.002)))
    assert set(dollars(found)) == {"input", "unknown"}
    assert found.unknown == 1
    assert split_words(found) == "cases without token counts add 21 %, input tokens +100 %, price unchanged"


def test_a_bill_for_tokens_that_cost_nothing_is_unknown() -> None:
    odd = replace(trial((0, 0, 0, 0)), cost=0.001)
    assert split(a_side(odd), a_side(odd)).unknown == 1


def test_without_costs_there_is_no_split() -> None:
    free = a_side(observation("c", 1.0))
    one = by_case(free.observations)
    assert split_cost([(one["c"], one["c"])], free, free) is None


def test_less_than_a_nano_dollar_is_nothing() -> None:
    tiny = a_side(replace(observation("c", 1.0), cost=1e-20))
    found = split(tiny, tiny)
    assert found.before == 0
    assert found.parts[0].points == 0.0


counts = st.integers(0, 5000)
trials = st.builds(
    trial,
    st.tuples(counts, counts, counts, counts).filter(any),
    calls=st.integers(1, 9),
    retries=st.sampled_from(["0", "0.000000001", "0.0123"]),
    row=st.sampled_from(sorted(RATES)),
    case_id=st.sampled_from("abc"),
    repeat=st.integers(1, 3),
)
sides = st.lists(trials, min_size=1, max_size=8, unique_by=lambda t: (t.case_id, t.repeat)).map(
    lambda found: a_side(*found)
)


@given(sides, sides)
def test_the_parts_add_up_exactly_to_the_change_of_the_ratio(before: Side, after: Side) -> None:
    one, other = by_case(before.observations), by_case(after.observations)
    pairs = [(one[k], other[k]) for k in one if k in other]
    found, ratio = split_cost(pairs, before, after), cost_ratio(pairs, 0.05)
    if found is None:
        assert pairs == []
        return
    assert sum(part.usd for part in found.parts) == found.change == found.after - found.before
    assert [part.name for part in found.parts] == list(PARTS)
    assert 1 + sum(part.points for part in found.parts) == pytest.approx(float(found.after / found.before))
    if ratio is not None:
        assert ratio.ratio == pytest.approx(float(found.after / found.before))


@given(sides, sides)
def test_going_back_undoes_every_part(before: Side, after: Side) -> None:
    one, other = by_case(before.observations), by_case(after.observations)
    there = split_cost([(one[k], other[k]) for k in one if k in other], before, after)
    back = split_cost([(other[k], one[k]) for k in one if k in other], after, before)
    for part, reverse in zip(there.parts if there else (), back.parts if back else (), strict=True):
        assert float(part.usd + reverse.usd) == pytest.approx(0, abs=1e-12)


def test_a_model_that_became_cheaper_in_between_changes_no_ratio() -> None:
    before, after = a_side(trial((100, 50, 0, 0))), a_side(trial((110, 50, 0, 0), row="opus@2026-11-01"))
    old, new = same_prices(before, after)
    assert new is after
    assert old.observations[0].cost == pytest.approx(0.0007)
    assert old.cost_usd == before.cost_usd


def test_a_surcharge_stays_when_a_trial_is_priced_anew() -> None:
    doubled = trial((100, 50, 0, 0))
    before = a_side(replace(doubled, cost=(doubled.cost or 0) * 2))
    old, _ = same_prices(before, a_side(trial((100, 50, 0, 0), row="opus@2026-11-01")))
    assert old.observations[0].cost == pytest.approx(0.0014)


def test_another_model_keeps_its_own_prices() -> None:
    before, after = a_side(trial((100, 50, 0, 0))), a_side(trial((100, 50, 0, 0), row="sonnet@2026-09-22"))
    assert same_prices(before, after) == (before, after)


def test_a_price_that_was_mended_under_its_name_is_the_candidate_s() -> None:
    mended = json.dumps([OPUS | {"input": "8", "output": "40", "cache_write_5m": "10", "cache_read": "0.4"}])
    before, after = a_side(trial((100, 50, 0, 0))), a_side(trial((100, 50, 0, 0)), prices=mended)
    old, new = same_prices(before, after)
    assert old.observations[0].cost == pytest.approx(0.0028)
    assert new is after


@pytest.mark.parametrize("lost", [{"input_tokens": None}, {"price_row": None}, {"cost": None}])
def test_what_cannot_be_priced_anew_keeps_its_cost(lost: dict[str, object]) -> None:
    torn = replace(trial((100, 50, 0, 0)), **lost)  # type: ignore[arg-type]  # named by the test
    old, _ = same_prices(a_side(torn), a_side(trial((100, 50, 0, 0), row="opus@2026-11-01")))
    assert old.observations == (torn,)


@pytest.mark.parametrize(
    "prices", ["", "no JSON", "{}", "[1]", '[{"id": "x"}]', '[{"id": "x", "input": "n"}]']
)
def test_rows_that_nobody_can_read_price_nothing(prices: str) -> None:
    assert rates_of(prices) == {}


def test_a_row_that_is_no_number_prices_nothing() -> None:
    assert rates_of(json.dumps([OPUS | {"input": "1/0"}, OPUS | {"above_prompt_tokens": "many"}])) == {}


def test_the_gated_ratio_is_what_the_candidate_does_and_the_split_what_was_paid() -> None:
    def whole(row: str, output: int) -> Side:
        return a_side(*(trial((100 + k, output, 0, 0), row=row, case_id=f"c{k}") for k in range(5)))

    found = compare(whole("opus@2026-09-22", 50), whole("opus@2026-11-01", 100), Policy())
    assert found.cost is not None
    assert found.cost_actual is not None
    assert found.cost_split is not None
    assert found.cost.ratio > 1.5
    assert found.cost_actual.ratio < 1
    assert {part.name for part in found.cost_split.parts if part.usd} == {"price", "output"}


def test_the_newer_prices_hold_on_whichever_side_they_were_billed() -> None:
    before, after = a_side(trial((100, 50, 0, 0), row="opus@2026-11-01")), a_side(trial((100, 50, 0, 0)))
    old, new = same_prices(before, after)
    assert old is before
    assert new.observations[0].cost == pytest.approx(0.0007)


@st.composite
def billed_cases(draw: st.DrawFn) -> list[tuple[Observation, ...]]:
    counts = st.tuples(*[st.integers(0, 10**6)] * 4)
    rows = st.sampled_from(sorted(RATES))
    return [
        tuple(
            trial(draw(counts), calls=draw(st.integers(1, 4)), row=draw(rows), case_id=f"c{i}", repeat=k)
            for k in range(draw(st.integers(1, 3)))
        )
        for i in range(draw(st.integers(1, 6)))
    ]


@given(cases=billed_cases(), extra=st.integers(0, 3), turned=st.booleans())
def test_a_bill_is_the_sum_of_the_means_of_its_cases_whatever_their_order(
    cases: list[tuple[Observation, ...]], *, extra: int, turned: bool
) -> None:
    n = len(cases) + extra
    bill = bill_of(cases[::-1] if turned else cases, RATES, n)

    def mean(number: Callable[[Observation], Fraction | int]) -> Fraction:
        per_case = (sum((Fraction(number(t)) for t in trials), Fraction(0)) / len(trials) for trials in cases)
        return sum(per_case, Fraction(0)) / n

    assert bill.cost == mean(lambda t: round((t.cost or 0) * NANO)) == cost_of(cases, n)
    assert bill.calls == mean(lambda t: t.calls or 0)
    for place in range(4):

        def used(t: Observation, place: int = place) -> int:
            return (tokens_of(t) or ())[place]

        def rate(t: Observation, place: int = place) -> Fraction:
            return RATES[t.price_row or ""].amounts[place]

        def listed(t: Observation) -> Fraction:
            return used(t) * rate(t)

        assert bill.tokens[place] == mean(used)
        assert bill.listed[place] == mean(listed)
        assert bill.rates[place] == mean(rate) / Fraction(len(cases), n)
