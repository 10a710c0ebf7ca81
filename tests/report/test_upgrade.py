"""The page of an upgrade: advice that follows from verdicts, quality against cost, and names that stay names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compare.comparison import Ratio, Score
from harness.gate.verdict import Finding, Status
from harness.report.page.upgrade import render_upgrade
from harness.report.views.advice import Advice, advised, unfit
from harness.report.views.pareto import Offer, cheapest_that_holds, front_of, offers_table, pareto_chart
from harness.report.views.upgrade_page import make_upgrade_page
from tests.report import examples, upgraded
from tests.report.gold import assert_gold, scrubbed
from tests.report.hostile import PAYLOADS, nasty
from tests.report.test_html import shape
from tests.report.upgraded import offer

numbers = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
many = st.lists(
    st.builds(
        lambda mean, cost, status: offer("m", "other", mean, cost, status),
        numbers,
        st.none() | st.sampled_from([0.0, 0.5, 1.0, 2.0, 40.0]),
        st.none() | st.sampled_from(Status),
    ),
    max_size=9,
)


def hostile(text: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """The structure of a page of this text; a diff has a mark for each line, and a text as many lines as it likes."""
    found = shape(render_upgrade(upgraded.hostile_page(text)))
    return Counter({each: count for each, count in found.items() if each[0] not in {"del", "ins"}})


def test_the_page_looks_as_agreed() -> None:
    assert_gold("upgrade.html", scrubbed(render_upgrade(upgraded.page(synthetic=True))))


@pytest.mark.parametrize("payload", PAYLOADS[:-1])
def test_no_payload_changes_the_structure_of_the_page(payload: str) -> None:
    assert hostile(payload) == hostile("plain")


@settings(max_examples=15)
@given(nasty.filter(str.strip))
def test_no_text_changes_the_structure_of_the_page(text: str) -> None:
    assert hostile(text) == hostile("plain")


def test_nothing_runs_on_the_page_and_nothing_is_loaded() -> None:
    page = render_upgrade(upgraded.page())
    assert "<script" not in page
    assert all(each == "data:," or each.startswith("#_u") for each in re.findall(r'href="([^"]*)"', page))
    assert " style=" not in page


@given(many)
def test_the_front_is_what_no_other_offer_beats(offers: list[Offer]) -> None:
    def beaten(one: Offer) -> bool:
        return any(
            other.cost is not None
            and one.cost is not None
            and other.cost <= one.cost
            and other.score.mean >= one.score.mean
            and (other.cost, other.score.mean) != (one.cost, one.score.mean)
            for other in offers
        )

    expected = {place for place, each in enumerate(offers) if each.cost is not None and not beaten(each)}
    assert front_of(offers) == expected


@given(many)
def test_every_offer_is_in_the_table_and_every_priced_one_in_the_chart(offers: list[Offer]) -> None:
    made = pareto_chart("p", offers)
    priced = [each for each in offers if each.cost is not None]
    assert len(offers_table(offers).rows) == len(offers)
    assert (made is None) == (len(priced) < 2)
    if made is not None:
        assert len(made.dots) == len(priced)
        spots = [made.spot(dot) for dot in made.dots if dot.label]
        assert all(
            abs(one.x - two.x) >= 23.9 or abs(one.y - two.y) >= 8.9
            for place, one in enumerate(spots)
            for two in spots[:place]
        )


@given(many)
def test_the_cheapest_that_holds_runs_now_or_has_passed_and_none_of_those_is_cheaper(
    offers: list[Offer],
) -> None:
    found = [offer("now", "now", 0.9, 3.0), *offers]
    chosen = cheapest_that_holds(found)
    assert chosen is not None
    assert chosen.part == "now" or chosen.status is Status.PASS
    costs = [
        each.cost
        for each in found
        if each.cost is not None and (each.part == "now" or each.status is Status.PASS)
    ]
    assert chosen.cost == min(costs)


def test_where_what_runs_now_has_no_price_nothing_is_called_cheapest() -> None:
    assert (
        cheapest_that_holds([offer("now", "now", 0.9, None), offer("new", "new", 0.9, 1.0, Status.PASS)])
        is None
    )
    assert cheapest_that_holds([]) is None


def test_a_long_name_is_cut_beside_its_dot_and_whole_in_the_table() -> None:
    made = pareto_chart("p", [offer("x" * 90, "now", 0.9, 3.0), offer("short", "new", 0.5, 1.0)])
    assert made is not None
    assert {len(dot.label) for dot in made.dots} == {len("short, new"), 24 + len(", now")}
    assert made.table.rows[0][0].startswith("x" * 90)


def test_pass_goes_regressed_stays_and_all_else_is_undecided() -> None:
    made = upgraded.page()
    assert [(each.row.suite, each.row.advised.advice) for each in made.moves] == [
        ("suite-regressed", Advice.STAY),
        ("unfit", Advice.STAY),
        ("suite-inconclusive", Advice.UNDECIDED),
        ("suite-not_measured", Advice.UNDECIDED),
        ("suite-pass", Advice.GO),
    ]
    assert made.headline == "1 of 5 suites may go, 2 are undecided and 2 should stay."
    assert made.forest is not None
    assert [row.name for row in made.forest.rows] == ["suite-regressed", "suite-inconclusive", "suite-pass"]
    assert made.forest.margin == -0.05


def said(cost: Ratio | None, status: Status = Status.PASS, **parts: object) -> str:
    verdict = replace(examples.PASS, status=status, **parts)  # type: ignore[arg-type]  # test data, field by field
    return " ".join(advised(examples.comparison(cost=cost), verdict, None).because)


def test_what_going_brings_is_said_as_far_as_it_is_proved() -> None:
    assert said(Ratio(n=9, ratio=0.5, lower=0.4, upper=0.6)) == "It costs 50 % less."
    assert (
        said(Ratio(n=9, ratio=1.04, lower=1.01, upper=1.06))
        == "It costs +4 %, within what this suite allows."
    )
    free = replace(examples.POLICY, cost_margin=None)
    assert "which this suite does not limit" in said(Ratio(n=9, ratio=2.0, lower=1.5, upper=3.0), policy=free)
    assert "nothing is proved to be gained" in said(Ratio(n=9, ratio=1.0, lower=0.9, upper=1.1))
    assert said(Ratio(n=9, ratio=1.0, lower=0.9, upper=1.1), label="improved") == ""
    assert "has no price" in said(None)
    assert "a little lower" in said(None, label="drift")


def test_where_only_the_price_keeps_a_model_out_that_is_said() -> None:
    dear = (Finding(rule="cost", status=Status.REGRESSED, because="cost rose"),)
    worse = said(None, Status.REGRESSED, findings=dear)
    assert worse == "Quality holds: only the suite's limit of cost keeps it out."
    better = replace(examples.QUALITY, difference=0.05, lower=0.01, upper=0.09)
    verdict = replace(examples.PASS, status=Status.REGRESSED, findings=dear)
    [told] = advised(examples.comparison(quality=better), verdict, None).because
    assert told == "Quality is better by +5.0 points: raise the suite's limit of cost if that is worth it."
    assert said(None, Status.REGRESSED, findings=examples.REGRESSED.findings) == ""


def test_a_model_on_its_way_out_presses() -> None:
    assert (
        "claude-opus-5-5, which runs now, retires on 2027-01-01, in 40 days: so it cannot stay for long."
        in " ".join(unfit("it has no tools", upgraded.OPUS).because)
    )
    assert unfit("it has no tools", upgraded.SONNET).because == (
        "The new model cannot be asked: it has no tools.",
    )


def test_the_worst_cases_come_with_one_answer_of_each_side_and_the_others_are_counted() -> None:
    regressed = upgraded.page().moves[0]
    assert [each.row.case_id for each in regressed.worst] == [
        "refund-late-parcel-ur",
        "double-charge-ur",
        "cancel-order-polite",
    ]
    assert regressed.more_worse == 2
    first = regressed.worst[0]
    assert first.before is not None
    assert first.after is not None
    assert (first.before.passed, first.after.passed) == (True, False)
    assert first.diff == (
        '-{"queue": "refunds", "sure": 0.9}',
        '+{"queue": "billing", "sure": 0.9}',
    )


def test_a_long_answer_takes_little_room_and_a_case_without_any_none() -> None:
    found = upgraded.page().upgrade.rows[1]
    weighed = upgraded._weighed("regressed", found.suite)[1]
    row = weighed.report.worst[0]
    pair = row.pairs[0]
    assert pair.baseline is not None
    longer = replace(pair, baseline=replace(pair.baseline, text="x\n" * 9_000))
    report = replace(weighed.report, worst=(replace(row, pairs=(longer,)), replace(row, pairs=())))
    made = make_upgrade_page(upgraded.upgrade((found,)), {found.suite: replace(weighed, report=report)})
    [move] = made.moves
    assert (move.worst[1].before, move.worst[1].diff) == (None, ())
    assert len(render_upgrade(made)) < 45_000


def test_margins_that_differ_are_not_drawn_as_one() -> None:
    made = upgraded.page()
    suites = [row for row in made.upgrade.rows if row.suite in {"suite-pass", "suite-regressed"}]
    weighed = {row.suite: upgraded._weighed(row.suite.removeprefix("suite-"), row.suite)[1] for row in suites}
    other = weighed["suite-pass"]
    policy = replace(other.verdict.policy, quality_margin=0.1)
    weighed["suite-pass"] = replace(other, verdict=replace(other.verdict, policy=policy))
    forest = make_upgrade_page(upgraded.upgrade(tuple(suites)), weighed).forest
    assert forest is not None
    assert forest.margin is None


def test_prices_stand_beside_the_change_and_a_model_without_one_says_so() -> None:
    made = upgraded.page()
    new, old = made.prices
    assert (new.prices[0], new.change, new.life) == ("$2", "", "has no announced end")
    assert (old.prices[0], old.change) == ("$4", "input −50 %, output −50 %")
    bare = replace(made.upgrade, standings=(replace(upgraded.SONNET, prices=()), upgraded.OPUS))
    poor = make_upgrade_page(replace(bare, rows=bare.rows[-1:]), {}).prices
    assert (poor[0].prices, poor[1].change) == (("no price",), "")
    assert make_upgrade_page(replace(bare, rows=bare.rows[-1:], standings=()), {}).forest is None


def test_a_score_of_everything_or_nothing_can_be_drawn() -> None:
    flat = [
        replace(offer(name, "other", 1.0, cost), score=Score(mean=1.0, lower=1.0, upper=1.0))
        for name, cost in (("a", 0.0), ("b", 0.0))
    ]
    made = pareto_chart("p", flat)
    assert made is not None
    assert front_of(flat) == {0, 1}
