"""What was asked, as people read it: each message under its role, and what else the request says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from harness.record import Answer
from harness.report.views.brief import parsed_object
from harness.report.views.case import MAX_ANSWER_BYTES, Message
from harness.report.views.contents import content_text, plain_text

MAX_ASKED_BYTES = 3 * MAX_ANSWER_BYTES
"""Of all messages of one request together."""
_spelled = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` makes an encoder for every call."""
_SAID = frozenset({"system", "messages"})


@dataclass(frozen=True, slots=True)
class Cut:
    """A text, cut to what a page can carry, and what is left out of it; empty: nothing."""

    text: str
    note: str


def cut(text: str, most: int = MAX_ANSWER_BYTES) -> Cut:
    """The text, at most `most` bytes of it, and a note of what is left out."""
    if len(text) * 4 <= most:
        return Cut(text, "")
    whole = text.encode("utf-8", "surrogatepass")
    if len(whole) <= most:
        return Cut(text, "")
    kept = whole[:most].decode("utf-8", "ignore")
    digest = hashlib.sha256(whole).hexdigest()
    return Cut(kept, f"first {most:,} of {len(whole):,} bytes; SHA-256 of the whole: {digest}")


def messages_of(answers: Sequence[Answer]) -> tuple[Message, ...]:
    """The request of a side, message by message, and its settings last. Roles and texts are hostile."""
    if not answers or not answers[0].question:
        return ()
    question = answers[0].question
    body = parsed_object(question)
    plain = [Message(role="", text=question)]
    return tuple(_bounded(plain if body is None else _messages(body) or plain))


def _bounded(messages: Sequence[Message]) -> Iterator[Message]:
    """As many of them as `MAX_ASKED_BYTES` holds; one that is cut says so."""
    room = MAX_ASKED_BYTES
    for number, message in enumerate(messages):
        if room <= 0:
            yield Message(role="", text=f"… and {len(messages) - number:,} more")
            return
        kept = cut(message.text, min(room, MAX_ANSWER_BYTES))
        room -= len(kept.text)
        yield Message(role=message.role, text=f"{kept.text}\n… {kept.note}" if kept.note else message.text)


def _messages(body: dict[str, object]) -> list[Message]:
    said = [Message(role="system", text=plain_text(body["system"]))] if "system" in body else []
    messages = body.get("messages")
    for message in cast("list[object]", messages) if isinstance(messages, list) else []:
        if isinstance(message, dict):
            fields = cast("dict[str, object]", message)
            role = plain_text(fields.get("role"))
            said.append(Message(role=role, text=content_text(fields.get("content"))))
    rest = {key: value for key, value in body.items() if key not in _SAID}
    if rest:
        said.append(Message(role="settings", text=_indented(_spelled(rest))))
    return said


@lru_cache(maxsize=64)
def _indented(text: str) -> str:
    """The same for most cases of a run, and slow to write."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
