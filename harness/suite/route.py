"""Routes: which pinned model a case is asked of, decided by its tags and the size of its prompt.

A route is a pure function of the case and its rendered prompt. It is known before anything is sent, it is the
same on every machine, and nothing a run learns can change it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harness.errors import Place
from harness.suite.model import ModelPin
from harness.suite.prompt import Rendered
from harness.units import Json, Tokens

MARK = "route:"
"""What stands before the name of a route where the name of a pin could stand too: `v2@route:by-size`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of a route: all that it says must hold. It says something: tags, a size, or both."""

    tags: tuple[str, ...] = ()
    """The case has one of them; empty: any case."""
    above: Tokens | None = None
    """The prompt has more tokens than this (see `prompt_tokens`)."""
    at_most: Tokens | None = None
    """The prompt has no more tokens than this."""
    model: ModelPin
    place: Place

    def catches(self, tags: Collection[str], size: Tokens) -> bool:
        """Whether a case with these tags and a prompt of `size` tokens is asked of this rule's model."""
        by_tag = not self.tags or any(tag in tags for tag in self.tags)
        return by_tag and size in self.sizes

    @property
    def sizes(self) -> Sizes:
        """The sizes of prompts it catches."""
        least = 0 if self.above is None else self.above + 1
        return Sizes(least, None if self.at_most is None else self.at_most)

    def __str__(self) -> str:
        """For people: `tags simple or short, prompt of at most 400 tokens`."""
        said = [f"{'tag' if len(self.tags) == 1 else 'tags'} {' or '.join(self.tags)}"] if self.tags else []
        ends = [f"more than {self.above:,}"] if self.above is not None else []
        ends += [f"at most {self.at_most:,}"] if self.at_most is not None else []
        if ends:
            said.append(f"prompt of {' and '.join(ends)} tokens")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Sizes:
    """A range of whole numbers, both ends included; `most` None: without end."""

    least: int
    most: int | None

    def __contains__(self, size: object) -> bool:
        return isinstance(size, int) and self.least <= size and (self.most is None or size <= self.most)

    def is_within(self, others: Iterable[Sizes]) -> bool:
        """Whether every number of this range is in one of the others."""
        least = self.least
        for other in sorted(others, key=lambda each: each.least):
            if other.least > least:
                break
            if other.most is None:
                return True
            least = max(least, other.most + 1)
        return self.most is not None and least > self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A named order of rules: the first that catches a case names its model; `otherwise` is for all others."""

    name: str
    description: str
    rules: tuple[Rule, ...]
    """In the order of the file. Never empty."""
    otherwise: ModelPin
    place: Place

    @property
    def pins(self) -> tuple[ModelPin, ...]:
        """Every model it names, each once, in the order of the file."""
        named = [*(rule.model for rule in self.rules), self.otherwise]
        return tuple({pin.id: pin for pin in named}.values())

    def rule_for(self, tags: Collection[str], size: Tokens) -> Rule | None:
        """The rule that decides on a case; None: `otherwise` does."""
        return next((rule for rule in self.rules if rule.catches(tags, size)), None)

    def model_for(self, tags: Collection[str], size: Tokens) -> ModelPin:
        """The model a case with these tags and a prompt of `size` tokens is asked of."""
        rule = self.rule_for(tags, size)
        return self.otherwise if rule is None else rule.model

    def spelled(self) -> dict[str, Json]:
        """What a run is pinned to: everything that decides, with exact ids in place of names."""
        rules: list[Json] = [
            {"tags": list(rule.tags), "above": rule.above, "at_most": rule.at_most, "model": rule.model.id}
            for rule in self.rules
        ]
        return {"name": self.name, "rules": rules, "otherwise": self.otherwise.id}


ModelChoice = ModelPin | Route
"""What a variant says about its model: the one it is asked of, or how each case finds its own."""


def prompt_tokens(rendered: Rendered) -> Tokens:
    """How large a rendered prompt is: the UTF-8 bytes of its system text and messages / 4, rounded up.

    About what a tokenizer makes of English prose. It is a measure to route by, not a bill: it depends on no
    model, on nothing that was learned, and on nothing that is sent beside the texts.
    """
    texts = [rendered.system or "", *(text for _role, text in rendered.messages)]
    return Tokens(-(-sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) // 4))


def out_of_reach(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules no case can get to: whatever they catch, the rules before them have caught."""
    before: list[Rule] = []
    found: list[Rule] = []
    for rule in rules:
        ways: tuple[str | None, ...] = rule.tags or (None,)
        if all(_is_caught(tag, rule.sizes, before) for tag in ways):
            found.append(rule)
        before.append(rule)
    return tuple(found)


def catches_all(rules: Iterable[Rule]) -> bool:
    """Whether the rules leave no case to `otherwise`."""
    return _is_caught(None, Sizes(0, None), rules)


def _is_caught(tag: str | None, sizes: Sizes, rules: Iterable[Rule]) -> bool:
    """Whether a case with no tag but `tag`, and a prompt of any of these sizes, is caught by some rule."""
    return sizes.is_within(rule.sizes for rule in rules if not rule.tags or tag in rule.tags)
