"""Reading a journal back: what happened in a run, and how far it can be trusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

from harness.call.exchange import trial_of
from harness.errors import JournalDamaged, StoreError
from harness.events import Reserved, Settled
from harness.record import Record, RunInfo, awaits_grades, has_answer, is_settled
from harness.store.crashed import Crashed, OnTheWire, origin_of, sent_of
from harness.store.lines import (
    Body,
    ImportedRow,
    decode,
    load_imported,
    load_info,
    load_moment,
    load_record,
)
from harness.trial import Answered
from harness.units import Seconds, Usd

Key = tuple[str, int]
"""A trial within its run: case id and repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Everything one run's journal says.

    A trial that was recorded more than once (a resume asks again what had failed) counts once: its first
    answer stands, and where there is none, its last record does. What the others cost is not forgotten.
    """

    path: str
    info: RunInfo
    records: tuple[Record, ...]
    """The one that stands for each trial, in order of its first record."""
    superseded: tuple[Record, ...]
    """Records another one took the place of; they were paid for all the same."""
    imported: tuple[ImportedRow, ...]
    settled: tuple[Settled, ...]
    """Every settlement."""
    unrecorded: tuple[Settled, ...]
    """Settlements of trials that ended in no record, since the process died in between."""
    open: tuple[Reserved, ...]
    """Reservations nobody settled: the provider may have billed all of it."""
    crashed: tuple[Crashed, ...]
    """Requests that were sent, and of which no record tells: their process died. Their cost is in the two above."""
    ended: str | None
    """Why the run ended; None: it still runs, or its process died."""
    wall: Seconds
    """Time from start to end, over all the processes that worked on the run, without the time in between."""
    warnings: tuple[str, ...]
    lines: int
    size: int
    """Bytes up to the end of the last whole line."""

    @property
    def finished(self) -> frozenset[Key]:
        """Trials that a resume does not ask again: they were answered, or turned out not to be needed."""
        return frozenset(record.key for record in self.records if is_settled(record))

    @property
    def cost_uncertain(self) -> Usd:
        """What the provider may have billed on top of what usage reports prove."""
        records = (each.cost_uncertain for each in (*self.records, *self.superseded))
        lost = (each.uncertain for each in self.unrecorded)
        never_settled = (each.amount for each in self.open)
        return Usd(sum((*records, *lost, *never_settled), Decimal(0)))


def read_journal(path: str | Path) -> Journal:
    """Read the journal of one run, also while it is written.

    A torn tail is left out, with a warning. Lines may stand twice or in another order; they are numbered.
    Raises JournalDamaged when a line before the last whole one is broken or missing, StoreError when the
    file cannot be read.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from error
    found, size, warnings = _whole_lines(str(path), data)
    bodies = _in_order(str(path), found, warnings)
    reading = _Reading(path=str(path))
    for line, body in bodies:
        try:
            reading.take(body)
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(str(path), line, "is whole, but does not say what it should") from error
    return reading.journal(size=size, lines=len(bodies), warnings=tuple(warnings))


def writer_of(path: Path) -> int | None:
    """The process that took up the journal last; None where no whole line says so. Raises OSError."""
    data = path.read_bytes()
    openings = (data[start:stop] for _, start, stop in _spans(data) if b'"pid":' in data[start:stop])
    bodies = [body for body in map(decode, openings) if body and body["kind"] in ("header", "resumed")]
    return cast("int", bodies[-1]["pid"]) if bodies else None


def _whole_lines(path: str, data: bytes) -> tuple[list[tuple[int, Body]], int, list[str]]:
    found: list[tuple[int, Body]] = []
    broken: list[int] = []
    size = 0
    for number, start, stop in _spans(data):
        body = decode(data[start:stop]) if stop < len(data) else None
        if body is None:
            broken.append(number)
            continue
        if broken:
            raise _damaged(path, broken[0], "is damaged")
        found.append((number, body))
        size = stop + 1
    if not found:
        raise JournalDamaged(f"{path}:1: no whole line in it; nothing is recorded there, so delete the file")
    warnings = (
        [f"{path}:{broken[0]}: the last write was cut off; its trial counts as not asked"] if broken else []
    )
    return found, size, warnings


def _spans(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, start and stop of every line that is not empty; the last one's stop may be the end of the data."""
    start = number = 0
    while start < len(data):
        number += 1
        stop = data.find(b"\n", start)
        stop = len(data) if stop < 0 else stop
        if data[start:stop].strip():
            yield number, start, stop
        start = stop + 1


def _in_order(path: str, found: Iterable[tuple[int, Body]], warnings: list[str]) -> list[tuple[int, Body]]:
    by_number: dict[int, tuple[int, Body]] = {}
    for line, body in found:
        sequence = body.get("seq")
        if not isinstance(sequence, int):
            raise _damaged(path, line, "has no number")
        earlier = by_number.setdefault(sequence, (line, body))
        if earlier[1] != body:
            raise _damaged(path, line, f"has the number of line {earlier[0]} and says something else")
        if earlier[0] != line:
            warnings.append(f"{path}:{line}: stands there twice; counted once")
    ordered = [by_number[each] for each in sorted(by_number)]
    for expected, (line, body) in enumerate(ordered, start=1):
        if body["seq"] != expected:
            raise _damaged(path, line, f"is number {body['seq']}, but number {expected} is missing")
    if ordered[0][1].get("kind") != "header":
        raise _damaged(path, ordered[0][0], "is no header")
    return ordered


def _damaged(path: str, line: int, what: str) -> JournalDamaged:
    return JournalDamaged(
        f"{path}:{line}: this line {what}; restore the file from a copy, or delete it and run the suite again"
    )


def _is_told(origin: str, trial: str, record: Record) -> bool:
    """Whether the record of `trial` tells what a call came to: its own, or, once it is graded, one on its behalf."""
    return origin == trial or (record.graded and trial_of(origin) == trial)


@dataclass(slots=True, kw_only=True)
class _Reading:
    path: str
    info: RunInfo | None = None
    standing: dict[Key, Record] = field(default_factory=dict[Key, Record])
    superseded: list[Record] = field(default_factory=list[Record])
    imported: list[ImportedRow] = field(default_factory=list[ImportedRow])
    settled: list[Settled] = field(default_factory=list[Settled])
    pending: dict[str, list[Settled]] = field(default_factory=lambda: defaultdict(list))
    lost: list[Settled] = field(default_factory=list[Settled])
    """What earlier processes settled for trials they never recorded."""
    reserved: dict[tuple[str, str, int], list[Reserved]] = field(default_factory=lambda: defaultdict(list))
    wire: OnTheWire = field(default_factory=OnTheWire)
    ended: str | None = None
    wall: float = 0.0
    life_began: datetime | None = None
    life_seen: datetime | None = None

    def take(self, body: Body) -> None:
        """Add one line. Raises KeyError, TypeError or ValueError when it is not what it should be."""
        match body["kind"]:
            case "header":
                self.info = load_info(body["info"])
                self._new_life(self.info.started_at)
            case "resumed":
                self._new_life(load_moment(body["at"]))
            case "reserved" | "settled":
                self._ledger(body)
            case "sent":
                self.wire.sent(*sent_of(body))
            case "trial":
                self._record(load_record(body["record"]))
            case "imported":
                self.imported.append(load_imported(body["row"]))
            case "end":
                self._end(body)
            case unknown:
                raise ValueError(f"unknown kind {unknown!r}")

    def _new_life(self, began: datetime) -> None:
        self._close_life()
        self.lost.extend(each for group in self.pending.values() for each in group)
        self.pending.clear()
        self.wire.died()
        self.ended = None
        self.life_began = self.life_seen = began

    def _close_life(self) -> None:
        """A process that died said no length; up to its last record is the least it took."""
        if self.life_began is not None and self.life_seen is not None:
            self.wall += max(0.0, (self.life_seen - self.life_began).total_seconds())
        self.life_began = self.life_seen = None

    def _ledger(self, body: Body) -> None:
        origin, model, attempt = sent_of(body)
        reservations = self.reserved[origin, model, attempt]
        if body["kind"] == "reserved":
            amount = Usd(Decimal(str(body["amount"])))
            reservations.append(Reserved(origin=origin, model=model, attempt=attempt, amount=amount))
            return
        if reservations:
            reservations.pop()
        settled = Settled(
            origin=origin,
            model=model,
            attempt=attempt,
            cost=Usd(Decimal(str(body["cost"]))),
            uncertain=Usd(Decimal(str(body["uncertain"]))),
        )
        self.settled.append(settled)
        self.pending[origin].append(settled)

    def _record(self, record: Record) -> None:
        origin = origin_of(self.info, record)
        for each in [each for each in self.pending if _is_told(each, origin, record)]:
            del self.pending[each]
        self.wire.recorded(origin)
        self.life_seen = max(self.life_seen or record.started_at, record.started_at)
        earlier = self.standing.get(record.key)
        if earlier is None or (awaits_grades(earlier) and isinstance(record.outcome, Answered)):
            self.standing[record.key] = record  # what an earlier one waited with is all in it
        elif has_answer(earlier) or (earlier == record):
            self._supersede(record, earlier)
        else:
            self.standing[record.key] = record
            self._supersede(earlier, record)

    def _supersede(self, record: Record, by: Record) -> None:
        """The very same record, written twice, was paid for once."""
        if record != by:
            self.superseded.append(record)

    def _end(self, body: Body) -> None:
        self.ended = str(body["why"])
        self.wall += float(cast("float", body["wall_s"]))
        self.life_began = self.life_seen = None

    def journal(self, *, size: int, lines: int, warnings: tuple[str, ...]) -> Journal:
        """Everything that was taken, as one value."""
        self._close_life()
        if self.info is None:
            raise _damaged(self.path, 1, "is no header")
        unrecorded = (*self.lost, *(each for group in self.pending.values() for each in group))
        still_open = tuple(each for group in self.reserved.values() for each in group)
        return Journal(
            path=self.path,
            info=self.info,
            records=tuple(self.standing.values()),
            superseded=tuple(self.superseded),
            imported=tuple(self.imported),
            settled=tuple(self.settled),
            unrecorded=unrecorded,
            open=still_open,
            crashed=self.wire.crashed(self.info, unrecorded, still_open),
            ended=self.ended,
            wall=Seconds(self.wall),
            warnings=warnings,
            lines=lines,
            size=size,
        )
