from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FilesRejected
from harness.suite.expectation import Expectation
from harness.suite.expectations.manner import Refusal
from harness.suite.expectations.number import Number
from harness.suite.expectations.structure import JsonSchema
from harness.suite.expectations.text import Contains, Equals, Matches
from harness.suite.forms import case_shapes, gate_shapes, prompt_shapes, shapes
from harness.suite.forms.graders.table import EXPECTATION
from harness.suite.policy import Policy
from harness.suite.project import Project
from harness.suite.read import check, examine, read_project
from tests.suite.files import GOOD, SUITE, Files, edited, said, with_files


def read(tree: Files) -> Project:
    return read_project(tree)


def expectations(yaml: str) -> list[Expectation]:
    tree = edited("evals/triage.yaml", "- not: {contains: sorry}\n        weight: 2", f"- {yaml}")
    return list(read(tree).suites["triage"].cases[0].expect)[2:]


def test_a_suite_is_what_its_file_says() -> None:
    suite = read(Files(GOOD)).suites["triage"]
    assert (suite.prompt, suite.repeats, suite.budget) == ("triage", 3, Decimal("2.00"))
    assert (suite.baseline.version, suite.candidate.version) == ("v1", "v2")
    assert suite.policy == Policy(latency_margin=None)
    assert [case.id for case in suite.cases] == ["refund-late", "second", "third"]


def test_a_case_is_what_its_lines_say() -> None:
    case = read(Files(GOOD)).suites["triage"].cases[0]
    assert (case.tags, case.cluster, case.weight, case.threshold) == (
        ("refund", "urdu"),
        "conversation-17",
        1.0,
        0.9,
    )
    assert str(case.place) == "evals/triage.yaml:18:5"
    schema, equals, contains = case.expect
    assert isinstance(schema, JsonSchema)
    assert isinstance(equals, Equals)
    assert (equals.path, equals.value, str(equals.place)) == ("$.queue", "refunds", "evals/triage.yaml:25:9")
    assert isinstance(contains, Contains)
    assert (contains.negated, contains.weight, contains.all_of) == (True, 2.0, ("sorry",))


def test_a_case_without_a_cluster_is_its_own() -> None:
    assert read(Files(GOOD)).suites["triage"].cases[1].cluster == "second"


def test_a_prompt_is_what_its_file_says() -> None:
    prompt = read(Files(GOOD)).prompts["triage", "v1"]
    assert (prompt.max_tokens, prompt.effort, prompt.thinking) == (400, "low", "adaptive")
    assert prompt.variables == {"ticket"}
    assert prompt.system == "You sort support tickets.\n"


def test_default_leaves_effort_and_thinking_to_the_model() -> None:
    text = GOOD["prompts/triage/v2.yaml"].replace("low", "default").replace("adaptive", "default")
    prompt = read(with_files({"prompts/triage/v2.yaml": text})).prompts["triage", "v2"]
    assert (prompt.effort, prompt.thinking) == (None, None)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("equals: 1.10", [Equals]),
        ("contains: {any: [a, b], ignore_case: true}", [Contains]),
        ("matches: '^Dear '", [Matches]),
        ("matches: {pattern: a+, ignore_case: true, path: $.x}", [Matches]),
        ("number: 5", [Number]),
        ("refusal: forbidden", [Refusal]),
        ("refusal: {expected: true, pattern: '(?i)cannot'}", [Refusal]),
    ],
)
def test_every_short_and_long_form_is_read(yaml: str, expected: list[type]) -> None:
    assert [type(each) for each in expectations(yaml)] == expected


def test_a_relative_tolerance_is_exact() -> None:
    (number,) = expectations("number: {value: 12.5, tolerance: 0.01, relative: 1%, path: $.total}")
    assert isinstance(number, Number)
    assert (number.value, number.tolerance, number.relative, number.path) == (12.5, 0.01, 0.01, "$.total")


def test_bounds_counts_and_confidence_are_read() -> None:
    assert len(expectations("length: {max_chars: 500, min_chars: 1, max_words: 80, min_words: 1}")) == 1
    assert len(expectations('json_path: {path: "$.items[*]", count: 2}')) == 1
    assert len(expectations("confidence: {path: $.confidence}")) == 1
    assert len(expectations("json: {schema: queue}")) == 1
    assert len(expectations("json: {schema: schemas/queue.json}")) == 1


def test_confidence_has_no_weight() -> None:
    with pytest.raises(FilesRejected, match="recorded, never scored; remove the weight"):
        expectations("confidence: {path: $.c}\n        weight: 2")


@pytest.mark.parametrize(
    ("yaml", "what"),
    [
        ("json: {schema: 5}", "'schema' must be text, not the number 5"),
        ("json: {schema: [5]}", "'schema' must be a mapping, not a list"),
        ("contains: {all: ['']}", "true of every answer"),
        ("matches: {pattern: ''}", "true of every answer"),
        ("matches: {path: $.x}", "matches has no 'pattern'"),
        ("number: {}", "'number' wants no number"),
        ("refusal: {pattern: '('}", "missing )"),
        ("refusal: {}", "refusal has no 'expected'"),
        ("json_path: {}", "json_path has no 'path'"),
        ("confidence: {}", "confidence has no 'path'"),
        ("json: {schema: 5}", "'schema'"),
        ("equals: {value: 1, strip: 'yes'}", "must be true or false, not text"),
        ("not: 5", "'not' must be a mapping"),
        ("text", "an expectation must be a mapping, not text"),
        (f"matches: {'a' * 2001}", "a pattern of 2,001 characters"),
        (f"equals: {{value: 1, path: $.{'a' * 2001}}}", "a path of 2,003 characters"),
        ("json: {schema: {minimum: x}}", "this is not a JSON Schema"),
        ("json: {schema: {$ref: '#/nowhere'}}", "this is not a JSON Schema"),
        ("json: {schema: {allOf: [{type: 5}]}}", "this is not a JSON Schema"),
    ],
)
def test_a_wrong_expectation_is_refused(yaml: str, what: str) -> None:
    with pytest.raises(FilesRejected, match=re.escape(what)):
        expectations(yaml)


def test_a_prompt_without_output_has_no_schema_to_lend() -> None:
    text = GOOD["prompts/triage/v1.yaml"]
    tree = with_files({"prompts/triage/v1.yaml": text[: text.index("output:")]})
    assert "16:22: v1 of prompt 'triage' has no output schema" in said(tree)[0]


def test_a_gate_may_leave_things_out() -> None:
    start, end = SUITE.index("gate:"), SUITE.index("defaults:")
    off = "gate: {cost: off, latency: {max_increase: 15%}, slices: off}\n"
    policies = [
        read(with_files({"evals/triage.yaml": SUITE[:start] + gate + SUITE[end:]})).suites["triage"].policy
        for gate in ("", off, "gate: {}\n")
    ]
    assert policies == [Policy(), Policy(cost_margin=None, slices=False), Policy()]


@pytest.mark.parametrize(
    "gate", ["gate: 5", "gate: {quality: 5}", "gate: {cost: 5}", "gate: {slices: tag}", "gate: {latency: on}"]
)
def test_a_gate_of_the_wrong_kind_is_refused(gate: str) -> None:
    start, end = SUITE.index("gate:"), SUITE.index("defaults:")
    assert len(said(with_files({"evals/triage.yaml": f"{SUITE[:start]}{gate}\n{SUITE[end:]}"}))) == 1


def test_digests_follow_what_is_asked_and_nothing_else() -> None:
    before = read(Files(GOOD)).suites["triage"]
    moved = read(edited("evals/triage.yaml", "suite: triage", "# a comment\nsuite: triage")).suites["triage"]
    other = read(edited("evals/triage.yaml", "value: refunds", "value: orders")).suites["triage"]
    assert moved.digest == before.digest
    assert other.digest != before.digest
    assert other.cases[0].digest != before.cases[0].digest
    assert other.cases[1].digest == before.cases[1].digest


def test_a_prompt_digest_leaves_out_the_description() -> None:
    digests = [
        read(edited("prompts/triage/v1.yaml", old, new)).prompts["triage", "v1"].digest
        for old, new in (("Sort", "Sort"), ("Sort", "Order"), ("max_tokens: 400", "max_tokens: 401"))
    ]
    assert digests[0] == digests[1] != digests[2]


def test_a_template_that_cannot_take_a_case_is_said_at_the_case() -> None:
    text = GOOD["prompts/triage/v2.yaml"].replace("ticket | untrusted", "ticket.text")
    (found,) = {each.split(": ", 1)[1] for each in said(with_files({"prompts/triage/v2.yaml": text}))}
    assert found.startswith("v2 cannot take these inputs: cannot be filled in")


SHAPES = [
    shapes.SUITE, shapes.VARIANT, gate_shapes.GATE, gate_shapes.QUALITY, gate_shapes.COST, case_shapes.DEFAULTS, case_shapes.CASE,
    case_shapes.CASE_FILE, case_shapes.QUARANTINE, case_shapes.ATTACHMENT, EXPECTATION, prompt_shapes.PROMPT, prompt_shapes.MODEL, prompt_shapes.PRICE,
]  # fmt: skip
KEYS = sorted({key for shape in SHAPES for key in shape.keys})
KEY = re.compile(r"(?<![\w$.])(" + "|".join(KEYS) + r")(?=:)")


def one_edit(word: str, at: int, letter: str, kind: int) -> str:
    at %= len(word)
    return [word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:]][
        kind
    ]


@given(data=st.data())
def test_a_key_with_one_edit_is_never_accepted(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(["evals/triage.yaml", "prompts/triage/v2.yaml", "prompts/models.yaml"]))
    found = data.draw(st.sampled_from(list(KEY.finditer(GOOD[path]))))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_"))
    wrong = one_edit(found[1], data.draw(st.integers(0, 30)), letter, data.draw(st.integers(0, 2)))
    if wrong == found[1]:
        return
    text = GOOD[path][: found.start()] + wrong + GOOD[path][found.end() :]
    assert check(with_files({path: text}))


@given(path=st.sampled_from(sorted(GOOD)), content=st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_rejection(path: str, content: bytes) -> None:
    examine(with_files({path: content}))


YAML_BITS = st.sampled_from(
    ["suite", ": ", "- ", "\n", "  ", "{", "}", "[", "]", "'", '"', "|", ">", "&a", "*a", "!x", "#", "?", "cases",
     "expect", "equals", "id", "\t", "---", "...", "%", "@", "0x1", ".nan", "null", "<<", ",", "inputs", "file"]
)  # fmt: skip


@given(path=st.sampled_from(sorted(GOOD)), bits=st.lists(YAML_BITS, max_size=40))
def test_no_text_raises_anything_but_a_rejection(path: str, bits: list[str]) -> None:
    examine(with_files({path: "".join(bits)}))


@given(at=st.integers(0, len(SUITE)), length=st.integers(0, 20), bit=YAML_BITS)
def test_no_damage_to_a_good_file_raises_anything_but_a_rejection(at: int, length: int, bit: str) -> None:
    examine(with_files({"evals/triage.yaml": SUITE[:at] + bit + SUITE[at + length :]}))
