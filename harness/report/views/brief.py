"""Both answers to a case in a few words each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from harness.record import Answer
from harness.report.views.case import MAX_ANSWER_BYTES
from harness.report.views.contents import plain_text

MAX_SHORT = 60


def brief_pair(before: Answer | None, after: Answer | None) -> tuple[str, str]:
    """Both answers in a few words each. Of two JSON objects only what differs between them is shown."""
    texts = tuple(_said(each) for each in (before, after))
    objects = tuple(json_object(text) for text in texts)
    if objects[0] is not None and objects[1] is not None and objects[0] != objects[1]:
        keys = _telling(objects[0], objects[1])
        return _brief(_values(objects[0], keys)), _brief(_values(objects[1], keys))
    return _brief(texts[0]), _brief(texts[1])


def json_object(text: str) -> dict[str, object] | None:
    """The object that `text` is in JSON; None where it is none, or too long to be looked into."""
    if not text.startswith("{") or len(text) > MAX_ANSWER_BYTES:
        return None
    return parsed_object(text)


def parsed_object(text: str) -> dict[str, object] | None:
    """The same of a text of any length."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _said(answer: Answer | None) -> str:
    if answer is None:
        return ""
    if answer.outcome == "degraded":  # its text answers something else than what was asked
        return f"(degraded: {answer.detail})"
    if answer.text or not (answer.detail or answer.question):
        return answer.text  # of imported results nobody kept a text
    return f"({answer.outcome}: {answer.detail})" if answer.detail else "(empty)"


def _telling(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """Keys whose values differ, without those that differ in a fraction only, if others do too."""
    keys = [key for key in {**before, **after} if _at(before, key) != _at(after, key)]
    return [key for key in keys if not isinstance(after.get(key), float)] or keys


def _at(value: dict[str, object], key: str) -> str:
    return plain_text(value[key]) if key in value else "\0"


def _values(value: dict[str, object], keys: Sequence[str]) -> str:
    if len(keys) == 1 and keys[0] in value:
        return plain_text(value[keys[0]])
    return ", ".join(f"{key}: {plain_text(value[key])}" if key in value else f"no {key}" for key in keys)


def _brief(text: str) -> str:
    line = " ".join(text[: 8 * MAX_SHORT].split())
    return line if len(line) <= MAX_SHORT else f"{line[: MAX_SHORT - 1]}…"
