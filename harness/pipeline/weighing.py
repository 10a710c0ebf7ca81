"""What an upgrade's page shows beyond its table: a few answers, and every other model a suite was ever asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.gate.verdict import Status
from harness.pipeline.comparing import Compared
from harness.report.views.case import CaseAnswers
from harness.report.views.cases import WORSE
from harness.report.views.offers import Offered, Rival, offered
from harness.report.views.upgrade import Upgrade
from harness.report.views.upgrade_page import WORST, UpgradePage, Weighed, make_upgrade_page
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.read import read_side
from harness.store.rivals import read_others

RIVALS = 6
"""Further models of one suite: each takes a run read case by case."""


def page_of(upgrade: Upgrade, compared: Mapping[str, Compared], settings: Settings) -> UpgradePage:
    """The page of an upgrade; `compared` is by suite. Raises StoreError, StoreBusy."""
    return make_upgrade_page(upgrade, {suite: _weighed(found, settings) for suite, found in compared.items()})


def offers_of(found: Compared, store: Path) -> Offered:
    """What both sides do and cost, and every other model that the prompt was ever asked of. Raises StoreBusy."""
    rivals = _rivals(found, store)
    return offered(found.comparison, found.baseline, found.candidate, found.verdict.status, rivals)


def _weighed(found: Compared, settings: Settings) -> Weighed:
    worse = [each.case_id for each in found.comparison.changes if each.change in WORSE][:WORST]
    shown = replace(found, answers={case: _answers(found, case, settings) for case in worse})
    return Weighed(
        comparison=found.comparison,
        verdict=found.verdict,
        report=shown.view(),
        offered=offers_of(found, settings.store),
        runs=(found.baseline.run_id, found.candidate.run_id),
    )


def _answers(found: Compared, case: str, settings: Settings) -> CaseAnswers:
    sides = found.baseline.run_id, found.candidate.run_id
    before, after = (read_answers(settings.store, run_id, case_ids=[case]) for run_id in sides)
    return CaseAnswers(baseline=before, candidate=after)


def _rivals(found: Compared, store: Path) -> tuple[Rival, ...]:
    """Those of the same prompt that were asked last."""
    others = read_others(store, found.baseline, found.candidate)[:RIVALS]
    return tuple(
        Rival(
            info=each.info,
            side=read_side(store, each.info.run_id),
            status=None if each.status is None else Status(each.status),
        )
        for each in others
    )
