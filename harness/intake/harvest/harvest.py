"""A whole harvest: logs in, proposals out, and every answer that was seen accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import Problem
from harness.intake.harvest.choosing import Known, choose
from harness.intake.harvest.cleaning import Clean, clean_sighting
from harness.intake.harvest.pool import Pool, candidate_of
from harness.intake.harvest.proposals import Proposal, proposal_of
from harness.intake.harvest.question import Needs, question_of, taken_for
from harness.intake.harvest.reading import LogReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted of a harvest."""

    needs: Needs
    most: int
    """Cases that are proposed at most."""
    clean: Clean
    decided: frozenset[str] = frozenset()
    """Digests of questions that people have dealt with already."""
    known: Sequence[Known] = ()
    """The same questions, for what is nearly the same."""


@dataclass(slots=True)
class Tally:
    """Where every answer went. Each is in exactly one of these, so that they add up to `seen`."""

    seen: int = 0
    proposed: int = 0
    repeated: int = 0
    """Asked what a candidate asks already."""
    decided: int = 0
    """Asked what is a case, or was proposed or rejected before."""
    near: int = 0
    """Asked nearly what another asks."""
    over_budget: int = 0
    unfit: Counter[str] = field(default_factory=Counter[str])
    """Could not be asked by this suite, by the reason."""
    guessed: Counter[str] = field(default_factory=Counter[str])
    """Guesses that were made on the way; no part of the sum."""

    @property
    def adds_up(self) -> bool:
        rest = self.repeated + self.decided + self.near + self.over_budget
        return self.seen == self.proposed + rest + sum(self.unfit.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What came of some logs."""

    proposals: tuple[Proposal, ...]
    """The gravest first."""
    tally: Tally
    documents: int
    kinds: Counter[str]
    other_spans: int
    unread: int
    problems: tuple[Problem, ...]
    """The first of what could not be read."""


def harvest(logs: Iterable[tuple[Path, str]], order: Order) -> Harvest:
    """The proposals of `logs`: paths, and what messages call them. Raises UsageError where one is no file."""
    reader = LogReader()
    tally = Tally()
    pool = Pool(most=order.most)
    for sighting in reader.read(logs):
        tally.seen += 1
        clean = clean_sighting(sighting, order.clean)
        question = question_of(clean, order.needs)
        if isinstance(question, str):
            tally.unfit[question] += 1
            continue
        if guess := taken_for(clean, order.needs):
            tally.guessed[guess] += 1
        digest = question.digest
        if digest in order.decided:
            tally.decided += 1
            continue
        if not pool.put(candidate_of(question, digest, clean)):
            tally.repeated += 1
    choice = choose(pool.best_first(), order.known, order.most)
    tally.near = choice.near_duplicates
    tally.over_budget = choice.over_budget + pool.passed
    tally.proposed = len(choice.chosen)
    return Harvest(
        proposals=tuple(map(proposal_of, choice.chosen)),
        tally=tally,
        documents=reader.documents,
        kinds=reader.kinds,
        other_spans=reader.other_spans,
        unread=reader.unread,
        problems=tuple(reader.problems),
    )
