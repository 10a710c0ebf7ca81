"""A prompt of theirs to a version of ours: its messages, and the templates in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.intake.constructs import Register
from harness.intake.drafts import PromptDraft
from harness.intake.nunjucks import Template, jinja
from harness.intake.promptfoo.prompts import TheirPrompt, chat
from harness.units import Json

_DUMPED = re.compile(r"(?<!\")\{\{-?\s*([A-Za-z_][\w.]*)\s*\|\s*(?:dump|safe)(?:\([^)]*\))?\s*-?\}\}(?!\")")
_NO_TEXT = "(no text)"
_ROLES: Mapping[str, str] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "system": "system",
    "developer": "system",
}


@dataclass
class Version:
    """One version of the prompt, on its way."""

    prompt: TheirPrompt
    system: list[str] = field(default_factory=list[str])
    messages: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    templates: list[Template] = field(default_factory=list[Template])
    notes: list[str] = field(default_factory=list[str])
    """What is not carried over."""
    bridges: list[str] = field(default_factory=list[str])
    """What differs."""

    def draft(self, version: str, max_tokens: int) -> PromptDraft:
        return PromptDraft(
            version=version,
            messages=tuple(self.messages),
            system="\n\n".join(self.system) or None,
            description=" ".join(self.prompt.label.split())[:120],
            max_tokens=max_tokens,
        )

    @property
    def names(self) -> set[str]:
        """The variables it uses, by the names they have there."""
        return {name for each in self.templates for name in (*each.names, *each.data)}

    @property
    def env(self) -> set[str]:
        return {name for each in self.templates for name in each.env}


def version(prompt: TheirPrompt, wrapped: tuple[str, str], register: Register) -> Version:
    """The prompt in our words. `wrapped`: what stands before and after it."""
    made = Version(prompt)
    raw = f"{wrapped[0]}{prompt.raw}{wrapped[1]}"
    messages = chat(raw) or chat(_DUMPED.sub(r'"{{ \1 }}"', raw))
    if messages is None:
        made.messages.append(("user", _template(_indented(raw), made)))
        if raw.lstrip().startswith(("[{", "[\n")) and '"role"' in raw:
            made.bridges.append("its JSON cannot be read as a chat, so it is sent as one message")
    else:
        for one in messages:
            _message(one, made)
    _completed(made)
    for name in prompt.config:
        register.note(
            "option", f"prompt config {name[:60]}", prompt.place, ("listed", "a setting of the provider")
        )
    for note in dict.fromkeys(made.notes):
        register.note(
            "template", prompt.label[:60], prompt.place, ("listed", f"written without {note}"[:400])
        )
    if made.notes:
        made.bridges.append("written without some of it")
    if made.bridges or made.env:
        whys = [*made.bridges, *(f"env.{name} is the input env_{name}" for name in sorted(made.env))]
        register.settle(prompt.ticket, "bridged", "; ".join(whys)[:400])
    return made


def _indented(raw: str) -> str:
    """JSON that is no chat, the way promptfoo sends it."""
    try:
        found: Json = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    return json.dumps(found, indent=2, ensure_ascii=False) if isinstance(found, dict | list) else raw


def _template(text: str, made: Version) -> str:
    found = jinja(text)
    made.notes += found.lost
    if not found.text.strip():
        made.notes.append("a message of which nothing is left")
        return _NO_TEXT
    made.templates.append(found)
    return found.text


def _message(one: Mapping[str, Json], made: Version) -> None:
    role = _ROLES.get(str(one.get("role")).lower())
    text = _text_of(one.get("content", one.get("parts")), made)
    if role is None:
        made.notes.append(f"a message of the role {str(one.get('role'))[:40]!r}")
    elif not text.strip():
        made.notes.append("a message without text")
    elif role == "system":
        made.system.append(_template(text, made))
    else:
        made.messages.append((role, _template(text, made)))


def _text_of(content: Json, made: Version) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        text = content.get("text")
        if isinstance(text, str):
            return text
        made.notes.append(f"a part of the type {str(content.get('type', 'unknown'))[:40]!r}")
        return ""
    if isinstance(content, list | tuple):
        return "\n".join(filter(None, (_text_of(each, made) for each in content)))
    return ""


def _completed(made: Version) -> None:
    """The API wants a user first, and ours take no answer that is begun for them."""
    while made.messages and made.messages[0][0] != "user":
        made.messages.pop(0)
        made.notes.append("a message of the assistant before any of the user")
    while made.messages and made.messages[-1][0] == "assistant":
        made.messages.pop()
        made.notes.append("the beginning of the answer")
    if not made.messages and made.system:
        made.messages.append(("user", made.system.pop()))
        made.bridges.append("the only message is the user's here")
    if not made.messages:
        made.messages.append(("user", _NO_TEXT))
        made.notes.append("every message of it")
