"""The journal: what it acknowledges is there, and what it says is what happened."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from harness.errors import JournalDamaged, StoreBusy, StoreError, UsageError
from harness.record import Record
from harness.store.journal import Tools, resume_journal, start_journal, tools
from harness.store.lines import decode, dump_info, dump_record, encode, load_info, load_record
from harness.store.past import read_journal
from harness.trial import Answered, Skipped
from harness.units import Seconds
from tests.doubles import REPLY, FakeClock, go
from tests.store.samples import CENT, MOMENT, RECORDS, failed, info, record, reserved, settled, write_run


def same(text: str) -> str:
    return text


@given(RECORDS)
def test_a_record_comes_back_as_it_was(one: Record) -> None:
    body = decode(encode({"record": dump_record(one, same)})[:-1])
    assert body is not None
    assert load_record(body["record"]) == one


def test_run_information_comes_back_as_it_was() -> None:
    assert load_info(dump_info(info())) == info()


def test_a_lone_surrogate_cannot_break_a_line() -> None:
    body = decode(encode({"text": "a\ud800b"})[:-1])
    assert body == {"text": "a?b"}


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"score": float("nan")})


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
    with pytest.raises(UsageError, match="cannot be created"):
        start_journal(tmp_path / "runs", info(), use)


def test_two_processes_cannot_write_one_run(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    with pytest.raises(StoreBusy, match="another process is writing this run"):
        resume_journal(runs, "r1", use)
    journal.close()
    resume_journal(runs, "r1", use)[0].close()


def test_there_is_nothing_to_resume_where_there_was_no_run(runs: Path, use: Tools) -> None:
    with pytest.raises(UsageError, match="no run r9 to resume"):
        resume_journal(runs, "r9", use)


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


def test_what_another_variant_spends_is_not_ours(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    journal.note(replace(reserved("a"), model="claude-haiku-5"))
    journal.note(replace(reserved("a"), origin="triage/a#1@triage-v2"))
    journal.close()
    assert read_journal(journal.path).open == ()


async def _ask_and_die(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    journal.note(reserved("a"))
    journal.note(settled("a"))
    journal.note(reserved("b"))
    journal.close()
    again, _ = resume_journal(runs, "r1", use)
    for case_id in ("a", "b"):
        again.note(reserved(case_id))
        again.note(settled(case_id))
        await again.append(record(case_id))
    again.end("complete", {})


def test_what_a_process_spent_before_it_died_stays_in_the_books(runs: Path, use: Tools) -> None:
    go(_ask_and_die(runs, use))
    past = read_journal(runs / "r1.jsonl")
    assert past.unrecorded == (settled("a"),)
    assert past.open == (reserved("b"),)


async def _resume_with(runs: Path, use: Tools, *records: Record) -> None:
    journal, _ = resume_journal(runs, "r1", use)
    for each in records:
        await journal.append(each)
    journal.end("complete", {})


def test_an_answer_takes_the_place_of_a_failure_and_both_are_paid_for(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [failed("a")], use)
    go(_resume_with(runs, use, record("a")))
    past = read_journal(path)
    assert past.records == (record("a"),)
    assert past.superseded == (failed("a"),)
    assert past.cost_uncertain == CENT


def test_the_first_answer_stands(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a", score=0.0)], use)
    go(_resume_with(runs, use, record("a", score=1.0), failed("a")))
    assert read_journal(path).records == (record("a", score=0.0),)


def test_the_same_record_twice_is_paid_for_once(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("a")], use)
    past = read_journal(path)
    assert past.records == (record("a"),)
    assert past.superseded == ()


def test_only_answered_trials_are_finished(runs: Path, use: Tools) -> None:
    path = write_run(
        runs, info(), [record("a"), failed("b"), record("c", outcome=Skipped(why="budget"))], use
    )
    assert read_journal(path).finished == {("a", 1)}


def test_a_resumed_run_has_not_ended(runs: Path, use: Tools) -> None:
    write_run(runs, info(), [record("a")], use, why="interrupted")
    journal, past = resume_journal(runs, "r1", use)
    journal.close()
    assert past.ended == "interrupted"
    assert read_journal(journal.path).ended is None


def test_the_time_between_two_processes_is_not_counted(runs: Path) -> None:
    clock = FakeClock()
    use = tools(same, clock=clock)
    journal = start_journal(runs, info(), use)
    clock.advance(5)
    journal.end("interrupted", {})
    clock.advance(3600)
    journal, _ = resume_journal(runs, "r1", use)
    clock.advance(5)
    journal.end("complete", {})
    assert read_journal(journal.path).wall == Seconds(10)


def test_a_process_that_died_took_at_least_as_long_as_its_last_record(runs: Path, use: Tools) -> None:
    async def work() -> None:
        journal = start_journal(runs, info(), use)
        await journal.append(replace(record(), started_at=MOMENT + timedelta(seconds=7)))
        journal.close()

    go(work())
    assert read_journal(runs / "r1.jsonl").wall == Seconds(7)


def test_appends_that_wait_together_share_an_fsync(runs: Path) -> None:
    disk = Counting()
    use = tools(same, clock=FakeClock(), disk=disk)
    write_run(runs, info(cases=[f"c{i}" for i in range(200)]), [record(f"c{i}") for i in range(200)], use)
    assert disk.syncs < 10


class Counting:
    """A disk that counts, and fails when told to."""

    def __init__(self, *, write_fails_at: int = 0, sync_fails_at: int = 0) -> None:
        self.writes = self.syncs = 0
        self.write_fails_at = write_fails_at
        self.sync_fails_at = sync_fails_at

    def write(self, file: int, data: bytes) -> int:
        import os

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
        import os

        os.ftruncate(file, size)


async def _append_each(runs: Path, disk: Counting, count: int) -> tuple[list[str], list[StoreError]]:
    kept: list[str] = []
    problems: list[StoreError] = []
    journal = start_journal(runs, info(), tools(same, clock=FakeClock(), disk=disk))
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
        journal = start_journal(runs, info(), tools(same, clock=FakeClock(), disk=Counting(sync_fails_at=2)))
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
    go(_resume_with(runs, use, record("late")))
    assert [each.case_id for each in read_journal(runs / "r1.jsonl").records] == [*kept, "late"]


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


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_tail_cut_at_any_byte_costs_only_the_last_line(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    lines = _lines(path)
    whole = b"".join(lines[:2])
    for cut in range(1, len(lines[2])):
        path.write_bytes(whole + lines[2][:cut])
        past = read_journal(path)
        assert [each.case_id for each in past.records] == ["a"]
        assert past.size == len(whole)
        assert "r1.jsonl:3: the last write was cut off" in past.warnings[0]


def test_a_torn_tail_is_cut_off_before_more_is_written(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    path.write_bytes(b"".join(_lines(path)[:2]) + b'{"crc":"00')
    go(_resume_with(runs, use, record("b")))
    past = read_journal(path)
    assert [each.case_id for each in past.records] == ["a", "b"]
    assert past.warnings == ()


def test_damage_in_the_middle_names_its_line(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    lines = _lines(path)
    lines[1] = lines[1].replace(b"end_turn", b"END_TURN")
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalDamaged, match=r"r1\.jsonl:2: this line is damaged; restore"):
        read_journal(path)


def test_a_line_that_is_missing_is_noticed(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    lines = _lines(path)
    path.write_bytes(lines[0] + lines[2] + lines[3])
    with pytest.raises(JournalDamaged, match="number 2 is missing"):
        read_journal(path)


def test_lines_may_stand_twice_and_in_another_order(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    before = read_journal(path)
    lines = _lines(path)
    path.write_bytes(b"".join([lines[2], lines[0], lines[1], lines[1], lines[3]]))
    after = read_journal(path)
    assert (after.records, after.ended) == (before.records, before.ended)
    assert "stands there twice; counted once" in after.warnings[0]


def test_windows_line_ends_do_no_harm(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a")], use)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert [each.case_id for each in read_journal(path).records] == ["a"]


@pytest.mark.parametrize("junk", [b"", b"\n\n", b"hello\n", b"\x00" * 4096])
def test_a_file_that_is_no_journal_says_so(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(junk)
    with pytest.raises(JournalDamaged, match="no whole line"):
        read_journal(path)
