"""Says why a replay found no recording: what changed since the nearest one, and how to record anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from shlex import quote

from harness.call.canonical import canonical
from harness.providers.recording import Asked, Recording
from harness.units import Json

_NAMES = {
    "system": "system text",
    "messages": "messages",
    "max_tokens": "max_tokens",
    "thinking": "thinking",
    "effort": "effort",
    "format": "output schema",
    "stop_sequences": "stop sequences",
    "model": "model",
}
_LONGEST = 600
"""Characters of what changed; the command after it must not be cut off."""
_MOST_WORDS = 12
_MOST_CHANGES = 2
_MOST_COMPARED = 2000
"""Words of each side from the first change on: finding all changes takes the product of both in time and memory."""


def explain_miss(asked: Asked, nearest: Recording | None, model_name: str) -> str:
    """Case, what changed, and the command that records again, in one line. `model_name`: as suites call it."""
    return f"{asked.origin.case}: {_why(asked, nearest)}; record it with: {record_command(asked, model_name)}"


def record_command(asked: Asked, model_name: str) -> str:
    """The command that makes the missing recording."""
    origin = asked.origin
    words = ["harness", "run", origin.suite, "--version", origin.version, "--model", model_name]
    return " ".join(quote(word) for word in [*words, "--mode", "record", "--case", origin.case])


def _why(asked: Asked, nearest: Recording | None) -> str:
    origin = asked.origin
    if nearest is None:
        return f"{origin.prompt} {origin.version} on {asked.model} has no recording of this case"
    changes = changed_parts(asked, nearest)
    when = f"the recording of {nearest.recorded_at[:10]}"
    if not changes and (nearest.origin.repeat, nearest.origin.turn) == (origin.repeat, origin.turn):
        return f"{when} asks the same under another key (a secret in the prompt, or an edited line)"
    if not changes:
        return f"there is no recording of repeat {origin.repeat}, turn {origin.turn}"
    told = ", ".join(changes)
    return f"changed since {when}: {told[:_LONGEST] + '…' if len(told) > _LONGEST else told}"


def changed_parts(asked: Asked, recorded: Recording) -> tuple[str, ...]:
    """The parts of the request that differ, each with its old and new words or values."""
    now, before = _parts(asked.body, asked.api_version), _parts(recorded.request, recorded.api_version)
    names = [name for name in dict.fromkeys([*before, *now]) if before.get(name) != now.get(name)]
    return tuple(f"{name} ({_difference(before.get(name), now.get(name))})" for name in names)


def _parts(body: Mapping[str, Json], api_version: str) -> dict[str, Json]:
    flat = {name: value for name, value in body.items() if name != "output_config"}
    output = body.get("output_config")
    if isinstance(output, Mapping):
        flat.update(output)
    return {_NAMES.get(name, name): value for name, value in flat.items()} | {"API version": api_version}


def _difference(before: Json, now: Json) -> str:
    if before is None or now is None:
        return "now set" if before is None else "no longer set"
    old, new = _text(before), _text(now)
    if " " not in old + new and len(old + new) < 100:
        return f"{old} -> {new}"
    return _word_difference(old.split(), new.split())


def _word_difference(old: list[str], new: list[str]) -> str:
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    is_cut = max(len(old), len(new)) - same > _MOST_COMPARED
    old, new = old[same : same + _MOST_COMPARED], new[same : same + _MOST_COMPARED]
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    shown = [_change(old[a:b], new[c:d]) for _, a, b, c, d in changes[:_MOST_CHANGES]]
    more = len(changes) - len(shown)
    if more > 0:
        shown.append("and more" if is_cut else f"and {more} more")
    return " ".join(shown) or "white space only"


def _change(removed: list[str], added: list[str]) -> str:
    marked = (
        f"{sign}{json.dumps(_short(words), ensure_ascii=False)}" for sign, words in _signed(removed, added)
    )
    return " ".join(marked)


def _signed(removed: list[str], added: list[str]) -> list[tuple[str, list[str]]]:
    return [(sign, words) for sign, words in (("-", removed), ("+", added)) if words]


def _short(words: list[str]) -> str:
    text = " ".join(words[:_MOST_WORDS])
    cut = text[:80]
    return cut + "…" if len(words) > _MOST_WORDS or cut != text else cut


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if (
        isinstance(value, Sequence)
        and value
        and all(isinstance(each, Mapping) and "role" in each for each in value)
    ):
        return " ".join(
            f"{each['role']}: {_text(each['content'])}" for each in value if isinstance(each, Mapping)
        )
    return canonical(value)
