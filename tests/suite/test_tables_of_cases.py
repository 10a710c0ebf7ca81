from __future__ import annotations

import io
import json
import sys
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.suite.case import Case
from tests.suite.sources import HEAD, cases_of, wrong

TOOLS = """\
tools:
  lookup_order:
    description: Where an order is.
    input: {type: object, properties: {order: {type: string}}}
    results: [{error: not_found}]
"""
WHOLE: dict[str, Any] = {
    "id": "a",
    "tags": ["x", "y"],
    "cluster": "k",
    "weight": 2,
    "threshold": 0.5,
    "must_pass": True,
    "repeats": 3,
    "inputs": {"ticket": "t"},
    "expect": [{"contains": {"any": ["q", "r"]}}],
    "tools": {"lookup_order": {"results": [{"when": {"order": "17"}, "result": {"state": "lost"}}]}},
    "turns": ["And now?", "And then?"],
    "history": [{"user": "Hello."}, {"assistant": "Good day."}],
    "attachments": [{"file": "notes.txt"}],
    "quarantine": {"owner": "dana", "until": "2030-01-01", "reason": "The shop changed."},
}
V = "tools: [lookup_order]\n"


def parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    arrow, files = (cast("Any", each) for each in (pa, parquet))  # they have no types
    content = io.BytesIO()
    files.write_table(arrow.Table.from_pylist(rows), content)
    return content.getvalue()


def from_file(name: str, content: str | bytes) -> tuple[Case, ...]:
    """The cases of a file, in a suite with a tool."""
    from tests.suite.files import PROMPT

    texts: dict[str, str | bytes] = {
        f"evals/{name}": content,
        "evals/notes.txt": "Notes.",
        "prompts/triage/v2.yaml": PROMPT + V,
    }
    return cases_of(f"  - file: {name}\n", texts, HEAD.replace("defaults:", f"{TOOLS}defaults:"))


def test_a_case_says_the_same_in_every_kind_of_file() -> None:
    cells = {key: value if isinstance(value, str) else json.dumps(value) for key, value in WHOLE.items()}
    cells["tags"] = "x|y"
    quoted = ",".join('"' + each.replace('"', '""') + '"' for each in cells.values())
    cases = [
        *from_file("x.jsonl", json.dumps(WHOLE)),
        *from_file("y/x.yaml", json.dumps([WHOLE])),
        *from_file("x.csv", f"{','.join(cells)}\n{quoted}\n"),
        *from_file("x.parquet", parquet([WHOLE])),
        *from_file("x.parquet", parquet([cells])),
    ]
    assert len(cases) == 5
    for each in cases:
        assert each.digest == cases[0].digest
        assert (each.id, each.tags, each.cluster, each.weight, each.threshold) == (
            "a",
            ("x", "y"),
            "k",
            2.0,
            0.5,
        )
        assert (each.must_pass, each.repeats, [said.text for said in each.history]) == (
            True,
            3,
            ["Hello.", "Good day."],
        )
        assert each.conversation is not None
        assert each.conversation.says == ("And now?", "And then?")
        assert each.conversation.fakes["lookup_order"].results[0].value == {"state": "lost"}
        assert each.attachments[0].name == "evals/notes.txt"
        assert str(each.quarantine) == "until 2030-01-01 (dana): The shop changed."


def test_turns_and_tools_may_stand_in_defaults() -> None:
    entry = """\
  - file: x.jsonl
    defaults: {turns: [And now?], tools: {lookup_order: {results: [{result: found}]}}}
"""
    from tests.suite.files import PROMPT

    lines = '{"id": "a", "inputs": {"ticket": "t"}}\n{"id": "b", "inputs": {"ticket": "t"}, "turns": []}\n'
    texts = {"evals/x.jsonl": lines, "prompts/triage/v2.yaml": PROMPT + V}
    first, second = cases_of(entry, texts, HEAD.replace("defaults:", f"{TOOLS}defaults:"))
    assert first.conversation is not None
    assert second.conversation is not None
    assert (first.conversation.says, second.conversation.says) == (("And now?",), ())
    assert first.conversation.fakes["lookup_order"].results[0].value == "found"


def test_columns_of_a_table_add_to_each_other() -> None:
    head = "id,inputs,input.ticket,expect,expect.contains,expect.number\n"
    (case,) = cases_of("  - file: x.csv\n", {"evals/x.csv": head + 'a,{},t,"[{""equals"": 1}]",q,2.5\n'})
    assert case.inputs == {"ticket": "t"}
    assert [each.grader for each in case.expect] == ["json", "equals", "contains", "number"]


def test_rows_of_a_parquet_file_stand_where_they_are_counted() -> None:
    rows = [{"id": f"n{n}", "input.ticket": "t", "tags": None, "weight": None} for n in range(600)]
    cases = cases_of("  - file: x.parquet\n", {"evals/x.parquet": parquet(rows)})
    assert len(cases) == 600
    assert str(cases[599].place) == "evals/x.parquet:600:1"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"id": "a", "input.ticket": "t", "tag": "x"}], "evals/x.parquet:1:1: there is no column 'tag'; did you mean 'tags'?"),
        ([{"id": "a", "input.ticket": b"t"}], "evals/x.parquet:1:1: column 'input.ticket' holds a value of type bytes; write it as text, a number, a list or a struct"),
        ([{"id": "a", "input.ticket": "t", "weight": float("nan")}], "evals/x.parquet:1:1: 'weight' must be a finite number, not the number NaN; write a number"),
        ([{"id": 5, "input.ticket": "t"}], 'evals/x.parquet:1:1: \'id\' must be text, not the number 5; quote it: "5"'),
        ([{"id": "a", "input.ticket": "t", "turns": "{"}], "evals/x.parquet:1:1: column 'turns': not JSON: Expecting property name enclosed in double quotes; write JSON in the cell"),
        ([{"id": "a", "input.ticket": "t", "expect.equal": "x"}], "evals/x.parquet:1:1: there is no column 'expect.equal'; did you mean 'expect.equals'?"),
    ],
)  # fmt: skip
def test_a_wrong_parquet_file_is_refused(rows: list[dict[str, Any]], expected: str) -> None:
    assert wrong("  - file: x.parquet\n", {"evals/x.parquet": parquet(rows)}) == [expected]


def test_an_empty_parquet_file_holds_no_case() -> None:
    (found,) = wrong("  - file: x.parquet\n", {"evals/x.parquet": parquet([{"id": "a"}])[:0]})
    assert found.startswith("evals/x.parquet: this is not a Parquet file: ")


@given(content=st.binary(max_size=200), cut=st.integers(0, 400), at=st.integers(0, 2000))
def test_no_bytes_of_a_parquet_file_raise_anything_but_a_rejection(content: bytes, cut: int, at: int) -> None:
    good = parquet([{"id": "a", "input.ticket": "t"}])
    for damaged in (
        content,
        good[:at] + content + good[at:],
        good[:-cut] if cut else good,
        b"PAR1" + content + b"PAR1",
    ):
        wrong("  - file: x.parquet\n", {"evals/x.parquet": damaged})


def test_parquet_without_pyarrow_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    what = "evals/x.parquet: reading Parquet needs pyarrow, which is not installed"
    remedy = "run `pip install 'prompt-harness[dataframe]'`, or write the cases as .jsonl"
    found = wrong("  - file: x.parquet\n", {"evals/x.parquet": b"PAR1"})
    assert found == [f"evals/triage.yaml:18:11: {what}; {remedy}"]


def test_a_key_that_appears_twice_in_a_line_is_refused_however_many_there_are() -> None:
    more = "".join(f'"k{n}": 1, ' for n in range(2000))
    (found,) = wrong(
        "  - file: x.jsonl\n", {"evals/x.jsonl": f'{{"id": "a", "inputs": {{"ticket": {{{more}"k7": 2}}}}}}'}
    )
    assert found == "evals/x.jsonl:1:1: key 'k7' appears twice; keep one"
