"""A disk that is full or fails: what was acknowledged stays, and the rest is refused aloud."""

import asyncio
import os
from pathlib import Path

import pytest

from harness.errors import StoreError
from harness.store.journal import Tools, start_journal, tools
from harness.store.past import read_journal
from tests.doubles import FakeClock, go
from tests.store.samples import info, record, reserved, resume_with, write_run


class Counting:
    """A disk that counts, and fails when told to."""

    def __init__(self, *, write_fails_at: int = 0, sync_fails_at: int = 0) -> None:
        self.writes = self.syncs = 0
        self.write_fails_at = write_fails_at
        self.sync_fails_at = sync_fails_at

    def write(self, file: int, data: bytes) -> int:
        self.writes += 1
        if self.writes == self.write_fails_at:
            os.write(file, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return os.write(file, data)

    def sync(self, file: int) -> None:
        self.syncs += 1
        if self.syncs == self.sync_fails_at:
            raise OSError(5, "Input/output error")

    def truncate(self, file: int, size: int) -> None:
        os.ftruncate(file, size)


def test_appends_that_wait_together_share_an_fsync(runs: Path) -> None:
    disk = Counting()
    use = tools(str, clock=FakeClock(), disk=disk)
    write_run(runs, info(cases=[f"c{i}" for i in range(200)]), [record(f"c{i}") for i in range(200)], use)
    assert disk.syncs < 10


async def _append_each(runs: Path, disk: Counting, count: int) -> tuple[list[str], list[StoreError]]:
    kept: list[str] = []
    problems: list[StoreError] = []
    journal = start_journal(runs, info(), tools(str, clock=FakeClock(), disk=disk))
    for number in range(count):
        try:
            await journal.append(record(f"c{number}"))
            kept.append(f"c{number}")
        except StoreError as problem:
            problems.append(problem)
    journal.close()
    return kept, problems


@pytest.mark.parametrize("fails_at", range(2, 8))
def test_a_full_disk_loses_nothing_that_was_acknowledged(runs: Path, fails_at: int) -> None:
    kept, problems = go(_append_each(runs, Counting(write_fails_at=fails_at), 6))
    past = read_journal(runs / "r1.jsonl")
    assert [each.case_id for each in past.records] == kept
    assert past.warnings == ()
    assert len(problems) == 6 - len(kept)
    assert all("r1.jsonl: cannot be written (No space left on device)" in str(each) for each in problems)


@pytest.mark.parametrize("fails_at", range(2, 8))
def test_nothing_of_a_group_that_may_not_be_on_disk_is_trusted(runs: Path, fails_at: int) -> None:
    kept, problems = go(_append_each(runs, Counting(sync_fails_at=fails_at), 6))
    assert [each.case_id for each in read_journal(runs / "r1.jsonl").records] == kept
    assert len(problems) == 6 - len(kept)


def test_money_stays_in_the_books_when_a_group_is_lost(runs: Path) -> None:
    async def work() -> None:
        journal = start_journal(runs, info(), tools(str, clock=FakeClock(), disk=Counting(sync_fails_at=2)))
        journal.note(reserved("a"))
        with pytest.raises(StoreError):
            await journal.append(record("a"))
        with pytest.raises(StoreError):
            journal.note(reserved("b"))
        journal.close()

    go(work())
    past = read_journal(runs / "r1.jsonl")
    assert past.records == ()
    assert past.open == (reserved("a"),)


def test_a_run_goes_on_after_the_disk_was_full(runs: Path, use: Tools) -> None:
    kept, _ = go(_append_each(runs, Counting(write_fails_at=4), 6))
    go(resume_with(runs, use, record("late")))
    assert [each.case_id for each in read_journal(runs / "r1.jsonl").records] == [*kept, "late"]


class Unsynced(Counting):
    """A disk that knows what would survive when the power fails."""

    def __init__(self) -> None:
        super().__init__()
        self.safe = 0

    def sync(self, file: int) -> None:
        super().sync(file)
        self.safe = os.fstat(file).st_size


def test_what_was_noted_outlives_the_machine_once_it_is_synced(runs: Path) -> None:
    disk = Unsynced()

    async def work() -> None:
        journal = start_journal(runs, info(), tools(str, clock=FakeClock(), disk=disk))
        header = disk.safe
        journal.note(reserved("a"))
        assert disk.safe == header
        await asyncio.gather(journal.synced(), journal.synced())
        assert disk.safe == journal.path.stat().st_size > header
        syncs = disk.syncs
        await journal.synced()
        assert disk.syncs == syncs
        journal.close()
        with pytest.raises(StoreError, match="closed"):
            await journal.synced()

    go(work())
