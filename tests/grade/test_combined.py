"""`all`, `any`, `some_of`: the logic of three values, of degrees, and of graders that make mistakes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Problem
from harness.grade.combined import Part, all_of, any_of, part_of, some_of
from harness.grade.decision import Decision, GraderError, Undecidable
from harness.grade.grading import grade_response
from harness.grade.response import Response
from harness.grade.table import decide
from harness.suite.expectation import Expectation
from harness.suite.expectations.combined import AllOf, AnyOf, SomeOf
from harness.suite.expectations.text import Contains
from harness.suite.forms.expectations import Reader
from harness.suite.notation.document import parse
from harness.suite.notation.fields import Noted
from tests.grade.cases import case, only
from tests.grade.strategies import PLACE, answers, anything
from tests.grade.tables import own_files, reply, turned

PARTS = {
    "met": Contains(place=PLACE, all_of=("a",)),
    "missed": Contains(place=PLACE, all_of=("z",)),
    "undecided": Contains(place=PLACE, all_of=("a",), path="$.nowhere"),
}
"""What they come to on the answer "a"."""


def came_to(expectation: Expectation) -> str:
    plain, other = only("a", expectation), only("a", turned(expectation))
    assert not (plain.passed and other.passed)
    return "met" if plain.passed else "missed" if other.passed else "undecided"


def kleene(values: Sequence[str], least: int) -> str:
    """At least so many of the values are true: by counting, in three-valued logic."""
    met, open_ = values.count("met"), values.count("undecided")
    return "met" if met >= least else "undecided" if met + open_ >= least else "missed"


@pytest.mark.parametrize("values", [each for size in (1, 2, 3) for each in product(PARTS, repeat=size)])
def test_combinations_follow_their_truth_table(values: tuple[str, ...]) -> None:
    of = tuple(PARTS[each] for each in values)
    assert came_to(AllOf(place=PLACE, of=of)) == kleene(values, len(values))
    assert came_to(AnyOf(place=PLACE, of=of)) == kleene(values, 1)
    for least in range(1, len(values) + 1):
        assert came_to(SomeOf(place=PLACE, of=of, count=least)) == kleene(values, least)
        share = least / len(values)
        assert came_to(SomeOf(place=PLACE, of=of, at_least=share)) == kleene(values, least)


NOT = {"met": "missed", "missed": "met", "undecided": "undecided"}


@pytest.mark.parametrize("values", list(product(PARTS, repeat=2)))
def test_all_is_not_any_of_the_opposites(values: tuple[str, ...]) -> None:
    of = tuple(PARTS[each] for each in values)
    opposites = AnyOf(place=PLACE, of=tuple(turned(each) for each in of))
    assert came_to(AllOf(place=PLACE, of=of)) == NOT[came_to(opposites)]


@given(st.lists(anything.filter(lambda each: each.scored), min_size=1, max_size=4), answers)
def test_any_combination_grades_any_answer(parts: list[Expectation], text: str) -> None:
    for kind in (AllOf, AnyOf, SomeOf):
        whole = kind(place=PLACE, of=tuple(parts))
        plain, other = only(text, whole), only(text, turned(whole))
        assert 0.0 <= plain.score <= 1.0
        assert not (plain.passed and other.passed)
        assert plain == only(text, whole)
        assert not plain.mistake


def breaks(expectation: Expectation, response: Response) -> Decision:
    """A table whose grader of the text "e" has no opinion, and whose grader of "b" has a bug."""
    if isinstance(expectation, Contains) and expectation.all_of == ("e",):
        raise GraderError("no opinion", "judge_error")
    if isinstance(expectation, Contains) and expectation.all_of == ("b",):
        raise LookupError("of ours")
    return decide(expectation, response)


ERROR = Contains(place=PLACE, all_of=("e",), criterion="tone")
BUG = Contains(place=PLACE, all_of=("b",))


def part(expectation: Expectation) -> Part:
    return part_of(expectation, reply("a"), breaks, "the words")


def parts(*names: str) -> list[Part]:
    return [part(ERROR if each == "error" else BUG if each == "bug" else PARTS[each]) for each in names]


ALL, ANY = AllOf(place=PLACE, of=()), AnyOf(place=PLACE, of=())
TWO, HALF = SomeOf(place=PLACE, of=(), count=2), SomeOf(place=PLACE, of=(), at_least=0.5)


@pytest.mark.parametrize("broken", ["error", "bug"])
def test_a_mistake_that_changes_nothing_is_passed_over(broken: str) -> None:
    assert not all_of(ALL, parts("missed", broken)).met
    assert any_of(ANY, parts(broken, "met")).met
    assert some_of(TWO, parts("met", broken, "met")).met
    assert not some_of(TWO, parts("missed", broken, "missed")).met
    assert some_of(HALF, parts("met", broken)).met
    assert not some_of(HALF, parts("missed", broken, "missed")).met


@pytest.mark.parametrize("broken", ["error", "bug"])
def test_a_mistake_that_could_change_the_outcome_leaves_the_whole_unmeasured(broken: str) -> None:
    decisions: list[Callable[[], Decision]] = [
        lambda: all_of(ALL, parts("met", broken)),
        lambda: all_of(ALL, parts("undecided", broken)),
        lambda: any_of(ANY, parts(broken, "missed")),
        lambda: some_of(TWO, parts("met", broken, "missed")),
        lambda: some_of(HALF, parts("missed", broken)),
        lambda: some_of(SomeOf(place=PLACE, of=()), parts("met", broken)),
    ]
    for decide_it in decisions:
        with pytest.raises(GraderError) as caught:
            decide_it()
        assert caught.value.mistake == ("judge_error" if broken == "error" else "grader_error")


def test_a_mistake_is_told_under_the_name_of_its_criterion() -> None:
    with pytest.raises(GraderError, match="tone: no opinion"):
        all_of(ALL, parts("error"))


def test_what_is_undecided_beside_a_harmless_mistake_stays_undecided() -> None:
    with pytest.raises(Undecidable):
        some_of(TWO, parts("met", "undecided", "missed"))
    with pytest.raises(Undecidable):
        any_of(ANY, parts("missed", "undecided"))


def test_what_is_undecided_earns_nothing_by_degrees_either_way() -> None:
    whole = SomeOf(place=PLACE, of=(PARTS["met"], PARTS["undecided"], PARTS["missed"]))
    assert only("a", whole).score == pytest.approx(1 / 3)
    assert only("a", turned(whole)).score == pytest.approx(1 / 3)


def test_a_degree_inside_is_met_by_a_full_score() -> None:
    half = SomeOf(place=PLACE, of=(PARTS["met"], PARTS["missed"]))
    assert not only("a", AllOf(place=PLACE, of=(half,))).passed
    assert only("a", AllOf(place=PLACE, of=(dataclasses.replace(half, at_least=0.5),))).passed
    assert only("a", SomeOf(place=PLACE, of=(half,))).score == 0.5


def test_a_combination_is_as_sure_as_its_least_sure_part() -> None:
    sure, unsure = part(PARTS["met"]), dataclasses.replace(part(PARTS["met"]), confidence=0.4)
    assert all_of(ALL, [sure, unsure]).confidence == 0.4


def test_evidence_names_the_parts_that_are_not_met() -> None:
    grade = only("a", AllOf(place=PLACE, of=(PARTS["met"], PARTS["missed"], PARTS["undecided"], ERROR)))
    assert grade.evidence == (
        "wanted all of (text with “a”; text with “z”; text with “a” at $.nowhere; ...); found 1 of 4 met "
        "(text with “z”: “a”, without “z”; text with “a” at $.nowhere: “a”, which is not JSON: "
        "Expecting value at line 1, column 1; tone: “a”, without “e”)"
    )


def test_a_whole_case_is_unmeasured_by_a_mistake_inside() -> None:
    grading = grade_response(case(PARTS["met"], BUG), reply("a"), breaks)
    assert grading.score is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("all: []", "it is made of 0 expectations; write one to 100"),
        ("any: {of: []}", "it is made of 0 expectations; write one to 100"),
        ("all: 5", "'of' must be a list, not the number 5"),
        ("all: [{contains: a, weight: 2}]", "a weight says nothing where every part counts once"),
        ("some_of: {at_least: 1, of: [{contains: a, weight: 2}]}", "a weight says nothing"),
        ("some_of: {at_least: 3, of: [{contains: a}, {contains: b}]}", "no answer meets 3 of 2 expectations"),
        ("some_of: {at_least: 0, of: [{contains: a}]}", "'at_least' is 0, outside 1 to 100"),
        ("some_of: {at_least: 0.5, of: [{contains: a}]}", "is no count of parts and no share; write `2` or"),
        ("some_of: {at_least: 120%, of: [{contains: a}]}", "'at_least' is 1.2, outside 0 to 1"),
        ("all: [{confidence: {path: $.c}}]", "'confidence' is recorded, never scored"),
        ("all: [{contains: a, any: [{contains: b}]}]", "an expectation has one grader, not 2"),
        ("all: [{all: [{all: [{all: [{all: [{all: [{contains: a}]}]}]}]}]}]", "more than 5 deep inside"),
    ],
)
def test_what_is_written_wrong_is_said(text: str, problem: str) -> None:
    problems: list[Problem] = []
    noted = Noted(problems)
    node = parse("evals/triage.yaml", text, problems)
    if node is not None:
        Reader(noted, lambda _node: True, own_files(noted)).read(node)
    assert any(problem in str(each) for each in problems), [str(each) for each in problems]
