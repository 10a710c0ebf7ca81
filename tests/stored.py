"""Runs that stand in a project's store as if they had been asked: for commands that only read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from harness.clock import SystemClock
from harness.pipeline.describing import describe
from harness.pipeline.gating import variant_choice, variant_of
from harness.plan import make_plan
from harness.record import Mode, Purpose
from harness.settings import Settings
from harness.store.ingest import ingest
from harness.store.journal import start_journal, tools
from harness.store.past import read_journal
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.wiring import Terms
from tests.store.samples import record

Score = Callable[[int, int], float]
"""The score of case number and repeat, both counted on from 0 and 1."""


def store_run(
    settings: Settings,
    version: str,
    repeats: int,
    score: Score,
    *,
    mode: Mode = "live",
    purpose: Purpose = "",
) -> str:
    """Keep a whole run of the suite `tiny`, asked an hour ago; gives its id."""
    project = read_project(WorkingTree(settings.root))
    suite = project.suites["tiny"]
    variant = variant_of(project, suite, variant_choice(version).over(suite.baseline))
    plan = make_plan(suite, variant, repeats=repeats)
    clock = SystemClock()
    info = describe(plan, Terms(mode=mode), session="then", at=clock.now() - timedelta(hours=1))
    info = replace(info, purpose=purpose)
    journal = start_journal(Path(settings.runs), info, tools(lambda text: text, clock=clock))
    for trial in plan.trials:
        place, repeat = int(trial.case.id[1:]), trial.key[1]
        made = record(trial.case.id, repeat, score=score(place, repeat))
        told = replace(made, case_digest=trial.case.digest, tags=trial.case.tags, cluster=trial.case.cluster)
        asyncio.run(journal.append(told))
    journal.end("finished", {})
    journal.close()
    ingest(settings.store, read_journal(journal.path))
    return info.run_id
