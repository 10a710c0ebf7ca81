"""The best of a log, however long it is: what is held does not grow with the number of lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harness.intake.harvest.question import Question
from harness.intake.harvest.sighting import Sighting
from harness.intake.harvest.signals import Signal, rank, signals_of

MOST_HELD = 32 * 1024 * 1024
"""Characters of questions and replies."""
_LARGEST = 5_000
_SPARE = 20
"""Candidates for each case that may be proposed: many turn out to be like others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that may become a case, with the worst that was seen of it."""

    question: Question
    digest: str
    sighting: Sighting
    signals: tuple[Signal, ...]
    order: tuple[int, int, float, str, str]
    """Sorts what is to be looked at first to the front."""
    times: int = 1
    """How often it was seen while it was held."""

    @property
    def size(self) -> int:
        return 1_000 + 4 * len(self.question.words) + len(self.sighting.reply)


def candidate_of(question: Question, digest: str, sighting: Sighting) -> Candidate:
    """A question with what was seen of it once."""
    signals = signals_of(sighting)
    order = (*rank(sighting, signals), digest)
    return Candidate(question=question, digest=digest, sighting=sighting, signals=signals, order=order)


@dataclass(slots=True)
class Pool:
    """Holds the candidates that are looked at first, each question once. `passed` counts those it let go."""

    most: int
    """Cases that will be proposed at most."""
    passed: int = 0
    _held: dict[str, Candidate] = field(default_factory=dict[str, Candidate])
    _size: int = 0

    def put(self, candidate: Candidate) -> bool:
        """Hold it, unless its question is held already; then the worse of both stays. Says whether it is new."""
        before = self._held.get(candidate.digest)
        if before is not None:
            better = min(before, candidate, key=lambda each: each.order)
            self._size += better.size - before.size
            self._held[candidate.digest] = _seen(better, before.times + candidate.times)
            return False
        self._held[candidate.digest] = candidate
        self._size += candidate.size
        if len(self._held) > 2 * self._room or self._size > 2 * MOST_HELD:
            self._thin_out()
        return True

    def best_first(self) -> Iterator[Candidate]:
        """Everything that is held, in the order in which it is to be looked at."""
        yield from sorted(self._held.values(), key=lambda each: each.order)

    @property
    def _room(self) -> int:
        return max(200, min(_LARGEST, _SPARE * self.most))

    def _thin_out(self) -> None:
        kept: dict[str, Candidate] = {}
        size = 0
        for each in self.best_first():
            if len(kept) >= self._room or (kept and size + each.size > MOST_HELD):
                break
            kept[each.digest] = each
            size += each.size
        self.passed += len(self._held) - len(kept)
        self._held, self._size = kept, size


def _seen(candidate: Candidate, times: int) -> Candidate:
    return replace(candidate, times=times)
