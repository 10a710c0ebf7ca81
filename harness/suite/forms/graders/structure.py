"""Forms of the graders of structure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.structure import JsonDiff, JsonPath, JsonSchema, JsonSubset
from harness.suite.forms.compiled import check_path
from harness.suite.forms.graders.form import ALSO_PATH, GraderForm, Reading
from harness.suite.forms.kinds import ANYTHING, FLAG, PATH, SHARE, may, need, whole
from harness.suite.notation.fields import Fields


def _json_path(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    path, exists, count = reading.path(given), given.flag("exists"), given.integer("count", 0)
    if count is not None and exists is False:
        reading.noted.bad(
            given.place_of("count"), "a count of what must not exist", "keep `count` or `exists`"
        )
    if path is None:
        return None
    return JsonPath(place=place, path=path, exists=exists is not False, count=count)


def _json(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    node = given.node("schema")
    schema = True if node is None else reading.find_schema(node)
    fenced, anywhere, path = bool(given.flag("fenced")), bool(given.flag("anywhere")), reading.path(given)
    if anywhere and (fenced or path is not None):
        what = "JSON anywhere in the text may be several values, in a fence or not"
        reading.noted.bad(given.place_of("anywhere"), what, "remove `anywhere`, or `fenced` and `path`")
    if schema is None:
        return None
    return JsonSchema(place=place, schema=schema, fenced=fenced, anywhere=anywhere, path=path)


def _json_subset(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    node, path = given.node("value"), reading.path(given)
    if node is None:
        return None
    reading.is_said(node, "value")
    value = given.json("value")
    if isinstance(value, Mapping | tuple) and not value:
        reading.noted.bad(
            node.place, "'value' is empty, and every such value holds it", "write what is wanted"
        )
    return JsonSubset(place=place, value=value, path=path)


def _json_diff(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    node, path, least = given.node("to"), reading.path(given), reading.at_least(given)
    ignore = given.texts("ignore")
    for each in ignore:
        check_path(reading.noted, given.place_of("ignore"), each)
    if node is None:
        return None
    reading.is_said(node, "to")
    return JsonDiff(place=place, to=given.json("to"), path=path, ignore=ignore, at_least=least)


FORMS: Final = (
    GraderForm(
        name="json_path",
        means="What a JSONPath selects.",
        keys={
            "path": need("The JSONPath to look at.", PATH),
            "exists": may("Whether it must select anything; true where it is left out.", FLAG),
            "count": may("How many nodes it must select.", whole(0)),
        },
        read=_json_path,
    ),
    GraderForm(
        name="json",
        means="The answer is JSON and fits a schema.",
        keys={
            "schema": may(
                "A JSON Schema, `prompt` for the baseline prompt's own, or a file in schemas/; any JSON where left out.",
                {"type": ["object", "string"]},
            ),
            "fenced": may("Whether one code fence around the answer is forgiven.", FLAG),
            "anywhere": may("Whether an object or a list somewhere in the text is enough.", FLAG),
            "path": may("What of the answer must fit; without it all of it.", PATH),
        },
        read=_json,
    ),
    GraderForm(
        name="json_subset",
        means="The answer holds this, and maybe more.",
        keys={
            "value": need("What must be in it: any JSON.", ANYTHING),
            "path": ALSO_PATH,
        },
        read=_json_subset,
    ),
    GraderForm(
        name="json_diff",
        means="How much of the answer is as in this: the share of values that agree.",
        keys={
            "to": need("What it is compared with: any JSON.", ANYTHING),
            "at_least": may("From which share on it is met; without it the share counts as it is.", SHARE),
            "ignore": may("JSONPaths of what is not compared.", {"type": "array", "items": PATH}),
            "path": ALSO_PATH,
        },
        read=_json_diff,
    ),
)
