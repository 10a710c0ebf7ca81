"""Conversations of any shape become prompts of ours, or are listed."""

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import Place
from harness.intake.constructs import Register
from harness.intake.python_files import parsed_python, shown
from harness.intake.references import expected as held_against
from harness.intake.samples import MOST_SHAPES, Sample
from tests.intake.others.made import cases, fates, imported, reasons

WANTED: Any = {"contains": "x"}


def samples(register: Register, *conversations: Any) -> list[Sample]:
    found: list[Sample] = []
    for number, given in enumerate(conversations):
        ticket = register.meet("sample", f"s{number}", Place("f", number + 1, 1))
        messages = () if isinstance(given, dict) else tuple(given)
        inputs = given if isinstance(given, dict) else {}
        place = Place("f", number + 1, 1)
        found.append(
            Sample(
                place=place,
                name=f"s{number}",
                ticket=ticket,
                messages=messages,
                inputs=inputs,
                expect=(WANTED,),
            )
        )
    return found


def test_each_shape_gets_a_suite_and_the_rarest_share_one() -> None:
    shapes = [
        [("user", "a"), *[("assistant", "b"), ("user", "c")] * turns] for turns in range(MOST_SHAPES + 3)
    ]
    draft, inventory = imported(lambda register: samples(register, *shapes, shapes[0]))
    assert len(cases(draft)) == len(shapes) + 1
    assert len(draft.suites) == MOST_SHAPES
    assert list(fates(inventory, "sample").values()).count("bridged") == 3


def test_more_shapes_of_inputs_than_suites_stand_in_one_message() -> None:
    tables: list[dict[str, Any]] = [{f"name{number}": "a", "other": [1]} for number in range(MOST_SHAPES + 2)]
    draft, inventory = imported(lambda register: samples(register, *tables))
    asked = [str(case.inputs) for case in cases(draft).values()]
    assert any("name9: a\\nother: [1]" in each for each in asked)
    assert "its inputs stand in one message" in "".join(reasons(inventory, "sample").values())


def test_neighbours_of_one_role_are_one_message_and_empty_ones_none() -> None:
    draft, _ = imported(
        lambda register: samples(register, [("user", "a"), ("user", "b"), ("assistant", " "), ("user", "c")])
    )
    assert [dict(case.inputs) for case in cases(draft).values()] == [{"input": "a\n\nb\n\nc"}]


@pytest.mark.parametrize(
    ("conversation", "why"),
    [
        ([], "it asks nothing"),
        ([("system", "s")], "it asks nothing"),
        ([("user", "a"), ("assistant", "b")], "ends with the assistant"),
        ([("user", "a" * 300_000)], "cannot be written"),
    ],
)
def test_what_cannot_be_asked_is_listed(conversation: Any, why: str) -> None:
    draft, inventory = imported(lambda register: samples(register, conversation))
    assert draft.suites == ()
    assert why in reasons(inventory, "sample")["s0"]


def test_a_system_message_within_a_conversation_stands_in_one_message() -> None:
    draft, inventory = imported(
        lambda register: samples(register, [("user", "a"), ("system", "s"), ("user", "b")])
    )
    assert [dict(case.inputs) for case in cases(draft).values()] == [
        {"input": "User: a\n\nSystem: s\n\nUser: b"}
    ]
    assert fates(inventory, "sample") == {"s0": "bridged"}


def test_braces_in_somebody_s_text_mean_nothing() -> None:
    draft, _ = imported(
        lambda register: samples(register, [("system", "{% raw %}{{ x }}"), ("user", "{{ secret }}")])
    )
    [case] = cases(draft).values()
    assert dict(case.inputs) == {"system": "{% raw %}{{ x }}", "input": "{{ secret }}"}


@pytest.mark.parametrize(
    ("right", "way", "judge", "fate"),
    [
        ("Paris", None, "", "bridged"),
        ("Paris", "equals", "", "mapped"),
        ("Paris", "contains", "", "mapped"),
        ("Paris", None, "facts", "mapped"),
        ("Paris", "agrees", "", "listed"),
        ({"a": 1}, None, "", "mapped"),
        ([1, 2], "contains", "", "mapped"),
    ],
)
def test_how_an_answer_is_held_against_the_right_one(right: Any, way: Any, judge: str, fate: str) -> None:
    found = held_against(right, way, judge)
    assert (found[0], found[2] is None) == (fate, fate == "listed")


def test_long_answers_are_similar_where_there_is_a_grader_of_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.intake.references.has_grader", lambda _name: True)
    long = "a long answer " * 9
    assert held_against(long, None, "")[2] == {"similarity": {"to": long, "by": "rouge_l"}}
    monkeypatch.setattr("harness.intake.references.has_grader", lambda name: name != "similarity")
    assert held_against(long, "similar", "")[0] == "listed"
    assert held_against(long, None, "")[2] == {"equals": long.strip()}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"def broken(", "not Python"),
        (b"\0", "not Python"),
        (b"(" * 5000, "not Python"),
        (b"#" * 5_000_000, "more than"),
    ],
)
def test_python_that_cannot_be_parsed_is_said(content: bytes, why: str) -> None:
    assert why in str(parsed_python(content))


def test_long_source_is_cut_short() -> None:
    tree = parsed_python(f"x = {list(range(100))}".encode())
    assert not isinstance(tree, str)
    assert shown(tree).endswith("...")
