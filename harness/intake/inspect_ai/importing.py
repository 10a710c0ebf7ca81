"""Everything at a path that Inspect wrote or reads, to samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import Place, Problem
from harness.intake.bounded import read_whole
from harness.intake.constructs import Register
from harness.intake.harvest.documents import parsed
from harness.intake.harvest.peek import items, table, text
from harness.intake.inspect_ai.logs import Log, is_log, opened_log
from harness.intake.inspect_ai.records import Record, record_of
from harness.intake.inspect_ai.scorers import Scorer, outcome_of
from harness.intake.inspect_ai.tasks import list_tasks
from harness.intake.metadata import Metadata, unique
from harness.intake.rows import rows_of
from harness.intake.samples import Sample
from harness.units import Json


@dataclass(slots=True)
class InspectImport:
    """Reads logs, datasets and tasks. `repeats` is how often the logs asked each sample."""

    register: Register
    scorer: Scorer
    """Of datasets, which name none."""
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    repeats: int = 1
    models: dict[str, Place] = field(default_factory=dict[str, Place])
    """Models the logs asked, and where that stands."""
    notes: list[str] = field(default_factory=list[str])

    def read(self, path: Path, name: str) -> list[Sample]:
        """The samples of one file. Raises UsageError where it is nothing of Inspect's."""
        suffix = path.suffix.lower()
        if suffix == ".py":
            list_tasks(read_whole(path), name, self.register)
            return []
        if suffix == ".eval" or (suffix == ".json" and _looks_like_a_log(path)):
            with opened_log(path, name) as log:
                return self._log(log)
        return self._dataset(path, name)

    def _log(self, log: Log) -> list[Sample]:
        scorers = [
            Scorer(name=name.rpartition("/")[2], options=options, judge=self.scorer.judge)
            for name, options in log.scorers
        ]
        self._about(log)
        found: dict[str, tuple[Place, Record]] = {}
        epochs: Counter[str] = Counter()
        for place, value in log.samples:
            record = record_of(value, {})
            key = record.id or f"{place}"
            epochs[key] += 1
            found.setdefault(key, (place, record))
        self.repeats = max(self.repeats, min(1000, max(epochs.values(), default=1)))
        samples = self._samples(found.values(), scorers, log.place)
        if not found:
            self.register.note("sample", "samples", log.place, ("listed", "the log has no samples"))
        return samples

    def _about(self, log: Log) -> None:
        """Settles what a log says beside its samples."""
        place, spec = log.place, log.eval
        model = text(spec.get("model"))
        if model:
            self.models.setdefault(model, place)
        steps = items(table(log.header.get("plan")).get("steps"))
        for step in map(table, steps):
            reason = "what it made of the input is in the case, as far as it came before the first answer"
            self.register.note("solver", text(step.get("solver"))[:120], place, ("bridged", reason))
        config = table(spec.get("config"))
        epochs = config.get("epochs")
        if isinstance(epochs, int) and epochs > 1:
            self.repeats = max(self.repeats, min(1000, epochs))
            self.register.note("option", "epochs", place, ("mapped", f"repeats: {epochs}"))
        for reducer in map(text, items(config.get("epochs_reducer"))):
            ticket = self.register.meet("option", f"epochs_reducer {reducer[:80]}", place)
            self.register.settle(
                ticket, "mapped" if reducer == "mean" else "listed", "repeats are averaged here"
            )
        if table(log.header.get("results")):
            self.notes.append(
                f"{place.file}: its scores are results, and no part of a case; `harness import results` takes such"
            )

    def _dataset(self, path: Path, name: str) -> list[Sample]:
        def note(problem: Problem) -> None:
            reason = f"{problem.what}; {problem.remedy}"
            self.register.note("row", "unreadable", problem.place, ("listed", reason))

        found = [(row.place, record_of(row.value, self.fields)) for row in rows_of(path, name, note)]
        place = Place(name, 1, 1)
        return self._samples(found, [self.scorer], place)

    def _samples(
        self, found: Iterable[tuple[Place, Record]], scorers: list[Scorer], place: Place
    ) -> list[Sample]:
        records = list(found)
        metadata = Metadata(place)
        for _place, record in records:
            metadata.meet(record.metadata)
        tickets = [self.register.meet("scorer", each.name[:120], place) for each in scorers]
        samples: list[Sample] = []
        for at, record in records:
            expect: list[Json] = []
            for scorer, ticket in zip(scorers, tickets, strict=True):
                outcome = outcome_of(scorer, record.targets)
                if any(each.strip() for each in record.targets):  # what has no target is listed itself
                    self.register.settle(ticket, outcome.fate, outcome.reason)
                expect += outcome.expect
            samples.append(self._sample(at, record, tuple(expect), metadata))
        metadata.close(self.register)
        return samples

    def _sample(self, place: Place, record: Record, expect: tuple[Json, ...], metadata: Metadata) -> Sample:
        ticket = self.register.meet("sample", record.id[:120] or "sample", place)
        lost = record.lost
        if not lost and "sandbox" in record.rest:
            lost = "it runs in a sandbox, which no case has"
        differs = f"its {', '.join(record.rest)} is not carried over" if record.rest else ""
        return Sample(
            place=place,
            name=record.id,
            messages=record.messages,
            ticket=ticket,
            expect=expect,
            tags=unique(metadata.tags(record.metadata)),
            lost=lost,
            differs=differs,
        )


def _looks_like_a_log(path: Path) -> bool:
    """Whether a JSON file is a log: an object with `eval`, where a dataset is a list."""
    try:
        value = parsed(read_whole(path))
    except ValueError:
        return False
    return isinstance(value, Mapping) and is_log(value)
