"""Whether the cases of a suite give what the templates use: every misfit is said once, where it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.errors import Place
from harness.suite.notation.fields import Noted, nearest, suggest
from harness.suite.prompt import PromptVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The inputs of one case, or of the defaults."""

    place: Place
    """Where a missing input belongs."""
    own: Mapping[str, Place]
    """What it writes itself, and where."""
    shared: frozenset[str] = frozenset()
    """What it has from the defaults."""

    def strays(self, used: frozenset[str]) -> Iterator[tuple[str, Place]]:
        """Inputs that no template uses."""
        return ((name, place) for name, place in self.own.items() if name not in used)

    def lacks(self, name: str) -> bool:
        return name not in self.own and name not in self.shared


@dataclass
class Fitting:
    """Watches the cases of one suite go by, and judges them together at the end.

    Only cases that do not fit are remembered, so that it costs nothing how many there are.
    """

    noted: Noted
    versions: tuple[PromptVersion, ...]
    """The versions the suite names that could be read."""
    knows_all: bool
    """Whether both could be, so that an input neither uses is a mistake."""
    _used: frozenset[str] = field(init=False)
    _count: int = 0
    _lacking: Counter[str] = field(default_factory=Counter[str])
    """How many cases lack a variable."""
    _known: set[str] = field(default_factory=set[str])
    """Inputs that some case has."""
    _own: set[str] = field(default_factory=set[str])
    """Inputs that some case writes itself."""
    _odd: list[Given] = field(default_factory=list[Given])
    """Cases that lack something, or write too much."""
    _shared: list[Given] = field(default_factory=list[Given])

    def __post_init__(self) -> None:
        self._used = frozenset[str]().union(*(each.variables for each in self.versions))

    def take_shared(self, given: Given) -> None:
        """Inputs that several cases share."""
        self._shared.append(given)

    def take(self, given: Given) -> None:
        """The inputs of one case."""
        lacking = [name for name in self._used if given.lacks(name)]
        self._count += 1
        self._lacking.update(lacking)
        self._own.update(given.own)
        self._known.update(given.own, given.shared)
        if lacking or any(given.strays(self._used)):
            self._odd.append(given)

    def finish(self) -> None:
        """Note what does not fit."""
        wrong = {name for name in self._used if self._is_template_wrong(name)}
        for name in sorted(wrong):
            self._blame_templates(name)
        if self.knows_all:
            self._unused(wrong)
            self._constant(wrong)
        for case in self._odd:
            meant = {nearest(name, self._used) for name, _place in case.strays(self._used)}
            for name in sorted(self._used - wrong - meant):
                if case.lacks(name):
                    self._missing(name, case.place)

    def _users(self, name: str) -> tuple[PromptVersion, ...]:
        return tuple(each for each in self.versions if name in each.variables)

    def _is_template_wrong(self, name: str) -> bool:
        """Whether no case gives it, and there are more of them than templates that use it."""
        return self._count > len(self._users(name)) and self._lacking[name] == self._count

    def _blame_templates(self, name: str) -> None:
        near = nearest(name, self._known)
        remedy = f"did you mean {near!r}?" if near else f"add `{name}:` to the inputs of the cases"
        for prompt in self._users(name):
            place = prompt.uses.get(name, prompt.place)
            self.noted.bad(place, f"the template uses {name!r}, which no case gives", remedy)

    def _unused(self, wrong: set[str]) -> None:
        """An input that only a misspelt variable leaves unused is right as it is."""
        for given in (*self._odd, *self._shared):
            for name, place in given.strays(self._used):
                if nearest(name, wrong) is None:
                    what = f"no version the suite names uses the input {name[:80]!r}"
                    self.noted.bad(place, what, suggest(name, self._used))

    def _constant(self, wrong: set[str]) -> None:
        names = sorted(self._own)
        for prompt in self.versions:
            if names and not wrong and not prompt.variables and self._used:
                place = prompt.messages[-1].place if prompt.messages else prompt.place
                what = f"{prompt.version} uses no input, so all cases would ask the same"
                self.noted.bad(place, what, f"write `{{{{ {names[0]} }}}}` where it belongs")

    def _missing(self, name: str, place: Place) -> None:
        users = self._users(name)
        who = " and ".join(each.version for each in users)
        verb = "uses" if len(users) == 1 else "use"
        what = f"no input {name!r}, which {who} of prompt {users[0].name!r} {verb}"
        self.noted.bad(place, what, f"add `{name}:` to the inputs")
