"""The shape of imported suites: which versions are compared, what all cases share, which scripts they need."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.intake.constructs import Register
from harness.intake.drafts import CaseDraft, Names, SuiteDraft
from harness.intake.promptfoo.asking import Asking
from harness.intake.promptfoo.cases import CaseMaker, Test
from harness.intake.promptfoo.messages import Version
from harness.intake.promptfoo.pinning import Pinning
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteMaker:
    """Makes the suites of one configuration."""

    name: str
    """Of the first suite, and of the prompt."""
    comments: tuple[str, ...]
    repeats: int
    versions: Sequence[Version]
    tests: Sequence[Test]
    pinning: Pinning

    def suites(self, asking: Asking, register: Register) -> Iterator[SuiteDraft]:
        """One suite for two versions that are alike, and one more for each that needs other variables."""
        names = Names([self.name])
        for number, pair in enumerate(pairs_of([frozenset(one.names) for one in self.versions])):
            chosen = [self.versions[at] for at in dict.fromkeys(pair)]
            cases = tuple(CaseMaker(chosen, asking, register).cases(self.tests))
            if cases:
                name = self.name if number == 0 else names.new(f"{self.name}-v{pair[0] + 1}", self.name)
                yield self._suite(name, pair, cases)

    def _suite(self, name: str, pair: tuple[int, int], cases: tuple[CaseDraft, ...]) -> SuiteDraft:
        shared, rest = shared_by(cases)
        models = self.pinning.sides(two=pair[0] == pair[1])
        return SuiteDraft(
            name=name,
            prompt=self.name,
            baseline=(f"v{pair[0] + 1}", models[0]),
            candidate=(f"v{pair[1] + 1}", models[1]),
            cases=rest,
            repeats=self.repeats,
            defaults={"expect": list(shared)} if shared else {},
            comments=self.comments,
        )


def pairs_of(uses: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Which versions are compared with which: the first with the next that is like it; others only where they need more.

    `uses`: the variables of each version. A version without any is compared with no version that has some.
    """
    other = next((at for at in range(1, len(uses)) if bool(uses[at]) == bool(uses[0])), 0)
    known = uses[0] | uses[other]
    rest = [
        at
        for at in range(1, len(uses))
        if at != other and (bool(uses[at]) != bool(uses[0]) or not uses[at] <= known)
    ]
    return [(0, other), *((at, at) for at in rest)]


def scripts_of(files: Mapping[str, str], suites: Sequence[SuiteDraft]) -> dict[str, str]:
    """The scripts that an expectation names."""
    said = json.dumps(
        [[suite.defaults, *(one.expect for one in suite.cases)] for suite in suites], default=dict
    )
    return {path: text for path, text in files.items() if json.dumps(path.removeprefix("evals/")) in said}


def shared_by(cases: tuple[CaseDraft, ...]) -> tuple[tuple[Json, ...], tuple[CaseDraft, ...]]:
    """The expectations that all cases begin with, and the cases without them."""
    count = 0
    first = cases[0].expect
    while (
        len(cases) > 1
        and count < len(first)
        and all(len(one.expect) > count and one.expect[count] == first[count] for one in cases)
    ):
        count += 1
    return first[:count], tuple(replace(one, expect=one.expect[count:]) for one in cases)
