"""What is seldom written: other forms of prompts, tests and files, and values that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.intake.promptfoo.imported import Imported, Wish, import_promptfoo
from harness.intake.promptfoo.pinning import Target
from harness.suite.read import check, read_project
from tests.intake.projects import imported, made
from tests.judged import FILES
from tests.suite.files import Files

ONE = [{"vars": {"q": "x"}, "assert": [{"type": "contains", "value": "a"}]}]


def _import(folder: Path, **config: Any) -> Imported:
    whole = {"prompts": ["{{q}}"], "providers": ["echo"], "tests": ONE, **config}
    (folder / "promptfooconfig.json").write_text(json.dumps(whole))
    found = imported(folder, "one")
    assert not found.files or check(made(found)) == ()
    return found


def _why(found: Imported, kind: str, name: str) -> str:
    return "; ".join(
        each.reason for each in found.inventory.constructs if (each.kind, each.name) == (kind, name)
    )


# An assertion, and a word of why it is listed.
NONE: list[tuple[dict[str, Any], str]] = [
    ({"type": "equals"}, "no value"),
    ({"type": "contains-any", "value": []}, "no text"),
    ({"type": "starts-with"}, "no text"),
    ({"type": "regex"}, "no pattern"),
    ({"type": "word-count", "value": "x"}, "no number"),
    ({"type": "levenshtein"}, "no text"),
    ({"type": "bleu"}, "no text"),
    ({"type": "similar"}, "no text"),
    ({"type": "finish-reason", "value": "tired"}, "no such reason"),
    ({"type": "cost"}, "no threshold"),
    ({"type": "latency"}, "no threshold"),
    ({"type": "is-json", "value": "5"}, "Schema"),
    ({"type": "tool-call-f1"}, "no tool"),
    ({"type": "trajectory:tool-used", "value": {"pattern": "a*"}}, "pattern"),
    ({"type": "trajectory:tool-used", "value": []}, "no tool"),
    ({"type": "trajectory:tool-args-match", "value": {"name": "a"}}, "no arguments"),
    ({"type": "trajectory:tool-sequence", "value": {"steps": [{"pattern": "x"}]}}, "order"),
    ({"type": "trajectory:step-count", "value": {"pattern": "x", "max": 2}}, "bounded"),
    ({"type": "trajectory:step-count", "value": {}}, "no number"),
    ({"type": "trajectory:goal-success"}, "no goal"),
    ({"type": "llm-rubric"}, "no rubric"),
    ({"type": "g-eval", "value": []}, "no criteria"),
    ({"type": "factuality"}, "no reference"),
    ({"type": "context-recall", "value": "x"}, "context"),
    ({"type": "javascript", "value": ""}, "no code"),
    ({"type": "javascript", "value": "x" * 200_000}, "too long"),
    ({"type": "equals", "value": "file://value.js"}, "made by a program"),
    ({"type": "assert-set", "assert": []}, "none of its assertions"),
    ({"type": "similar", "value": "x", "transform": "a.b(c)"}, "changed before"),
    ({"type": "contains", "value": "x", "transform": "file://t.js"}, "changed before"),
]


@pytest.mark.parametrize(("wanted", "why"), NONE, ids=[json.dumps(row[0])[:60] for row in NONE])
def test_what_asks_for_nothing_is_listed(tmp_path: Path, wanted: dict[str, Any], why: str) -> None:
    found = _import(tmp_path, tests=[{"vars": {"q": "x"}, "assert": [wanted]}])
    assert why in _why(found, "assertion", str(wanted["type"]))


def test_a_folder_with_several_configurations_asks_for_one(tmp_path: Path) -> None:
    for name in ("a.promptfoo.yaml", "b.promptfoo.yaml"):
        (tmp_path / name).write_text("prompts: [x]\n")
    with pytest.raises(UsageError, match="holds 2 configurations"):
        imported(tmp_path)
    (tmp_path / "promptfooconfig.yml").write_text("prompts: ['say x']\n")
    assert _why(imported(tmp_path), "configuration", "a.promptfoo.yaml")
    (tmp_path / "b.promptfoo.yaml").unlink()
    (tmp_path / "promptfooconfig.yml").unlink()
    assert imported(tmp_path).suites


def test_a_program_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "promptfooconfig.ts").write_text("export default {};")
    for path in (tmp_path, tmp_path / "promptfooconfig.ts"):
        with pytest.raises(UsageError, match="is a program, which is not run"):
            imported(path)
    with pytest.raises(UsageError, match="there is no"):
        imported(tmp_path / "gone")


def test_a_list_of_tests_is_enough(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text(json.dumps(ONE))
    found = imported(tmp_path / "cases.yaml")
    assert found.cases == 1
    assert "the variables" in _why(found, "prompt", "stand-in")


def test_prompts_come_in_many_forms(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("prompt,label\nSay {{q}}.,one\n")
    (tmp_path / "lines.csv").write_text("prompt\nTell {{q}}\n")
    (tmp_path / "p.jsonl").write_text('[{"role": "user", "content": "{{q}}!"}]\n')
    (tmp_path / "p.yaml").write_text(
        "- {role: system, content: Be brief.}\n- {role: user, content: '{{q}}?'}\n"
    )
    found = _import(
        tmp_path,
        prompts=["file://p.csv", "file://lines.csv", "p.jsonl", "p.yaml", "file://gone.txt", {"x": 1}, ""],
    )
    project = read_project(made(found))
    assert [project.prompts["one", f"v{n}"].messages[0].template for n in range(1, 5)] == [
        "Say {{ q }}.",
        "Tell {{ q }}",
        "{{ q }}!",
        "{{ q }}?",
    ]
    assert "there is no such file" in _why(found, "prompt", "file://gone.txt")


def test_the_old_form_of_prompts_says_the_label_by_the_file(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("Say {{q}}.")
    assert (
        read_project(made(_import(tmp_path, prompts={"p.txt": "mine"}))).prompts["one", "v1"].description
        == "mine"
    )


def test_chats_keep_what_the_api_takes(tmp_path: Path) -> None:
    chat = [
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": [{"type": "text", "text": "{{q}}"}, {"type": "image_url"}]},
        {"role": "tool", "content": "x"},
        {"role": "assistant", "content": "It is"},
    ]
    found = _import(
        tmp_path, prompts=[json.dumps(chat), json.dumps([{"role": "system", "content": "Say {{q}}."}])]
    )
    lost = "; ".join(each.reason for each in found.inventory.constructs if each.kind == "template")
    for each in ("before any of the user", "'image_url'", "the role 'tool'", "the beginning of the answer"):
        assert each in lost
    assert read_project(made(found)).prompts["one", "v2"].system is None


def test_scenarios_stand_in_files_too(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(json.dumps([{"config": ["file://c.yaml"], "tests": ONE, "x": 1}]))
    (tmp_path / "c.yaml").write_text('[{vars: {n: "1"}}, {vars: {n: "2"}}]')
    assert (
        _import(tmp_path, scenarios=["file://s.yaml", "file://gone.yaml", {"config": []}], tests=[]).cases
        == 2
    )


def test_tests_that_are_made_or_elsewhere_are_listed(tmp_path: Path) -> None:
    found = _import(
        tmp_path, tests=[*ONE, "gen.py:make", "sheet.xlsx#One", "az://x/y.csv", ["x"], "file://empty.csv"]
    )
    assert {
        each.reason
        for each in found.inventory.constructs
        if each.kind in {"tests", "test"} and each.fate == "listed"
    } == {
        "they are made by a program; write them down",
        "spreadsheets are not read; save it as CSV",
        "nothing is fetched",
        "it is no test",
        "there is no such file",
    }


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.txt").write_text("hidden")
    found = _import(
        tmp_path / "in", tests=[{"vars": {"q": "x", "s": "file://../secret.txt"}}, {"vars": "../*.yaml"}]
    )
    assert "hidden" not in "".join(found.files.values())
    assert "where nothing is read" in _why(found, "variable", "s")


def test_the_judges_of_a_project_are_asked(tmp_path: Path) -> None:
    rubrics = [{"type": "llm-rubric", "value": "kind"}, {"type": "factuality", "value": "30 days"}]
    config = {"prompts": ["{{q}}"], "tests": [{"vars": {"q": "x"}, "assert": rubrics}]}
    (tmp_path / "promptfooconfig.json").write_text(json.dumps(config))
    target = Target(root="/nowhere", tree=Files(FILES), models="")
    found = import_promptfoo(Wish(path=tmp_path, start=tmp_path, name="one", target=target, clean=str))
    assert found.problems == ()
    assert "prompts/judges.yaml" not in found.files
    assert "judge: tone" in found.files["evals/one.yaml"]
    assert "judge: truth" in found.files["evals/one.yaml"]
