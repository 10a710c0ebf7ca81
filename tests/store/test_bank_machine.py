"""Whatever is done to a bank, it holds what was declared or came by a rule, and no score has a say in it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from harness.errors import UsageError
from harness.record import Mode, Purpose, RunInfo
from harness.store.bank import join, list_members, mark_stale
from harness.store.bank_rules import key_of
from harness.store.baselines import bless, expire, show_baseline
from harness.store.decisions import StoredVerdict, write_verdict
from harness.store.ingest import ingest, rebuild
from harness.store.journal import tools
from harness.store.past import read_journal
from tests.doubles import FakeClock
from tests.store.samples import MOMENT, failed, info, record, write_run

WHYS = ("expired", "stale: drift")


@dataclass
class Known:
    """What a simple model knows of one run."""

    info: RunInfo
    whole: bool
    judged: bool = False
    joined: bool = False
    left: str = ""

    @property
    def may_join(self) -> bool:
        fresh = not self.joined and self.left != "stale: drift"
        return self.whole and not self.judged and fresh and self.info.mode in ("live", "record")

    @property
    def is_plain(self) -> bool:
        return self.info.purpose in ("", "measure")


class BankMachine(RuleBasedStateMachine):
    """Two stores in which the very same is done; in one every answer is right, in the other the scores are drawn."""

    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.stores = [Path(self._folder.name) / name / "harness.duckdb" for name in ("right", "drawn")]
        self.known: dict[str, Known] = {}
        self.has_baseline = False

    @rule(
        target=runs,
        mode=st.sampled_from(["live", "record", "replay"]),
        purpose=st.sampled_from(["", "", "measure", "confirm", "screen"]),
        whole=st.sampled_from([True, True, True, False]),
        score=st.sampled_from([0.0, 0.5, 1.0]),
    )
    def make(self, mode: Mode, purpose: Purpose, whole: bool, score: float) -> str:  # noqa: FBT001 - drawn by name
        name = f"r{len(self.known)}"
        about = replace(info(name), mode=mode, purpose=purpose)
        for store, each in zip(self.stores, (1.0, score), strict=True):
            records = [record("a", score=each), record("b", score=each) if whole else failed("b")]
            use = tools(str, clock=FakeClock())
            ingest(store, read_journal(write_run(store.parent / "runs", about, records, use)))
        self.known[name] = Known(info=about, whole=whole)
        return name

    @rule(run=runs)
    def judge(self, run: str) -> None:
        self.known[run].judged = True
        verdict = StoredVerdict(
            suite="triage",
            baseline_run="x",
            candidate_run=run,
            decided_at=MOMENT,
            status="PASS",
            label=None,
            document="{}",
        )
        for store in self.stores:
            write_verdict(store, verdict)

    @rule(run=runs)
    def bless(self, run: str) -> None:
        one = self.known[run]
        refused = not one.whole or one.judged or not one.is_plain or one.left == "stale: drift"
        for store in self.stores:
            if refused:
                with pytest.raises(UsageError):
                    bless(store, one.info, by="ana", note="", at=MOMENT)
            else:
                bless(store, one.info, by="ana", note="", at=MOMENT)
        if not refused:
            self.has_baseline = True
            alike = (each for each in self.known.values() if each.is_plain)
            for each in [one, *alike]:
                self._join(each)

    @rule(run=runs)
    def append(self, run: str) -> None:
        for store in self.stores:
            join(store, [self.known[run].info], "confirm", MOMENT)
        self._join(self.known[run])

    def _join(self, one: Known) -> None:
        if one.may_join:
            one.joined, one.left = True, ""

    @rule()
    def expire(self) -> None:
        for store in self.stores if self.has_baseline else ():
            expire(store, suite="triage", at=MOMENT)
        if self.has_baseline:
            self._leave("expired")
        self.has_baseline = False

    @rule()
    def drift(self) -> None:
        for store in self.stores if self.known else ():
            mark_stale(store, key_of(info()), "drift", MOMENT)
        self._leave("stale: drift")

    def _leave(self, why: str) -> None:
        for each in self.known.values():
            each.left = why if each.joined else each.left
            each.joined = False

    @rule()
    def lose_the_store(self) -> None:
        for store in self.stores if self.known else ():
            store.unlink()
            assert rebuild(store, store.parent / "runs") == ()

    @invariant()
    def the_bank_holds_what_the_rules_say_whatever_the_scores(self) -> None:
        if not self.known:
            return
        right, drawn = (list_members(store, "triage") for store in self.stores)
        assert [replace(each, info=info()) for each in right] == [
            replace(each, info=info()) for each in drawn
        ]
        active = sorted(each.info.run_id for each in right if each.left_why is None)
        assert active == sorted(name for name, each in self.known.items() if each.joined)
        assert {each.left_why for each in right} <= {None, *WHYS}
        for store in self.stores:
            assert (show_baseline(store, suite="triage") is not None) is self.has_baseline

    def teardown(self) -> None:
        self._folder.cleanup()


def test_the_bank_holds_what_was_declared_or_came_by_a_rule() -> None:
    run_state_machine_as_test(
        BankMachine, settings=settings(max_examples=3, stateful_step_count=8, deadline=None)
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_bank_holds_what_was_declared_or_came_by_a_rule_at_length() -> None:
    run_state_machine_as_test(
        BankMachine, settings=settings(max_examples=15, stateful_step_count=20, deadline=None)
    )
