"""Other people's files: read with places, whatever is in them, and never for long."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Problem
from harness.intake.foreign import foreign_csv, foreign_json, foreign_lines, foreign_text, foreign_yaml
from harness.intake.promptfoo.nodes import entries, inside, value
from harness.units import Json


def _read(text: str) -> tuple[Json, list[str]]:
    problems: list[Problem] = []
    return value(foreign_yaml("x.yaml", text, problems)), [str(each) for each in problems]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {b: 1}\nc: *x\n",
        "base: &base {a: 1, b: 2}\nmore:\n  <<: *base\n  b: 3\n",
        "a: &x 1\nb: {<<: [{c: 1}, {c: 2, d: 3}]}\n",
        "- !!str yes\n- 'no'\n- NO\n- 1.5\n- ~\n- true\n",
        "a: |\n  two\n  lines\nb: >\n  one\n  line\n",
        '{"a": [1, {"b": "\\u00e9"}]}',
    ],
)
def test_it_reads_what_yaml_says(text: str) -> None:
    found, problems = _read(text)
    wanted = yaml.safe_load(text.replace("- NO", "- 'NO'"))
    assert json.loads(json.dumps(found)) == wanted
    assert problems == []


def test_every_value_has_its_place() -> None:
    node = foreign_yaml("x.yaml", "a:\n  - b: c\n", [])
    assert str(inside(next(iter(getattr(inside(node, "a"), "items"))), "b").place) == "x.yaml:2:8"  # type: ignore[union-attr]  # noqa: B009


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "x.yaml:2:1: key 'a' appears twice (first on line 1); the last one counts"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document starts here, and is not read"),
        ("a: *nobody\n", "x.yaml:1:4: there is no anchor 'nobody'"),
        ("a: [1\n", "x.yaml:1:4: the bracket that opens here is not closed; close it"),
        ("[" * 80, "x.yaml:1:65: nested deeper than 64 levels"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, said: str) -> None:
    assert _read(text)[1][0] == said


def test_a_bomb_of_aliases_is_read_no_further() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    found, problems = _read(text)
    assert found is None
    assert "more than 300,000 values" in problems[0]


def test_a_file_in_another_encoding_is_refused() -> None:
    for content in ("ä".encode("latin-1"), "a: 1".encode("utf-16")):
        problems: list[Problem] = []
        assert foreign_text("x", content, problems) is None
        assert problems


def test_characters_that_are_none_are_replaced_and_said() -> None:
    problems: list[Problem] = []
    assert foreign_text("x", b"\xef\xbb\xbfa\x00b", problems) == "a\N{REPLACEMENT CHARACTER}b"
    assert "U+0000" in problems[0].what


def test_lines_of_json_stand_where_they_are() -> None:
    problems: list[Problem] = []
    first, second = foreign_lines("x.jsonl", '{"a": 1}\n\n{"b": ["c"]}\n{"d"\n', problems)
    assert (value(first), value(second)) == ({"a": 1}, {"b": ["c"]})
    assert entries(second)["b"].place.line == 3
    assert problems[0].place.line == 4


def test_json_may_have_tabs_and_pairs() -> None:
    assert value(foreign_json("x", '{\t"a": "\\ud83d\\ude00"}', [])) == {"a": "\N{GRINNING FACE}"}


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "nan", ""])
def test_what_is_no_json_is_said(text: str) -> None:
    problems: list[Problem] = []
    node = foreign_json("x", text, problems)
    assert (node is None) == bool(problems)


def test_rows_know_their_line_and_column() -> None:
    problems: list[Problem] = []
    rows = list(foreign_csv("x.csv", 'a,b\n1,"two\nlines"\n3\n5,6,7\n', problems))
    assert [value(row) for row in rows] == [{"a": "1", "b": "two\nlines"}, {"a": "3"}, {"a": "5", "b": "6"}]
    assert [str(row.place) for row in rows] == ["x.csv:2:1", "x.csv:4:1", "x.csv:5:1"]
    assert "3 cells, the header 2" in problems[0].what


@given(st.text("-:[]{}&*!|>'\"%@`#,? \n\tab01<~", max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    for read in (foreign_yaml, foreign_json):
        read("x", text, [])
    list(foreign_lines("x", text, []))
    list(foreign_csv("x", text, []))
