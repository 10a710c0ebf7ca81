"""What an upgrade's page shows beyond its table: a few answers, and every other model a suite was ever asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.gate.verdict import Status
from harness.pipeline.comparing import Compared
from harness.report.views.case import CaseAnswers
from harness.report.views.cases import WORSE
from harness.report.views.offers import Rival, offered
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


def _weighed(found: Compared, settings: Settings) -> Weighed:
    worse = [each.case_id for each in found.comparison.changes if each.change in WORSE][:WORST]
    shown = replace(found, answers={case: _answers(found, case, settings) for case in worse})
    rivals = _rivals(found, settings)
    return Weighed(
        comparison=found.comparison,
        verdict=found.verdict,
        report=shown.view(),
        offered=offered(found.comparison, found.baseline, found.candidate, found.verdict.status, rivals),
        runs=(found.baseline.run_id, found.candidate.run_id),
    )


def _answers(found: Compared, case: str, settings: Settings) -> CaseAnswers:
    sides = found.baseline.run_id, found.candidate.run_id
    before, after = (read_answers(settings.store, run_id, case_ids=[case]) for run_id in sides)
    return CaseAnswers(baseline=before, candidate=after)


def _rivals(found: Compared, settings: Settings) -> tuple[Rival, ...]:
    """Those of the same prompt that were asked last."""
    others = read_others(settings.store, found.baseline, found.candidate)[:RIVALS]
    return tuple(
        Rival(
            info=each.info,
            side=read_side(settings.store, each.info.run_id),
            status=None if each.status is None else Status(each.status),
        )
        for each in others
    )
