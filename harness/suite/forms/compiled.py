"""Whether a pattern, a path or a schema written in a file is one, said before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from harness.errors import Place
from harness.suite.notation.fields import Noted
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table, plain
from harness.units import Json

_DRAFTS = frozenset(
    [f"https://json-schema.org/draft/{draft}/schema" for draft in ("2020-12", "2019-09")]
    + [f"http://json-schema.org/draft-0{draft}/schema" for draft in (7, 6, 4)]
)
MOST_PATTERN = 2_000
"""Characters of a pattern or a path."""


def check_pattern(noted: Noted, place: Place, pattern: str) -> bool:
    """Whether RE2 takes the pattern. Look-around and back-references are what it does not have."""
    import re2

    engine = cast("Any", re2)  # it has no types
    if len(pattern) > MOST_PATTERN:
        noted.bad(
            place, f"a pattern of {len(pattern):,} characters; the most is {MOST_PATTERN:,}", "shorten it"
        )
        return False
    options = engine.Options()
    options.log_errors = False
    try:
        engine.compile(pattern, options=options)
    except engine.error as error:
        said = bytes(error.args[0]).decode("utf-8", "replace")
        part = said.rpartition(": ")[2]
        at = pattern.find(part)
        where = f" at character {at + 1}" if part and at >= 0 else ""
        noted.bad(place, f"RE2 does not take this pattern{where}: {said[:120]}", _hint(pattern))
        return False
    return True


def _hint(pattern: str) -> str:
    if any(sign in pattern for sign in ("(?=", "(?!", "(?<=", "(?<!")):
        return "RE2 has no look-around: use two expectations, one of them with `not`"
    if any(f"\\{digit}" in pattern for digit in range(1, 10)):
        return "RE2 has no back-references: write the text twice"
    return "see the RE2 syntax"


def check_path(noted: Noted, place: Place, path: str) -> bool:
    """Whether the path is a JSONPath (RFC 9535)."""
    import jsonpath_rfc9535

    if len(path) > MOST_PATTERN:
        noted.bad(place, f"a path of {len(path):,} characters; the most is {MOST_PATTERN:,}", "shorten it")
        return False
    try:
        jsonpath_rfc9535.compile(path)
    except (jsonpath_rfc9535.JSONPathError, RecursionError, ValueError, OverflowError) as error:
        said = " ".join(str(error).split())[:120]
        noted.bad(place, f"{path[:60]!r} is not a JSONPath: {said}", "a path starts with `$`: `$.queue`")
        return False
    return True


def check_schema(noted: Noted, node: Node) -> Json:
    """The JSON Schema at `node`, or None where it is not one. It may refer to nothing outside itself."""
    before = len(noted.problems)
    value = noted.json(node, "a JSON Schema")
    _inside(noted, node)
    if len(noted.problems) == before and not _is_schema(noted, node, value):
        return None
    return value if len(noted.problems) == before else None


def _is_schema(noted: Noted, node: Node, value: Json) -> bool:
    import jsonschema_rs

    thawed = thaw(value)
    try:
        jsonschema_rs.meta.validate(thawed)
        jsonschema_rs.validator_for(thawed)
    except jsonschema_rs.ValidationError as error:
        place = _at(node, list(error.instance_path))
        noted.bad(place, f"this is not a JSON Schema: {error.message[:160]}", "mend it")
        return False
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        noted.bad(node.place, f"this is not a JSON Schema: {str(error)[:160]}", "mend it")
        return False
    return True


def thaw(value: Json) -> Any:
    """A frozen JSON value as plain lists and dictionaries."""
    if isinstance(value, Mapping):
        return {key: thaw(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [thaw(each) for each in value]
    return value


def _at(node: Node, path: list[Any]) -> Place:
    for step in path:
        if isinstance(node, Table) and step in node.entries:
            node = node.entries[cast("str", step)].node
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
    return node.place


def _inside(noted: Noted, node: Node) -> None:
    """Reports references out of the schema (they could read files or the network) and patterns RE2 refuses."""
    match node:
        case Items():
            for each in node.items:
                _inside(noted, each)
        case Table():
            for name, entry in node.entries.items():
                _keyword(noted, name, entry)
                _inside(noted, entry.node)
        case Scalar():
            pass


def _keyword(noted: Noted, name: str, entry: Entry) -> None:
    said = plain(entry.node)
    if not isinstance(said, str):
        return
    if name in {"$ref", "$dynamicRef"} and not said.startswith("#"):
        what = f"{name!r} leads out of this schema: {said[:80]!r}"
        noted.bad(entry.node.place, what, "copy it into `$defs` and refer to it as `#/$defs/...`")
    if name == "$schema" and said.rstrip("#") not in _DRAFTS:
        what = f"{said[:80]!r} is not a draft of JSON Schema"
        noted.bad(entry.node.place, what, "remove it: draft 2020-12 is meant then")
    if name == "pattern":
        check_pattern(noted, entry.node.place, said)
