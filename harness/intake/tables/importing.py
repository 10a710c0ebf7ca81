"""Rows of any table to samples of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import Place, Problem
from harness.intake.constructs import Register
from harness.intake.harvest.peek import first, items, spoken, table, text
from harness.intake.metadata import Metadata, tags_in, unique
from harness.intake.references import Way, expected
from harness.intake.rows import Row, rows_of
from harness.intake.samples import Message, Sample
from harness.intake.tables.columns import (
    Columns,
    Said,
    columns_of,
    is_assertion,
    names_of,
    variable,
    variables,
)
from harness.intake.tables.magic import assertion
from harness.units import Json

_ANSWERS = (
    "output",
    "answer",
    "expected",
    "expected_output",
    "response",
    "text",
    "content",
    "result",
    "label",
)


@dataclass(slots=True)
class TableImport:
    """Reads tables: CSV, TSV, JSON and JSON lines."""

    register: Register
    said: Said = field(default_factory=Said)
    way: Way | None = None
    judge: str = ""
    guessed: list[str] = field(default_factory=list[str])
    """What was guessed of the columns, in words."""

    def read(self, path: Path, name: str) -> list[Sample]:
        """The samples of one table. Raises UsageError where it is none, or has no input."""
        rows = list(rows_of(path, name, self._note))
        if not rows:
            return []
        columns = columns_of(names_of([row.value for row in rows]), self.said)
        place = Place(name, 1, 1)
        self.guessed += [each for each in columns.guessed if each not in self.guessed]
        self._settle(columns, place)
        metadata = Metadata(place)
        for row in rows:
            metadata.meet(_metadata(row, columns))
        samples = [self._sample(row, columns, metadata) for row in rows]
        metadata.close(self.register)
        return samples

    def _note(self, problem: Problem) -> None:
        self.register.note(
            "row", "unreadable", problem.place, ("listed", f"{problem.what}; {problem.remedy}")
        )

    def _settle(self, columns: Columns, place: Place) -> None:
        """Says what became of every column."""
        known = {name: f"input {said}" for name, said in variables(columns.inputs).items()}
        known |= dict.fromkeys(columns.expect, "what is expected")
        known |= dict.fromkeys(columns.tags, "tags") | dict.fromkeys(
            columns.metadata, "tags, where its values are few"
        )
        known |= {columns.id: "id"} if columns.id else {}
        known |= {name: "what is expected" for name in columns.magic if is_assertion(name)}
        known |= {name: "id" for name in columns.magic if name == "__description"}
        for name, reason in known.items():
            self.register.note("column", name[:120], place, ("mapped", reason))
        for name in columns.magic:
            if name not in known:
                why = "a column of promptfoo's that only a configuration gives a meaning"
                self.register.note("column", name[:120], place, ("listed", why))
        for name in columns.left:
            why = "nobody says what it is for: --input, --expect, --tag or --id"
            self.register.note("column", name[:120], place, ("listed", why))

    def _sample(self, row: Row, columns: Columns, metadata: Metadata) -> Sample:
        value = row.value
        name = text(value.get(columns.id)) if columns.id else text(value.get("__description"))
        ticket = self.register.meet("row", name[:120] or str(row.place.line), row.place)
        messages, inputs, lost = _asked(value, columns)
        expect = self._expect(row, columns)
        if not expect and len(messages) > 1 and messages[-1][0] == "assistant":
            expect = self._right(messages[-1][1], row.place)
            messages = messages[:-1]
        own = [tag for column in columns.tags for tag in tags_in(value.get(column))]
        return Sample(
            place=row.place,
            name=name,
            ticket=ticket,
            messages=messages,
            inputs=inputs,
            expect=expect,
            tags=unique([*own, *metadata.tags(_metadata(row, columns))]),
            lost=lost,
        )

    def _expect(self, row: Row, columns: Columns) -> tuple[Json, ...]:
        found: list[Json] = []
        for column in columns.expect:
            right = _right(_loaded(row.value.get(column)))
            if right in (None, "", {}, []) or (isinstance(right, str) and not right.strip()):
                continue
            found += self._right(right, row.place)
        for column in columns.magic:
            cell = text(row.value.get(column)).strip()
            if cell and is_assertion(column):
                ticket = self.register.meet("expected", f"{column} {row.place.line}", row.place)
                fate, reason, expectation = assertion(cell)
                self.register.settle(ticket, fate, reason)
                found += [expectation] if expectation is not None else []
        return tuple(found)

    def _right(self, right: Json, place: Place) -> tuple[Json, ...]:
        """The expectation that an answer is like this one."""
        ticket = self.register.meet("expected", f"of row {place.line}", place)
        fate, reason, expectation = expected(right, self.way, self.judge)
        self.register.settle(ticket, fate, reason)
        return () if expectation is None else (expectation,)


def _asked(
    value: Mapping[str, Json], columns: Columns
) -> tuple[tuple[Message, ...], Mapping[str, Json], str]:
    """The conversation, or the named inputs, and what is no text."""
    given = {name: _loaded(value.get(name)) for name in columns.inputs}
    only = next(iter(given.values())) if len(given) == 1 else None
    inner = table(only)
    chat = first(inner, "messages", "chat_history") if inner else only
    if items(chat) and all(table(each).get("role") for each in items(chat)):
        return _chat(chat)
    if inner:
        given = dict(inner)
    elif len(given) == 1 and variable(columns.inputs[0]) == "input":
        said = text(only) or ("" if only in (None, "", {}, []) else _written(only))
        return ((("user", said),) if said else ()), {}, ""
    if not any(each not in (None, "") for each in given.values()):
        return (), {}, ""
    named = variables(given)
    return (), {named[name]: "" if each is None else each for name, each in given.items()}, ""


def _chat(chat: Json) -> tuple[tuple[Message, ...], Mapping[str, Json], str]:
    found: list[Message] = []
    lost = ""
    for message in map(table, items(chat)):
        words, missing = spoken(first(message, "content", "parts", "text"))
        role = text(message.get("role"))
        lost = lost or missing or ("a call of a tool" if role in ("tool", "function") else "")
        found.append((role if role in ("system", "assistant") else "user", words))
    return tuple(found), {}, f"holds what is no text ({lost[:40]})" if lost else ""


def _right(value: Json) -> Json:
    """The answer within an export's `outputs`: the only value of a mapping, or the one with a usual name; a chat's last message."""
    inner = table(value)
    if not inner:
        return value
    messages = items(inner.get("messages")) or items(inner.get("choices"))
    if messages:
        last = table(messages[-1])
        return spoken(first(table(last.get("message")) or last, "content", "text"))[0]
    if "role" in inner and "content" in inner:
        return spoken(inner["content"])[0]
    if len(inner) == 1 and next(iter(inner)) in _ANSWERS:
        return next(iter(inner.values()))
    return inner


def _metadata(row: Row, columns: Columns) -> Mapping[str, Json]:
    found: dict[str, Json] = {}
    for name in columns.metadata:
        value = _loaded(row.value.get(name))
        inner = table(value)
        found |= inner or {name: value}
    return found


def _loaded(value: Json) -> Json:
    """A cell, or the JSON in it where it is an object or a list."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        found: Json = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=dict)
