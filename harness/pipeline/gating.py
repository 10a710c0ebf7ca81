"""One suite, two variants, one verdict: runs what is missing on both sides, interleaved, and compares."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from harness.call.tab import Tab
from harness.clock import SystemClock
from harness.errors import UsageError
from harness.events import Emit, nobody
from harness.pipeline.choosing import looked_up
from harness.pipeline.comparing import Compared, compare_runs
from harness.pipeline.describing import PINNED, describe
from harness.pipeline.matter import Matter
from harness.pipeline.regrading import Cases, cases_of
from harness.pipeline.running import run_plans
from harness.pipeline.sessions import BASELINE, CANDIDATE, OLDEST
from harness.pipeline.settling import confirmed_offline, settle
from harness.pipeline.trusting import with_judges
from harness.plan import Plan, make_plan
from harness.record import Mode, RunInfo
from harness.selection import EVERYTHING, Selection
from harness.settings import Settings, check_budgets
from harness.store.read import list_runs
from harness.suite.case import Suite, VariantName, judged_by
from harness.suite.fit import misfits
from harness.suite.policy import Policy, Repeats
from harness.suite.project import Project
from harness.suite.route import MARK
from harness.trial import Variant
from harness.units import Seconds, Usd
from harness.wiring import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantChoice:
    """A variant as somebody typed it: what is None is as the suite says."""

    version: str | None = None
    model: str | None = None
    """A pin's short name, or `route:` and the name of a route."""

    def __str__(self) -> str:
        return (self.version or "") + ("" if self.model is None else f"@{self.model}")

    def over(self, name: VariantName) -> VariantName:
        """`name` with what was chosen in its place."""
        return VariantName(version=self.version or name.version, model=self.model or name.model)


def variant_choice(text: str | None) -> VariantChoice:
    """`v3`, `v3@sonnet-5-5`, `@sonnet-5-5` or `v3@route:by-size`: what is left out is as the suite says."""
    if text is None:
        return VariantChoice()
    version, _, model = text.partition("@")
    return VariantChoice(version=version or None, model=model or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a gate is asked."""

    suite: str
    baseline: VariantChoice = VariantChoice()
    candidate: VariantChoice = VariantChoice()
    mode: Mode
    repeats: int | None = None
    budget: Usd | None = None
    """Of the whole command; None: as the project and the suite say."""
    deadline: Seconds | None = None
    """Of the whole command; None: as the project says."""
    tab: Tab = field(default_factory=Tab)
    """Shared by all questions of one command."""
    selection: Selection = EVERYTHING
    base: str | None = None
    """A git ref: the baseline is what the suite, its prompt and its pin were in that commit."""
    fresh: bool = False
    """Ask again even where the same was asked before; what regressed stands all the same."""
    shared_by: int = 1
    """Suites that block together: the error rate of each is divided by their number (Bonferroni)."""


def gate_suite(
    question: Question, project: Project, base: Project | None, settings: Settings, emit: Emit = nobody
) -> Compared:
    """Ask what is needed, compare, judge. `base` is the project as `question.base` has it.

    A live gate looks while it asks, and has a regression shown again (`harness.pipeline.deciding`); a replay has what
    was recorded. The policy is that of `base` where there is one: a change cannot loosen the gate it has to pass.
    Raises UsageError before anything is sent, and what `run_plans`, `settle` and `compare_runs` raise.
    """
    began = SystemClock().monotonic()
    check_budgets(settings, project.models)
    plans = plan_sides(question, project, base, settings)
    question = _as_it_is_now(question, plans[1])
    terms = Terms(mode=question.mode, budget=question.budget, deadline=question.deadline, tab=question.tab)
    graders = describe(plans[1], terms, session="", at=SystemClock().now()).graders
    matter = Matter(
        plans={BASELINE: plans[0], CANDIDATE: plans[1]},
        policy=with_judges(_policy(question, plans[0].suite.policy), graders, settings),
        terms=terms,
        settings=settings,
        emit=emit,
        again=f"harness gate {question.suite}{flags(question)}",
    )
    cases = cases_of(question.suite, (project, base))
    if question.mode == "replay" or not matter.shared:
        compared = _at_once(matter, cases)
    else:
        compared = settle(matter, cases, fresh=question.fresh or question.mode == "record")
    wall = Seconds(SystemClock().monotonic() - began)
    return replace(compared, wall=wall, flags=flags(question))


def _as_it_is_now(question: Question, plan: Plan) -> Question:
    """What failed the last time is another selection after this run, so commands that go on name the cases."""
    if not question.selection.last_failed:
        return question
    return replace(question, selection=Selection(ids=frozenset(case.id for case in plan.cases)))


def _policy(question: Question, said: Policy) -> Policy:
    """The suite's rules as they hold here.

    What is recorded is replayed as a whole, so a recording gate asks everything, and looks at it once.
    """
    policy = replace(said, alpha=said.alpha / question.shared_by)
    if question.mode != "live":
        policy = replace(policy, looks=None, bank=None)
    count = question.repeats
    if count is None:
        return policy
    return replace(policy, repeats=Repeats(mean=count, most=count, least=count, least_in_slice=count))


def _at_once(matter: Matter, cases: Cases) -> Compared:
    """Everything is asked, and looked at once; fresh answers are those that were recorded."""
    plans = list(matter.plans.values())
    baseline, candidate = run_plans(plans, matter.terms, matter.settings, matter.emit)
    if matter.shared:
        confirmed = confirmed_offline(matter, baseline, candidate)
        if confirmed is not None:
            return confirmed
    return compare_runs(baseline, candidate, matter.policy, matter.settings, cases)


def flags(question: Question) -> str:
    """The flags that ask `question` again, as a shell takes them; empty where none is needed."""
    selection, sample = question.selection, question.selection.sample
    told: list[tuple[str, object]] = [
        ("--baseline", str(question.baseline)),
        ("--candidate", str(question.candidate)),
        ("--base", question.base),
        ("--mode", None if question.mode == "replay" else question.mode),
        ("--repeats", question.repeats),
        ("--budget", None if question.budget is None else f"{question.budget:f}"),
        *(("--case", each) for each in sorted(selection.ids)),
        *(("--tag", each) for each in sorted(selection.tags)),
        ("--text", selection.text),
        ("--changed-since", selection.since),
        *((("--sample", sample.count), ("--seed", sample.seed or None)) if sample is not None else ()),
    ]
    return "".join(f" {name} {shlex.quote(str(said))}" for name, said in told if said not in (None, ""))


def plan_sides(
    question: Question, project: Project, base: Project | None, settings: Settings
) -> tuple[Plan, Plan]:
    """The plans of baseline and candidate. Raises UsageError for names that do not exist, and as `looked_up` does."""
    suite = suite_of(project, question.suite)
    before = suite if base is None else base.suites.get(question.suite)
    if before is None:
        raise UsageError(
            f"suite {question.suite!r} does not exist at {question.base}; it is new, "
            f"so gate it against its own baseline: harness gate {question.suite}"
        )
    if base is not None:  # one judge for both sides: today's, as with every other grader
        before = judged_by(before, project.judges)
    named = before.baseline if base is None else before.candidate
    baseline = variant_of(base or project, before, question.baseline.over(named))
    candidate = variant_of(project, suite, question.candidate.over(suite.candidate))
    if base is None and baseline == candidate:
        raise UsageError(
            f"baseline and candidate of {suite.name!r} are both {candidate.label}; "
            "name another with --candidate VERSION or --candidate VERSION@MODEL"
        )
    repeats = question.repeats
    selection = looked_up(question.selection, suite, candidate, project, settings)
    return (
        make_plan(before, baseline, repeats=repeats, selection=selection, side="baseline"),
        make_plan(suite, candidate, repeats=repeats, selection=selection, side="candidate"),
    )


def suite_of(project: Project, name: str) -> Suite:
    """The suite called `name`. Raises UsageError that lists what there is."""
    suite = project.suites.get(name)
    if suite is None:
        raise UsageError(f"there is no suite {name!r}; there are: {', '.join(sorted(project.suites))}")
    return suite


def variant_of(project: Project, suite: Suite, name: VariantName) -> Variant:
    """The variant called `name` of the suite's prompt.

    Raises UsageError that lists what there is, or says what the model does not accept of the prompt: without
    it every call would end in a 400.
    """
    prompt = project.prompts.get((suite.prompt, name.version))
    if prompt is None:
        known = ", ".join(sorted(version for owner, version in project.prompts if owner == suite.prompt))
        raise UsageError(f"prompt {suite.prompt!r} has no version {name.version!r}; it has: {known}")
    model = project.choice(name.model)
    if model is None:
        raise UsageError(_unknown(project, name.model))
    variant = Variant(prompt=prompt, model=model)
    for what, remedy in (each for pin in variant.pins for each in misfits(prompt, pin)):
        raise UsageError(f"{what}; {remedy}")
    return variant


def _unknown(project: Project, model: str) -> str:
    if model.startswith(MARK):
        known = ", ".join(sorted(project.routes)) or "none"
        return f"there is no route {model.removeprefix(MARK)!r} in prompts/routes.yaml; there are: {known}"
    known = ", ".join(sorted(project.models))
    meant = f"; a route of this name is written {MARK}{model}" if model in project.routes else ""
    return f"no model is pinned as {model!r} in prompts/models.yaml; there are: {known}{meant}"


def policy_of(project: Project, suite: str) -> Policy:
    """The suite's policy; the default one for results of a suite this project does not have."""
    found = project.suites.get(suite)
    return Policy() if found is None else found.policy


def stored_run_of(
    plan: Plan, terms: Terms, settings: Settings, besides: Collection[str] = ()
) -> RunInfo | None:
    """A whole, recent, paid run of exactly this plan, and none of `besides`.

    Replaying costs nothing, so it is always done anew.
    """
    if terms.mode != "live" or not settings.store.exists():
        return None
    now = SystemClock().now()
    wanted = describe(plan, terms, session="", at=now)
    for summary in list_runs(settings.store, suite=plan.suite.name):
        info, totals = summary.info, summary.totals
        same = all(getattr(info, name) == getattr(wanted, name) for name in PINNED)
        asked = info.repeats == wanted.repeats and info.case_ids == wanted.case_ids
        whole = totals.measured == totals.accounting.planned == wanted.planned
        if same and asked and whole and now - info.started_at <= OLDEST and info.run_id not in besides:
            return info
    return None
