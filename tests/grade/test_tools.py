"""Tools: what is written wrong, and what evidence says."""

from __future__ import annotations

import pytest

from harness.errors import Problem
from harness.grade.grading import grade_response
from harness.suite.forms.expectations import Reader
from harness.suite.notation.document import parse
from harness.suite.notation.fields import Noted
from tests.grade.cases import case
from tests.grade.tables import one, own_files
from tests.grade.walks import walked


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tool_call: {tool: 'a b'}", "'a b' is no name of a tool"),
        ("tool_call: ''", "'' is no name of a tool"),
        ("tool_call: {arguments: {a: 1}}", "tool_call has no 'tool'"),
        ("tool_call: {tool: a, exact: true}", "'exact' without 'arguments'"),
        ("tool_call: {tool: a, arguments: [1]}", "'arguments' must be a mapping"),
        ("tool_call: {tool: a, where: []}", "'where' is empty"),
        ("tool_call: {tool: a, where: [{tools: [b]}]}", "'tools' looks at more than the arguments of a call"),
        ("tool_call: {tool: a, where: [{all: [{refusal: expected}]}]}", "'refusal' looks at more than"),
        (
            "tool_call: {tool: a, where: [{confidence: {path: $.a}}]}",
            "'confidence' is recorded, never scored",
        ),
        ("tool_call: {tool: a, times: 1, at_most_times: 2}", "'times' says it all"),
        (
            "tool_call: {tool: a, at_least_times: 3, at_most_times: 2}",
            "no answer has 3 or more and 2 or fewer",
        ),
        ("tool_call: {tool: a, at_least_times: 0}", "every answer has 0 calls or more"),
        ("tool_call: {tool: a, at_most_times: 0}", "'at_most_times' is 0, outside 1"),
        ("tools: {}", "'tools' asks for nothing"),
        ("tools: {valid: false}", "'tools' asks for nothing"),
        ("tools: {never: ['?']}", "'?' is no name of a tool"),
        ("tools: {at_most: {search: many}}", "'search' must be a whole number"),
        ("tools: {at_most: [search]}", "'at_most' must be a mapping"),
        ("tool_f1: {expected: []}", "'expected' must name tools"),
        ("tool_f1: {expected: ['a*']}", "'expected' must name tools"),
        ("tool_f1: {expected: [a], at_least: 0}", "'at_least' is 0, outside 0 to 1"),
        ("trajectory: {}", "'trajectory' sets no bound"),
        ("trajectory: {no_errors: false}", "'trajectory' sets no bound"),
        (
            "trajectory: {min_tool_calls: 3, max_tool_calls: 2}",
            "no answer has 3 calls or more and 2 or fewer",
        ),
        ("json: {anywhere: true, fenced: true}", "JSON anywhere in the text may be several values"),
        ("json: {anywhere: true, path: $.a}", "JSON anywhere in the text may be several values"),
        ("json_subset: {value: {}}", "'value' is empty, and every such value holds it"),
        ("json_subset:\n  value:\n", "'value' has no value"),
        ("json_diff: {to: {a: 1}, ignore: [a]}", "'a' is not a JSONPath"),
        ("json_diff: {ignore: [$.a]}", "json_diff has no 'to'"),
        ("xml: {elements: ['a//b']}", "'a//b' is no way to an element"),
        ("code: javascript", "nobody here can parse 'javascript'"),
        ("sql: mysq", "did you mean 'mysql'?"),
        ("sql: {statements: [selct]}", "'selct' is no kind of statement"),
        ("sql: {tables: ['a b']}", "'a b' is no name"),
        ("sql_result: {setup: SELECT 1}", "'sql_result' needs `same_as` or `rows`"),
        ("sql_result: {same_as: SELECT 1, rows: [[1]]}", "'sql_result' needs `same_as` or `rows`, not both"),
        ("sql_result: {rows: [1]}", "'rows' must be a list of lists"),
        ("urls: {}", "'urls' asks for nothing"),
        ("urls: {allow: ['https://a.example']}", "'https://a.example' is no host"),
        ("urls: {min: 2, max: 1}", "no answer has 2 or more and 1 or fewer"),
        ("citations: {of: []}", "there is no source to be cited"),
        ("citations: {of: documents}", "'documents' is not a JSONPath"),
        ("citations: {of: [a], min: 2}", "nobody can cite 2 of 1 sources"),
        ("citations: {of: [a], pattern: '('}", "RE2 does not take this pattern"),
    ],
)
def test_what_is_written_wrong_is_said(text: str, problem: str) -> None:
    problems: list[Problem] = []
    noted = Noted(problems)
    node = parse("evals/triage.yaml", text, problems)
    assert node is not None
    Reader(noted, lambda _node: True, own_files(noted)).read(node)
    assert any(problem in str(each) for each in problems), [str(each) for each in problems]


@pytest.mark.parametrize(
    ("text", "way", "evidence"),
    [
        (
            "tool_call: {tool: refund, arguments: {order: '17'}, exact: true, times: 2}",
            'search > refund {"order":"18"}',
            (
                'wanted 2 calls of refund with exactly {"order":"17"}; found 0 of 1 call: refund; '
                'not as described: {"order":"18"}'
            ),
        ),
        (
            "tool_call: {tool: refund, schema: {type: object}, where: [{contains: x}], at_most_times: 3}",
            "refund {}",
            (
                "wanted 1 to 3 calls of refund with arguments that are valid against the schema and text with “x”; "
                "found 0 of 1 call: refund; not as described: {}"
            ),
        ),
        (
            "tool_call: {tool: a, at_least_times: 2}",
            "none",
            "wanted at least 2 calls of a; found no call of a tool",
        ),
        (
            "tool_call: {tool: a, times: 0}",
            "a",
            "wanted no call of a; found 1 of 1 call: a",
        ),
        (
            "tools: {order: [a], exact: [a], only: [a], never: [b], at_most: {a: 1}, valid: true}",
            "a > a\u202e",
            (
                "wanted calls of a in this order; exactly the calls a; no calls but of a; no call of b; at most 1 call "
                "of a; calls of tools there are, with arguments they take; found 2 calls: a, a\\u202e; not exactly these"
            ),
        ),
        ("tools: {exact: []}", "a", "wanted no call of a tool; found 1 call: a; not exactly these"),
        (
            "tools: {at_most: 10}",
            " > ".join("abcdefghijkl"),
            (
                "wanted at most 10 calls of *; found 12 calls: a, b, c, d, e, f, g, h, i, j, and 2 more; "
                "* was called 12 times"
            ),
        ),
        ("tool_f1: {expected: [a, b]}", "a", "wanted the tools a, b; found 1 call: a (F1 0.67)"),
        (
            "trajectory: {max_steps: 9, min_tool_calls: 2, no_errors: true, no_circles: true}",
            "a",
            (
                "wanted at most 9 steps and at least 2 calls of tools and no errors of tools and no circles; "
                "found 2 turns and 1 call: a; fewer calls than 2"
            ),
        ),
    ],
)
def test_evidence_says_what_was_called(text: str, way: str, evidence: str) -> None:
    (grade,) = grade_response(case(one(text)), walked(way)).grades
    assert grade.evidence == evidence
