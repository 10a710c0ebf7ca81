"""Samples of a dataset or a log of Inspect, as values: what is asked, the targets, and what else there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from harness.intake.harvest.peek import first, items, spoken, table, text
from harness.intake.samples import Message
from harness.units import Json

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ATTACHED = "attachment://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One sample, whatever file it stood in."""

    id: str
    messages: tuple[Message, ...]
    targets: tuple[str, ...]
    metadata: Mapping[str, Json]
    lost: str = ""
    """What of the question is no text, or not there; empty: nothing."""
    rest: tuple[str, ...] = ()
    """Keys of it that no case has, such as `sandbox` and `files`."""


_REST = ("sandbox", "files", "setup", "store", "limit", "error", "invalidation")


def record_of(value: Mapping[str, Json], fields: Mapping[str, str]) -> Record:
    """A sample of a dataset or a log. `fields`: which of its keys is what, where they have other names."""

    def given(name: str) -> Json:
        return value.get(fields.get(name, name))

    attached = table(value.get("attachments"))
    said, lost = _messages(_first_request(value) or given("input"), attached)
    choices = _choices(given("choices"))
    if choices and len(said) > 0 and not any(choices[-1] in words for _role, words in said):
        said = (*said[:-1], (said[-1][0], f"{said[-1][1]}\n\n{_lettered(choices)}"))
    metadata = given("metadata")
    return Record(
        id=text(given("id")),
        messages=said,
        targets=_targets(given("target")),
        metadata=table(_loaded(metadata)) or _columns(value, fields),
        lost=f"holds what is no text ({lost[:40]})" if lost else "",
        rest=tuple(name for name in _REST if value.get(name) not in (None, "", [], {})),
    )


def _first_request(value: Mapping[str, Json]) -> Json:
    """What the model was really asked first, after everything the solvers made of the input; None: the log does not say."""
    asked: list[Json] = []
    for message in items(value.get("messages")):
        if table(message).get("role") not in ("system", "user"):
            break
        asked.append(message)
    return asked or None


def _messages(given: Json, attached: Mapping[str, Json]) -> tuple[tuple[Message, ...], str]:
    if not isinstance(given, str):
        loaded = given
    else:
        loaded = _loaded(given) if given.lstrip().startswith("[{") else given
    if isinstance(loaded, str):
        return (("user", _resolved(loaded, attached)),), ""
    found: list[Message] = []
    lost = ""
    for message in map(table, items(loaded)):
        role = text(message.get("role"))
        words, missing = spoken(first(message, "content", "parts"))
        if role == "tool" or items(message.get("tool_calls")):
            missing = missing or "a call of a tool"
        lost = lost or missing
        found.append((role if role in ("system", "assistant") else "user", _resolved(words, attached)))
    return tuple(found), lost


def _resolved(words: str, attached: Mapping[str, Json]) -> str:
    """A text that stands elsewhere in the log, where `words` is only a reference to it."""
    if not words.startswith(_ATTACHED):
        return words
    return text(attached.get(words.removeprefix(_ATTACHED))) or words


def _loaded(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        found: Json = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found


def _columns(value: Mapping[str, Json], fields: Mapping[str, str]) -> Mapping[str, Json]:
    """In a table, every column that is nothing else."""
    known = {fields.get(name, name) for name in ("input", "target", "id", "choices", "metadata")}
    known |= {*_REST, "messages", "attachments", "epoch", "output", "scores", "events", "uuid"}
    is_log = "scores" in value or "output" in value or "events" in value
    return {} if is_log else {name: each for name, each in value.items() if name not in known}


def _targets(given: Json) -> tuple[str, ...]:
    if isinstance(given, str) and given.lstrip().startswith("[") and items(_loaded(given)):
        given = _loaded(given)
    if isinstance(given, str):
        return (given,)
    several = items(given)
    return tuple(map(text, several)) if several else tuple(filter(None, (text(given),)))


def _choices(given: Json) -> tuple[str, ...]:
    loaded = _loaded(given)
    if isinstance(loaded, str):
        parts = loaded.split(",")
        return tuple(part.strip() for part in (parts if len(parts) > 1 else loaded.split()))
    return tuple(map(text, items(loaded)))


def _lettered(choices: tuple[str, ...]) -> str:
    return "\n".join(f"{letter}) {choice}" for letter, choice in zip(_LETTERS, choices, strict=False))
