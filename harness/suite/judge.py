"""Judges: prompts on pinned models that are asked for an opinion of an answer, and what their verdicts come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from harness.errors import Place
from harness.suite.canonical import digest
from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion

Take = Literal["mean", "median"]
"""What the scores of several judgings come to."""
Together = Literal["mean", "median", "vote"]
"""What the scores of the members of a panel come to; `vote`: each says yes (from 0.5 on) or no, the majority counts."""

FIRST: Final = "first"
SECOND: Final = "second"
TIE: Final = "tie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A verdict is one of these words, from the worst to the best; the scores are evenly spaced over [0, 1]."""

    names: tuple[str, ...]
    """Two or more, all different."""

    def __str__(self) -> str:
        return "binary" if self == BINARY else " < ".join(self.names)


BINARY: Final = Levels(names=("fail", "pass"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A verdict is a number from `least` to `most`, both inclusive and finite; the score is its share of the way."""

    least: float
    most: float
    """Above `least`."""
    whole: bool
    """Whether only whole numbers are verdicts."""

    def __str__(self) -> str:
        return f"{self.least:g} to {self.most:g}{'' if self.whole else ', fractions too'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """A verdict is `first`, `second` or `tie`: which of two texts is better. Asked in both orders."""

    words: ClassVar[tuple[str, ...]] = (FIRST, SECOND, TIE)

    def __str__(self) -> str:
        return "preference"


Scale = Levels | Range | Preference

ASKED_OF: Final = frozenset({"answer"})
"""What a template of a judge must use, unless it prefers one of two texts."""
COMPARED: Final = frozenset({FIRST, SECOND})
"""What it must use if it does."""
GIVEN: Final = frozenset({"criteria", "reference"})
"""What an expectation has to give, exactly where the template uses it."""
KNOWN: Final = frozenset({"question", "conversation"})
"""What it may use beside these."""
HOSTILE: Final = ASKED_OF | COMPARED | KNOWN
"""Variables with text that may try to be the judge: always behind the filter `untrusted`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBad:
    """An answer that every judge worth its name turns down, injections left out; `good` is what beats it."""

    question: str
    answer: str
    good: str = ""
    """For judges that prefer one of two texts, and as a reference."""
    criteria: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """One prompt on one pinned model. Its identity covers everything its verdicts depend on."""

    name: str
    prompt: PromptVersion
    model: ModelPin
    scale: Scale
    judgings: int = 1
    """How often it is asked about one answer (in each order, where it prefers one of two)."""
    take: Take = "mean"
    known_bad: KnownBad | None = None
    """What its canaries are made of; None: a plain wrong answer."""
    place: Place

    @property
    def members(self) -> tuple[Judge, ...]:
        """The judges that are asked: itself."""
        return (self,)

    @property
    def gives(self) -> frozenset[str]:
        """What an expectation has to give it: of `criteria` and `reference` those that its prompt uses."""
        return self.prompt.variables & GIVEN

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over prompt, model and scale: of what one verdict depends on."""
        return digest(
            [self.prompt.digest, self.model.id, str(self.scale), str(self.scale.__class__.__name__)]
        )

    @property
    def identity(self) -> str:
        """For the graders of a run: words for people, and a digest over everything its opinions depend on."""
        times = "" if self.judgings == 1 else f", {self.take} of {self.judgings} judgings"
        short = digest([self.digest, self.judgings, self.take])[:12]
        what = f"{self.prompt.name} {self.prompt.version} on {self.model.id}"
        return f"{what}, {self.scale}{times} ({short})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Several judges with one opinion."""

    name: str
    members: tuple[Judge, ...]
    """Two or more; all prefer one of two texts, or none does."""
    take: Together = "mean"
    place: Place

    @property
    def gives(self) -> frozenset[str]:
        """What an expectation has to give: what any of its members uses."""
        return frozenset[str]().union(*(each.gives for each in self.members))

    @property
    def identity(self) -> str:
        """As of a judge."""
        names = ", ".join(each.name for each in self.members)
        short = digest([self.take, *(each.identity for each in self.members)])[:12]
        return f"{self.take} of {names} ({short})"


AnyJudge = Judge | Panel
Judges = Mapping[str, AnyJudge]
"""By name."""


def prefers(judge: AnyJudge) -> bool:
    """Whether it prefers one of two texts, rather than to look at one."""
    return isinstance(judge.members[0].scale, Preference)


def members_of(judges: Iterable[AnyJudge]) -> Iterator[Judge]:
    """Every judge that may be asked, each once."""
    return iter({each.name: each for judge in judges for each in judge.members}.values())
