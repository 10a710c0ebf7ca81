"""What is left on disk after a schedule, read by other eyes than the product's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from harness.plan import Plan
from harness.store.past import Journal, read_journal
from harness.store.rows import Tables, tables
from tests.simulation.process import Life, Opened, Story
from tests.simulation.provider import Sent

Call = tuple[str, str, int]
"""One attempt: the origin without its side, the model, and the number of the attempt."""


@dataclass(slots=True)
class Part:
    """The lines that one process added to a journal."""

    reserved: dict[Call, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    settled: dict[Call, list[tuple[Decimal, Decimal]]] = field(default_factory=lambda: defaultdict(list))
    recorded: list[str] = field(default_factory=list[str])
    """Origins, as often as they stand there."""

    @property
    def ledger(self) -> Decimal:
        """Everything this part says may have been paid: what nobody settled counts in full."""
        proved = sum((cost + more for each in self.settled.values() for cost, more in each), Decimal(0))
        return proved + self.orphans

    @property
    def orphans(self) -> Decimal:
        """The reservations nobody settled."""
        left = (amounts[len(self.settled.get(call, ())) :] for call, amounts in self.reserved.items())
        return sum((amount for amounts in left for amount in amounts), Decimal(0))


@dataclass(slots=True)
class Run:
    """One run at the end of a schedule."""

    run_id: str
    plan: Plan
    path: Path
    data: bytes
    journal: Journal
    parts: list[Part]
    written_in: list[int]
    """The number of the process that wrote each part."""

    tables: Tables
    """What goes into the store."""

    @property
    def suffix(self) -> str:
        """How the origins of this run end."""
        prompt = self.plan.variant.prompt
        return f"@{prompt.name}-{prompt.version}"

    @property
    def origins(self) -> list[str]:
        """The planned trials, by origin without a side."""
        return [str(trial.request.origin).rpartition(":")[2] for trial in self.plan.trials]


class Evidence:
    """The runs of a story, and what belongs to each."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.runs = [_run(story, run_id, plan) for run_id, plan in sorted(story.runs.items())]

    @cached_property
    def whole_lives(self) -> list[Life]:
        """Processes that ended by themselves, on a disk that did not fail."""
        return [life for life in self.story.lives if life.end in ("finished", "interrupted")]

    @cached_property
    def troubled(self) -> set[int]:
        """Numbers of the processes that died, or could not write."""
        return {life.number for life in self.story.lives} - {life.number for life in self.whole_lives}

    @property
    def lines(self) -> list[tuple[Life, Opened]]:
        """Every line that was opened, with the process that did."""
        return [(life, line) for life in self.story.lives for line in life.lines]

    def day_pages(self) -> Iterator[tuple[str, list[tuple[str, str, Decimal]]]]:
        """The pages of the days, each with kind, entry and amount of its whole lines."""
        for path in sorted((self.story.folder / "spend").glob("*.jsonl")):
            bodies = [body for body in map(_line, path.read_bytes().splitlines()) if body is not None]
            yield path.stem, [(each["kind"], each["entry"], Decimal(each["usd"])) for each in bodies]

    def last_of(self, run: Run) -> Life:
        """The last process of the program that a run belongs to."""
        return [life for life in self.story.lives if life.program.owns(run.run_id)][-1]

    def left_before(self, life: Life, line: Opened) -> Decimal:
        """What earlier processes may have paid for the run that a line goes on with."""
        if not line.is_resumed:
            return Decimal(0)
        runs = [run for run in self.runs if run.run_id in line.runs]
        return sum(
            (
                part.ledger
                for run in runs
                for part, number in zip(run.parts, run.written_in, strict=True)
                if number < life.number
            ),
            Decimal(0),
        )

    def sent_of(self, run: Run) -> list[Sent]:
        """What the provider saw of one run."""
        return [sent for sent in self.story.provider.log if sent.origin.endswith(run.suffix)]


def _run(story: Story, run_id: str, plan: Plan) -> Run:
    path = story.folder / "runs" / f"{run_id}.jsonl"
    data = path.read_bytes()
    suffix = f"@{plan.variant.prompt.name}-{plan.variant.prompt.version}"
    parts = parts_of(data, suffix)
    written_in: list[int] = []
    for life in (each for each in story.lives if each.program.owns(run_id)):
        there = life.parts.get(run_id, 0)
        written_in += [life.number] * (there - len(written_in))
    journal = read_journal(path)
    return Run(run_id, plan, path, data, journal, parts, written_in, tables(journal))


def _line(raw: bytes) -> dict[str, Any] | None:
    """What a line says; None where it is torn."""
    try:
        return cast("dict[str, Any]", json.loads(raw)["line"])
    except ValueError:
        return None


def parts_of(data: bytes, suffix: str) -> list[Part]:
    """The parts of a journal, one for each process that got as far as opening it."""
    parts: list[Part] = []
    for raw in data.split(b"\n")[:-1]:
        line: dict[str, Any] = json.loads(raw.decode())["line"]
        match line["kind"]:
            case "header" | "resumed":
                parts.append(Part())
            case "reserved":
                parts[-1].reserved[line["origin"], line["model"], line["attempt"]].append(
                    Decimal(line["amount"])
                )
            case "settled":
                money = (Decimal(line["cost"]), Decimal(line["uncertain"]))
                parts[-1].settled[line["origin"], line["model"], line["attempt"]].append(money)
            case "trial":
                record = line["record"]
                parts[-1].recorded.append(f"triage/{record['case_id']}#{record['repeat']}{suffix}")
            case _:
                continue
    return parts
