"""Journal, crash, resume and ingest in any order: the books are right after every step."""

import asyncio
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from harness.record import Record
from harness.store.ingest import ingest
from harness.store.journal import JournalWriter, resume_journal, start_journal, tools
from harness.store.past import Key, read_journal
from harness.store.read import run_totals
from tests.doubles import FakeClock
from tests.store.samples import CENT, failed, info, record, reserved, settled

CASES = ("a", "b", "c")
WHICH = st.sampled_from(CASES)


class Run(RuleBasedStateMachine):
    """One run through any number of processes, beside a plain account of what happened."""

    @initialize()
    def start(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.use = tools(str, clock=FakeClock())
        self.answered: set[str] = set()
        self.billed = Decimal(0)
        self.alive = True
        self.loop = asyncio.new_event_loop()
        self.journal: JournalWriter = start_journal(self.home, info(cases=CASES), self.use)

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.journal.close()
            self.loop.close()
            shutil.rmtree(self.home)

    def keep(self, one: Record) -> None:
        self.loop.run_until_complete(self.journal.append(one))

    @precondition(lambda self: self.alive)
    @rule(case_id=WHICH)
    def answer(self, case_id: str) -> None:
        if case_id in self.answered:
            return
        self.journal.note(reserved(case_id))
        self.billed += CENT
        self.journal.note(settled(case_id))
        self.keep(record(case_id))
        self.answered.add(case_id)

    @precondition(lambda self: self.alive)
    @rule(case_id=WHICH)
    def fail(self, case_id: str) -> None:
        if case_id not in self.answered:
            self.journal.note(reserved(case_id))
            self.billed += CENT
            self.keep(failed(case_id))

    @precondition(lambda self: self.alive)
    @rule(case_id=WHICH, noted=st.booleans())
    def die_while_asking(self, case_id: str, *, noted: bool) -> None:
        self.journal.note(reserved(case_id))
        self.billed += CENT
        if noted:
            self.journal.note(settled(case_id))
        self.die(b"")

    @precondition(lambda self: self.alive)
    @rule(torn=st.binary(max_size=40).filter(lambda junk: b"\n" not in junk))
    def die(self, torn: bytes) -> None:
        self.journal.close()
        with self.journal.path.open("ab") as file:
            file.write(torn)
        self.alive = False

    @precondition(lambda self: self.alive)
    @rule()
    def end(self) -> None:
        self.journal.end("complete", {})
        self.alive = False

    @precondition(lambda self: not self.alive)
    @rule()
    def resume(self) -> None:
        self.journal, past = resume_journal(self.home, "r1", self.use)
        keys: set[Key] = {(case_id, 1) for case_id in self.answered}
        assert past.finished == keys
        self.alive = True

    @rule()
    def publish(self) -> None:
        ingest(self.home / "h.duckdb", read_journal(self.journal.path))
        totals = run_totals(self.home / "h.duckdb", "r1")
        count = totals.accounting
        assert count.answered == len(self.answered)
        assert count.planned == len(CASES) == count.answered + count.degraded + count.failed + count.skipped
        assert totals.cost is not None
        assert totals.cost + totals.cost_uncertain >= self.billed

    @invariant()
    def nothing_answered_is_lost(self) -> None:
        past = read_journal(self.journal.path)
        assert {case_id for case_id, _ in past.finished} == self.answered


TestRun = Run.TestCase
TestRun.settings = settings(max_examples=4, stateful_step_count=16, deadline=None)


@pytest.mark.kill
def test_a_run_in_any_order_at_length() -> None:
    run_state_machine_as_test(Run, settings=settings(max_examples=100, stateful_step_count=30, deadline=None))
