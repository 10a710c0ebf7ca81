"""Which pins an imported suite is asked of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.errors import UsageError
from harness.intake.constructs import Register
from harness.intake.drafts import Names
from harness.intake.overlay import Overlay
from harness.intake.promptfoo.providers import TheirProvider, pin_name, pin_value, pinnable
from harness.intake.spelling import yaml_text
from harness.suite.forms.pins import MODELS, read_pins
from harness.suite.model import ModelPin
from harness.suite.notation.fields import Noted
from harness.suite.tree import Tree
from harness.units import Json

_USUAL_TOKENS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The project that the suite becomes part of."""

    root: str
    tree: Tree | None
    """Its files; None: there are none yet."""
    models: str
    """The text of `prompts/models.yaml` for a project that has none."""


@dataclass
class Pinning:
    """Finds the pins of providers."""

    target: Target
    register: Register
    files: dict[str, str] = field(default_factory=dict[str, str])
    """`prompts/models.yaml`, where it is to be written."""
    proposals: dict[str, Mapping[str, Json]] = field(default_factory=dict[str, Mapping[str, Json]])
    pins: Mapping[str, ModelPin] = field(default_factory=dict[str, ModelPin])
    """Those of prompts/models.yaml, by name."""
    _used: list[str] = field(default_factory=list[str])
    _wanted: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        if self.target.tree is None or MODELS not in self.target.tree.files("prompts"):
            self.files[MODELS] = self.target.models
        noted = Noted([])
        self.pins = read_pins(self.tree, noted)
        if not self._usable():
            raise UsageError("prompts/models.yaml has no pin that is not retired; add one, or mend it")

    @property
    def tree(self) -> Overlay:
        """The project, with the pins it is going to have."""
        return Overlay(self.target.root, self.target.tree, self.files)

    @property
    def names(self) -> Sequence[str]:
        """Pins that a suite may name, the one it is asked of first."""
        usable = self._usable()
        return [*dict.fromkeys([*self._used, *usable])]

    @property
    def max_tokens(self) -> int:
        """The most tokens of an answer, as the first provider that says a number has it."""
        most = min(self.pins[name].max_output_tokens for name in self.sides(two=True))
        return max(1, min(self._wanted[0] if self._wanted else _USUAL_TOKENS, most))

    def sides(self, *, two: bool) -> tuple[str, str]:
        """The pins of baseline and candidate; `two`: different ones, if two of them are asked for."""
        first = self.names[0]
        return (first, self._used[1] if two and len(self._used) > 1 else first)

    def _usable(self) -> list[str]:
        return [name for name, pin in self.pins.items() if pin.lifecycle != "retired"]

    def take(self, providers: Iterable[TheirProvider]) -> None:
        """Decides for each provider which pin stands for it."""
        by_id = {pin.id: name for name, pin in self.pins.items() if pin.lifecycle != "retired"}
        names = Names(self.pins)
        for one in providers:
            if one.max_tokens is not None:
                self._wanted.append(one.max_tokens)
            name = None if one.model is None else by_id.get(one.model)
            if name is not None:
                self._used += [] if name in self._used else [name]
                self.register.settle(one.ticket, "mapped", f"the pin {name}")
            elif one.model is not None and pinnable(one.model):
                self._propose(one, names)
            else:
                why = (
                    "an alias, which cannot be a pin"
                    if one.model is not None
                    else "no model of the Anthropic API"
                )
                self.register.settle(one.ticket, "listed", f"{why}; the suite names {self.names[0]}")
            if one.transform is not None:
                self.register.note(
                    "option", "provider transform", one.place, ("listed", "answers are graded as they are")
                )
        self._write()

    def _propose(self, one: TheirProvider, names: Names) -> None:
        model = one.model or ""
        known = next((name for name, pin in self.proposals.items() if pin["id"] == model), None)
        name = known or names.new(pin_name(model), "model")
        self.proposals[name] = pin_value(model)
        where = "written without prices" if MODELS in self.files else f"add it to {MODELS}"
        self.register.settle(
            one.ticket, "bridged", f"a new pin {name}: {where}; the suite names {self.names[0]}"
        )

    def _write(self) -> None:
        """New pins go into a file that is new itself; one that is there is its owner's."""
        if MODELS in self.files and self.proposals:
            lines = yaml_text({"models": dict(self.proposals)}).splitlines(keepends=True)
            self.files[MODELS] = self.files[MODELS].rstrip("\n") + "\n" + "".join(lines[1:])
