from __future__ import annotations

import pytest

from tests.suite.files import said
from tests.suite.sources import HEAD, cases_of, project, wrong

CASE = "  - {id: a, inputs: {ticket: t}}\n"
DEFAULTS = HEAD[: HEAD.index("defaults:")] + "defaults:\n"


def test_defaults_may_lie_over_defaults_of_a_file() -> None:
    parts = {
        "evals/parts/house.yaml": "include: base.yaml\ntags: [house]\nexpect: [{contains: b}]\n".replace(
            "base", "parts/base"
        ),
        "evals/parts/base.yaml": "tags: [base]\nweight: 3\nexpect: [{contains: a}]\n",
    }
    (case,) = cases_of(CASE, parts, DEFAULTS + "  include: [parts/house.yaml]\n  expect: [{equals: c}]\n")
    assert (case.tags, case.weight) == (("house",), 3.0)
    assert [each.grader for each in case.expect] == ["contains", "contains", "equals"]
    assert [str(each.place) for each in case.expect][:2] == [
        "evals/parts/base.yaml:3:11",
        "evals/parts/house.yaml:3:11",
    ]


def test_a_file_that_two_files_include_counts_once() -> None:
    parts = {
        "evals/parts/one.yaml": "include: parts/base.yaml\n",
        "evals/parts/two.yaml": "include: parts/base.yaml\n",
        "evals/parts/base.yaml": "expect: [{contains: a}]\n",
    }
    (case,) = cases_of(CASE, parts, DEFAULTS + "  include: [parts/one.yaml, parts/two.yaml]\n")
    assert len(case.expect) == 1


def test_expectations_may_come_from_a_file_where_they_are_needed() -> None:
    parts = {
        "evals/parts/polite.yaml": "- contains: please\n- include: parts/short.yaml\n",
        "evals/parts/short.yaml": "- length: {max_words: 5}\n",
    }
    (case,) = cases_of(
        "  - {id: a, inputs: {ticket: t}, expect: [{equals: b}, {include: parts/polite.yaml}]}\n", parts
    )
    assert [each.grader for each in case.expect] == ["json", "equals", "contains", "length"]


@pytest.mark.parametrize(
    ("include", "texts", "expected"),
    [
        ("parts/a.yaml", {"a": "include: parts/b.yaml", "b": "include: parts/a.yaml"}, "evals/parts/b.yaml:1:10: a circle of includes: evals/parts/a.yaml > evals/parts/b.yaml > evals/parts/a.yaml; take one of them out"),
        ("parts/a.yaml", {"a": "include: parts/a.yaml"}, "evals/parts/a.yaml:1:10: a circle of includes: evals/parts/a.yaml > evals/parts/a.yaml; take one of them out"),
        ("parts/no.yaml", {}, "evals/triage.yaml:15:12: evals/parts/no.yaml: there is no such file; mend the name, or add the file"),
        ("../prompts/models.yaml", {}, "evals/triage.yaml:15:12: '../prompts/models.yaml' leads out of evals/; use a path below the suite's folder"),
        ("parts/a.json", {}, "evals/triage.yaml:15:12: evals/parts/a.json is no file to include; use .yaml"),
        ("[]", {}, "evals/triage.yaml:15:12: 'include' is empty; name a file, or remove it"),
        ("[[a]]", {}, "evals/triage.yaml:15:13: 'include' must be text, not a list; write text"),
        ("parts/a.yaml", {"a": "- x"}, "evals/parts/a.yaml:1:1: 'defaults' must be a mapping, not a list; write `key: value` lines"),
        ("parts/a.yaml", {"a": "tagz: [x]"}, "evals/parts/a.yaml:1:1: defaults has no key 'tagz'; did you mean 'tags'?"),
    ],
)  # fmt: skip
def test_a_wrong_include_of_defaults_is_refused(include: str, texts: dict[str, str], expected: str) -> None:
    files = {f"evals/parts/{name}.yaml": f"{text}\n" for name, text in texts.items()}
    head = DEFAULTS + f"  include: {include}\n  expect: [{{contains: a}}]\n"
    assert said(project(CASE, files, head)) == [expected]


@pytest.mark.parametrize(
    ("include", "texts", "expected"),
    [
        ("parts/a.yaml", {"a": "- include: parts/a.yaml"}, "evals/parts/a.yaml:1:12: a circle of includes: evals/parts/a.yaml > evals/parts/a.yaml; take one of them out"),
        ("parts/a.yaml", {"a": "[]"}, "evals/parts/a.yaml:1:1: the file holds no expectation; add one, or remove the entry that names it"),
        ("parts/a.yaml", {"a": "x: y"}, "evals/parts/a.yaml:1:1: a file of expectations must be a list, not a mapping; write `- item` lines or `[a, b]`"),
        ("parts/a.yaml", {"a": "- equal: y"}, "evals/parts/a.yaml:1:3: an expectation has no key 'equal'; did you mean 'equals'?"),
        ("5", {}, 'evals/triage.yaml:18:53: \'include\' must be text, not the number 5; quote it: "5"'),
        ("[x]", {}, "evals/triage.yaml:18:53: 'include' must be text, not a list; write text"),
    ],
)  # fmt: skip
def test_a_wrong_include_of_expectations_is_refused(
    include: str, texts: dict[str, str], expected: str
) -> None:
    files = {f"evals/parts/{name}.yaml": f"{text}\n" for name, text in texts.items()}
    assert wrong(f"  - {{id: a, inputs: {{ticket: t}}, expect: [{{include: {include}}}]}}\n", files) == [
        expected
    ]


def test_includes_are_not_endlessly_deep() -> None:
    files = {f"evals/p/{n}.yaml": f"include: p/{n + 1}.yaml\n" for n in range(30)}
    (found,) = wrong(CASE, files, DEFAULTS + "  include: p/0.yaml\n  expect: [{contains: a}]\n")
    assert found == "evals/p/7.yaml:1:10: includes that are more than 8 files deep; make it flatter"


def test_a_case_whose_expectations_come_from_a_broken_file_is_no_case_without_any() -> None:
    head = HEAD[: HEAD.index("defaults:")]
    found = wrong("  - {id: a, inputs: {ticket: t}, expect: [{include: no.yaml}]}\n", head=head)
    assert [each.split(": ", 1)[1] for each in found] == [
        "evals/no.yaml: there is no such file; mend the name, or add the file"
    ]
