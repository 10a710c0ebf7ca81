"""Goldens and test cases of deepeval, and what its Python names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.intake.constructs import Inventory
from harness.intake.deepeval.importing import DeepevalImport
from harness.intake.drafts import Draft
from tests.intake.others.made import cases, expected, fates, imported, reasons, write_json, write_lines


def brought(path: Path, **more: Any) -> tuple[Draft, Inventory]:
    return imported(lambda register: DeepevalImport(register=register, **more).read(path, path.name))


GOLDEN = {
    "input": "Capital of France?",
    "expected_output": "Paris",
    "context": ["France has a capital."],
    "retrieval_context": None,
    "tools_called": [{"name": "search"}],
    "additional_metadata": {"topic": "geo"},
    "name": "france",
}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: rows,
        lambda rows: {"goldens": rows},
        lambda rows: {"testCases": rows, "hyperparameters": {}},
    ],
)
def test_goldens_become_cases(tmp_path: Path, wrap: Any) -> None:
    camel = {"input": "What?", "expectedOutput": "x", "additionalMetadata": {"topic": "any"}}
    draft, inventory = brought(write_json(tmp_path / "goldens.json", wrap([GOLDEN, camel])))
    assert (
        expected(draft) == {"france": [{"equals": "Paris"}], "case-1": [{"equals": "x"}]}
        or len(expected(draft)) == 2
    )
    assert cases(draft)["france"].tags == ("topic:geo",)
    assert fates(inventory, "key") == {"context": "listed", "tools_called": "listed"}
    assert fates(inventory, "expected_output")["france"] == "bridged"


def test_a_way_that_is_named_is_no_guess(tmp_path: Path) -> None:
    draft, inventory = brought(write_json(tmp_path / "goldens.json", [GOLDEN]), way="contains")
    assert expected(draft)["france"] == [{"contains": {"any": ["Paris"], "ignore_case": True}}]
    assert fates(inventory, "expected_output") == {"france": "mapped"}
    _draft, inventory = brought(write_json(tmp_path / "goldens.json", [GOLDEN]), way="agrees")
    assert "name one with --judge" in reasons(inventory, "expected_output")["france"]


def test_a_table_has_the_same(tmp_path: Path) -> None:
    path = tmp_path / "goldens.csv"
    lines = [
        "input,actual_output,expected_output,context,additional_metadata",
        "What?,no,x,a|b,\"{'topic': 'geo'}\"",
        "Where?,,y,,",
    ]
    path.write_text("\n".join(lines), "utf-8")
    draft, inventory = brought(path)
    assert [case.tags for case in cases(draft).values()] == [("topic:geo",), ()]
    assert fates(inventory, "key") == {"actual_output": "listed", "context": "listed"}
    assert inventory.counts()["golden"].mapped == 2


def test_a_conversation_keeps_what_the_user_says(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "Bye"},
    ]
    old = {"messages": [{"input": "Hi", "expected_output": "x"}, {"input": "Bye"}], "expected_output": "x"}
    rows = [
        {"scenario": "a talk", "turns": turns, "expected_outcome": "Polite", "name": "outcome"},
        {"scenario": "a talk", "turns": json.dumps(turns), "expected_output": "Bye!", "name": "right"},
        {**old, "name": "old"},
        {"scenario": "only a scenario", "expected_outcome": "Polite", "name": "bare"},
    ]
    draft, inventory = brought(write_lines(tmp_path / "goldens.jsonl", *rows))
    talk = cases(draft)["right"].conversation
    assert talk is not None
    assert (cases(draft)["right"].inputs, talk.says) == ({"input": "Hi"}, ("Bye",))
    assert fates(inventory, "golden") == {
        "outcome": "listed",
        "right": "bridged",
        "old": "bridged",
        "bare": "listed",
    }
    assert set(fates(inventory, "expected_outcome").values()) == {"listed"}


def test_tools_that_are_expected_are_listed_one_by_one(tmp_path: Path) -> None:
    rows = [{**GOLDEN, "expected_tools": [{"name": "a"}, {"name": "b"}]}]
    _draft, inventory = brought(write_json(tmp_path / "goldens.json", rows))
    assert fates(inventory, "expected_tools") == {"france a": "listed", "france b": "listed"}


def test_metrics_of_a_test_run_are_listed(tmp_path: Path) -> None:
    rows = [{**GOLDEN, "metricsData": [{"name": "Answer Relevancy", "threshold": 0.5}]}]
    _draft, inventory = brought(write_json(tmp_path / "run.json", {"testCases": rows}))
    assert fates(inventory, "metric") == {"Answer Relevancy": "listed"}


def test_python_is_read_and_never_executed(tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    path.write_text(
        "import sys; sys.exit('executed')\n"
        "metric = AnswerRelevancyMetric(threshold=0.7)\n"
        "g = GEval(name='x', criteria='y')\n"
        "a = LLMTestCase(input='What?', actual_output=app('What?'), expected_output='x')\n"
        "b = Golden(input='Where?', expected_output='here', expected_tools=[ToolCall(name='map')], additional_metadata={'t': 1})\n"
        "c = Golden('positional')\nd = Golden(**rest)\n"
    )
    draft, inventory = brought(path)
    assert list(expected(draft).values()) == [[{"equals": "here"}]]
    assert fates(inventory, "metric") == {"AnswerRelevancyMetric": "listed", "GEval": "listed"}
    places = [each.place.line for each in inventory.of("listed") if each.kind in ("metric", "golden")]
    assert places == [2, 3, 4, 6, 7]
    for content in ("x = 1", "def broken("):
        path.write_text(content)
        assert brought(path)[1].exit_status == 3


def test_images_and_rows_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    rows = [{"input": "[DEEPEVAL:IMAGE:1] what?", "expected_output": "x"}, 7]
    _draft, inventory = brought(write_json(tmp_path / "goldens.json", rows))
    assert fates(inventory, "golden") == {"golden": "listed"}
    assert fates(inventory, "row") == {"unreadable": "listed"}
    with pytest.raises(UsageError, match="holds no list of rows"):
        brought(write_json(tmp_path / "goldens.json", {"a": 1}))
