"""Forms of the graders of structure."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.structure import JsonPath, JsonSchema
from harness.suite.forms.graders.form import GraderForm, Reading
from harness.suite.forms.kinds import FLAG, PATH, may, need, whole
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
    schema = None if node is None else reading.find_schema(node)
    return None if schema is None else JsonSchema(place=place, schema=schema)


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
            "schema": need(
                "A JSON Schema, `prompt` for the baseline prompt's own, or a file in schemas/.",
                {"type": ["object", "string"]},
            )
        },
        read=_json,
    ),
)
