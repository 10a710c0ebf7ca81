"""Verdicts and baselines: decided once, kept for good."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.record import Record
from harness.store.baselines import Baseline, bless, expire, list_baselines, show_baseline
from harness.store.decisions import StoredVerdict, list_verdicts, log_path, write_verdict
from harness.store.ingest import ingest, rebuild
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.trial import Degraded
from tests.doubles import REPLY
from tests.store.samples import MOMENT, failed, info, record, write_run

VERDICT = StoredVerdict(
    suite="triage",
    baseline_run="r1",
    candidate_run="r2",
    decided_at=MOMENT,
    status="PASS",
    label=None,
    document='{"schema": 1}',
)


@pytest.fixture
def full(runs: Path, store: Path, use: Tools) -> Path:
    for name in ("r1", "r2"):
        ingest(store, read_journal(write_run(runs, info(name), [record("a"), record("b")], use)))
    return store


def blessed(store: Path, run_id: str, *, after: int = 0) -> Baseline:
    return bless(store, info(run_id), by="ana", note="release 3", at=MOMENT + timedelta(days=after))


def test_a_verdict_comes_back_as_it_was(full: Path) -> None:
    write_verdict(full, VERDICT)
    write_verdict(full, VERDICT)
    assert list_verdicts(full) == (VERDICT,)
    assert list_verdicts(full, suite="other") == ()


def test_a_verdict_says_what_it_was_decided_from(full: Path, runs: Path) -> None:
    whole = replace(
        VERDICT, question_digest="q" * 64, alpha=0.025, policy="{}", decided_from="{}", harness_version="0.2"
    )
    write_verdict(full, whole)
    full.unlink()
    rebuild(full, runs)
    assert list_verdicts(full) == (whole,)


def test_the_newest_verdict_comes_first(full: Path) -> None:
    later = replace(VERDICT, decided_at=MOMENT + timedelta(days=1), status="REGRESSED")
    write_verdict(full, VERDICT)
    write_verdict(full, later)
    assert list_verdicts(full, suite="triage") == (later, VERDICT)


def test_the_newest_blessing_holds(full: Path) -> None:
    assert show_baseline(full, suite="triage") is None
    blessed(full, "r1")
    newest = blessed(full, "r2", after=1)
    assert show_baseline(full, suite="triage") == newest
    assert len(list_baselines(full)) == 2


def test_an_expired_baseline_holds_no_more(full: Path) -> None:
    blessed(full, "r1")
    expire(full, suite="triage", at=MOMENT)
    assert show_baseline(full, suite="triage") is None
    with pytest.raises(UsageError, match="no baseline to expire"):
        expire(full, suite="triage", at=MOMENT)


@pytest.mark.parametrize(
    "records",
    [
        [record("a")],
        [record("a"), failed("b")],
        [record("a"), record("b", outcome=Degraded(reply=REPLY, why="x"))],
    ],
    ids=["incomplete", "failed", "degraded"],
)
def test_only_a_whole_run_can_be_a_baseline(
    runs: Path, store: Path, use: Tools, records: list[Record]
) -> None:
    ingest(store, read_journal(write_run(runs, info(), records, use)))
    with pytest.raises(UsageError, match=r"1 of 2 trials were answered .* only a whole run"):
        blessed(store, "r1")


def test_decisions_outlive_the_store(full: Path, runs: Path) -> None:
    write_verdict(full, VERDICT)
    baseline = blessed(full, "r1")
    full.unlink()
    assert rebuild(full, runs) == ()
    assert list_verdicts(full) == (VERDICT,)
    assert show_baseline(full, suite="triage") == baseline


def test_a_torn_decision_is_reported_and_the_others_stay(full: Path, runs: Path) -> None:
    blessed(full, "r1")
    with log_path(full).open("ab") as log:
        log.write(b'{"crc":"00')
    write_verdict(full, VERDICT)
    warnings = rebuild(full, runs)
    assert "decisions.jsonl:2: this decision is damaged" in warnings[0]
    assert list_verdicts(full) == (VERDICT,)
