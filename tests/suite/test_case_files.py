from __future__ import annotations

import pytest

from harness.errors import Place
from harness.suite.case import Case
from harness.suite.expectations.manner import Refusal
from harness.suite.expectations.structure import JsonSchema
from harness.suite.expectations.text import Contains, Equals, Matches
from harness.suite.notation.fields import Noted
from harness.suite.notation.load import load_json
from harness.suite.notation.node import plain
from harness.suite.read import read_project
from tests.suite.files import SUITE, said, with_files


def cases(name: str, text: str) -> tuple[Case, ...]:
    suite = SUITE.replace("more.jsonl", name)
    tree = with_files({"evals/triage.yaml": suite, f"evals/{name}": text})
    return read_project(tree).suites["triage"].cases[2:]


def wrong(name: str, text: str) -> list[str]:
    suite = SUITE.replace("more.jsonl", name)
    return said(with_files({"evals/triage.yaml": suite, f"evals/{name}": text}))


def test_lines_of_json_are_cases_that_stand_where_their_line_does() -> None:
    first, second = cases(
        "x.jsonl", '{"id":"a","inputs":{"ticket":[1,true,null]}}\n\n{"id":"b","inputs":{"ticket":"é"}}'
    )
    assert (first.inputs, str(first.place)) == ({"ticket": (1, True, None)}, "evals/x.jsonl:1:1")
    assert str(second.place) == "evals/x.jsonl:3:1"


def test_a_list_in_yaml_is_cases() -> None:
    (case,) = cases("more/x.yaml", "- id: a\n  inputs: {ticket: b}\n  expect: [equals: 5]\n")
    assert [type(each) for each in case.expect] == [JsonSchema, Equals]
    assert str(case.place) == "evals/more/x.yaml:1:3"


def test_rows_of_a_table_are_cases() -> None:
    head = "id,tags,cluster,weight,threshold,input.ticket,expect.equals,expect.contains,expect.matches,expect.refusal\n"
    first, second = cases(
        "x.csv", head + 'a,x| y,k,2,0.5,"one, two",q,w,^e,forbidden\nb,,,,,"two\nlines",,,,\n'
    )
    assert (first.tags, first.cluster, first.weight, first.threshold) == (("x", "y"), "k", 2.0, 0.5)
    assert [type(each) for each in first.expect] == [JsonSchema, Equals, Contains, Matches, Refusal]
    assert (second.inputs, str(second.place)) == ({"ticket": "two\nlines"}, "evals/x.csv:3:1")


def test_a_cell_is_text_even_where_it_looks_like_a_number() -> None:
    (case,) = cases("x.csv", "id,input.ticket\na,01234\n")
    assert case.inputs == {"ticket": "01234"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("x.csv", "", "evals/x.csv:1:1: the file holds no case; add one, or remove the entry that names the file"),
        ("x.csv", "id,input.ticket\n", "evals/x.csv:1:1: the file holds no case; add one, or remove the entry that names the file"),
        ("x.csv", "id,tag,input.ticket\n", "evals/x.csv:1:1: there is no column 'tag'; did you mean 'tags'?"),
        ("x.csv", "id,id\n", "evals/x.csv:1:1: column 'id' appears twice; keep one"),
        ("x.csv", "id,input.ticket\na,b,c\n", "evals/x.csv:2:1: 3 cells where the first line has 2; quote cells that hold a comma"),
        ("x.csv", 'id,input.ticket\na,"b" c\n', "evals/x.csv:2:1: not CSV: ',' expected after '\"'; quote cells that hold quotes or line ends"),
        ("x.csv", "id,input.ticket,weight\na,b,heavy\n", "evals/x.csv:2:1: 'weight' must be a number, not text; write a number"),
        ("x.csv", f"id,input.ticket,weight\na,b,{'9' * 400}\n", "evals/x.csv:2:1: 'weight' must be a number, not text; remove the quotes"),
        ("x.jsonl", "[]\n", "evals/x.jsonl:1:1: a case must be a mapping, not a list; write `key: value` lines"),
        ("x.jsonl", '{"id": "a", "inputs": {"ticket": ' + "[" * 40 + "]" * 40 + "}}", "evals/x.jsonl:1:1: nested deeper than 32 levels; make it flatter"),
        ("x.jsonl", '{"id": "a", "inputs": {"ticket": "' + "x" * 300_000 + '"}}', "evals/x.jsonl:1:1: a value of 300,000 characters; the most is 256,000; shorten it"),
        ("m/x.yaml", "id: a\n", "evals/m/x.yaml:1:1: a file of cases must be a list, not a mapping; write `- item` lines or `[a, b]`"),
        ("m/x.yaml", "[\n", "evals/m/x.yaml:2:1: a bracket is still open here; close it, or add the comma that is missing"),
    ],
)  # fmt: skip
def test_a_wrong_file_of_cases_is_refused(name: str, text: str, expected: str) -> None:
    assert wrong(name, text) == [expected]


def test_a_file_entry_has_no_other_keys() -> None:
    suite = SUITE.replace("- file: more.jsonl", "- file: more.jsonl\n    tags: [a]")
    assert said(with_files({"evals/triage.yaml": suite})) == [
        "evals/triage.yaml:31:5: an entry for a file of cases has no key 'tags'; use one of: defaults, file, files"
    ]


def test_twenty_thousand_cases_are_no_problem() -> None:
    lines = "".join(f'{{"id":"n{number}","inputs":{{"ticket":"t"}}}}\n' for number in range(20_000))
    assert len(cases("x.jsonl", lines)) == 20_000


@pytest.mark.parametrize(
    ("written", "meant"), [(r"\ud83d\ude00", "😀"), (r"\\ud83d\\ude00", r"\ud83d\ude00"), (r"\u00e9", "é")]
)
def test_a_schema_may_escape_any_character_as_json_does(written: str, meant: str) -> None:
    noted = Noted([])
    tree = with_files({"evals/schemas/queue.json": f'{{"description": "{written}"}}'})
    node = load_json(tree, "evals/schemas/queue.json", noted, Place("evals/triage.yaml", 1, 1))
    assert noted.problems == []
    assert node is not None
    assert plain(node) == {"description": meant}
