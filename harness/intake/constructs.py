"""What became of every construct of somebody else's suite: mapped, bridged or listed, with its place and a reason.

An importer says `meet` for everything it reads and `settle` once it knows what becomes of it. Both are counted on
their own, so the count of what went in is no sum of what came out; what was never settled is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NewType, get_args

from harness.errors import Place
from harness.units import Json

Fate = Literal["mapped", "bridged", "listed"]
"""Mapped: it means the same here. Bridged: it is carried over, with a difference that the reason names. Listed: it is not."""
FATES: Final[tuple[Fate, ...]] = get_args(Fate)
ALL_CARRIED: Final = 0
"""Exit status where everything is mapped or bridged."""
SOME_LISTED: Final = 3
"""Exit status where something is listed: what was written is sound, but a person has to look at the rest."""

Ticket = NewType("Ticket", int)
"""What `meet` gives and `settle` takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Construct:
    """One thing somebody wrote, and what became of it."""

    kind: str
    """What sort of thing it is: `assertion`, `prompt`, `provider`, `case`, `input`, `option` ..."""
    name: str
    """What it is called where it stands: `icontains`, `temperature`."""
    place: Place
    fate: Fate
    reason: str
    """What it became, what differs, or why it is not carried over."""

    def __str__(self) -> str:
        return f"{self.place}: {self.kind} {self.name}: {self.fate}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many constructs went in, and what became of them; `met` is counted on its own."""

    met: int
    mapped: int
    bridged: int
    listed: int

    @property
    def adds_up(self) -> bool:
        return self.met == self.mapped + self.bridged + self.listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything that was met, in the order of the files."""

    constructs: tuple[Construct, ...]
    met: Mapping[str, int]
    """How many of each kind were met, counted as they were."""

    def of(self, fate: Fate) -> tuple[Construct, ...]:
        return tuple(each for each in self.constructs if each.fate == fate)

    def counts(self) -> dict[str, Count]:
        """The count of each kind, sorted by kind."""
        return {kind: self._count(kind) for kind in sorted(self.met)}

    @property
    def exit_status(self) -> int:
        return SOME_LISTED if self.of("listed") else ALL_CARRIED

    def spelled(self) -> dict[str, Json]:
        """The whole inventory as JSON: `counts` by kind and `constructs`, one by one."""
        counts: dict[str, Json] = {
            kind: {"in": one.met, **{fate: getattr(one, fate) for fate in FATES}}
            for kind, one in self.counts().items()
        }
        return {"counts": counts, "constructs": [_spelled(each) for each in self.constructs]}

    def _count(self, kind: str) -> Count:
        fates = [each.fate for each in self.constructs if each.kind == kind]
        mapped, bridged, listed = (fates.count(fate) for fate in FATES)
        return Count(met=self.met[kind], mapped=mapped, bridged=bridged, listed=listed)


def _spelled(construct: Construct) -> Json:
    place = construct.place
    return {
        "kind": construct.kind,
        "name": construct.name,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "fate": construct.fate,
        "reason": construct.reason,
    }


@dataclass
class _Met:
    kind: str
    name: str
    place: Place
    verdicts: list[tuple[Fate, str]] = field(default_factory=list[tuple[Fate, str]])


@dataclass
class Register:
    """Where an importer writes down what it meets and what becomes of it."""

    _met: list[_Met] = field(default_factory=list[_Met])
    _counted: dict[str, int] = field(default_factory=dict[str, int])

    def meet(self, kind: str, name: str, place: Place) -> Ticket:
        """Something was read. It counts from now on, whatever happens to it."""
        self._counted[kind] = self._counted.get(kind, 0) + 1
        self._met.append(_Met(kind, name, place))
        return Ticket(len(self._met) - 1)

    def settle(self, ticket: Ticket, fate: Fate, reason: str) -> None:
        """What became of it. Said several times, as of an assertion that many cases share, the worst counts."""
        verdict = (fate, reason)
        if verdict not in self._met[ticket].verdicts:
            self._met[ticket].verdicts.append(verdict)

    def note(self, kind: str, name: str, place: Place, verdict: tuple[Fate, str]) -> None:
        """`meet` and `settle` in one."""
        self.settle(self.meet(kind, name, place), *verdict)

    def close(self) -> Inventory:
        """Everything that was met; what nobody settled is listed."""
        found = sorted((_closed(each) for each in self._met), key=lambda each: each.place)
        return Inventory(constructs=tuple(found), met=dict(self._counted))


def _closed(met: _Met) -> Construct:
    fate, reason = _worst(met.verdicts) if met.verdicts else ("listed", "nothing was made of it")
    return Construct(kind=met.kind, name=met.name, place=met.place, fate=fate, reason=reason)


def _worst(verdicts: Iterable[tuple[Fate, str]]) -> tuple[Fate, str]:
    return max(verdicts, key=lambda verdict: FATES.index(verdict[0]))
