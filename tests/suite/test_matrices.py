from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.suite.sources import cases_of, ids_of, wrong

MATRIX = """\
  - matrix:
      lang: [en, ur]
      tone: [kind, stern]
      exclude: [{lang: ur, tone: stern}]
      include: [{lang: fr, tone: kind}]
    id: refund-{lang}-{tone}
    tags: [refund, "{lang}"]
    inputs: {ticket: "In {lang}, {tone}: {name} {lang"}
    expect: [{contains: "{tone}"}]
"""


def test_a_matrix_is_a_case_for_every_combination_in_the_order_of_its_axes() -> None:
    cases = cases_of(MATRIX)
    assert [each.id for each in cases] == [
        "refund-en-kind",
        "refund-en-stern",
        "refund-ur-kind",
        "refund-fr-kind",
    ]
    assert cases[2].tags == ("refund", "ur")
    assert cases[2].inputs == {"ticket": "In ur, kind: {name} {lang"}
    assert len({each.digest for each in cases}) == 4


def test_a_text_that_is_only_an_axis_becomes_its_value() -> None:
    given_ = """\
  - matrix:
      who: [{key: a, age: 30, tags: [x, y]}, {key: b, age: 40.5, tags: []}]
    id: case-{who.key}
    tags: "{who.tags}"
    inputs: {ticket: "{who.age}"}
"""
    first, second = cases_of(given_)
    assert (first.id, first.inputs["ticket"], first.tags) == ("case-a", 30, ("x", "y"))
    assert (second.inputs["ticket"], second.tags) == (40.5, ())


def test_cases_of_a_matrix_may_come_from_any_file_of_cases() -> None:
    line = '{"id": "n-{n}", "matrix": {"n": ["1", "2"]}, "inputs": {"ticket": "{n}"}}\n'
    assert ids_of("  - file: x.jsonl\n", {"evals/x.jsonl": line}) == ["n-1", "n-2"]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ("matrix: {}\n    id: a", "a matrix without an axis; add one, such as `lang: [en, ur]`"),
        ("matrix: [a]\n    id: a", "'matrix' must be a mapping, not a list; write `key: value` lines"),
        ("matrix: {n: []}\n    id: 'a{n}'", "the axis 'n' has no value; add one, or remove it"),
        ("matrix: {n: 5}\n    id: 'a{n}'", "the axis 'n' must be a list, not the number 5; write `- item` lines or `[a, b]`"),
        ("matrix: {n: [x, x]}\n    id: 'a{n}'", "a value of 'n' appears twice; keep one"),
        ("matrix: {'n-m': [x]}\n    id: a", "'n-m' is no name of an axis; use a-z, 0-9 and `_`"),
        ("matrix: {n: [x, y], m: [1, 2]}\n    id: 'a{n}'", "the id says nothing of the axis 'm', so that several cases would share it; write `{m}` into it"),
        ("matrix: {n: [x, y], exclude: [{n: z}]}\n    id: 'a{n}'", "this excludes no combination; mend it, or remove it"),
        ("matrix: {n: [x], exclude: [{n: x}]}\n    id: 'a{n}'", "this leaves nothing of the matrix; mend it, or remove it"),
        ("matrix: {n: [x, y], exclude: [{nn: x}]}\n    id: 'a{n}'", "the matrix has no axis 'nn'; did you mean 'n'?"),
        ("matrix: {n: [x, y], exclude: [{}]}\n    id: 'a{n}'", "an entry of 'exclude' is empty; name an axis, or remove it"),
        ("matrix: {n: [x, y], include: [{n: x}]}\n    id: 'a{n}'", "the matrix has this combination already; remove it"),
        ("matrix: {n: [x], m: [y], include: [{n: z}]}\n    id: 'a{n}'", "a combination without the axis 'm'; add `m:`"),
        ("matrix: {n: [x], exclude: [x]}\n    id: 'a{n}'", "an entry of 'exclude' must be a mapping, not text; write `key: value` lines"),
    ],
)  # fmt: skip
def test_a_matrix_that_is_wrong_is_refused(matrix: str, expected: str) -> None:
    found = wrong(f"  - {matrix}\n    inputs: {{ticket: t}}\n  - {{id: b, inputs: {{ticket: t}}}}\n")
    assert [each.split(": ", 1)[1] for each in found] == [expected]


def test_a_matrix_is_counted_before_it_is_made() -> None:
    axes = "".join(f"      a{n}: {list(range(100))}\n" for n in range(12))
    (found,) = wrong(f"  - id: a\n    inputs: {{ticket: t}}\n    matrix:\n{axes}")
    assert "a matrix of 1,000,000,000,000,000,000,000,000 combinations; the most is 20,000" in found


def test_a_text_that_a_matrix_blows_up_is_refused_before_it_is_made() -> None:
    text, value = "{n}" * 1000, "x" * 200_000
    (found,) = wrong(
        f"  - id: 'a{{m}}'\n    matrix: {{n: [{value}], m: [1]}}\n    inputs: {{ticket: '{text}'}}\n"
    )
    assert "with the values of the matrix this comes to more than 256,000 characters" in found
    (found,) = wrong(
        f"  - id: 'a{{m}}'\n    matrix: {{n: [{value}], m: {list(range(340))}}}\n    inputs: {{ticket: '{{n}}.'}}\n"
    )
    assert "the texts of this matrix come to more than 67,108,864 characters" in found


WORD = st.text("abc", min_size=1, max_size=3)


@given(
    one=st.lists(WORD, min_size=1, max_size=4, unique=True),
    two=st.lists(WORD, min_size=1, max_size=4, unique=True),
)
def test_a_matrix_says_what_its_cases_written_one_by_one_say(one: list[str], two: list[str]) -> None:
    axes = f"matrix: {{x: [{', '.join(one)}], y: [{', '.join(two)}]}}"
    folded = cases_of(f"  - {axes}\n    id: c.{{x}}.{{y}}\n    inputs: {{ticket: '{{x}} or {{y}}'}}\n")
    written = "".join(f"  - {{id: c.{x}.{y}, inputs: {{ticket: '{x} or {y}'}}}}\n" for x in one for y in two)
    assert [(each.id, each.digest) for each in folded] == [
        (each.id, each.digest) for each in cases_of(written)
    ]
