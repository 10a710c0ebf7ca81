"""Replies that were kept, graded once more: nothing is sent, and what comes of it is a run like any other."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Type
from tests.synthetic_orders.record import EXAMPLE


@pytest.fixture
def run_id(tiny: Path, typed: Type) -> str:
    said = typed("run", "tiny", "--version", "v3", "--json")
    found: str = json.loads(said.out)["run_id"]
    return found


def edit(path: Path, old: str, new: str, most: int = -1) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, most), "utf-8")


def graded(typed: Type, *runs: str, status: int = 0) -> Any:
    said = typed("grade", *runs, "--json")
    assert said.status == status, said.err
    return json.loads(said.out)


def test_the_same_graders_say_the_same_again(tiny: Path, typed: Type, run_id: str) -> None:
    found = graded(typed, run_id)
    assert (found["trials"], found["moved"], found["left_out"]) == (30, [], {})
    assert typed("compare", run_id, found["run_id"], "--json").status in (0, 3)


def test_a_new_expectation_is_held_against_the_old_replies_of_both_sides(
    tiny: Path, typed: Type, run_id: str
) -> None:
    other = json.loads(typed("run", "tiny", "--version", "v1", "--json").out)["run_id"]
    edit(tiny / "evals/tiny.yaml", "equals: number 3}", "equals: number three}")
    assert "no case can be compared" not in typed("compare", other, run_id).err
    before, after = graded(typed, other, run_id)
    assert {each["case"] for each in before["moved"]} == {"c03"}
    assert [each["graded_from"] for each in (before, after)] == [other, run_id]
    compared = json.loads(typed("compare", before["run_id"], after["run_id"], "--json").out)
    assert compared["quality"]["n"] == 30
    assert compared["status"] == "REGRESSED"


def test_a_case_that_asks_something_else_now_is_left_out_and_listed(
    tiny: Path, typed: Type, run_id: str
) -> None:
    edit(tiny / "evals/tiny.yaml", "Which number is 3?", "Which number is three?")
    edit(tiny / "evals/tiny.yaml", "  - {id: c04,", "  - {id: c99,", 1)
    found = graded(typed, run_id)
    assert found["trials"] == 28
    assert found["left_out"] == {
        "c03": "it asks something else now",
        "c04": "the suite has no such case any more",
    }
    said = typed("grade", run_id)
    assert "left out: c03, it asks something else now" in said.out


def test_people_read_what_moved_and_what_to_type_next(tiny: Path, typed: Type, run_id: str) -> None:
    edit(tiny / "evals/tiny.yaml", "equals: number", "contains: number")
    said = typed("grade", run_id)
    assert said.status == 0
    assert "66.7 % before, " in said.out
    assert "nothing was sent" in said.out
    assert "next     harness report tiny-v3" in said.out
    first = said.out.split("-> ")[1].split()[0]
    both = typed("grade", run_id, first)
    assert "next     harness compare tiny-v3" in both.out


def test_a_run_that_was_graded_again_is_in_the_history_and_in_no_bill(
    tiny: Path, typed: Type, run_id: str
) -> None:
    found = graded(typed, run_id)
    history = typed("history", "tiny", "--json").out
    assert [each["purpose"] for each in json.loads(history)["runs"]] == ["", "regrade"]
    assert found["run_id"] in history
    refused = typed("baseline", "bless", found["run_id"])
    assert (refused.status, f"holds the replies of {run_id}" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (
            lambda tiny: edit(tiny / "prompts/tiny/v3.yaml", "You are v3.", "You were v3."),
            "answers a case of today",
        ),
        (lambda tiny: (tiny / "prompts/tiny/v3.yaml").unlink(), "has no version 'v3'"),
    ],
)
def test_replies_to_another_prompt_are_not_graded(
    tiny: Path, typed: Type, run_id: str, change: Any, because: str
) -> None:
    change(tiny)
    said = typed("grade", run_id)
    assert (said.status, because in said.err) == (2, True)


def test_what_was_never_run_or_was_imported_is_refused(tiny: Path, typed: Type, run_id: str) -> None:
    assert "there is no such run" in typed("grade", "nope").err
    (tiny / "rows.csv").write_text("case_id,score\na,1\nb,0\n", "utf-8")
    typed("import", "results", "rows.csv", "--suite", "tiny", "--run", "theirs")
    said = typed("grade", "theirs")
    assert (said.status, "was imported" in said.err) == (2, True)


def test_a_run_that_was_cut_short_has_to_go_on_first(tiny: Path, typed: Type, run_id: str) -> None:
    path = tiny / f"reports/runs/{run_id}.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), "utf-8")
    said = typed("grade", run_id)
    assert (said.status, "is not finished" in said.err) == (2, True)


def test_a_conversation_counts_as_long_as_its_tools_and_its_user_say_the_same(
    tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(EXAMPLE, folder)
    monkeypatch.chdir(folder)
    run_id = json.loads(typed("run", "orders", "--json").out)["run_id"]
    suite = folder / "evals/orders.yaml"
    edit(suite, "{state: lost}", "{state: stolen}")
    edit(suite, "[{contains: shipped}]", "[{contains: Monday}]")
    edit(suite, "Then give me 99000 cents back.", "Then give me 98000 cents back.")
    found = graded(typed, run_id)
    assert set(found["left_out"]) == {
        *(f"o18-{number}" for number in range(1, 7)),
        "refund",
        "refund-too-much",
    }
    assert set(found["left_out"].values()) == {"its tools or its user say something else now"}
    assert (found["trials"], found["moved"]) == (18, [])


def test_more_than_ten_of_a_kind_are_counted(tiny: Path, typed: Type) -> None:
    run_id = json.loads(typed("run", "tiny", "--version", "v1", "--json").out)["run_id"]
    edit(tiny / "evals/tiny.yaml", "number is 1", "number was 1")
    edit(tiny / "evals/tiny.yaml", "equals: number", "equals: No. ")
    said = typed("grade", run_id)
    assert "left out: 1 more" in said.out
    assert "... 9 more (--json lists them)" in said.out


def test_a_grader_that_is_another_one_and_breaks_is_named_and_measures_nothing(
    tiny: Path, typed: Type
) -> None:
    graders = tiny / "evals/graders.py"
    graders.write_text(
        "from harness.graders import grader\n\n\n@grader\ndef fine(answer):\n    return True\n"
    )
    suite = tiny / "evals/tiny.yaml"
    suite.write_text(re.sub(r"equals: number \d+", "python: fine", suite.read_text("utf-8")), "utf-8")
    run = json.loads(typed("run", "tiny", "--case", "c00", "--case", "c01", "--json").out)["run_id"]
    edit(graders, "return True", "raise ValueError(answer)")
    said = typed("grade", run)
    assert said.status == 4
    assert "2 answers could not be graded: harness report tiny-v2" in said.out
    assert ": version " in said.out.split("grader ")[1]
    assert re.search(r"c00 +1 +1 +none", said.out)
