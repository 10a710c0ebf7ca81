"""Logs of every kind we know to sightings, told apart by what stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import Problem
from harness.intake.harvest.documents import Document, documents_of
from harness.intake.harvest.otel import OtelReader, is_otel
from harness.intake.harvest.own import is_own, own_sighting
from harness.intake.harvest.pairs import is_pair, pair_sighting
from harness.intake.harvest.sighting import Sighting

MOST_TOLD = 20
"""Problems that are kept with their place; the rest is counted."""
_REMEDY = "log inputs and reply, a request with its response, or OpenTelemetry's GenAI spans (docs/intake.md)"


@dataclass(slots=True)
class LogReader:
    """Reads logs one after the other; what belongs to one span may stand in several of them."""

    documents: int = 0
    kinds: Counter[str] = field(default_factory=Counter[str])
    """Documents by what they are: `own`, `pairs`, `otel`."""
    unread: int = 0
    """Lines and entries that could not be read."""
    problems: list[Problem] = field(default_factory=list[Problem])
    """The first of them."""
    _spans: OtelReader = field(default_factory=OtelReader)

    @property
    def other_spans(self) -> int:
        """Spans that are no call of a model."""
        return self._spans.others

    def read(self, logs: Iterable[tuple[Path, str]]) -> Iterator[Sighting]:
        """Every answer in `logs`: paths, and what messages call them. Raises UsageError where one is no file."""
        for path, name in logs:
            for document in documents_of(path, name, self._note):
                self.documents += 1
                yield from self._sightings(document)
        yield from self._spans.rest()

    def _sightings(self, document: Document) -> Iterator[Sighting]:
        if is_otel(document.value):
            self.kinds["otel"] += 1
            yield from self._spans.take(document)
        elif is_pair(document.value):
            self.kinds["pairs"] += 1
            yield pair_sighting(document)
        elif is_own(document.value):
            self.kinds["own"] += 1
            yield own_sighting(document)
        else:
            names = ", ".join(sorted(document.value))[:80] or "nothing"
            self._note(Problem(document.place, f"a log of a kind nobody knows (it has {names})", _REMEDY))

    def _note(self, problem: Problem) -> None:
        self.unread += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)
