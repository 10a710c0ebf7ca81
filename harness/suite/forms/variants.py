"""`baseline` and `candidate` of a suite: which version of the prompt, on which model or route, and whether they fit."""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import Place
from harness.suite.case import VariantName
from harness.suite.fit import misfits
from harness.suite.forms import shapes
from harness.suite.forms.prompts import Prompts, find
from harness.suite.forms.routes import Choices
from harness.suite.model import ModelPin
from harness.suite.notation.fields import Fields, Noted, suggest
from harness.suite.prompt import PromptVersion

_NOBODY = VariantName(version="", model="")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSide:
    """A variant as the suite names it, and what could be found of it."""

    name: VariantName = _NOBODY
    version: PromptVersion | None = None
    pins: tuple[ModelPin, ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """Both variants of a suite."""

    baseline: NamedSide
    candidate: NamedSide

    @property
    def versions(self) -> tuple[PromptVersion, ...]:
        """Those that could be found, each once."""
        found = (each.version for each in (self.baseline, self.candidate))
        return tuple({each.version: each for each in found if each is not None}.values())

    @property
    def are_known(self) -> bool:
        """Whether both versions could be found."""
        return self.baseline.version is not None and self.candidate.version is not None

    def check_priced(self, noted: Noted, place: Place, cap: str) -> None:
        """Notes the models without a price: no cap in dollars can be held for them."""
        sides = (self.baseline, self.candidate)
        for model in sorted({pin.id for side in sides for pin in side.pins if not pin.prices}):
            what = f"{model} has no price, so no {cap} can be held"
            noted.bad(place, what, "add its prices to prompts/models.yaml")


@dataclass(frozen=True, slots=True)
class VariantReader:
    """Reads variants against the prompts, pins and routes there are."""

    prompts: Prompts
    seen: frozenset[tuple[str, str]]
    """Every (name, version) there is a file for, also those that could not be read."""
    choices: Choices
    """The pins and routes a suite may name."""

    def read(self, given: Fields, prompt: str | None) -> Sides:
        """Both sides of a suite."""
        return Sides(self._side(given, "baseline", prompt), self._side(given, "candidate", prompt))

    def _side(self, given: Fields, side: str, prompt: str | None) -> NamedSide:
        node = given.node(side)
        table = None if node is None else given.noted.table(node, repr(side))
        if table is None:
            return NamedSide()
        fields = Fields(table, shapes.VARIANT, given.noted)
        version = fields.text("version")
        model, pins = self.choices.read(fields)
        found = None
        if prompt is not None and version is not None:
            found = self._version(given, prompt, version, fields.place_of("version"))
        if found is not None:
            for what, remedy in (each for pin in pins for each in misfits(found, pin)):
                given.noted.bad(table.place, what, remedy)
        return NamedSide(name=VariantName(version=version or "", model=model), version=found, pins=pins)

    def _version(self, given: Fields, prompt: str, version: str, place: Place) -> PromptVersion | None:
        names = {name for name, _version in self.seen}
        if prompt not in names:
            what = f"there is no prompt {prompt[:80]!r}: no folder prompts/{prompt[:80]}/"
            given.noted.bad(given.place_of("prompt"), what, suggest(prompt, names))
            return None
        found = find(self.prompts, self.seen, prompt, version)
        if isinstance(found, str):
            given.noted.bad(place, f"prompt {prompt!r} has no version {version[:80]!r}", found)
            return None
        return found
