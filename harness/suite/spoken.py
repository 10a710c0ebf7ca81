"""A prompt version as lines people can read and compare: everything that is asked, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.suite.prompt import CacheTime, PromptVersion
from harness.suite.tool import PromptTool


def spoken(prompt: PromptVersion) -> tuple[str, ...]:
    """Every part that shapes the request, one line each. The texts are the user's own, and may hold anything."""
    return tuple(_lines(prompt))


def _lines(prompt: PromptVersion) -> Iterator[str]:
    yield f"max_tokens: {prompt.max_tokens}"
    yield f"effort: {prompt.effort or 'default'}"
    yield f"thinking: {prompt.thinking or 'default'}"
    yield from (f"stop: {json.dumps(each, ensure_ascii=False)}" for each in prompt.stop_sequences)
    if prompt.system is not None:
        yield from _part(f"system{_cached(prompt.system_cache)}", prompt.system)
    for message in prompt.messages:
        shown = f", attachments {message.attachments} it" if message.attachments else ""
        yield from _part(f"{message.role}{_cached(message.cache)}{shown}", message.template)
    if prompt.output_schema is not None:
        yield from _part(
            "output", json.dumps(prompt.output_schema, indent=2, ensure_ascii=False, default=dict)
        )
    for tool in prompt.tools:
        yield from _tool(tool)


def _cached(cache: CacheTime | None) -> str:
    return "" if cache is None else f", cached for {cache}"


def _tool(tool: PromptTool) -> Iterator[str]:
    if tool.definition is None:
        yield f"tool {tool.name}: as the suite defines it"
        return
    yield from _part(f"tool {tool.name}", tool.definition.description)
    yield from _part(
        f"tool {tool.name} takes",
        json.dumps(tool.definition.input, indent=2, ensure_ascii=False, default=dict),
    )


def _part(name: str, body: str) -> Iterator[str]:
    yield f"{name}:"
    yield from (f"  {line}".rstrip() for line in body.rstrip("\n").split("\n"))
