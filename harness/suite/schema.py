"""JSON Schemas for editors, generated from the shapes the readers use. `python -m harness.suite.schema` writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from harness.suite.forms import case_shapes, judge_shapes, prompt_shapes, route_shapes, shapes
from harness.suite.forms.graders.table import EXPECTATION, GRADER, GRADERS
from harness.suite.forms.kinds import described
from harness.units import Json

FOLDER = Path(__file__).parent / "schema"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, Mapping[str, Json]]:
    """Every schema by the name of its file."""
    grader = {**described(GRADER), "minProperties": 1, "maxProperties": 1}
    expectation: dict[str, Json] = {
        **described(EXPECTATION),
        "oneOf": [{"required": [name]} for name in (*GRADERS, "not")],
    }
    file = {**described(case_shapes.CASE_FILE), "oneOf": [{"required": ["file"]}, {"required": ["files"]}]}
    case: dict[str, Json] = {
        "anyOf": [file, described(case_shapes.CASE), case_shapes.MATRIX_CASE],
    }
    included = described(case_shapes.INCLUDED_EXPECTATIONS)
    return {
        "suite.schema.json": {
            "$schema": _DRAFT,
            "title": "A suite of cases: evals/<name>.yaml",
            **described(shapes.SUITE),
            "$defs": {"case": case, "expectation": expectation, "included": included, "grader": grader},
        },
        "prompt.schema.json": {
            "$schema": _DRAFT,
            "title": "A prompt version: prompts/<name>/v<N>.yaml",
            **described(prompt_shapes.PROMPT),
        },
        "models.schema.json": {
            "$schema": _DRAFT,
            "title": "The model pins: prompts/models.yaml",
            **described(prompt_shapes.MODELS),
        },
        "routes.schema.json": {
            "$schema": _DRAFT,
            "title": "The routes: prompts/routes.yaml",
            **described(route_shapes.ROUTES),
        },
        "judges.schema.json": {
            "$schema": _DRAFT,
            "title": "The judges: prompts/judges.yaml",
            **described(judge_shapes.JUDGES),
        },
    }


def schema_text(schema: Mapping[str, Json]) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False, default=dict) + "\n"


def write_schemas(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Write every schema into `folder`, and say which files they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(schema_text(schema), encoding="utf-8")
    return tuple(folder / name for name in schemas())


if __name__ == "__main__":
    write_schemas()
