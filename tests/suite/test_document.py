from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Problem
from harness.suite.notation import document
from harness.suite.notation.document import parse
from harness.suite.notation.node import Node, Scalar, Table, named, plain
from harness.units import Json


def tree(text: str, most_nodes: int = 1000) -> tuple[Node | None, list[str]]:
    problems: list[Problem] = []
    node = parse("f.yaml", text, problems, most_nodes=most_nodes)
    return node, [str(problem) for problem in problems]


def value(text: str) -> Json:
    node, problems = tree(f"a: {text}\n")
    assert problems == []
    assert isinstance(node, Table)
    return plain(node.entries["a"].node)


@pytest.mark.parametrize(
    "text",
    ["NO", "no", "on", "off", "yes", "y", "12:30", "1_000", "2026-11-21", "010", "01234", "0b1", "1.2.3", "+", ".", "1e", "0o8", "-.", "00.5"],
)  # fmt: skip
def test_what_only_looks_like_something_stays_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("0", 0), ("-17", -17), ("+5", 5),
        ("0o17", 15), ("0xfF", 255), ("1e3", 1000.0), ("1.10", 1.1), (".5", 0.5), ("5.", 5.0), ("-1.5E-2", -0.015),
        ("-.inf", float("-inf")), (".Inf", float("inf")), ('"true"', "true"), ("'1'", "1"),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(text: str, expected: Json) -> None:
    assert value(text) == expected


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=30))
def test_quoted_text_comes_back_as_it_was(text: str) -> None:
    text = text.replace("\ufeff", "").replace("\ufffe", "").replace("\uffff", "")
    assert value(json.dumps(text, ensure_ascii=False)) == text


@given(st.integers(-(10**298), 10**298) | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were(number: float) -> None:
    assert value(json.dumps(number)) == number


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{" * 100_000, "- " * 100_000, "? " * 100_000, "[{a: " * 50_000]
)
def test_a_hundred_thousand_brackets_fail_at_once(text: str) -> None:
    started = time.perf_counter()
    node, problems = tree(text)
    assert node is None
    assert "nested deeper than 32 levels; make it flatter" in problems[0]
    assert time.perf_counter() - started < 1


def test_a_bomb_of_aliases_has_no_fuse() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 10))]
    _node, problems = tree("\n".join(lines))
    assert len(problems) == 28


def test_a_value_that_is_too_long_is_refused_with_both_sizes() -> None:
    _node, problems = tree("a: " + "x" * 300_000)
    assert problems == ["f.yaml:1:4: a value of 300,000 characters; the most is 256,000; shorten it"]


def test_too_many_values_are_refused() -> None:
    _node, problems = tree("[" + "1, " * 2000 + "]", most_nodes=1000)
    assert "more than 1,000 values in one file" in problems[0]


def test_a_key_must_be_text_in_one_direction() -> None:
    _node, problems = tree('? [a]\n: 1\n"b\\u202e": 2\n')
    assert problems == [
        "f.yaml:1:3: a key must be text; write `key: value`",
        "f.yaml:3:1: this key holds characters that change the direction of text; remove them",
    ]


def test_the_place_inside_a_literal_block_is_exact() -> None:
    node, _problems = tree("a:\n  - |2-\n\n      deep\n    text\n")
    scalar = node.entries["a"].node.items[0]  # type: ignore[union-attr]
    assert isinstance(scalar, Scalar)
    assert str(scalar.inside(2, 3)) == "f.yaml:4:9"


@pytest.mark.parametrize(
    ("text", "expected"), [("'abc'", "f.yaml:1:6"), ("abc", "f.yaml:1:5"), (">\n  abc", "f.yaml:1:4")]
)
def test_the_place_inside_other_texts_is_as_good_as_it_gets(text: str, expected: str) -> None:
    node, _problems = tree(f"a: {text}")
    assert isinstance(node, Table)
    scalar = node.entries["a"].node
    assert isinstance(scalar, Scalar)
    assert str(scalar.inside(1, 2)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("~", "nothing"), ("true", "`true` (true or false)"), ("5", "the number 5"), ("x", "text"), ("[]", "a list"), ("{}", "a mapping")],
)  # fmt: skip
def test_values_are_named_for_people(text: str, expected: str) -> None:
    node, _problems = tree(f"a: {text}")
    assert isinstance(node, Table)
    assert named(node.entries["a"].node) == expected


def test_the_parser_in_python_finds_the_same_places(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: é\nb: [1, {c: |\n  x}]\n"
    texts = [text, "a: b: c\n", "a: 'x", "a: 1\na: 2\n", "a: @x", "[" * 1000, "a:\n\t- x\n"]
    first = [tree(each) for each in texts]
    import yaml

    monkeypatch.setattr(document, "_LOADER", yaml.SafeLoader)
    assert [tree(each) for each in texts] == first
    assert tree('"\\ud800"')[1] == [
        "f.yaml:1:1: half of a surrogate pair is not a character; write the whole character"
    ]
