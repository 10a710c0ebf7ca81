"""`prompts/<name>/v<N>.yaml` to prompt versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from harness.errors import Place
from harness.suite.canonical import digest
from harness.suite.forms import prompt_shapes as shapes
from harness.suite.forms.compiled import check_schema
from harness.suite.forms.messages import (
    check_marks,
    read_cache,
    read_messages,
    read_template,
    spelled_message,
)
from harness.suite.forms.tools import read_prompt_tools, spelled_tool
from harness.suite.names import NAME, VERSION, refusal
from harness.suite.notation.fields import Fields, Noted, suggest
from harness.suite.notation.load import load_yaml
from harness.suite.notation.node import Table
from harness.suite.prompt import CacheTime, Effort, PromptVersion, Thinking
from harness.suite.tree import Tree
from harness.units import Json, Tokens

Prompts = Mapping[tuple[str, str], PromptVersion]
_BESIDE = tuple(f"prompts/{name}" for name in ("models.yaml", "prompts.lock", "routes.yaml", "judges.yaml"))


def read_prompts(tree: Tree, noted: Noted) -> tuple[Prompts, frozenset[tuple[str, str]]]:
    """Every version that can be read, and the names of all there are files for."""
    prompts: dict[tuple[str, str], PromptVersion] = {}
    seen: set[tuple[str, str]] = set()
    for path in tree.files("prompts"):
        name = None if path in _BESIDE or path.endswith(".md") else _name(path, noted)
        if name is not None:
            seen.add(name)
            prompt = _prompt(tree, path, name, noted)
            if prompt is not None:
                prompts[name] = prompt
    return prompts, frozenset(seen)


def _name(path: str, noted: Noted) -> tuple[str, str] | None:
    parts = path.split("/")
    place = Place(path)
    version, _dot, suffix = parts[-1].rpartition(".")
    if len(parts) != 3 or suffix != "yaml" or not re.fullmatch(VERSION, version):
        noted.bad(
            place, "is not a prompt version", "name it prompts/<name>/v1.yaml, or move it out of prompts/"
        )
        return None
    bad = refusal("a prompt's name", parts[1], NAME)
    if bad is not None:
        noted.bad(place, bad, "rename the folder")
        return None
    return parts[1], version


def _prompt(tree: Tree, path: str, name: tuple[str, str], noted: Noted) -> PromptVersion | None:
    before = len(noted.problems)
    node = load_yaml(tree, path, noted)
    table = None if node is None else noted.table(node, "a prompt version")
    if table is None:
        return None
    given = Fields(table, shapes.PROMPT, noted)
    names: dict[str, Place] = {}
    system, system_cache = _system(given, names)
    messages = read_messages(given, names)
    check_marks(given, system_cache, messages)
    description = given.text("description")
    most = given.integer("max_tokens", 1)
    effort = given.word("effort", (*shapes.EFFORTS, "default"))
    thinking = given.word("thinking", (*shapes.THINKING, "default"))
    schema = _output(given)
    stops = _stops(given)
    tools = read_prompt_tools(given)
    if len(noted.problems) > before or most is None:
        return None
    prompt = PromptVersion(
        name=name[0],
        version=name[1],
        description=description or "",
        system=system,
        messages=messages,
        max_tokens=Tokens(most),
        effort=None if effort == "default" else cast("Effort", effort),
        thinking=None if thinking == "default" else cast("Thinking", thinking),
        output_schema=schema,
        stop_sequences=stops,
        tools=tools,
        system_cache=system_cache,
        variables=frozenset(names),
        digest="",
        place=Place(path, 1, 1),
        uses=MappingProxyType(names),
    )
    return _digested(prompt)


def text_digest(prompt: PromptVersion) -> str:
    """SHA-256 (hex) over what is sent: equal for two versions of different names that say the same."""
    return digest(_spelled(prompt))


def _digested(prompt: PromptVersion) -> PromptVersion:
    return replace(
        prompt, digest=digest({"name": prompt.name, "version": prompt.version, **_spelled(prompt)})
    )


def _spelled(prompt: PromptVersion) -> dict[str, Json]:
    said: dict[str, Json] = {
        "system": prompt.system,
        "messages": [spelled_message(each) for each in prompt.messages],
        "max_tokens": prompt.max_tokens,
        "effort": prompt.effort,
        "thinking": prompt.thinking,
        "output_schema": prompt.output_schema,
        "stop_sequences": prompt.stop_sequences,
        "variables": sorted(prompt.variables),
    }
    if prompt.tools:  # what has none keeps the digest it has always had
        said["tools"] = [spelled_tool(each) for each in prompt.tools]
    if prompt.system_cache is not None:
        said["system_cache"] = prompt.system_cache
    return said


def _system(given: Fields, names: dict[str, Place]) -> tuple[str | None, CacheTime | None]:
    """The template of the system prompt, and how long it is cached."""
    node = given.node("system")
    if not isinstance(node, Table):
        return read_template(node, "'system'", given.noted, names), None
    fields = Fields(node, shapes.SYSTEM, given.noted)
    return read_template(fields.node("text"), "'text'", given.noted, names), read_cache(fields)


def _output(given: Fields) -> Mapping[str, Json] | None:
    node = given.node("output")
    table = None if node is None else given.noted.table(node, "'output'")
    schema = None if table is None else Fields(table, shapes.OUTPUT, given.noted).node("json_schema")
    if schema is None or given.noted.table(schema, "'json_schema'") is None:
        return None
    found = check_schema(given.noted, schema)
    return found if isinstance(found, Mapping) else None


def _stops(given: Fields) -> tuple[str, ...]:
    stops = given.texts("stop_sequences")
    if any(not each.strip() for each in stops):
        given.noted.bad(given.place_of("stop_sequences"), "a stop sequence of nothing but space", "remove it")
    return stops


def find(
    prompts: Prompts, seen: frozenset[tuple[str, str]], name: str, version: str
) -> PromptVersion | str | None:
    """The version; or a remedy, where there is no file for it; or None, where its own mistakes were noted."""
    if (name, version) in seen:
        return prompts.get((name, version))
    versions = {number for prompt, number in seen if prompt == name}
    return suggest(version, versions)
