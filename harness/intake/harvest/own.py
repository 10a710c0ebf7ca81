"""Logs in our own format, one answer a line. See docs/intake.md for what each key means."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.intake.harvest.documents import Document
from harness.intake.harvest.peek import first, items, moment, share, spoken, table, text, user_texts
from harness.intake.harvest.sighting import Feedback, Sighting
from harness.units import Json

_NAMED = re.compile(r"([a-z0-9][a-z0-9_-]{0,63})(?:@v[0-9]+(?:\.[0-9]+)?)?(?:@[a-z0-9_.-]{1,64})?")
_ASKED = ("inputs", "input", "messages", "question", "query")
_ANSWERED = ("reply", "output", "answer", "response", "completion", "error")
_BAD = frozenset(
    ("down", "thumbs_down", "thumbs-down", "negative", "bad", "dislike", "wrong", "incorrect", "fail", "failed", "no", "-1", "0", "👎")
)  # fmt: skip
_GOOD = frozenset(
    ("up", "thumbs_up", "thumbs-up", "positive", "good", "like", "right", "correct", "pass", "passed", "yes", "1", "👍")
)  # fmt: skip


def is_own(value: Mapping[str, Json]) -> bool:
    """Whether an object of a log is one of ours: it says what was asked, and what came back."""
    is_answered = any(name in value for name in _ANSWERED) or _last(value).get("role") == "assistant"
    return is_answered and any(name in value for name in (*_ASKED, "prompt"))


def _last(value: Mapping[str, Json]) -> Mapping[str, Json]:
    """The last message of a conversation that is logged with its answer."""
    messages = items(value.get("messages"))
    return table(messages[-1]) if messages else {}


def own_sighting(document: Document) -> Sighting:
    """An answer in our own format."""
    value = document.value
    given = first(value, "inputs", "input")
    prompt = text(value.get("prompt"))
    named = _NAMED.fullmatch(prompt)
    said, lost = user_texts(first(value, "messages", "question", "query"))
    if isinstance(given, str):
        said = said or (given,)
    elif items(given):
        said, lost = user_texts(given)
    if prompt and named is None and not said and not table(given):
        said = (prompt,)
    reply = first(value, *_ANSWERED[:-1])
    if reply is None and _last(value).get("role") == "assistant":
        reply = spoken(first(_last(value), "content", "parts"))[0]
    return Sighting(
        place=document.place,
        inputs=table(given) or None,
        said=said,
        prompt=named[1] if named else "",
        reply=reply if isinstance(reply, str) else written(reply),
        stop_reason=text(first(value, "stop_reason", "finish_reason")),
        confidence=share(value.get("confidence")),
        feedback=feedback_of(value),
        error=failure(value.get("error")),
        at=moment(first(value, "at", "timestamp", "time", "created_at")),
        conversation=text(first(value, "conversation", "conversation_id", "session", "session_id")),
        model=text(value.get("model")),
        lost=lost,
    )


def written(value: Json) -> str:
    """A reply that is JSON, as text; nothing where there is none."""
    import json

    return "" if value is None else json.dumps(value, ensure_ascii=False, default=dict)


def failure(value: Json) -> str:
    """What an `error` says: its type and its words. Empty where there is none."""
    if value is True:
        return "error"
    if isinstance(value, Mapping):
        inner = table(value.get("error")) or value
        said = (text(first(inner, "type", "kind", "code", "name")), text(first(inner, "message", "detail")))
        return ": ".join(each for each in said if each) or "error"
    return text(value)


def feedback_of(value: Mapping[str, Json]) -> Feedback | None:
    """What was said of an answer: a word, a number, or a mapping with `score`, `comment` and `corrected`."""
    given = first(value, "feedback", "rating", "thumbs")
    inner = table(given)
    corrected = first({**value, **inner}, "corrected", "correction", "corrected_reply", "expected")
    verdict = (
        first(inner, "score", "rating", "value", "verdict", "label", "thumb", "sentiment") if inner else given
    )
    comment = text(first(inner, "comment", "text", "reason", "explanation"))
    is_bad = judged(verdict)
    if isinstance(given, str) and is_bad is None:
        comment = given
    if is_bad is None and not comment and corrected is None:
        return None
    return Feedback(
        is_bad=True if is_bad is None and corrected is not None else is_bad,
        comment=comment,
        corrected=corrected,
    )


def judged(verdict: Json) -> bool | None:
    """Whether a word or a number means that an answer was bad: numbers up to 0.5, and above 1 those up to 2 (of stars)."""
    if isinstance(verdict, bool):
        return not verdict
    if isinstance(verdict, int | float):
        return verdict <= 0.5 or 1 < verdict <= 2
    word = text(verdict).strip().lower()
    if word in _BAD:
        return True
    return False if word in _GOOD else None
