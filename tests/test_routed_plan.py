"""A plan whose trials find their own models: the same case goes the same way, whatever is around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.plan import Plan, make_plan
from harness.selection import Selection
from harness.suite.case import Case
from harness.suite.route import Route, Rule
from harness.trial import Variant
from harness.units import Tokens
from tests import values

HAIKU, OPUS = values.model_pin("haiku-5-5"), values.model_pin("opus-5-5")
ROUTE = Route(
    name="easy-on-haiku",
    description="",
    rules=(
        Rule(tags=("hard",), model=OPUS, place=values.HERE),
        Rule(tags=("easy",), model=HAIKU, place=values.HERE),
        Rule(at_most=Tokens(12), model=HAIKU, place=values.HERE),
    ),
    otherwise=OPUS,
    place=values.HERE,
)
VARIANT = Variant(prompt=values.prompt_version("v2"), model=ROUTE)


def made(name: int, tags: Sequence[str], length: int) -> Case:
    return replace(values.case(f"c{name}", tuple(tags)), inputs={"ticket": "x" * length})


CASES = st.lists(
    st.builds(
        made,
        st.integers(0, 30),
        st.lists(st.sampled_from(["easy", "hard", "urdu"]), unique=True),
        st.sampled_from([4, 80]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda case: case.id,
)


EASY = values.case("always-easy", ("easy",))


def planned(*cases: Case, route: Route = ROUTE) -> Plan:
    """The cases, and an easy one: a route that catches nothing is refused."""
    return make_plan(values.suite(*cases, EASY), replace(VARIANT, model=route), repeats=2)


def models(plan: Plan) -> dict[tuple[str, int], str]:
    return {trial.key: trial.request.model for trial in plan.trials}


@given(CASES)
def test_every_trial_is_asked_of_one_pin_of_the_route_and_knows_it(cases: list[Case]) -> None:
    plan = planned(*cases)
    assert all(trial.model in ROUTE.pins and trial.model.id == trial.request.model for trial in plan.trials)
    assert {pin.id for pin in plan.pins} == set(models(plan).values())
    by_case = {(case, model) for (case, _repeat), model in models(plan).items()}
    assert len(by_case) == len(cases) + 1  # all repeats of a case go the same way


@given(CASES, st.data())
def test_no_order_and_no_company_of_cases_changes_where_one_goes(
    cases: list[Case], data: st.DataObject
) -> None:
    whole = models(planned(*cases))
    assert models(planned(*data.draw(st.permutations(cases)))) == whole
    for case in cases:
        assert models(planned(case)).items() <= whole.items()


def test_the_order_of_the_rules_decides_between_two_that_catch_a_case() -> None:
    both = values.case("both", ("easy", "hard"))
    turned = replace(ROUTE, rules=tuple(reversed(ROUTE.rules)))
    assert models(planned(both))["both", 1] == OPUS.id
    assert models(planned(both, route=turned))["both", 1] == HAIKU.id


def test_the_size_is_that_of_the_prompt_with_the_inputs_in_it() -> None:
    short = replace(values.case("short", ()), inputs={"ticket": "x" * 31})
    long = replace(values.case("long", ()), inputs={"ticket": "x" * 32})
    assert len(VARIANT.prompt.system or "") == 17  # 17 + 31 bytes are 12 tokens, one more is 13
    found = models(planned(short, long))
    assert (found["short", 1], found["long", 1]) == (HAIKU.id, OPUS.id)


def test_a_parameter_one_model_does_not_know_is_left_out_for_that_model_alone() -> None:
    plain = replace(HAIKU, efforts=frozenset(), thinking=frozenset())
    route = replace(ROUTE, rules=(Rule(tags=("easy",), model=plain, place=values.HERE),))
    plan = planned(values.case("a", ("easy",)), values.case("b", ()), route=route)
    efforts = {trial.case.id: trial.request.effort for trial in plan.trials}
    assert (efforts["a"], efforts["b"]) == (None, "low")


def test_a_route_that_catches_no_case_of_the_suite_is_no_change_and_refused() -> None:
    suite = values.suite(values.case("a", ("urdu",)), EASY)
    hard = replace(VARIANT, model=replace(ROUTE, rules=ROUTE.rules[:1]))
    with pytest.raises(
        UsageError,
        match=r"no rule of route 'easy-on-haiku' catches a case of suite 'triage', whose prompts have 10 to 13 tokens: all would go to 'opus-5-5'",
    ):
        make_plan(suite, hard)
    only = make_plan(suite, hard, selection=Selection(ids=frozenset({"a"})))
    assert [pin.id for pin in only.pins] == [OPUS.id]  # a selection may be one-sided


def test_a_plan_without_a_route_has_one_pin_and_says_so() -> None:
    plan = make_plan(values.suite(), values.variant())
    assert (plan.route, [pin.id for pin in plan.pins]) == (None, [OPUS.id])
    assert (plan.variant.label, VARIANT.label) == ("v1 on claude-opus-5-5", "v2 by route easy-on-haiku")
