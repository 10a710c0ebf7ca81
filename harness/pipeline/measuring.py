"""Baselines: asking a variant anew so that it can stand as one, and what stands for it now."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.call.tab import Tab
from harness.clock import SystemClock
from harness.compare.comparison import Score, score_of_side
from harness.errors import UsageError
from harness.events import Emit, nobody
from harness.pipeline.describing import describe
from harness.pipeline.gating import VariantChoice, suite_of, variant_of
from harness.pipeline.regrading import graded_today, known
from harness.pipeline.running import run_plans
from harness.plan import Plan, make_plan
from harness.record import Mode, RunInfo
from harness.settings import Settings, check_budgets
from harness.store.bank import Bank, Refused, Wanted, find_bank, list_members
from harness.store.bank_rules import BankKey, Member, key_of
from harness.store.baselines import Baseline, show_baseline
from harness.suite.policy import BankRules
from harness.suite.project import Project
from harness.units import Seconds, Usd
from harness.wiring import Terms

OFF = Refused(reasons=("the suite says `bank: off`",))
LEAST = 5
"""Repeats that a measurement takes at least: fewer would make a case look steadier or worse than it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A variant that is to be asked anew, and on what terms."""

    suite: str
    variant: VariantChoice = field(default_factory=VariantChoice)
    as_base: bool = False
    """What is not chosen is as the suite's candidate says, not its baseline: what `gate --base` compares with."""
    repeats: int | None = None
    """None: as many as the policy aims at."""
    mode: Mode
    budget: Usd | None = None
    deadline: Seconds | None = None
    tab: Tab
    """Shared by all measurements of one command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands for a variant of a suite: as a baseline, and in the bank."""

    suite: str
    label: str
    """`v2 on claude-opus-5-5`."""
    key: BankKey
    rules: BankRules
    baseline: Baseline | None
    """The suite's, whatever variant it is of."""
    found: Bank | Refused
    members: tuple[Member, ...]
    """Every run that is or was in the bank of the suite, in the order in which they came."""
    needed: int
    """Calls that measuring it anew takes, where each trial is one."""
    command: str
    """What measures it anew."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the bank is refused; empty where it is not."""
        return self.found.reasons if isinstance(self.found, Refused) else ()

    @property
    def fewest(self) -> int:
        """Samples of the case that has the fewest; 0 where the bank is refused."""
        return min(self.found.samples.values()) if isinstance(self.found, Bank) else 0

    @property
    def median(self) -> float:
        """Samples of a case, in the middle; 0 where the bank is refused."""
        return statistics.median(self.found.samples.values()) if isinstance(self.found, Bank) else 0.0

    @property
    def score(self) -> Score | None:
        """The mean score of the samples, over cases; None where the bank is refused."""
        return score_of_side(self.found.side) if isinstance(self.found, Bank) else None

    def expires(self) -> datetime | None:
        """When its oldest run is too old; None where the bank is refused."""
        if isinstance(self.found, Refused):
            return None
        return self.found.members[0].info.started_at + timedelta(days=self.rules.days)


def plan_measurement(wanted: Measurement, project: Project) -> Plan:
    """What is to be asked. Raises UsageError for names that do not exist, and for fewer than 5 repeats."""
    suite = suite_of(project, wanted.suite)
    rules = suite.policy.bank or BankRules()
    repeats = max(LEAST, rules.target) if wanted.repeats is None else wanted.repeats
    if repeats < LEAST:
        raise UsageError(
            f"--repeats {repeats}: a baseline is measured with at least {LEAST} repeats of every case"
        )
    named = suite.candidate if wanted.as_base else suite.baseline
    return make_plan(suite, variant_of(project, suite, wanted.variant.over(named)), repeats=repeats)


def measure(wanted: Measurement, project: Project, settings: Settings, emit: Emit = nobody) -> RunInfo:
    """Ask a variant anew. The run is not blessed here.

    Raises UsageError before anything is sent, and what `run_plans` raises.
    """
    if wanted.mode not in ("live", "record"):
        raise UsageError(
            "a replay asks nothing new, so it measures nothing; say --mode live, or --mode record to keep recordings"
        )
    check_budgets(settings, project.models)
    plan = plan_measurement(wanted, project)
    terms = Terms(
        mode=wanted.mode, purpose="measure", budget=wanted.budget, deadline=wanted.deadline, tab=wanted.tab
    )
    return run_plans([plan], terms, settings, emit)[0]


def bank_wanted(plan: Plan, terms: Terms, shared: Collection[str], now: datetime) -> Wanted:
    """What a bank must hold to stand for a plan; `shared` are the cases that must have their samples."""
    info = describe(plan, terms, session="", at=now)
    return Wanted(
        key=key_of(info),
        cases={case.id: case.digest for case in plan.cases},
        shared=frozenset(shared),
    )


def is_needed(wanted: Measurement, project: Project, settings: Settings) -> bool:
    """Whether old samples do not stand for a variant, or not for half of their time any more.

    A measurement that waits for the last moment leaves gates without a bank. A suite whose gate takes no old samples
    needs none. Raises what `standing` raises.
    """
    rules = plan_measurement(wanted, project).suite.policy.bank
    if rules is None:
        return False
    later = SystemClock().now() + timedelta(days=rules.days / 2)
    return isinstance(standing(wanted, project, settings, at=later).found, Refused)


def standing(
    wanted: Measurement, project: Project, settings: Settings, at: datetime | None = None
) -> Standing:
    """What stands for a variant `at` a moment, now unless it is said.

    Raises UsageError for names that do not exist, StoreBusy.
    """
    plan = plan_measurement(wanted, project)
    suite, now = plan.suite, SystemClock().now() if at is None else at
    rules = suite.policy.bank or BankRules()
    sought = bank_wanted(plan, Terms(mode="live"), [case.id for case in plan.cases], now)
    again = graded_today(known(plan.suite.cases), settings)
    kept = settings.store.exists()
    return Standing(
        suite=suite.name,
        label=plan.variant.label,
        key=sought.key,
        rules=rules,
        baseline=show_baseline(settings.store, suite=suite.name) if kept else None,
        found=OFF if suite.policy.bank is None else find_bank(settings.store, sought, rules, now, again),
        members=list_members(settings.store, suite.name) if kept else (),
        needed=len(plan.trials),
        command=_command(wanted),
    )


def _command(wanted: Measurement) -> str:
    chosen = f" --version {wanted.variant}" if str(wanted.variant) else ""
    return f"harness baseline measure {wanted.suite}{' --as-base' * wanted.as_base}{chosen} --mode live"


def days_ago(then: datetime, now: datetime) -> int:
    """Whole days, 0 or more."""
    return max(0, math.floor((now - then).total_seconds() / 86_400))
