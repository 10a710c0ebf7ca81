"""The registry of openai/evals: classes become expectations, or are listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.intake.constructs import Inventory, Register
from harness.intake.drafts import Draft
from harness.intake.openai_evals.classes import Spec, known_classes
from harness.intake.openai_evals.importing import RegistryImport
from tests.intake.others.made import cases, expected, fates, imported, reasons, write_lines

SYSTEM = {"role": "system", "content": "Answer in one word."}


def asked(words: str, *ideal: str, **more: Any) -> dict[str, Any]:
    chat = [SYSTEM, {"role": "user", "content": words}]
    return {"input": chat, "ideal": ideal[0] if len(ideal) == 1 else list(ideal), **more}


def registry(folder: Path, text: str) -> Path:
    path = folder / "registry" / "evals" / "mine.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def brought(path: Path, kind: str = "Match", judge: str = "") -> tuple[Draft, Inventory]:
    spec = Spec(kind=kind, args={}, graded={}, judge=judge)
    return imported(lambda register: RegistryImport(register=register, sole=spec).read(path, path.name))


def one_eval(folder: Path, kind: str, *samples: Any, args: str = "") -> tuple[Draft, Inventory]:
    write_lines(folder / "registry/data/mine/samples.jsonl", *samples)
    text = f"mine:\n  id: mine.dev.v0\n  metrics: [accuracy]\nmine.dev.v0:\n  class: evals.elsuite.basic:{kind}\n  args:\n    samples_jsonl: mine/samples.jsonl\n{args}"
    return brought(registry(folder, text))


def test_a_registry_leads_to_its_samples(tmp_path: Path) -> None:
    draft, inventory = one_eval(tmp_path, "Match", asked("2+2?", "4"), asked("Capital?", "Paris", "paris"))
    assert expected(draft) == {
        "samples-1": [{"matches": r"^\s*(?:4)"}],
        "samples-2": [{"matches": r"^\s*(?:Paris|paris)"}],
    }
    assert {case.inputs["input"] for case in cases(draft).values()} == {"2+2?", "Capital?"}
    assert draft.suites[0].defaults == {"inputs": {"system": "Answer in one word."}}
    assert inventory.exit_status == 0
    assert inventory.counts()["sample"].met == 2


@pytest.mark.parametrize(
    ("kind", "ideal", "args", "wanted", "fate"),
    [
        ("Includes", ("a", "b"), "", {"contains": {"any": ["a", "b"]}}, "mapped"),
        (
            "Includes",
            ("a",),
            "    ignore_case: true\n",
            {"contains": {"any": ["a"], "ignore_case": True}},
            "mapped",
        ),
        ("FuzzyMatch", ("a",), "", {"contains": {"any": ["a"], "ignore_case": True}}, "bridged"),
        ("JsonMatch", ('{"a": 1}',), "", {"equals": {"path": "$", "value": {"a": 1}}}, "mapped"),
        ("JsonValidator", ("",), "", {"json": {"schema": {}}}, "mapped"),
    ],
)
def test_each_class_becomes_an_expectation(
    tmp_path: Path, kind: str, ideal: tuple[str, ...], args: str, wanted: Any, fate: str
) -> None:
    draft, inventory = one_eval(tmp_path, kind, asked("What?", *ideal), args=args)
    assert expected(draft) == {"samples-1": [wanted]}
    assert fates(inventory, "eval") == {"mine.dev.v0": fate}


@pytest.mark.parametrize(
    ("kind", "ideal", "why"),
    [
        ("Translate", "x", "Python, which is not executed"),
        ("ModelBasedClassify", "x", "name a judge"),
        ("JsonMatch", "nonsense", "not JSON"),
        ("Match", "", "no `ideal`"),
        ("JsonMatch", "", "no ideal"),
    ],
)
def test_what_has_no_grader_is_listed(tmp_path: Path, kind: str, ideal: str, why: str) -> None:
    draft, inventory = one_eval(tmp_path, kind, asked("What?", ideal))
    assert draft.suites == ()
    assert why in reasons(inventory, "eval")["mine.dev.v0"]
    assert inventory.exit_status == 3
    assert set(fates(inventory, "sample").values()) == {"listed"}


def test_examples_are_put_before_the_last_message(tmp_path: Path) -> None:
    shot = {
        "sample": [
            {"role": "system", "name": "example_user", "content": "1+1?"},
            {"role": "system", "name": "example_assistant", "content": "2"},
        ]
    }
    write_lines(tmp_path / "registry/data/mine/shots.jsonl", shot, shot)
    args = "    num_few_shot: 1\n    few_shot_jsonl: mine/shots.jsonl\n"
    draft, _ = one_eval(tmp_path, "Match", asked("2+2?", "4"), args=args)
    [case] = cases(draft).values()
    assert dict(case.inputs) == {
        "system": "Answer in one word.",
        "user_1": "1+1?",
        "assistant": "2",
        "user_2": "2+2?",
    }


def test_a_question_of_the_system_is_asked_as_the_user_s(tmp_path: Path) -> None:
    draft, inventory = one_eval(
        tmp_path, "Match", {"input": [{"role": "system", "content": "2+2?"}], "ideal": "4"}
    )
    assert [dict(case.inputs) for case in cases(draft).values()] == [{"input": "2+2?"}]
    assert set(fates(inventory, "sample").values()) == {"bridged"}


def test_samples_alone_are_read_with_a_class_that_is_named(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "samples.jsonl",
        {"input": "2+2?", "ideal": "4", "level": "easy"},
        "nonsense",
        {"input": 7, "ideal": "x"},
    )
    draft, inventory = brought(path, "Includes")
    assert expected(draft) == {"samples-1": [{"contains": "4"}]}
    assert cases(draft)["samples-1"].tags == ("level:easy",)
    assert inventory.counts()["sample"].met == 3
    assert inventory.counts()["sample"].listed == 2


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("a:\n  class: x:Match\n", "eval", "names no samples"),
        ("a:\n  class: x:Match\n  args: {samples_jsonl: nowhere.jsonl}\n", "eval", "not beside the registry"),
        (
            "a:\n  class: x:Match\n  args: {samples_jsonl: ../../../outside.jsonl}\n",
            "eval",
            "not beside the registry",
        ),
        (
            "a:\n  class: x:Match\n  args: {samples_jsonl: 'https://x/y.jsonl'}\n",
            "eval",
            "not beside the registry",
        ),
        ("a: {description: nothing}\n", "entry", "no eval"),
        ("- a\n", "file", "a mapping"),
        ("a: [\n", "file", ""),
    ],
)
def test_what_leads_nowhere_is_listed(tmp_path: Path, text: str, kind: str, why: str) -> None:
    write_lines(tmp_path / "outside.jsonl", asked("What?", "x"))
    draft, inventory = brought(registry(tmp_path, text))
    assert draft.suites == ()
    assert any(why in reason for reason in reasons(inventory, kind).values())


def test_arguments_no_grader_has_are_listed(tmp_path: Path) -> None:
    _draft, inventory = one_eval(tmp_path, "Match", asked("What?", "x"), args="    max_tokens: 500\n")
    assert fates(inventory, "argument") == {"mine.dev.v0 max_tokens": "listed"}


def test_the_classes_that_need_no_registry() -> None:
    assert known_classes() == ("FuzzyMatch", "Includes", "JsonMatch", "JsonValidator", "Match")


def test_a_modelgraded_eval_becomes_a_rubric_for_a_judge(tmp_path: Path) -> None:
    from harness.intake.openai_evals.classes import outcome_of

    folder = tmp_path / "registry/modelgraded"
    folder.mkdir(parents=True)
    (folder / "fact.yaml").write_text(
        "prompt: |-\n  Question: {input}\n  Expert: {ideal}\n  Answer: {completion}\nchoice_strings: AB\n"
        'choice_scores: {"A": 1.0, "B": 0.0}\ninput_outputs: {input: completion}\n',
        "utf-8",
    )
    (folder / "more.yaml").write_text(
        "other:\n  prompt:\n    - {role: user, content: 'Is it {ideal}?'}\n", "utf-8"
    )
    reader = RegistryImport(register=Register(), sole=Spec(kind="Match", args={}, graded={}))
    path = registry(tmp_path, "a: {id: b}\n")
    for name, wanted in (
        (
            "fact",
            "Question: (the question)\nExpert: Paris\nAnswer: (the answer)\n\nA is worth 1.0, B is worth 0.0",
        ),
        ("other", "Is it Paris?"),
    ):
        graded = reader._graded({"modelgraded_spec": name}, path)
        spec = Spec(kind="ModelBasedClassify", args={}, graded=graded, judge="facts")
        outcome = outcome_of(spec, {"input": "Capital?", "ideal": "Paris"})
        assert outcome.fate == "bridged"
        assert outcome.expect == {"rubric": {"judge": "facts", "criteria": wanted}}
    bare = Spec(
        kind="ModelBasedClassify",
        args={},
        graded=reader._graded({"modelgraded_spec": "nosuch"}, path),
        judge="facts",
    )
    assert "is not there" in outcome_of(bare, {}).reason


def test_several_ideals_in_json_are_any_of_them(tmp_path: Path) -> None:
    draft, _ = one_eval(tmp_path, "JsonMatch", asked("What?", "1", "[2]"))
    assert expected(draft)["samples-1"] == [
        {"any": [{"equals": {"path": "$", "value": 1}}, {"equals": {"path": "$", "value": [2]}}]}
    ]
