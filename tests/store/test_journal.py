"""Writing a journal: what it acknowledges is there, and what it says is what happened."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import StoreBusy, StoreError, UsageError
from harness.store.disk import in_thread
from harness.store.journal import Tools, resume_journal, start_journal, tools
from harness.store.past import read_journal
from harness.trial import Answered
from tests.doubles import REPLY, FakeClock, go
from tests.store.samples import (
    info,
    record,
    reserved,
    settled,
    write_run,
)


def test_a_secret_does_not_reach_the_disk(runs: Path) -> None:
    use = tools(lambda text: text.replace("sk-ant-1", "[secret]"), clock=FakeClock())
    leaky = record(outcome=Answered(reply=replace(REPLY, text="sk-ant-1", blocks=({"t": ["sk-ant-1"]},))))
    path = write_run(runs, info(), [replace(leaky, question='"sk-ant-1"')], use)
    assert b"sk-ant-1" not in path.read_bytes()
    assert read_journal(path).records[0].question == '"[secret]"'


def test_everything_a_run_did_can_be_read_back(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b", score=0.0)], use)
    journal = read_journal(path)
    assert journal.info == info()
    assert journal.records == (record("a"), record("b", score=0.0))
    assert journal.ended == "complete"
    assert journal.warnings == ()


def test_a_record_gets_to_disk_where_no_thread_can_be_had(runs: Path, use: Tools) -> None:
    async def work() -> None:
        exhausted = ThreadPoolExecutor()
        exhausted.shutdown()
        asyncio.get_running_loop().set_default_executor(exhausted)
        journal = start_journal(runs, info(), replace(use, aside=in_thread))
        async with asyncio.timeout(10):
            await journal.append(record())
        journal.end("finished", {})

    go(work())
    assert read_journal(runs / "r1.jsonl").records == (record(),)


def test_a_journal_is_for_its_owner_alone(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [], use)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_run_is_never_written_over(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record()], use)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="exists already; resume it"):
        start_journal(runs, info(), use)
    assert path.read_bytes() == before
    assert [each.name for each in runs.iterdir()] == ["r1.jsonl"]


@pytest.mark.parametrize("name", ["", "../x", ".x", "a/b", "a" * 129, "a\n"])
def test_a_name_that_could_leave_the_folder_is_refused(runs: Path, use: Tools, name: str) -> None:
    with pytest.raises(UsageError, match="a run's name"):
        start_journal(runs, info(name), use)


def test_a_folder_that_cannot_be_written_is_found_out_before_anything_is_sent(
    tmp_path: Path, use: Tools
) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(UsageError, match="runs is a file, and has to be a folder: move it away"):
        start_journal(tmp_path / "runs", info(), use)


def test_a_folder_that_may_not_be_written_is_one_to_look_at(use: Tools) -> None:
    with pytest.raises(UsageError, match="check the folder's permissions"):
        start_journal("/proc/nobody", info(), use)


def test_two_processes_cannot_write_one_run(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    with pytest.raises(
        StoreBusy, match=rf"r1\.jsonl: process {os.getpid()} is writing this run; wait until it is done"
    ):
        resume_journal(runs, "r1", use)
    journal.close()
    resume_journal(runs, "r1", use)[0].close()


def test_a_reservation_nobody_settled_counts_as_spent_for_all_we_know(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    journal.note(reserved("a"))
    journal.close()
    past = read_journal(journal.path)
    assert past.open == (reserved("a"),)
    assert past.cost_uncertain == Decimal("0.05")


def test_a_settled_reservation_is_closed(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    journal.note(reserved("a"))
    journal.note(settled("a"))
    journal.close()
    past = read_journal(journal.path)
    assert past.open == ()
    assert past.unrecorded == (settled("a"),)


def test_what_any_model_of_the_run_may_cost_is_kept(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    other = replace(reserved("a"), model="claude-haiku-5")
    journal.note(reserved("a"))
    journal.note(other)
    journal.close()
    assert read_journal(journal.path).open == (reserved("a"), other)


def test_whoever_waits_when_the_journal_closes_is_told(runs: Path, use: Tools) -> None:
    async def work() -> None:
        journal = start_journal(runs, info(), use)
        waiting = asyncio.create_task(journal.append(record()))
        await asyncio.sleep(0)
        journal.close()
        with pytest.raises(StoreError, match="closed"):
            await waiting

    go(work())


def test_a_run_that_ends_acknowledges_whoever_waits(runs: Path, use: Tools) -> None:
    async def work() -> None:
        journal = start_journal(runs, info(), use)
        waiting = asyncio.create_task(journal.append(record()))
        await asyncio.sleep(0)
        journal.end("interrupted", {})
        await waiting

    go(work())
