"""What is written is read back as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Problem
from harness.intake.spelling import Unwritable, json_line, yaml_text
from harness.suite.notation.document import parse
from harness.suite.notation.node import plain
from harness.units import Json

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(
    [
        "NO",
        "1e3",
        "0o17",
        "0x1f",
        "1_000",
        "2026-11-21",
        "~",
        "",
        " a",
        "a ",
        "a\n",
        "\n",
        "a\tb\nc",
        "a\u2028b",
        "a\x85b\nc",
        "- a",
        "# b",
    ]
)
_keys = st.text("abcdefghi_-.: #", min_size=1)
_values: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


def _read(text: str) -> Json:
    problems: list[Problem] = []
    node = parse("x.yaml", text, problems)
    assert node is not None
    assert not problems
    return plain(node)


def _thawed(value: Json) -> object:
    return json.loads(json.dumps(value, default=dict))


@given(_values)
def test_yaml_says_the_value_again(value: Json) -> None:
    assert _thawed(_read(yaml_text({"value": value}))) == {"value": _thawed(value)}


@given(_values)
def test_a_line_of_json_says_the_value_again(value: Json) -> None:
    line = json_line(value)
    assert line.count("\n") == 1
    assert json.loads(line) == _thawed(value)


def test_long_texts_stand_in_blocks() -> None:
    assert yaml_text({"user": "Dear {{ name }},\nhello.\n"}) == "user: |\n  Dear {{ name }},\n  hello.\n"


def test_half_characters_become_whole_ones() -> None:
    assert json.loads(json_line("a\ud800")) == "a\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**300, "x" * 300_000, {"a\u202e": 1}])
def test_what_no_file_can_hold_is_refused(value: Json) -> None:
    with pytest.raises(Unwritable):
        yaml_text(value)


def test_what_is_too_deep_is_refused() -> None:
    value: Json = "x"
    for _ in range(40):
        value = [value]
    with pytest.raises(Unwritable):
        yaml_text(value)
