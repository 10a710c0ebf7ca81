"""Every suite on the model that runs now, and on another one: what would change, before anybody changes it.

What runs now is the suite's candidate: the version that was let in, on its pin. The same version on the new model is
judged against it, so that nothing but the model differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.clock import SystemClock
from harness.errors import UsageError
from harness.gate.verdict import Status
from harness.pipeline.comparing import Compared
from harness.pipeline.gating import Question, VariantChoice, suite_of, variant_of
from harness.report.views.upgrade import Upgrade, UpgradeRow, measured_row, refused_row
from harness.suite.case import Suite, VariantName
from harness.suite.fit import misfits
from harness.suite.lifecycle import Standing, standings
from harness.suite.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One suite that would get another model."""

    suite: str
    now: VariantName
    label: str
    """What runs now, for people."""
    to: str
    unfit: tuple[str, ...]
    """Why the new model does not take its prompt, each with a remedy; empty: it does."""

    def question(self, like: Question) -> Question:
        """What the gate is asked, in the terms of `like`, which all suites share."""
        before = VariantChoice(version=self.now.version, model=self.now.model)
        return replace(like, suite=self.suite, baseline=before, candidate=replace(before, model=self.to))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What one upgrade is about."""

    to: str
    asked: tuple[Move, ...]
    already: tuple[str, ...]
    """Suites that ask this model now."""


def moves(project: Project, to: str, named: Sequence[str]) -> Moves:
    """Every suite, or those that were named. Raises UsageError for names that do not exist, and where none would move."""
    suites = [suite_of(project, name) for name in named or sorted(project.suites)]
    if project.choice(to) is None:
        known = ", ".join(sorted(project.models))
        raise UsageError(f"no model is pinned as {to!r} in prompts/models.yaml; there are: {known}")
    already = tuple(each.name for each in suites if each.candidate.model == to)
    asked = tuple(_move(project, each, to) for each in suites if each.candidate.model != to)
    if not asked:
        raise UsageError(
            f"every suite asks {to} already ({', '.join(already)}); name another model with --to"
        )
    return Moves(to=to, asked=asked, already=already)


def upgrade_of(found: Moves, project: Project, compared: Mapping[str, Compared], status: Status) -> Upgrade:
    """What all suites came to, in the order of the moves; `compared` by suite."""
    alphas = {each.verdict.policy.alpha for each in compared.values()}
    lives = {each.pin.name: each for each in standings(project, SystemClock().now().date())}
    return Upgrade(
        to=found.to,
        rows=tuple(_row(each, compared.get(each.suite), lives.get(each.now.model)) for each in found.asked),
        already=found.already,
        status=status,
        alpha=alphas.pop() if len(alphas) == 1 else None,
        standings=_standings(lives, found),
        synthetic=any(
            info.synthetic for each in compared.values() for info in (each.baseline, each.candidate)
        ),
    )


def _move(project: Project, suite: Suite, to: str) -> Move:
    now = suite.candidate
    variant = variant_of(project, suite, now)
    choice = project.choice(to)
    pins = () if choice is None else replace(variant, model=choice).pins
    unfit = tuple(f"{what}; {remedy}" for pin in pins for what, remedy in misfits(variant.prompt, pin))
    return Move(suite=suite.name, now=now, label=variant.label, to=to, unfit=unfit)


def _row(move: Move, compared: Compared | None, leaving: Standing | None) -> UpgradeRow:
    if compared is None:
        return refused_row(move.suite, move.label, move.unfit, leaving)
    return measured_row(
        move.label,
        compared.comparison,
        compared.verdict,
        remedy=_remedy(move, compared),
        document=compared.document(),
        leaving=leaving,
    )


def _remedy(move: Move, compared: Compared) -> str:
    """Where there was nothing to replay, how to have something."""
    if compared.candidate.mode != "replay":
        return ""
    return f"record it: harness upgrade --to {move.to} {move.suite} --mode record"


def _standings(lives: Mapping[str, Standing], found: Moves) -> tuple[Standing, ...]:
    """The new model first, then those that run now, each once; routes have no life of their own."""
    names = dict.fromkeys([found.to, *(each.now.model for each in found.asked)])
    return tuple(lives[name] for name in names if name in lives)
