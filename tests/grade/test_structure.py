"""`json_path`, `json`, and what counts as JSON."""

from __future__ import annotations

import json
import time
from types import MappingProxyType

import pytest
from hypothesis import given

from harness.grade.decision import Undecidable
from harness.grade.path import MOST_NODES
from harness.grade.reading import read_json
from harness.suite.expectations.structure import JsonPath, JsonSchema
from harness.suite.expectations.text import Equals
from harness.units import Json
from tests.grade.cases import only, passes, undecided
from tests.grade.strategies import PLACE, values

QUEUE: Json = {
    "type": "object",
    "properties": {
        "queue": {"enum": ["refunds", "orders"]},
        "due": {"type": "string", "format": "date"},
        "a/b~": {"type": "integer"},
    },
    "required": ["queue"],
}


def path(path: str, *, exists: bool = True, count: int | None = None) -> JsonPath:
    return JsonPath(place=PLACE, path=path, exists=exists, count=count)


def valid(schema: Json = QUEUE) -> JsonSchema:
    return JsonSchema(place=PLACE, schema=schema)


@given(values)
def test_what_python_writes_is_read_back(value: Json) -> None:
    assert read_json(f"\n {json.dumps(value)} ") == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sure: {}", "“Sure: {}”, which is not JSON: Expecting value at line 1, column 1"),
        ("{} {}", "“{} {}”, which is not JSON: Extra data at line 1, column 4"),
        ("```json\n{}\n```", "“```json\\n{}\\n```”, which is not JSON: it stands in a code fence"),
        ("{'a': 1}", "which is not JSON: Expecting property name enclosed in double quotes"),
        ("\ufeff{}", "which is not JSON"),
        ('{"a": 1, "b": 2, "a": 1}', "an object with the key “a” twice"),
        ("[NaN]", "NaN, which is not JSON"),
        ("[-Infinity]", "-Infinity, which is not JSON"),
        ("[1e999]", "the number 1e999, which is out of range"),
        ("1" * 5000, "which has a number of more than 4,300 digits"),
        ('{"a": "\\ud800"}', "“\\ud800”, which holds half a character"),
        ('{"\\udfff": 1}', "“\\udfff”, which holds half a character"),
        ("[" * 101 + "1" + "]" * 101, "JSON nested more than 100 levels deep"),
        ("[" * 100_000, "which is nested too deeply"),
        ('{"a":' * 100_000, "which is nested too deeply"),
    ],
)
def test_what_is_not_json_says_why(text: str, found: str) -> None:
    with pytest.raises(Undecidable) as caught:
        read_json(text)
    assert found in caught.value.found


def test_a_hundred_levels_are_read() -> None:
    text = "[" * 100 + "1" + "]" * 100
    assert json.dumps(read_json(text)) == text
    assert passes(text, path("$..*", count=100))


def test_an_answer_of_a_megabyte_is_read() -> None:
    text = json.dumps([{"id": number} for number in range(90_000)])
    assert len(text) > 1_000_000
    assert passes(text, path("$[-1].id"))


@pytest.mark.parametrize(
    "wanted",
    [
        path("$.items"),
        path("$.items[*]", count=2),
        path("$.nothing", exists=False),
        path("$.nothing", count=0),
        path("$.items[?@.n > 1.5]", count=1),
        path("$.items[?search(@.name, 'a+')]", count=1),
        path("$.items[?match(@.name, 'aab')]"),
        path("$.items[?match(@.name, 'a+')]", exists=False),
        path("$.items[?search(@.name, '(')]", exists=False),
        path("$.items[?search(@.n, '1')]", exists=False),
    ],
)
def test_what_a_path_selects(wanted: JsonPath) -> None:
    assert passes('{"items": [{"n": 1, "name": "b"}, {"n": 2, "name": "aab"}]}', wanted)


@pytest.mark.parametrize("wanted", [path("$.a", exists=False), path("$.b"), path("$[*]", count=2)])
def test_what_a_path_does_not_select(wanted: JsonPath) -> None:
    assert not passes('{"a": 1}', wanted)


def test_evidence_counts_the_nodes() -> None:
    assert only("[1]", path("$[*]", count=2)).evidence == "wanted 2 nodes at $[*]; found 1 node"
    assert only("[]", path("$[*]", count=1)).evidence == "wanted 1 node at $[*]; found 0 nodes"
    assert only("[]", path("$[*]", exists=False)).evidence == "wanted nothing at $[*]; found 0 nodes"


@pytest.mark.parametrize(
    "broken", ["", "a", "$.a[", "$[?@ == 1e400]", f"$[?{'(' * 3000}@{')' * 3000}]", "$[?nope(@)]"]
)
def test_a_path_that_is_none_passes_neither_way(broken: str) -> None:
    assert "found a path that cannot be used" in undecided("[1]", path(broken))


def test_prose_has_no_path_not_even_an_absent_one() -> None:
    assert "which is not JSON" in undecided("prose", path("$.error", exists=False))


def test_several_values_are_not_one() -> None:
    assert "several values" in undecided("[1, 1]", Equals(place=PLACE, value=1, path="$[*]"))


def test_a_path_that_selects_the_world_is_stopped() -> None:
    text = json.dumps([[0] * 400] * 400)
    assert f"more than {MOST_NODES:,} nodes" in undecided(text, path("$..*"))


def test_patterns_in_a_path_do_not_backtrack() -> None:
    start = time.perf_counter()
    assert passes(json.dumps(["a" * 5000 + "!"]), path("$[?match(@, '(a|aa)+')]", exists=False))
    assert time.perf_counter() - start < 20  # the library's own engine would not end


@pytest.mark.parametrize("text", ['{"queue": "refunds"}', ' {"queue": "orders", "due": "2026-11-21"}\n'])
def test_valid(text: str) -> None:
    assert passes(text, valid())
    assert only(text, valid()).evidence == "wanted JSON that is valid against the schema; found valid JSON"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}", 'the whole answer: "queue" is a required property'),
        ('{"queue": "x"}', '/queue: "x" is not one of "refunds" or "orders"'),
        ('{"queue": "orders", "due": "soon"}', '/due: "soon" is not a "date"'),
        ('{"queue": "orders", "a/b~": "x"}', '/a~1b~0: "x" is not of type "integer"'),
        ("prose", "“prose”, which is not JSON: Expecting value at line 1, column 1"),
        ('{"queue": "orders", "queue": "orders"}', "an object with the key “queue” twice"),
    ],
)
def test_invalid(text: str, found: str) -> None:
    assert not passes(text, valid())
    assert only(text, valid()).evidence.endswith(f"found {found}")


def test_the_first_three_errors_are_shown() -> None:
    evidence = only('["a\\n", "b", "c", "d"]', valid({"items": {"type": "number"}})).evidence
    assert evidence.count(' is not of type "number"') == 3
    assert evidence.endswith("(and more)")
    assert "\n" not in evidence


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"pattern": "(?=a)"},
        {"$schema": "https://json.example/own"},
        {"$ref": "#/$defs/nothing"},
        {"$ref": "https://json.example/queue.json"},
        {"properties": {"a": {"$ref": "http://127.0.0.1:9/x"}}},
        {"$ref": "file:///etc/hostname"},
        5,
    ],
)
def test_a_schema_that_cannot_be_used_passes_neither_way(schema: Json) -> None:
    assert "found a schema that cannot be used" in undecided("{}", valid(schema))


def test_a_reference_is_never_fetched() -> None:
    remote: Json = {"$ref": "https://json.example/queue.json"}
    assert "Retrieval is disabled" in undecided("{}", valid(remote))


def test_a_frozen_schema_of_an_older_draft_is_understood() -> None:
    draft: Json = MappingProxyType(
        {"$schema": "http://json-schema.org/draft-07/schema#", "items": ({"const": 1},)}
    )
    assert passes("[1, 2]", valid(draft))
    assert not passes("[2]", valid(draft))


def test_patterns_in_a_schema_do_not_backtrack() -> None:
    assert not passes(json.dumps("a" * 50_000 + "!"), valid({"pattern": "^(a+)+$"}))
