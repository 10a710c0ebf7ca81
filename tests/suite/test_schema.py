from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from harness.errors import Problem
from harness.suite.forms import case_shapes, prompt_shapes, shapes, tool_shapes
from harness.suite.forms.compiled import thaw
from harness.suite.notation.document import parse
from harness.suite.notation.fields import Fields, Noted, Shape
from harness.suite.notation.node import plain
from harness.suite.read import examine
from harness.suite.schema import FOLDER, schema_text, schemas, write_schemas
from tests.suite.files import GOOD, PROMPT, SUITE, Files

ROOT = Path(__file__).parents[2]
KINDS = {"suite": "evals/*.yaml", "prompt": "prompts/*/v*.yaml", "models": "prompts/models.yaml"}


def value(text: str) -> Any:
    problems: list[Problem] = []
    node = parse("f.yaml", text, problems)
    assert node is not None
    assert problems == []
    return thaw(plain(node))


def validator(kind: str) -> Any:
    return jsonschema_rs.validator_for(thaw(schemas()[f"{kind}.schema.json"]))


@pytest.mark.parametrize("name", list(schemas()))
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == schema_text(schemas()[name])


def test_schemas_are_written_where_asked(tmp_path: Path) -> None:
    assert [path.name for path in write_schemas(tmp_path / "new")] == list(schemas())


def test_schemas_are_schemas() -> None:
    for schema in schemas().values():
        jsonschema_rs.meta.validate(json.loads(schema_text(schema)))


@pytest.mark.parametrize("kind", list(KINDS))
def test_our_own_files_fit_their_schema(kind: str) -> None:
    for path in ROOT.glob(KINDS[kind]):
        validator(kind).validate(value(path.read_text(encoding="utf-8")))


def test_the_good_project_fits_its_schemas() -> None:
    validator("suite").validate(value(SUITE))
    validator("prompt").validate(value(PROMPT))
    validator("models").validate(value(GOOD["prompts/models.yaml"]))


@pytest.mark.parametrize(
    ("old", "new"),
    [("repeats", "repeat"), ("- not:", "- nor:"), ("equals: {path", "equals: {pth"), ("suite: triage\n", ""), ("weight: 2", "weight: 0")],
)  # fmt: skip
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    assert not validator("suite").is_valid(value(SUITE.replace(old, new, 1)))


TOOLS = """\
tools:
  lookup_order:
    description: Where an order is.
    input: {type: object, properties: {order: {type: string}}}
    results: [{when: {order: "17"}, result: x}, {error: not_found, message: There is none.}]
  send: {python: send}
limits: {turns: 3, tool_calls: 3, tokens: 1000, cost_usd: 1, seconds: 5, on_loop: flag}
"""
OWN_TOOLS = """\
    tools: {lookup_order: {results: [{result: y}]}}
    turns: [And now?]
    expect_only: [{include: parts/polite.yaml}, equals: a]
    repeats: 2
    history: [{user: a}, {assistant: b}]
    attachments: [{file: notes.txt, title: Notes}]
    quarantine: {owner: dana, until: 2030-01-01, reason: The shop changed.}
"""
OWN_FILES = """\
  - files: [other/*.yaml]
    defaults: {include: parts/base.yaml, expect_only: [{equals: a}]}
"""
BASE = """\
tags: [t]
cluster: c
weight: 1
threshold: 0.5
must_pass: true
repeats: 2
inputs: {ticket: y}
tools: {lookup_order: {results: [{result: y}]}}
turns: [And now?]
history: [{user: a}, {assistant: b}]
attachments: [{file: notes.txt, title: Notes}]
"""
PROMPT_TOOLS = """\
tools: [{name: send, description: Sends., input: {type: object}}]
"""
ALL_GRADERS = """\
    - contains: {all: [a], any: [b], ignore_case: true, path: $.x}
    - equals: {value: 1, ignore_case: true, strip: false}
    - matches: {pattern: a, path: $.x, ignore_case: true}
    - number: {value: 1, tolerance: 1, relative: 1%, path: $.x}
    - json_path: {path: $.x, exists: true, count: 1}
    - length: {min_chars: 1, max_chars: 2, min_words: 1, max_words: 2}
    - refusal: {expected: true, pattern: x}
    - confidence: {path: $.c}
  cluster: c
  tags: [t]
  weight: 1
  threshold: 0.5
"""


def test_every_key_of_every_shape_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the schema that no reader asks for would be taken and ignored."""
    asked: set[tuple[str, str]] = set()

    class Watched(Fields):
        def __init__(self, table: Any, shape: Shape, noted: Noted) -> None:
            self._what = shape.what
            super().__init__(table, shape, noted)

        def node(self, name: str) -> Any:
            asked.add((self._what, name))
            return super().node(name)

    for module in (
        "forms.suites",
        "forms.variants",
        "forms.sources",
        "forms.includes",
        "forms.cases",
        "forms.traits",
        "forms.attachments",
        "forms.quarantines",
        "forms.messages",
        "forms.expectations",
        "forms.policies",
        "forms.prompts",
        "forms.listed",
        "forms.pins",
        "forms.tools",
        "forms.results",
        "lock",
    ):
        monkeypatch.setattr(f"harness.suite.{module}.Fields", Watched)
    suite = SUITE.replace("    - json: {schema: prompt}\n", "    - json: {schema: prompt}\n" + ALL_GRADERS)
    models = GOOD["prompts/models.yaml"].replace("thinking: [adaptive]", "thinking: [adaptive, disabled]")
    models = models.replace("    prefill", "    disabled_thinking_efforts: [low]\n    prefill")
    prompts = GOOD["prompts/triage/v1.yaml"].replace("output:", "  - system: b\n  - user: c\noutput:")
    prompts = prompts.replace("system: |\n  You sort", "system:\n  cache: 1h\n  text: |\n    You sort")
    prompts = prompts.replace("  - user: c", "  - user: c\n    cache: 5m\n    attachments: after")
    texts = {
        **GOOD,
        "evals/triage.yaml": suite,
        "prompts/models.yaml": models,
        "prompts/triage/v1.yaml": prompts,
    }
    texts |= {
        "evals/triage.yaml": suite.replace("defaults:\n", f"{TOOLS}defaults:\n").replace(
            "  - id: second\n", f"  - id: second\n{OWN_TOOLS}"
        )
        + OWN_FILES,
        "prompts/triage/v2.yaml": GOOD["prompts/triage/v2.yaml"] + "tools: [lookup_order]\n",
        "evals/tools.py": "def send(): ...\n",
        "evals/parts/polite.yaml": "- contains: please\n",
        "evals/parts/base.yaml": BASE,
        "evals/other/a.yaml": "- id: o\n",
        "evals/notes.txt": "Notes.",
    }
    texts["prompts/triage/v1.yaml"] += PROMPT_TOOLS
    assert examine(Files({**texts, "prompts/prompts.lock": "prompts: {}\n"})).problems == ()
    everything = [
        each for module in (shapes, case_shapes, prompt_shapes, tool_shapes) for each in vars(module).values()
    ]
    declared = {(each.what, key) for each in everything if isinstance(each, Shape) for key in each.keys}
    assert declared - asked == {("a message", "assistant")}
