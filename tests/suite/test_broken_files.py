from __future__ import annotations

import pytest

from harness.errors import FilesRejected, Problem
from harness.suite.notation.document import parse
from harness.suite.read import check, examine, read_project
from tests.suite.broken import BROKEN
from tests.suite.files import GOOD, SUITE, Files, edited, said, with_files


@pytest.mark.parametrize(("path", "old", "new", "expected"), BROKEN)
def test_a_mistake_is_named_with_its_place_and_its_remedy(
    path: str, old: str, new: str, expected: list[str]
) -> None:
    assert said(edited(path, old, new)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a: {b: "x}\nc: {d: "y"}\n', "f:1:8: the quote that opens here is not closed on its line; close it"),
        ("a: 'it's'\n", "f:1:8: text stands behind a closing quote; quote all of it; a ' in '...' is written ''"),
        ("a: {b: Note: x}\n", "f:1:12: a colon and a space in the middle of text; quote the text, or mend the indentation"),
        ("a: {b: 1\nc: 2\n", "f:1:4: the bracket that opens here is not closed; close it"),
        ("a: {b: [1, 2}\n", "f:1:13: a bracket is still open here; close it, or add the comma that is missing"),
    ],
)  # fmt: skip
def test_what_is_left_open_is_named_where_it_opens(text: str, expected: str) -> None:
    problems: list[Problem] = []
    parse("f", text, problems)
    assert [str(each) for each in problems] == [expected]


def test_the_good_project_has_no_mistake() -> None:
    found = examine(Files(GOOD))
    assert found.problems == ()
    assert (found.suites, found.cases, found.prompts, found.models) == (1, 3, 2, 1)


def test_every_mistake_of_every_file_comes_at_once() -> None:
    tree = with_files(
        {
            "evals/triage.yaml": SUITE.replace("repeats", "repeat").replace("weight: 1", "weight: 0"),
            "evals/more.jsonl": '{"id": "third"}\n{"id": 4}\n',
            "prompts/models.yaml": GOOD["prompts/models.yaml"].replace("prefill", "prefil"),
        }
    )
    with pytest.raises(FilesRejected) as rejected:
        read_project(tree)
    files = [problem.place.file for problem in rejected.value.problems]
    assert files.count("evals/more.jsonl") == 3
    assert files.count("evals/triage.yaml") == 2
    assert files.count("prompts/models.yaml") == 1


def test_a_project_without_suites_is_told_what_to_do() -> None:
    texts = {path: text for path, text in GOOD.items() if not path.startswith("evals/")}
    assert said(Files(texts)) == ["evals: there is no suite; run `harness init`, or add evals/<name>.yaml"]


def test_an_empty_folder_is_told_what_is_missing() -> None:
    assert [problem.place.file for problem in check(Files({}))] == ["evals", "prompts/models.yaml"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("evals/notes.yaml", "a: 1\n", "evals/notes.yaml:1:1: this is not a suite; add `suite:`, or move the file to a subfolder"),
        ("evals/notes.yaml", "- a\n", "evals/notes.yaml:1:1: this is not a suite; add `suite:`, or move the file to a subfolder"),
        ("evals/notes.yaml", "", "evals/notes.yaml:1:1: the file is empty; write something, or delete it"),
        ("evals/notes.yml", "", "evals/notes.yml: suites end in .yaml; rename it to evals/notes.yaml"),
        ("prompts/x.yaml", "", "prompts/x.yaml: is not a prompt version; name it prompts/<name>/v1.yaml, or move it out of prompts/"),
        ("prompts/triage/draft.yaml", "", "prompts/triage/draft.yaml: is not a prompt version; name it prompts/<name>/v1.yaml, or move it out of prompts/"),
        ("prompts/Triage/v1.yaml", "", "prompts/Triage/v1.yaml: a prompt's name 'Triage' is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'; rename the folder"),
        ("prompts/triage/v3.yaml", "[]", "prompts/triage/v3.yaml:1:1: a prompt version must be a mapping, not a list; write `key: value` lines"),
        ("prompts/models.yaml", "[]", "prompts/models.yaml:1:1: models.yaml must be a mapping, not a list; write `key: value` lines"),
        ("prompts/models.yaml", "models: {}\n", "evals/triage.yaml:3:33: prompts/models.yaml has no model 'opus'; there is none"),
        ("prompts/models.yaml", "models: []\n", "prompts/models.yaml:1:9: 'models' must be a mapping, not a list; write `key: value` lines"),
        ("prompts/models.yaml", "models: {opus: 5}\n", "prompts/models.yaml:1:16: model 'opus' must be a mapping, not the number 5; write `key: value` lines"),
        ("prompts/models.yaml", b"\xff\xfem\x00", "prompts/models.yaml:1:1: the file is UTF-16 or UTF-32, not UTF-8; save it as UTF-8"),
        ("evals/triage.yaml", SUITE.encode() + b"# caf\xe9\n", "evals/triage.yaml:31:6: byte 0xe9 is not UTF-8; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_named(path: str, text: str | bytes, expected: str) -> None:
    assert expected in said(with_files({path: text}))


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert said(with_files({"evals/triage.yaml": b"\xef\xbb\xbf" + SUITE.encode()})) == []


def test_windows_line_ends_are_no_mistake() -> None:
    assert said(with_files({"evals/triage.yaml": SUITE.replace("\n", "\r\n")})) == []


def test_a_folder_of_notes_beside_the_prompts_is_left_alone() -> None:
    assert said(with_files({"prompts/README.md": "notes", "evals/README.md": "notes"})) == []


def test_a_pin_that_repeats_an_id_is_refused() -> None:
    models = GOOD["prompts/models.yaml"]
    second = models.replace("models:\n", "").replace("opus:", "other:")
    what = "'other' pins claude-opus-5-5, which 'opus' pins too (line 2)"
    assert what in said(with_files({"prompts/models.yaml": models + second}))[0]


def test_a_budget_needs_prices() -> None:
    models = GOOD["prompts/models.yaml"]
    unpriced = models[: models.index("    prices:")] + "    prices: []\n"
    what = "claude-opus-5-5 has no price, so no budget can be held; add its prices to prompts/models.yaml"
    assert said(with_files({"prompts/models.yaml": unpriced})) == [f"evals/triage.yaml:6:13: {what}"]


def test_thinking_may_be_disabled_only_at_the_efforts_the_pin_names() -> None:
    models = GOOD["prompts/models.yaml"].replace("thinking: [adaptive]", "thinking: [disabled]")
    models = models.replace("    prefill", "    disabled_thinking_efforts: [medium]\n    prefill")
    prompts = {
        f"prompts/triage/v{number}.yaml": GOOD["prompts/triage/v1.yaml"].replace("adaptive", "disabled")
        for number in (1, 2)
    }
    found = said(with_files({"prompts/models.yaml": models, **prompts}))
    assert (
        "at effort 'low' the model refuses thinking 'disabled'; write `effort:` medium or default" in found[0]
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            "    prefill",
            "    disabled_thinking_efforts: [low]\n    prefill",
            "thinking cannot be disabled at all",
        ),
        (
            "thinking: [adaptive]",
            "thinking: [disabled]\n    disabled_thinking_efforts: [max]",
            "no effort max",
        ),
    ],
)
def test_what_a_pin_says_of_disabled_thinking_fits_the_rest(old: str, new: str, what: str) -> None:
    assert any(what in each for each in said(edited("prompts/models.yaml", old, new)))


def test_a_mistake_in_defaults_is_said_once_and_not_for_every_case() -> None:
    tree = edited("evals/triage.yaml", "defaults:\n", "defaults:\n  inputs: {tone: x}\n")
    assert said(tree) == [
        "evals/triage.yaml:15:12: no version the suite names uses the input 'tone'; use one of: ticket"
    ]


def test_defaults_that_are_no_mapping_are_refused() -> None:
    tree = edited(
        "evals/triage.yaml", "defaults:\n  expect:\n    - json: {schema: prompt}\n", "defaults: 5\n"
    )
    assert any("14:11: 'defaults' must be a mapping, not the number 5" in each for each in said(tree))
