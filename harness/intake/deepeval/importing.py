"""Everything of deepeval at a path, to samples of ours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Place, Problem
from harness.intake.bounded import read_whole
from harness.intake.constructs import Register
from harness.intake.deepeval.goldens import Golden, golden_of
from harness.intake.deepeval.scripts import rows_in
from harness.intake.expectations import has_grader
from harness.intake.metadata import Metadata
from harness.intake.references import Way, expected
from harness.intake.rows import Row, rows_of
from harness.intake.samples import Sample
from harness.units import Json

_LEFT = {
    "context": "nobody is shown it there either; write it into the input if the model is to read it",
    "scenario": "nobody plays a user here; what the user says is in `turns`",
}


@dataclass(slots=True)
class DeepevalImport:
    """Reads datasets, test runs and Python files."""

    register: Register
    way: Way | None = None
    """How an answer is held against the expected output; None: as it fits."""
    judge: str = ""

    def read(self, path: Path, name: str) -> list[Sample]:
        """The samples of one file. Raises UsageError where it is no table, list or Python."""
        if path.suffix.lower() == ".py":
            rows = rows_in(read_whole(path), name, self.register)
        else:
            rows = list(rows_of(path, name, self._note))
        found = [(row, golden_of(row.value)) for row in rows]
        metadata = Metadata(Place(name, 1, 1))
        for _row, golden in found:
            metadata.meet(golden.metadata)
        self._keys([golden for _row, golden in found], Place(name, 1, 1))
        samples = [self._sample(row, golden, metadata) for row, golden in found]
        metadata.close(self.register)
        return samples

    def _note(self, problem: Problem) -> None:
        self.register.note(
            "row", "unreadable", problem.place, ("listed", f"{problem.what}; {problem.remedy}")
        )

    def _keys(self, goldens: list[Golden], place: Place) -> None:
        """What goldens hold that no case has, once for the whole file."""
        left = Counter(key for golden in goldens for key in golden.left)
        for key, times in sorted(left.items()):
            why = _LEFT.get(key, "what a run answered is no part of a case")
            self.register.note("key", key, place, ("listed", f"{why} (in {times:,})"))
        for name, times in sorted(Counter(name for golden in goldens for name in golden.metrics).items()):
            why = f"a metric that asks a model or runs Python (in {times:,}); write a grader or a rubric"
            self.register.note("metric", name[:120], place, ("listed", why))

    def _sample(self, row: Row, golden: Golden, metadata: Metadata) -> Sample:
        name = golden.name or "golden"
        ticket = self.register.meet("golden", name[:120], row.place)
        return Sample(
            place=row.place,
            name=golden.name,
            ticket=ticket,
            messages=golden.messages,
            expect=self._expect(row.place, golden, name),
            tags=metadata.tags(golden.metadata),
            turns=golden.turns,
            lost=golden.lost,
            differs="the model answers every turn itself, and the last answer is graded"
            if golden.turns
            else "",
        )

    def _expect(self, place: Place, golden: Golden, name: str) -> tuple[Json, ...]:
        found: list[Json] = []
        if golden.right is not None:
            ticket = self.register.meet("expected_output", name[:120], place)
            fate, reason, expectation = expected(golden.right, self.way, self.judge)
            self.register.settle(ticket, fate, reason)
            found += [expectation] if expectation is not None else []
        if golden.outcome:
            ticket = self.register.meet("expected_outcome", name[:120], place)
            if self.judge and has_grader("rubric"):
                found.append({"rubric": {"judge": self.judge, "criteria": golden.outcome}})
                self.register.settle(ticket, "bridged", "a rubric; the judge sees the last answer alone")
            else:
                self.register.settle(ticket, "listed", "it takes a judge: name one with --judge")
        for tool in golden.tools:
            why = "the suite has no tools yet: define them, and add a `tool_call`"
            self.register.note("expected_tools", f"{name[:80]} {tool[:40]}", place, ("listed", why))
        return tuple(found)
