"""A verdict is a function of stored rows, a policy and a seed: decided again, it is bit for bit what it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.compare.evidence import Evidence
from harness.compare.observation import Side
from harness.errors import StoreError
from harness.gate.step import Ask, Confirm, Decided, next_step
from harness.gate.verdict import Status
from harness.pipeline.background import background_of
from harness.pipeline.comparing import Compared, compare_runs, keep_verdict
from harness.pipeline.recomputing import design_again, recompute_verdict
from harness.record import Purpose, RunInfo
from harness.settings import Settings, read_settings
from harness.store.bank import Bank, Wanted, find_bank, list_members, mark_stale
from harness.store.bank_rules import key_of
from harness.store.baselines import bless
from harness.store.decisions import list_verdicts
from harness.store.evidence import read_runs
from harness.store.ingest import ingest, rebuild
from harness.store.journal import tools
from harness.store.past import read_journal
from harness.store.read import read_side
from harness.suite.policy import BankRules, Policy
from harness.trial import Skipped
from tests.doubles import FakeClock
from tests.store.samples import MOMENT, info, record, write_run

CASES = tuple(f"c{number:02}" for number in range(40))
POLICY = Policy(alpha=0.05, latency_margin=None)


@dataclass
class Desk:
    """Runs of 40 cases that are made (again) and stored, with the scores that a test wants."""

    settings: Settings
    made: dict[str, RunInfo] = field(default_factory=dict[str, RunInfo])

    def run(
        self,
        name: str,
        scores: Mapping[str, float],
        *,
        repeats: int = 1,
        asked: int | None = None,
        first: int = 1,
        purpose: Purpose = "screen",
    ) -> Side:
        """`scores` by case, 1 where it says nothing; only the first `asked` repeats are answered."""
        about = replace(info(name, cases=CASES, repeats=repeats), purpose=purpose, first_repeat=first)
        last = first + (repeats if asked is None else asked)
        records = [
            record(case, repeat, score=scores.get(case, 1.0))
            if repeat < last
            else record(case, repeat, outcome=Skipped(why="decided"))
            for case, repeat in about.keys
        ]
        use = tools(str, clock=FakeClock())
        (self.settings.runs / f"{name}.jsonl").unlink(missing_ok=True)
        ingest(self.settings.store, read_journal(write_run(self.settings.runs, about, records, use)))
        self.made[name] = about
        return read_side(self.settings.store, name)

    def bank(self) -> Bank:
        old = self.run("old", {}, repeats=10, purpose="measure")
        bless(self.settings.store, self.made["old"], by="ana", note="", at=MOMENT)
        wanted = Wanted(
            key=key_of(self.made["old"]),
            cases={each.case_id: each.case_digest for each in old.observations},
            shared=frozenset(CASES),
        )
        found = find_bank(self.settings.store, wanted, BankRules(), MOMENT + timedelta(hours=1))
        assert isinstance(found, Bank)
        return found

    def decided(self, evidence: Evidence, baseline: str) -> Compared:
        step = next_step(evidence, design_again(evidence, POLICY, self.settings), POLICY)
        assert isinstance(step, Decided)
        compared = Compared(
            baseline=self.made[baseline],
            candidate=self.made["new"],
            comparison=step.comparison,
            verdict=step.verdict,
            answers={},
            background=background_of(evidence, self.settings.store),
        )
        keep_verdict(compared, self.settings, evidence, question="q")
        return compared


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    for folder in ("evals", "prompts"):
        (tmp_path / folder).mkdir()
    return Desk(read_settings(tmp_path))


def again(desk: Desk) -> Compared:
    return recompute_verdict(list_verdicts(desk.settings.store)[0].verdict_id, desk.settings, {})


def test_a_confirmed_regression_comes_out_as_it_was_after_the_bank_and_the_store_have_changed(
    desk: Desk,
) -> None:
    bank, broken = desk.bank(), dict.fromkeys(CASES[:8], 0.0)
    first = Evidence(candidate=desk.run("new", broken, repeats=5, asked=1), bank=bank.side, seed="new")
    step = next_step(first, design_again(first, POLICY, desk.settings), POLICY)
    assert isinstance(step, Confirm)
    fresh = (
        desk.run("fresh-old", {}, repeats=5, first=6, purpose="confirm"),
        desk.run("fresh-new", broken, repeats=5, first=6, purpose="confirm"),
    )
    whole = replace(first, candidate=desk.run("new", broken, repeats=5), confirmation=fresh)
    compared = desk.decided(whole, "old")
    assert compared.verdict.status is Status.REGRESSED
    mark_stale(desk.settings.store, bank.key, "drift", MOMENT)
    desk.settings.store.unlink()
    rebuild(desk.settings.store, desk.settings.runs)
    assert [each.left_why for each in list_members(desk.settings.store, "triage")] == ["stale: drift"]
    assert again(desk).verdict == compared.verdict
    assert again(desk).comparison == compared.comparison


def test_a_pass_after_the_first_wave_comes_out_as_it_was_although_the_rest_was_asked_later(
    desk: Desk,
) -> None:
    evidence = Evidence(
        candidate=desk.run("new", {}, repeats=3, asked=1),
        baseline=desk.run("before", {}, repeats=3, asked=1),
        seed="new",
    )
    step = next_step(evidence, design_again(evidence, POLICY, desk.settings), POLICY)
    assert isinstance(step, Ask)
    evidence = replace(
        evidence,
        candidate=desk.run("new", {}, repeats=3),
        baseline=desk.run("before", {}, repeats=3),
    )
    compared = desk.decided(evidence, "before")
    assert again(desk).document() == compared.document()


def test_a_verdict_of_one_look_comes_out_as_it_was(desk: Desk) -> None:
    for name, broken in (("before", CASES[:1]), ("new", CASES[:9])):
        desk.run(name, dict.fromkeys(broken, 0.0), repeats=2, purpose="")
    compared = compare_runs(desk.made["before"], desk.made["new"], POLICY, desk.settings)
    [kept] = list_verdicts(desk.settings.store)
    assert (kept.alpha, kept.question_digest) == (0.05, None)
    assert again(desk).document() == compared.document()
    assert len(list_verdicts(desk.settings.store)) == 1


def test_a_store_that_was_tampered_with_is_noticed(desk: Desk) -> None:
    for name in ("before", "new"):
        desk.run(name, {}, purpose="")
    compare_runs(desk.made["before"], desk.made["new"], POLICY, desk.settings)
    desk.run("new", dict.fromkeys(CASES[:9], 0.0), purpose="")
    with pytest.raises(StoreError, match=r"does not come out as it was: .*quality"):
        again(desk)


def test_evidence_that_decides_nothing_yet_is_no_verdict(desk: Desk) -> None:
    bank = desk.bank()
    done = Evidence(candidate=desk.run("new", {}, repeats=5), bank=bank.side, seed="new")
    desk.decided(done, "old")
    desk.run("new", dict.fromkeys(CASES[:8], 0.0), repeats=5)
    with pytest.raises(StoreError, match="decide nothing yet"):
        again(desk)


def test_reruns_of_several_runs_are_read_as_one(desk: Desk) -> None:
    for name, first in (("one", 6), ("two", 7)):
        desk.run(name, {}, first=first, purpose="rerun")
    assert len(read_runs(desk.settings.store, ["one", "two"]).observations) == 80
