"""Assertions about the form of an answer, and about the tools that were called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from harness.errors import Problem
from harness.intake.foreign import foreign_yaml
from harness.intake.promptfoo.nodes import value
from harness.intake.promptfoo.texts import separated
from harness.intake.promptfoo.wanted import Answer, Translate, Wanted, bridged, listed, mapped
from harness.units import Json

_DRAFT = "http://json-schema.org/draft-07/schema#"
_DIALECTS: Mapping[str, str] = {
    "mysql": "mysql",
    "mariadb": "mysql",
    "postgresql": "postgres",
    "postgres": "postgres",
    "redshift": "redshift",
    "sqlite": "sqlite",
    "bigquery": "bigquery",
    "snowflake": "snowflake",
    "transactsql": "tsql",
    "hive": "hive",
    "db2": "",
    "flinksql": "",
    "noql": "",
}


def _json(wanted: Wanted) -> Answer:
    schema = _schema(wanted.value)
    if schema is None:
        return listed("its JSON Schema cannot be read")
    where: dict[str, Json] = {"anywhere": True} if wanted.kind == "contains-json" else {}
    if schema is True or schema == {}:
        return mapped({"json": {"schema": {}, **where}})
    said: dict[str, Json] = dict(cast("Mapping[str, Json]", schema))
    return mapped({"json": {"schema": {"$schema": _DRAFT, **said}, **where}})


def _schema(said: Json) -> Json:
    """The schema as a mapping, True for any JSON, or None where it is none."""
    if said is None or said == "":
        return True
    if isinstance(said, str):
        problems: list[Problem] = []
        said = value(foreign_yaml("", said, problems))
    return said if isinstance(said, Mapping) or said is True else None


def _xml(wanted: Wanted) -> Answer:
    elements: list[str] = []
    if isinstance(wanted.value, Mapping):
        required = wanted.value.get("requiredElements")
        elements = [str(one) for one in required] if isinstance(required, list | tuple) else []
    elif isinstance(wanted.value, str):
        elements = separated(wanted.value)
    elif isinstance(wanted.value, list | tuple):
        elements = wanted.texts()
    where: dict[str, Json] = {"anywhere": True} if wanted.kind == "contains-xml" else {}
    ways: list[Json] = [one.replace(".", "/") for one in elements]
    return mapped({"xml": {**({"elements": ways} if ways else {}), **where}})


def _html(wanted: Wanted) -> Answer:
    return mapped({"html": {"anywhere": True} if wanted.kind == "contains-html" else {}})


def _sql(wanted: Wanted) -> Answer:
    about: Mapping[str, Json] = wanted.value if isinstance(wanted.value, Mapping) else {}
    named = about.get("databaseType", about.get("database"))
    dialect = _DIALECTS.get(str(named).lower()) if named is not None else None
    said: dict[str, Json] = {"dialect": dialect} if dialect else {}
    if wanted.kind == "contains-sql":
        said["anywhere"] = True
    whys: list[str] = []
    if named is not None and not dialect:
        whys.append(f"the dialect {str(named)[:40]} is read as plain SQL")
    tables = about.get("allowedTables")
    if isinstance(tables, list | tuple):
        said["tables"] = [
            str(one).split("::")[1] if str(one).count("::") == 2 else str(one) for one in tables
        ]
        whys.append("tables are allowed by name, whatever is done with them")
    if about.get("allowedColumns"):
        whys.append("columns are not checked")
    return bridged({"sql": said}, "; ".join(whys)) if whys else mapped({"sql": said})


def _tool_f1(wanted: Wanted) -> Answer:
    text = wanted.text()
    tools = [one.strip() for one in text.split(",") if one.strip()] if text is not None else wanted.texts()
    return (
        _of_tools({"tool_f1": {"expected": tools, **wanted.bar(1.0)}})
        if tools
        else listed("it names no tool")
    )


_TOOLS = "the suite has to define the tools"


def _of_tools(entry: Mapping[str, Any]) -> Answer:
    return bridged(entry, _TOOLS)


def _tool_used(wanted: Wanted) -> Answer:
    about = wanted.value
    if isinstance(about, Mapping):
        name = about.get("name")
        if not isinstance(name, str):
            return listed("a tool is named by its name here, not by a pattern")
        bounds: dict[str, Json] = (
            {"at_least_times": about["min"]} if isinstance(about.get("min"), int) else {}
        )
        if isinstance(about.get("max"), int):
            bounds["at_most_times"] = about["max"]
        return _of_tools({"tool_call": {"tool": name, **bounds}})
    tools = wanted.texts()
    if not tools:
        return listed("it names no tool")
    if wanted.negated:
        return Answer(
            entry={"tools": {"never": tools}}, fate="bridged", reason=f"tools: {_TOOLS}", is_turned=True
        )
    entries: list[Mapping[str, Any]] = [{"tool_call": {"tool": tool}} for tool in tools]
    return _of_tools(entries[0] if len(entries) == 1 else {"all": entries})


def _tool_arguments(wanted: Wanted) -> Answer:
    about: Mapping[str, Json] = wanted.value if isinstance(wanted.value, Mapping) else {}
    arguments, name = about.get("args", about.get("arguments")), about.get("name")
    if not isinstance(name, str) or not isinstance(arguments, Mapping):
        return listed("it names no tool, or no arguments")
    if about.get("ignore") or about.get("defaults"):
        why = f"further arguments are allowed; {_TOOLS}"
        return bridged({"tool_call": {"tool": name, "arguments": arguments}}, why)
    if about.get("mode") == "exact":
        return _of_tools({"tool_call": {"tool": name, "arguments": arguments, "exact": True}})
    return _of_tools({"tool_call": {"tool": name, "arguments": arguments}})


def _tool_sequence(wanted: Wanted) -> Answer:
    about = wanted.value
    steps: Json = about.get("steps") if isinstance(about, Mapping) else about
    names = [_step(one) for one in steps] if isinstance(steps, list | tuple) else []
    if not names or None in names:
        return listed("it names no tools in an order")
    exact = isinstance(about, Mapping) and about.get("mode") == "exact"
    return _of_tools({"tools": {"exact" if exact else "order": names}})


def _step(one: Json) -> str | None:
    if isinstance(one, str):
        return one
    name = one.get("name") if isinstance(one, Mapping) else None
    return name if isinstance(name, str) else None


def _step_count(wanted: Wanted) -> Answer:
    about: Mapping[str, Json] = wanted.value if isinstance(wanted.value, Mapping) else {}
    least, most = about.get("min"), about.get("max")
    is_tools = about.get("type") == "tool"
    if about.get("pattern") or about.get("name") or (least is not None and not is_tools):
        return listed("only steps of all kinds can be bounded, and calls of tools")
    bounds: dict[str, Json] = {"min_tool_calls": least} if isinstance(least, int) and least > 0 else {}
    if isinstance(most, int):
        bounds["max_tool_calls" if is_tools else "max_steps"] = most
    return _of_tools({"trajectory": bounds}) if bounds else listed("it says no number of steps")


def _valid_call(_wanted: Wanted) -> Answer:
    called: list[Mapping[str, Any]] = [{"tool_call": {"tool": "*"}}, {"tools": {"valid": True}}]
    return _of_tools({"all": called})


STRUCTURES: Final[Mapping[str, Translate]] = {
    "is-json": _json,
    "contains-json": _json,
    "is-xml": _xml,
    "contains-xml": _xml,
    "is-html": _html,
    "contains-html": _html,
    "is-sql": _sql,
    "contains-sql": _sql,
    "tool-call-f1": _tool_f1,
    "trajectory:tool-used": _tool_used,
    "trajectory:tool-args-match": _tool_arguments,
    "trajectory:tool-sequence": _tool_sequence,
    "trajectory:step-count": _step_count,
    "is-valid-function-call": _valid_call,
    "is-valid-openai-function-call": _valid_call,
    "is-valid-openai-tools-call": _valid_call,
}
