"""JSON and code blocks somewhere in a text."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.grade.decision import Undecidable
from harness.grade.fences import Block, blocks, unfenced
from harness.grade.scanning import json_values
from harness.grade.subset import holds
from harness.units import Json
from tests.grade.strategies import values

containers = values.filter(lambda value: isinstance(value, dict | list))
prose = st.text(alphabet=st.characters(exclude_characters="[]{}", exclude_categories=["Cs"]), max_size=10)


@given(st.lists(st.tuples(prose, containers), max_size=3), prose)
def test_what_stands_in_prose_is_found_in_order(parts: list[tuple[str, Json]], end: str) -> None:
    text = "".join(before + json.dumps(value) for before, value in parts) + end
    assert list(json_values(text)) == [value for _, value in parts]


@given(st.text(alphabet='[]{}",:1a ', max_size=60))
def test_any_text_is_searched_and_only_json_is_found(text: str) -> None:
    assert all(isinstance(each, dict | list) for each in json_values(text))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        "{" * 1_000_000,
        '{"a":1,"a":2}' * 80_000,
        "[1] " * 250_000,
        "[1," * 300_000,
        '["' * 500_000,
    ],
)
def test_a_text_of_beginnings_is_given_up_on(text: str) -> None:
    with pytest.raises(Undecidable, match="more beginnings of JSON than are looked at"):
        json_values(text)


def test_a_text_of_one_long_list_is_read() -> None:
    assert len(json_values("[" + "1," * 50_000 + "1]")) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```json\n{}\n```", [("json", "{}", True)]),
        ("a\n~~~ Python linenos\nx\n```\ny\n~~~~\nb", [("python", "x\n```\ny", True)]),
        ("````\n```\n````", [("", "```", True)]),
        ("```a\nx\n```\n```b\ny\n```", [("a", "x", True), ("b", "y", True)]),
        ("1. step:\n   ```sh\n   ls\n   ```\n", [("sh", "   ls", True)]),
        ("```\nx", [("", "x", False)]),
        ("```x```", []),
        ("    x = 1", []),
        ("```c++\r\nx\r\n```\r\n", [("c++", "x\r", True)]),
        ("", []),
    ],
)
def test_code_blocks(text: str, found: list[tuple[str, str, bool]]) -> None:
    assert [(each.language, each.code, each.is_closed) for each in blocks(text)] == found


def test_a_fence_around_everything_is_taken_off() -> None:
    assert unfenced(" ```json\n{}\n```\n") == "{}"
    for text in ("{}", "a\n```\n{}\n```", "```\n{}\n```\nb", "```\n{}", "```\na\n```\n```\nb\n```"):
        assert unfenced(text) == text


@given(st.text(alphabet="`~ \na", max_size=40))
def test_blocks_do_not_overlap(text: str) -> None:
    found: tuple[Block, ...] = blocks(text)
    assert all(one.last < two.first for one, two in pairwise(found))


@given(values)
def test_a_value_holds_itself(value: Json) -> None:
    assert holds(value, value)


@given(values, values, st.text(max_size=3))
def test_what_is_put_around_or_beside_takes_nothing_away(value: Json, more: Json, name: str) -> None:
    assert holds([more, value, more], [value])
    assert holds({name: more, "its place": value}, {"its place": value})
    assert not holds([value], [value, value])


def test_a_number_is_no_truth_and_no_text() -> None:
    assert holds(1.0, 1)
    pairs: list[tuple[Json, Json]] = [
        (True, 1),
        (0, False),
        ("1", 1),
        (None, False),
        ({}, []),
        ([], {}),
        ("", []),
    ]
    assert not any(holds(one, two) for one, two in pairs)
