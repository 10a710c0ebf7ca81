"""Assertions about the text of an answer, and about what it cost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from harness.intake.patterns import exactly, re2_pattern
from harness.intake.promptfoo.wanted import Answer, Translate, Wanted, bridged, listed, mapped
from harness.units import Json

_STOPS: Mapping[str, str] = {
    "stop": "end_turn",
    "end_turn": "end_turn",
    "length": "max_tokens",
    "max_tokens": "max_tokens",
    "content_filter": "refusal",
    "refusal": "refusal",
    "tool_calls": "tool_use",
    "tool_use": "tool_use",
    "function_call": "tool_use",
    "stop_sequence": "stop_sequence",
    "pause_turn": "pause_turn",
}
REFUSALS = (
    r"(?i)^\W*(as an ai|i am sorry|i'm sorry|i’m sorry|i apologize|sorry|i cannot|i can't|i can’t|i will not|i won't"
    r"|i'm not able|i am not able|i'm unable|i am unable|i must decline|unfortunately)"
    r"|\b(i cannot|i can't|i can’t|unable to|not able to) (assist|help|provide|fulfil|comply|support)"
    r"|against my (programming|guidelines)|\bi must decline\b|not programmed to"
)
"""How refusals sound: the openings and turns that promptfoo looks for, in short."""


def separated(text: str) -> list[str]:
    """A list written with commas; quotes keep a comma."""
    found: list[str] = []
    for quoted, plain in re.findall(r'\s*"((?:[^"\\]|\\.|"")*)"\s*(?:,|$)|\s*([^,]*?)\s*(?:,|$)', text):
        part = re.sub(r'\\(["\\])', r"\1", quoted.replace('""', '"')) if quoted else plain
        if part:
            found.append(part)
    return found


def _equals(wanted: Wanted) -> Answer:
    if isinstance(wanted.value, Mapping | list | tuple):
        return mapped({"equals": {"value": wanted.value}})
    text = wanted.text()
    if text is None:
        return listed("it says no value")
    return mapped({"equals": {"value": text, "strip": False}})


def _contains(wanted: Wanted) -> Answer:
    kind = wanted.kind.removeprefix("i")
    how = {"ignore_case": True} if wanted.kind.startswith("i") else {}
    text = wanted.text()
    if kind == "contains":
        return listed("it says no text") if not text else mapped({"contains": {"all": [text], **how}})
    texts = separated(text) if text is not None else wanted.texts()
    if not texts:
        return listed("it says no text")
    return mapped({"contains": {"any" if kind == "contains-any" else "all": texts, **how}})


def _starts_with(wanted: Wanted) -> Answer:
    text = wanted.text()
    if not text:
        return listed("it says no text")
    # `starts_with` forgives white space before the text; promptfoo does not.
    other = bridged({"starts_with": {"text": text}}, "white space before it is forgiven")
    return mapped({"matches": {"pattern": f"^{exactly(text)}"}}, other)


def _regex(wanted: Wanted) -> Answer:
    text = wanted.text()
    if not text:
        return listed("it says no pattern")
    pattern = re2_pattern(text)
    code = {"javascript": {"code": f"new RegExp({json.dumps(text)}).test(output)"}}
    other = bridged(code, "RE2 does not take the pattern")
    if pattern is None:
        return other
    if pattern.startswith("(?i)"):
        why = "JavaScript refuses `(?i)`, so it always failed; RE2 takes it"
        return bridged({"matches": {"pattern": pattern}}, why)
    return mapped({"matches": {"pattern": pattern}}, other)


def _word_count(wanted: Wanted) -> Answer:
    if isinstance(wanted.value, Mapping):
        bounds: dict[str, Json] = {
            f"{bound}_words": found
            for bound in ("min", "max")
            if (found := _whole(wanted.value.get(bound))) is not None
        }
    else:
        exact = _whole(wanted.value)
        bounds = {} if exact is None else {"min_words": exact, "max_words": exact}
    return mapped({"length": bounds}) if bounds else listed("it says no number of words")


def _whole(value: Json) -> int | None:
    try:
        number = (
            float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
        )
    except ValueError:
        return None
    return int(number) if number is not None and number == number // 1 and 0 <= number < 1e9 else None


def _distance(wanted: Wanted) -> Answer:
    """A number of edits, of which a share makes no difference."""
    text = wanted.text()
    if text is None:
        return listed("it says no text")
    most = 5 if wanted.threshold is None else wanted.threshold
    if most < 0 or not any(each.isalnum() for each in text):
        return listed(f"{most:g} edits of {text[:40]!r} are nothing that can be asked for")
    return mapped({"similarity": {"to": text, "most_edits": int(most)}})


_MEASURES: Mapping[str, tuple[str, float]] = {
    "rouge-n": ("rouge_1", 0.75),
    "rouge-l": ("rouge_l", 0.75),
    "bleu": ("bleu", 0.5),
    "gleu": ("gleu", 0.5),
    "meteor": ("meteor", 0.5),
}


def _similarity(wanted: Wanted) -> Answer:
    by, usual = _MEASURES[wanted.kind]
    texts = wanted.texts()
    if not texts:
        return listed("it says no text")
    entries = [{"similarity": {"to": text, "by": by, **wanted.bar(usual)}} for text in texts]
    return mapped(entries[0] if len(entries) == 1 else {"any": entries})


def _semantic(wanted: Wanted) -> Answer:
    texts = wanted.texts()
    if not texts:
        return listed("it says no text")
    to: Json = texts[0] if len(texts) == 1 else list(texts)
    why = "another embedding model says other numbers: name yours in [tool.harness.semantic], and look at the threshold"
    return bridged({"semantic": {"to": to, **wanted.bar(0.75)}}, why)


def _refusal(_wanted: Wanted) -> Answer:
    why = "the API's own refusals, and the openings that promptfoo looks for"
    return bridged({"refusal": {"expected": True, "pattern": REFUSALS}}, why)


def _finish(wanted: Wanted) -> Answer:
    reason = _STOPS.get((wanted.text() or "").lower())
    return mapped({"finish": {"reason": reason}}) if reason else listed("the API has no such reason to stop")


def _cost(wanted: Wanted) -> Answer:
    if wanted.threshold is None or wanted.threshold <= 0:
        return listed("it says no threshold")
    return mapped({"cost": {"at_most_usd": wanted.threshold}})


def _latency(wanted: Wanted) -> Answer:
    if wanted.threshold is None or wanted.threshold <= 0:
        return listed("it says no threshold")
    return mapped({"latency": {"at_most_s": wanted.threshold / 1000}})


TEXTS: Final[Mapping[str, Translate]] = {
    "equals": _equals,
    **dict.fromkeys(
        ("contains", "contains-any", "contains-all", "icontains", "icontains-any", "icontains-all"), _contains
    ),
    "starts-with": _starts_with,
    "regex": _regex,
    "word-count": _word_count,
    "levenshtein": _distance,
    **dict.fromkeys(_MEASURES, _similarity),
    **dict.fromkeys(("similar", "similar:cosine", "similar:dot", "similar:euclidean"), _semantic),
    "is-refusal": _refusal,
    "finish-reason": _finish,
    "cost": _cost,
    "latency": _latency,
}
