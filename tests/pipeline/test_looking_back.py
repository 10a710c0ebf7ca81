"""Suites over time, from a store: what is compared with what, and what no comparison is made of."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.clock import SystemClock
from harness.pipeline import looking_back
from harness.pipeline.looking_back import ALPHA, past_runs, past_suites
from harness.record import Mode, Purpose
from harness.report.views.past import BankFound, PastSuite
from harness.store.decisions import StoredVerdict, write_verdict
from harness.store.ingest import ingest
from harness.store.journal import JournalWriter, start_journal, tools
from harness.store.past import read_journal
from tests.store.samples import MOMENT, info, record

CASES = 12


class Shelf:
    """A store that is filled run by run, a day apart."""

    def __init__(self, folder: Path) -> None:
        self.store, self._runs = folder / "harness.duckdb", folder / "runs"
        self._days = 0

    def put(
        self,
        name: str,
        version: str,
        passes: int,
        *,
        mode: Mode = "live",
        purpose: Purpose = "",
        second: int | None = None,
    ) -> None:
        """A run of `CASES` cases of which so many pass; with a `second` repeat of which so many do."""
        self._days += 1
        waves = [passes] if second is None else [passes, second]
        cases = tuple(f"c{number:02}" for number in range(CASES))
        about = replace(
            info(name, cases=cases, repeats=len(waves)),
            prompt_version=version,
            prompt_digest=version * 8,
            started_at=MOMENT + timedelta(days=self._days),
            mode=mode,
            purpose=purpose,
        )
        journal = start_journal(self._runs, about, tools(lambda text: text, clock=SystemClock()))
        asyncio.run(_all(journal, cases, waves))
        journal.end("finished", {})
        journal.close()
        ingest(self.store, read_journal(journal.path))

    def suite(self) -> PastSuite:
        [found], _ = past_suites(self.store, "triage", limit=50)
        return found


async def _all(journal: JournalWriter, cases: tuple[str, ...], waves: list[int]) -> None:
    for repeat, passes in enumerate(waves, start=1):
        scores = [float(number < passes) for number in range(CASES)]
        await asyncio.gather(
            *(
                journal.append(record(case, repeat, score=score))
                for case, score in zip(cases, scores, strict=True)
            )
        )


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_the_newest_run_of_a_variant_is_held_against_its_oldest_one(shelf: Shelf) -> None:
    shelf.put("a1", "v1", 12)
    shelf.put("b1", "v2", 6)
    shelf.put("a2", "v1", 9)
    shelf.put("a3", "v1", 3)
    shelf.put("b2", "v2", 6)
    second, first = shelf.suite().drifted
    assert (first.first.run_id, first.last.run_id) == ("a1", "a3")
    assert (second.first.run_id, second.last.run_id) == ("b1", "b2")
    assert first.quality is not None
    assert second.quality is not None
    assert (first.quality.difference, second.quality.difference) == (-0.75, 0.0)
    assert first.quality.upper < 0 <= second.quality.upper
    assert first.alpha == ALPHA / 4


def test_replays_single_runs_and_chosen_cases_move_nowhere(shelf: Shelf) -> None:
    shelf.put("a1", "v1", 12)
    shelf.put("a2", "v1", 0, mode="replay")
    shelf.put("a3", "v1", 0, purpose="rerun")
    shelf.put("b1", "v2", 0)
    found = shelf.suite()
    assert found.drifted == ()
    assert [run.info.run_id for run in found.runs] == ["a1", "a2", "a3", "b1"]


def test_of_a_run_that_could_end_early_only_the_first_repeat_counts(shelf: Shelf) -> None:
    shelf.put("a1", "v1", 6)
    shelf.put("a2", "v1", 6, purpose="screen", second=0)
    [moved] = shelf.suite().drifted
    assert moved.quality is not None
    assert moved.quality.difference == 0.0


def test_so_many_variants_are_compared_and_the_others_counted(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_back, "COMPARED", 1)
    for name in ("a1", "b1", "a2", "b2"):
        shelf.put(name, f"v{name[0]}", 6)
    found = shelf.suite()
    assert [each.variant for each in found.drifted] == ["vb on claude-opus-5-5"]
    assert found.not_tested == 1
    assert found.drifted[0].alpha == ALPHA / 2


def test_runs_come_oldest_first_and_only_the_newest_of_them(shelf: Shelf) -> None:
    for number in range(3):
        shelf.put(f"r{number}", "v1", number)
    found = past_runs(shelf.store, None, limit=2)
    assert [(run.info.run_id, run.score and round(run.score.mean, 3)) for run in found] == [
        ("r1", 0.083),
        ("r2", 0.167),
    ]


def test_what_fresh_answers_said_of_the_bank_comes_with_the_run_they_judged(shelf: Shelf) -> None:
    shelf.put("a1", "v1", 6)
    bank = {"cases": 12, "difference": -0.1, "p": 0.01, "stale": True}
    for minutes, document in ((1, {"bank": bank}), (2, {"bank": None})):
        write_verdict(
            shelf.store,
            StoredVerdict(
                suite="triage",
                baseline_run="a0",
                candidate_run="a1",
                decided_at=MOMENT + timedelta(minutes=minutes),
                status="PASS",
                label=None,
                document=json.dumps(document),
            ),
        )
    [run] = shelf.suite().runs
    assert [each.bank for each in run.verdicts] == [
        None,
        BankFound(cases=12, difference=-0.1, p=0.01, stale=True),
    ]
