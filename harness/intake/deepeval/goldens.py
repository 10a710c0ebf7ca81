"""Goldens and test cases of deepeval, single and conversational, as values. Keys in either spelling."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.intake.harvest.peek import first, items, table, text
from harness.intake.samples import Message
from harness.units import Json

_CAMEL = re.compile(r"(?<=[a-z])([A-Z])")
_ANSWERED = ("actual_output", "retrieval_context", "tools_called", "token_cost", "completion_time", "latency")
"""What a run of it gave, which is no part of a case."""
_METRICS = ("metrics_data", "metrics_metadata", "metrics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One golden, or one test case."""

    name: str
    messages: tuple[Message, ...]
    turns: tuple[str, ...]
    """What the user says afterwards."""
    right: Json
    """The expected output; None: it has none."""
    outcome: str
    """Of a conversation: what is wanted of it, in words."""
    tools: tuple[str, ...]
    """Names of tools it expects to be called."""
    metrics: tuple[str, ...]
    """Names of metrics that were measured on it."""
    metadata: Mapping[str, Json]
    left: tuple[str, ...]
    """Keys of it that no case has."""
    lost: str
    is_conversation: bool


_ASKED = (
    "input",
    "expected_output",
    "expected_tools",
    "turns",
    "messages",
    "goldens",
    "expected_outcome",
    "scenario",
)
_ABOUT = ("context", "additional_metadata", "metadata", "name", "id", "source_file", "comments", "tags")
_KNOWN = frozenset((*_ASKED, *_ABOUT, *_ANSWERED, *_METRICS))


def golden_of(row: Mapping[str, Json]) -> Golden:
    """A golden or a test case."""
    value = {_snake(key): each for key, each in row.items()}
    turns = _list(first(value, "turns", "messages", "goldens"))
    is_conversation = "scenario" in value or bool(turns)
    said = (
        _user_turns(turns) if is_conversation else ((text(value.get("input")),) if value.get("input") else ())
    )
    given = value.get("expected_output")
    unknown = {key: each for key, each in value.items() if key not in _KNOWN}
    beside = {key: value[key] for key in ("source_file", "comments") if value.get(key)}
    metadata = _mapping(first(value, "additional_metadata", "metadata"))
    kept = ("context", *_ANSWERED, *(("scenario",) if is_conversation else ()))
    return Golden(
        name=text(first(value, "name", "id")),
        messages=(("user", said[0]),) if said else (),
        turns=said[1:],
        right=None if isinstance(given, str) and not given.strip() else given,
        outcome=text(value.get("expected_outcome")),
        tools=tuple(
            text(table(each).get("name")) or text(each) for each in _list(value.get("expected_tools"))
        ),
        metrics=tuple(
            text(first(table(each), "name", "metric")) or "metric"
            for key in _METRICS
            for each in _list(value.get(key))
        ),
        metadata={**unknown, **beside, **metadata, **_tags(value.get("tags"))},
        left=tuple(key for key in kept if value.get(key) not in (None, "", [], {}, "[]")),
        lost=_lost(said, is_conversation=is_conversation),
        is_conversation=is_conversation,
    )


def _lost(said: tuple[str, ...], *, is_conversation: bool) -> str:
    if is_conversation and not said:
        return "it has no turns of the user, and nobody plays a user here: write what they say"
    if any("[DEEPEVAL:" in each for each in said):
        return "holds an image"
    return ""


def _user_turns(turns: tuple[Json, ...]) -> tuple[str, ...]:
    """What the user says in a conversation: of turns, or of goldens in a row as earlier versions had them."""
    found: list[str] = []
    for turn in map(table, turns):
        role = text(turn.get("role"))
        words = text(first(turn, "content", "input")) if role in ("", "user") else ""
        if words:
            found.append(words)
    return tuple(found)


def _tags(value: Json) -> Mapping[str, Json]:
    several = _list(value)
    return {"tag": several[0]} if len(several) == 1 else {"tags": list(several)} if several else {}


def _snake(key: str) -> str:
    return _CAMEL.sub(r"_\1", key).lower()


def _list(value: Json) -> tuple[Json, ...]:
    """A list, also as a cell of a table has it: JSON, or texts between bars."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return tuple(part for part in text(value).split("|") if part.strip())
    return tuple(items(value))


def _mapping(value: Json) -> Mapping[str, Json]:
    """A mapping, also as a cell of a table has it: JSON, or a literal of Python."""
    if isinstance(value, str) and value.strip():
        import ast

        for read in (json.loads, ast.literal_eval):
            try:
                value = read(text(value)[:100_000])
            except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                continue
            break
    return table(value)
