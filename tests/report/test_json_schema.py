"""The published JSON Schemas: what is printed is what they say, and they say no to what is not."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given

from harness.gate.verdict import Status
from harness.report.machines.document import verdict_document
from tests.report import examples, live
from tests.report.hostile import nasty

DOCS = Path(__file__).parents[2] / "docs" / "json.md"
VERDICTS = {
    "regressed": (examples.comparison(), examples.REGRESSED),
    "inconclusive": (examples.unsure(), examples.INCONCLUSIVE),
    "pass": (examples.well(), examples.PASS),
    "not measured": (examples.outage(), examples.NOT_MEASURED),
}


@cache
def schema(name: str) -> jsonschema_rs.Draft202012Validator:
    text = (files("harness.report.machines") / f"{name}.schema.json").read_text("utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text))


def told(name: str) -> dict[str, Any]:
    return json.loads(json.dumps(verdict_document(*VERDICTS[name]), allow_nan=False))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", VERDICTS)
def test_every_verdict_is_as_published(name: str) -> None:
    schema("verdict").validate(told(name))


def test_a_live_verdict_with_everything_in_it_is_as_published() -> None:
    made = live.comparison()
    schema("verdict").validate(verdict_document(made, live.verdict(made), live.BACKGROUND))


@pytest.mark.parametrize(("command", "name"), [("harness gate", "verdict"), ("harness run", "run")])
def test_what_a_new_project_prints_is_as_published(command: str, name: str) -> None:
    found = re.findall(
        rf"<!-- json: {command} .*? -->\n```json\n(.*?)\n```", DOCS.read_text("utf-8"), re.DOTALL
    )
    assert found
    for text in found:
        schema(name).validate(json.loads(text))


@given(nasty)
def test_names_of_others_change_nothing_of_its_shape(text: str) -> None:
    document = verdict_document(
        examples.comparison(candidate=examples.side("v3", suite=text), only_baseline=(text,)),
        examples.REGRESSED,
    )
    written = json.dumps(document).encode("utf-8").decode()
    schema("verdict").validate(json.loads(re.sub(r"\\ud[89a-f][0-9a-f]{2}", "?", written)))


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("status",), "FINE"),
        (("schema",), 2),
        (("quality", "n"), None),
        (("quality", "difference"), "0.1"),
        (("cost", "candidate_usd"), 0.5),
        (("cost", "candidate_usd"), "$0.50"),
        (("accounting", "baseline", "planned"), 1.5),
        (("slices",), None),
    ],
)
def test_a_document_that_means_something_else_is_refused(path: tuple[str, ...], wrong: object) -> None:
    document = deepcopy(told("regressed"))
    part = document
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = wrong
    assert not schema("verdict").is_valid(document)


def test_a_key_may_be_added_and_none_taken_away() -> None:
    document = told("pass")
    assert schema("verdict").is_valid({**document, "new": 1})
    del document["accounting"]
    assert not schema("verdict").is_valid(document)


def test_every_status_of_the_gate_is_in_it() -> None:
    for status in Status:
        assert schema("verdict").is_valid({**told("pass"), "status": status.value})
