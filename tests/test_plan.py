"""What is asked, in which order."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from harness.errors import FilesRejected, Place, UsageError
from harness.plan import interleave, make_plan
from harness.selection import Selection
from tests.values import case, suite, variant

SUITE = suite(case("a"), case("b", tags=("urdu",)), case("c", tags=("urdu", "refund")), repeats=2)


def test_every_case_is_asked_once_before_any_is_asked_twice() -> None:
    plan = make_plan(SUITE, variant())

    assert [trial.key for trial in plan.trials] == [
        ("a", 1),
        ("b", 1),
        ("c", 1),
        ("a", 2),
        ("b", 2),
        ("c", 2),
    ]


def test_the_request_holds_the_inputs_and_nothing_of_what_is_expected() -> None:
    request = make_plan(SUITE, variant()).trials[0].request

    assert request.messages[0].content == "Where is my refund? (a)"
    assert "refunds" not in repr(request)


def test_repeats_given_by_hand_replace_the_suites_own() -> None:
    assert len(make_plan(SUITE, variant(), repeats=5).trials) == 15


def test_a_tag_selects_the_cases_that_have_it() -> None:
    plan = make_plan(SUITE, variant(), selection=Selection(tags=frozenset({"urdu"})))

    assert [case.id for case in plan.cases] == ["b", "c"]


def test_a_case_is_selected_by_its_id() -> None:
    plan = make_plan(SUITE, variant(), selection=Selection(ids=frozenset({"b"})))

    assert [case.id for case in plan.cases] == ["b"]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(ids=frozenset({"zz"})), "has no case 'zz'"),
        (Selection(tags=frozenset({"zz"})), "0 cases selected"),
        (Selection(ids=frozenset({"a"}), tags=frozenset({"urdu"})), "0 cases selected"),
    ],
)
def test_a_selection_of_nothing_is_an_error(selection: Selection, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make_plan(SUITE, variant(), selection=selection)


def test_asking_zero_times_is_an_error() -> None:
    with pytest.raises(UsageError, match="at least once"):
        make_plan(SUITE, variant(), repeats=0)


def test_two_plans_are_interleaved_case_by_case_and_take_turns_at_going_first() -> None:
    one, two = make_plan(SUITE, variant("v1"), repeats=1), make_plan(SUITE, variant("v2"), repeats=1)

    order = [(trial.case.id, trial.variant.prompt.version) for trial in interleave([one, two])]

    assert order == [("a", "v1"), ("a", "v2"), ("b", "v2"), ("b", "v1"), ("c", "v1"), ("c", "v2")]


def test_interleaving_loses_no_trial_when_the_plans_differ() -> None:
    one, two = make_plan(SUITE, variant("v1"), repeats=1), make_plan(SUITE, variant("v2"), repeats=3)

    assert len(list(interleave([one, two]))) == 3 + 9


def test_every_case_a_template_cannot_take_is_named_at_its_own_place() -> None:
    bad = replace(case("b"), inputs=MappingProxyType({"ticket": None}))
    with pytest.raises(FilesRejected) as rejected:
        make_plan(
            suite(case("a"), bad, replace(bad, id="c", place=Place("evals/triage.yaml", 9, 5))), variant()
        )
    assert [str(each).partition(":")[0] for each in rejected.value.problems] == ["evals/triage.yaml"] * 2
    assert all("v1 cannot take these inputs" in str(each) for each in rejected.value.problems)
