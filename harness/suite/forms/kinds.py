"""Kinds of values that keys may have, as JSON Schemas, and how keys are put into shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.suite.notation.fields import Key, Shape
from harness.units import Json

Schema = Mapping[str, Json]

TEXT: Final[Schema] = {"type": "string"}
TEXTS: Final[Schema] = {"type": "array", "items": TEXT}
FLAG: Final[Schema] = {"type": "boolean"}
ANYTHING: Final[Schema] = {}
NO_MAPPING: Final[Schema] = {"type": ["string", "number", "boolean", "null", "array"]}
SHARE: Final[Schema] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[-+]?[0-9]+(\.[0-9]+)? ?%$"}]
}
POINTS: Final[Schema] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[-+]?[0-9]+(\.[0-9]+)? ?(%|pt)$"}]
}
SHARE_OR_OFF: Final[Schema] = {"anyOf": [SHARE, {"const": "off"}]}
WEIGHT: Final[Schema] = {"type": "number", "exclusiveMinimum": 0}
PATH: Final[Schema] = {"type": "string", "pattern": r"^\$"}
EXPECTATIONS: Final[Schema] = {
    "type": "array",
    "items": {"anyOf": [{"$ref": "#/$defs/expectation"}, {"$ref": "#/$defs/included"}]},
}


def whole(least: int, most: int = 10**9) -> Schema:
    """A whole number in [least, most]."""
    return {"type": "integer", "minimum": least, "maximum": most}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"enum": list(words)}


def need(doc: str, schema: Schema) -> Key:
    """A key that must be there."""
    return Key(doc=doc, schema=schema, required=True)


def may(doc: str, schema: Schema) -> Key:
    """A key that may be left out."""
    return Key(doc=doc, schema=schema)


def shape(what: str, keys: Mapping[str, Key], refused: Mapping[str, str] | None = None) -> Shape:
    """A kind of mapping; `what` names it in messages."""
    return Shape(what=what, keys=keys, refused=refused or {})


def described(of: Shape) -> dict[str, Json]:
    """The JSON Schema of a mapping of this shape."""
    required = [name for name, key in of.keys.items() if key.required]
    found: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(key) for name, key in of.keys.items()},
    }
    return {**found, "required": required} if required else found


def _property(key: Key) -> Schema:
    schema = {"anyOf": [key.schema, {"type": "null"}]} if key.nullable else key.schema
    return {"description": key.doc, **schema}
