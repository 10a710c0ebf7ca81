"""Inspect's logs, datasets and tasks: every sample and scorer is mapped, bridged or listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.grade.table import decide
from harness.intake.constructs import Inventory
from harness.intake.drafts import Draft
from harness.intake.inspect_ai.importing import InspectImport
from harness.intake.inspect_ai.scorers import Scorer, known_scorers, only_group, outcome_of
from harness.intake.overlay import Overlay
from harness.suite.forms.expectations import Reader
from harness.suite.forms.functions import Functions
from harness.suite.notation.document import parse
from harness.suite.notation.fields import Noted
from tests.grade.tables import reply
from tests.intake.others.made import (
    cases,
    expected,
    fates,
    header,
    imported,
    reasons,
    sample,
    write_eval,
    write_json,
    write_lines,
)


def brought(path: Path, scorer: str = "includes", judge: str = "", **fields: str) -> tuple[Draft, Inventory]:
    return imported(
        lambda register: InspectImport(
            register=register, scorer=Scorer(name=scorer, options={}, judge=judge), fields=fields
        ).read(path, path.name)
    )


def test_a_log_becomes_a_suite_with_its_epochs_and_what_was_really_asked(tmp_path: Path) -> None:
    asked = [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Q: 2+2?"}]
    answered = [*asked, {"role": "assistant", "content": "4"}, {"role": "user", "content": "Sure?"}]
    samples = [sample(1, "2+2?", "4", epoch, messages=answered) for epoch in (1, 2)]
    path = write_eval(tmp_path / "log.eval", header("match", epochs=2), *samples)
    reader_repeats: list[int] = []

    def read(register: Any) -> Any:
        reader = InspectImport(register=register, scorer=Scorer(name="includes", options={}))
        found = reader.read(path, path.name)
        reader_repeats.append(reader.repeats)
        return found

    draft, inventory = imported(read)
    [case] = cases(draft).values()
    assert case.inputs == {"input": "Q: 2+2?", "system": "Be brief"}
    assert reader_repeats == [2]
    assert inventory.counts()["sample"].met == 1
    assert fates(inventory, "scorer") == {"match": "mapped"}
    assert fates(inventory, "solver") == {"generate": "bridged"}


def test_both_kinds_of_log_say_the_same(tmp_path: Path) -> None:
    samples = [sample("a", "What?", "x", metadata={"topic": "geo"}), sample("b", "Where?", ["y", "z"])]
    head = header("includes")
    one, _ = brought(write_eval(tmp_path / "log.eval", head, *samples))
    other, inventory = brought(write_json(tmp_path / "log.json", {**head, "samples": samples}))
    assert expected(one) == expected(other)
    assert cases(other)["a"].tags == ("topic:geo",)
    lines = (tmp_path / "log.json").read_text("utf-8").splitlines()
    places = {each.name: each.place.line for each in inventory.constructs if each.kind == "sample"}
    assert {name: f'"id": "{name}"' in lines[line] for name, line in places.items()} == {"a": True, "b": True}


def test_older_logs_name_their_scorers_in_the_results(tmp_path: Path) -> None:
    head = header()
    head["results"] = {"scorer": {"name": "match", "params": {"location": "begin"}}}
    draft, _ = brought(write_json(tmp_path / "log.json", {**head, "samples": [sample("a", "What?", "x")]}))
    assert expected(draft)["a"] == [{"matches": {"pattern": "^[\\s[:punct:]]*(?:x)", "ignore_case": True}}]


def test_texts_that_stand_elsewhere_in_the_log_are_found(tmp_path: Path) -> None:
    one = sample("a", "attachment://7", "x", attachments={"7": "The whole question"})
    draft, _ = brought(write_eval(tmp_path / "log.eval", header("includes"), one))
    assert cases(draft)["a"].inputs == {"input": "The whole question"}


@pytest.mark.parametrize(
    ("name", "options", "target", "good", "bad"),
    [
        ("includes", {}, "Paris", "It is PARIS.", "It is Rome."),
        ("includes", {"ignore_case": False}, "Paris", "It is Paris.", "It is PARIS."),
        ("match", {}, "Paris", "The answer: paris!", "Paris is the answer"),
        ("match", {"location": "begin"}, "Paris", "**Paris** it is", "It is Paris"),
        ("match", {"location": "exact"}, "Paris.", " paris ", "Paris, France"),
        ("match", {"location": "any"}, "Paris", "I say paris, so", "I say Rome"),
        ("match", {"numeric": True}, "$1,000", "That makes 1000", "That makes 100"),
        ("answer", {"pattern": "letter"}, "B", "Well.\nANSWER: B", "ANSWER: Because"),
        ("answer", {"pattern": "word"}, "yes", "answer: yes.", "ANSWER: yesterday"),
        ("answer", {"pattern": "line"}, "a (b)", "ANSWER: a (b)\n", "ANSWER: a (b) c"),
        ("choice", {}, "C", "ANSWER: C", "ANSWER: CD"),
        ("choice", {}, ["A", "C"], "ANSWER: A, C", "ANSWER: A"),
        ("pattern", {"pattern": r"is: (\w+)"}, "four", "The answer is: FOUR", "The answer is: fourteen"),
        ("exact", {}, "Paris", "PARIS!", "Paris, France"),
    ],
)
def test_a_scorer_grades_as_it_did(
    name: str, options: dict[str, Any], target: Any, good: str, bad: str
) -> None:
    targets = target if isinstance(target, list) else [target]
    [expectation] = outcome_of(Scorer(name=name, options=options), targets).expect
    met = [graded(expectation, answer) for answer in (good, bad)]
    assert met == [True, False]


def graded(expectation: Any, answer: str) -> bool:
    node = parse("e", json.dumps(expectation), [])
    assert node is not None
    noted = Noted([])
    wanted = Reader(noted, lambda _schema: None, Functions(Overlay("", None, {}), noted)).read(node)
    assert wanted is not None
    return decide(wanted, reply(answer)).met


@pytest.mark.parametrize(
    ("scorer", "target", "why"),
    [
        (Scorer(name="mine", options={}), "x", "a scorer of its own"),
        (Scorer(name="model_graded_qa", options={}), "x", "name a judge"),
        (Scorer(name="match", options={"location": "middle"}), "x", "no location"),
        (Scorer(name="match", options={"numeric": True}), "many", "not one plain number"),
        (Scorer(name="match", options={}), "?!", "nothing but punctuation"),
        (Scorer(name="answer", options={}), "x", "none of letter"),
        (Scorer(name="choice", options={}), "not a letter", "no letter"),
        (Scorer(name="pattern", options={"pattern": "(a)(b)"}), "x", "no group, or several"),
        (Scorer(name="pattern", options={"pattern": "(?=a)(b)"}), "x", "cannot be said here"),
        (Scorer(name="f1", options={"stop_words": ["a"]}), "x", ""),
        (Scorer(name="includes", options={}), "  ", "no target"),
    ],
)
def test_what_cannot_be_said_is_listed_with_the_reason(scorer: Scorer, target: str, why: str) -> None:
    outcome = outcome_of(scorer, [target])
    assert (outcome.fate, outcome.expect) == ("listed", ())
    assert why in outcome.reason


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("a(b)c", (1, 4)),
        (r"\(a\)(?:b)([)(]+)", (10, 17)),
        ("(?P<x>a)", (0, 8)),
        ("(?<=a)b", None),
        ("(a", None),
        ("(a)(b)", None),
        ("a)", None),
        ("[[](a)", (3, 6)),
        (r"[\](](a)", (5, 8)),
    ],
)
def test_the_only_group_of_a_pattern_is_found(pattern: str, wanted: Any) -> None:
    assert only_group(pattern) == wanted


def test_a_sample_without_anything_it_expects_is_listed_and_the_others_are_not(tmp_path: Path) -> None:
    samples = [
        sample("a", "What?", "x"),
        sample("b", "Where?", ""),
        sample("c", "Who?", "x", sandbox=["docker", None]),
    ]
    samples += [sample("d", [{"role": "user", "content": [{"type": "image", "image": "x"}]}], "x")]
    draft, inventory = brought(write_eval(tmp_path / "log.eval", header("includes", "mine/own"), *samples))
    assert list(expected(draft)) == ["a"]
    assert fates(inventory, "sample") == {"a": "mapped", "b": "listed", "c": "listed", "d": "listed"}
    assert fates(inventory, "scorer") == {"includes": "mapped", "own": "listed"}
    assert inventory.exit_status == 3


def test_what_a_sample_has_beside_its_question_makes_it_bridged(tmp_path: Path) -> None:
    one = sample("a", "What?", "x", files=["a.txt"], setup="echo")
    _draft, inventory = brought(write_eval(tmp_path / "log.eval", header("includes"), one))
    assert "its files, setup is not carried over" in reasons(inventory, "sample")["a"]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json"])
def test_a_dataset_of_any_kind_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    rows = [
        {"input": "What?", "target": "x", "id": "a", "choices": ["yes", "no"], "level": "easy"},
        {"input": "Where?", "target": "y", "id": "b", "choices": ["here", "there"], "level": "hard"},
    ]
    if suffix == ".csv":
        lines = ["input,target,id,choices,level", 'What?,x,a,"yes,no",easy', 'Where?,y,b,"here,there",hard']
        path.write_text("\n".join(lines), "utf-8")
    elif suffix == ".json":
        write_json(path, rows)
    else:
        write_lines(path, *rows)
    draft, inventory = brought(path)
    found = cases(draft)
    assert found["a"].inputs == {"input": "What?\n\nA) yes\nB) no"}
    assert found["b"].tags == ("level:hard",)
    assert inventory.exit_status == 0


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "data.jsonl", {"question": "What?", "gold": ["x", "y"]})
    draft, _ = brought(path, scorer="match", input="question", target="gold")
    assert cases(draft)["case-1"].inputs == {"input": "What?"}


def test_a_conversation_keeps_its_roles(tmp_path: Path) -> None:
    chat = [
        {"role": role, "content": words}
        for role, words in (("system", "s"), ("user", "a"), ("assistant", "b"), ("user", "c"))
    ]
    late = [{"role": "assistant", "content": "Hello"}, {"role": "user", "content": "c"}]
    ends = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    path = write_lines(
        tmp_path / "data.jsonl",
        *(
            {"input": each, "target": "x", "id": name}
            for name, each in (("one", chat), ("two", late), ("three", ends))
        ),
    )
    draft, inventory = brought(path)
    found = cases(draft)
    assert dict(found["one"].inputs) == {"system": "s", "user_1": "a", "assistant": "b", "user_2": "c"}
    assert dict(found["two"].inputs) == {"input": "Assistant: Hello\n\nUser: c"}
    assert fates(inventory, "sample") == {"one": "mapped", "two": "bridged", "three": "listed"}


def test_tasks_in_python_are_listed_and_never_executed(tmp_path: Path) -> None:
    path = tmp_path / "task.py"
    path.write_text(
        "raise SystemExit('executed')\n@task\ndef mine():\n    return Task(dataset=csv_dataset('a.csv'), scorer=match())\n"
    )
    draft, inventory = brought(path)
    assert draft.suites == ()
    [listed] = inventory.of("listed")
    assert (listed.kind, listed.name, listed.place.line) == ("task", "mine", 3)
    assert "csv_dataset('a.csv')" in listed.reason
    assert "match()" in listed.reason
    for content in ("def broken(", "x = 1"):
        path.write_text(content)
        assert brought(path)[1].exit_status == 3


@pytest.mark.parametrize("content", ["", "{}", '{"eval": 1}', "[1, 2", '{"samples": []}', "nonsense"])
def test_what_is_no_log_and_no_dataset_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "log.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"log\.json"):
        brought(path)


def test_every_known_scorer_has_a_test() -> None:
    assert known_scorers() == (
        "answer",
        "choice",
        "exact",
        "f1",
        "includes",
        "match",
        "model_graded_fact",
        "model_graded_qa",
        "pattern",
    )


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("model_graded_fact", {"agrees": {"judge": "facts", "reference": "x"}}),
        ("model_graded_qa", {"rubric": {"judge": "facts", "criteria": "x"}}),
    ],
)
def test_a_scorer_that_asks_a_model_asks_a_judge_that_is_named(name: str, wanted: Any) -> None:
    outcome = outcome_of(Scorer(name=name, options={}, judge="facts"), ["x"])
    assert (outcome.fate, outcome.expect) == ("bridged", (wanted,))
    assert "not carried over" in outcome.reason


def test_the_overlap_of_words_takes_a_grader_of_similarity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.intake.inspect_ai.scorers.has_grader", lambda _name: True)
    monkeypatch.setattr("harness.intake.inspect_ai.scorers.refused", lambda _expectation: None)
    scorer = Scorer(name="f1", options={})
    assert outcome_of(scorer, ["a"]).expect == ({"similarity": {"to": "a", "by": "f1"}},)
    [several] = outcome_of(scorer, ["a", "b"]).expect
    assert several == {
        "any": [{"similarity": {"to": "a", "by": "f1"}}, {"similarity": {"to": "b", "by": "f1"}}]
    }


def test_an_empty_log_and_odd_options_are_listed(tmp_path: Path) -> None:
    head = header("match", epochs_reducer=["mean", "max"])
    _draft, inventory = brought(write_eval(tmp_path / "log.eval", head))
    assert fates(inventory, "sample") == {"samples": "listed"}
    assert fates(inventory, "option") == {"epochs_reducer mean": "mapped", "epochs_reducer max": "listed"}
    _draft, inventory = brought(write_json(tmp_path / "log.json", {**head, "samples": None}))
    assert fates(inventory, "sample") == {"samples": "listed"}


def test_targets_and_choices_of_any_form_are_read(tmp_path: Path) -> None:
    rows = [
        {"input": "One?", "target": '["a", "b"]', "id": "list"},
        {"input": "Two?", "target": 7, "id": "number", "choices": "yes no"},
        {
            "input": '[{"role": "user", "content": "Three?"}]',
            "target": "x",
            "id": "chat",
            "metadata": '{"level": true}',
        },
        {
            "input": [
                {"role": "assistant", "content": "", "tool_calls": [{}]},
                {"role": "user", "content": "x"},
            ],
            "target": "x",
            "id": "tool",
        },
    ]
    draft, inventory = brought(write_lines(tmp_path / "data.jsonl", *rows))
    assert expected(draft)["list"] == [{"contains": {"any": ["a", "b"], "ignore_case": True}}]
    assert dict(cases(draft)["number"].inputs) == {"input": "Two?\n\nA) yes\nB) no"}
    assert (dict(cases(draft)["chat"].inputs), cases(draft)["chat"].tags) == (
        {"input": "Three?"},
        ("level:yes",),
    )
    assert fates(inventory, "sample")["tool"] == "listed"


def test_metadata_without_few_words_is_listed(tmp_path: Path) -> None:
    rows = [
        {"input": "What?", "target": "x", "note": None, "text": f"{number} " * 30, "many": f"v{number}"}
        for number in range(25)
    ]
    _draft, inventory = brought(write_lines(tmp_path / "data.jsonl", *rows))
    assert fates(inventory, "metadata") == {"many": "listed", "text": "listed"}
