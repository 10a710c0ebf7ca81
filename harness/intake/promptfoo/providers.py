"""The providers of a configuration: pins of ours where they are Claude models, otherwise listed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from harness.errors import Place
from harness.intake.constructs import Register, Ticket
from harness.intake.drafts import plain_name
from harness.intake.promptfoo.nodes import each, entries, inside, said, value
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.suite.forms.pins import kind_of
from harness.suite.notation.node import Node, Scalar, Table
from harness.units import Json

_CLAUDE = re.compile(r"claude-[a-z0-9][a-z0-9.-]*")
_DEFAULT = re.compile(r"\{\{\s*env\.\w+\s*(?:\|\s*default\(|\bor\b|\|\|)\s*['\"]([^'\"]+)['\"]")
_SAMPLING = frozenset({"temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty"})
_LENGTHS = (
    "max_tokens",
    "max_output_tokens",
    "max_completion_tokens",
    "maxOutputTokens",
    "max_tokens_to_sample",
)
_SECRET = re.compile(r"(?i)key|token$|secret|password|credential|auth")


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirProvider:
    """One provider."""

    id: str
    label: str
    place: Place
    ticket: Ticket
    model: str | None
    """The id of a Claude model, or None."""
    config: Mapping[str, Any]
    max_tokens: int | None
    transform: str | None


@dataclass
class ProviderReader:
    """Reads the providers of one configuration."""

    sources: Sources
    register: Register
    base: Path
    found: list[TheirProvider] = field(default_factory=list[TheirProvider])

    def read(self, node: Node | None) -> list[TheirProvider]:
        for one in each(node):
            self._one(one)
        return self.found

    def _one(self, node: Node) -> None:
        if isinstance(node, Scalar):
            self._named(said(node) or "?", node, None)
            return
        if not isinstance(node, Table):
            self.register.note("provider", "?", node.place, ("listed", "it is no provider"))
            return
        id_node = inside(node, "id")
        if id_node is None and len(node.entries) == 1:
            ((name, entry),) = node.entries.items()
            self._named(said(inside(entry.node, "id")) or name, node, entry.node)
            return
        self._named(said(id_node) or "?", node, node)

    def _named(self, name: str, node: Node, about: Node | None) -> None:
        if name.startswith("file://") and name.endswith((".yaml", ".yml", ".json")):
            self._of_file(name, node)
            return
        shown = said(inside(about, "label")) or name
        ticket = self.register.meet("provider", name[:120], node.place)
        transform = said(inside(about, "transform", "responseParser"))
        config = value(inside(about, "config"))
        self._options(about)
        self.found.append(
            TheirProvider(
                id=name,
                label=shown,
                place=node.place,
                ticket=ticket,
                model=claude(name)
                or claude(f"anthropic:{said(inside(inside(about, 'config'), 'model')) or ''}"),
                config=cast("Mapping[str, Any]", config) if isinstance(config, dict) else {},
                max_tokens=self._max_tokens(inside(about, "config")),
                transform=transform,
            )
        )

    def _of_file(self, name: str, node: Node) -> None:
        try:
            tree = self.sources.tree(self.sources.find(name, self.base))
        except Unavailable as error:
            self.register.note("provider", name[:120], node.place, ("listed", str(error)))
            return
        for one in each(tree):
            if said(inside(one, "id")) == name:
                self.register.note("provider", name[:120], one.place, ("listed", "it names itself"))
            elif isinstance(one, Scalar) and (said(one) or "").startswith("file://"):
                self.register.note("provider", name[:120], one.place, ("listed", "a file that names a file"))
            else:
                self._one(one)

    def _max_tokens(self, config: Node | None) -> int | None:
        for name in _LENGTHS:
            found = value(inside(config, name))
            if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= 1_000_000:
                return found
        return None

    def _options(self, about: Node | None) -> None:
        """Every key of a provider and of its `config`, with what becomes of it."""
        for name, entry in entries(about).items():
            if name in {"id", "label", "config", "transform", "responseParser"}:
                continue
            why = "every case is asked of every prompt" if name == "prompts" else "models here are plain pins"
            self.register.note("option", f"provider {name[:60]}", entry.place, ("listed", why))
        for name, entry in entries(inside(about, "config")).items():
            self.register.note("option", f"provider config {name[:60]}", entry.place, _fate(name))


def _fate(name: str) -> Any:
    if name in _LENGTHS:
        return "mapped", "`max_tokens` of the prompt"
    if name in _SAMPLING:
        return (
            "listed",
            "the API has no sampling parameters any more; repeats and intervals handle the variance",
        )
    if _SECRET.search(name):
        return "listed", "keys come from the environment"
    if name in {"tools", "tool_choice", "functions", "function_call"}:
        return "listed", "define the tools in the prompt, and what they give in the suite"
    if name == "response_format":
        return "listed", "write `output: {json_schema: ...}` in the prompt"
    return "listed", "a setting of the provider"


def claude(name: str) -> str | None:
    """The id of the Claude model a provider's id names: of Anthropic, Bedrock, Vertex or a router."""
    default = _DEFAULT.search(name)
    found = _CLAUDE.search((default[1] if default else name).lower().replace("@", "-"))
    if found is None:
        return None
    model = re.sub(r"(-v\d+)?$", "", found.group().replace(".", "-").rstrip("-"))
    return model if re.search(r"\d", model) else None


def pinnable(model: str) -> bool:
    """Whether an id always means the same model, so that it can be a pin."""
    return kind_of(model) == "snapshot"


def pin_name(model: str) -> str:
    """The short name of a new pin: `haiku-4-5-20251001`."""
    return plain_name(model.removeprefix("claude-")) or "model"


def pin_value(model: str) -> dict[str, Json]:
    """What can be said of a model that nobody has described yet: no prices, and nothing it is known to accept."""
    return {
        "id": model,
        "lifecycle": "active",
        "released": None,
        "retires_on": None,
        "context_tokens": 200_000,
        "max_output_tokens": 8192,
        "thinking": [],
        "efforts": [],
        "structured_output": False,
        "prefill": False,
        "prices": [],
    }
