"""Cases one by one: asks the cases a test session selected, all at once, and says how each of them did."""

from __future__ import annotations

import fcntl
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.events import Emit, nobody
from harness.pipeline.comparing import Compared, compare_runs, stored_run
from harness.pipeline.gating import Question, gate_suite, plan_sides, policy_of, stored_run_of
from harness.pipeline.regrading import cases_of
from harness.pipeline.running import run_plans
from harness.record import Answer, RunInfo
from harness.settings import Settings, check_budgets
from harness.store.answers import read_answers
from harness.store.bank import judged_runs
from harness.suite.project import Project
from harness.wiring import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """How one case did. Every tuple is in the order of the repeats."""

    answers: tuple[Answer, ...]
    baseline: tuple[Answer, ...]
    """Empty where there is nothing to compare with."""

    @property
    def passed(self) -> int:
        """Answers that reach the case's threshold."""
        return sum(answer.passed is True for answer in self.answers)

    @property
    def measured(self) -> int:
        """Answers with a score."""
        return sum(answer.score is not None for answer in self.answers)

    @property
    def is_measured(self) -> bool:
        """Whether every repeat has a score: what was not asked must not look like a success."""
        return bool(self.answers) and self.measured == len(self.answers)

    @property
    def is_good(self) -> bool:
        """Whether more than half of the answers passed: one unlucky answer of three is noise, two are not."""
        return self.is_measured and 2 * self.passed > len(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The cases of one suite, and what they say together."""

    results: Mapping[str, CaseResult]
    """By case id."""
    candidate: RunInfo
    compared: Compared | None
    """None where there is no baseline to compare with."""


def ask_cases(question: Question, project: Project, settings: Settings, emit: Emit = nobody) -> Asked:
    """Ask the selected cases of the candidate, and of the baseline where that costs nothing.

    Replaying both sides is free. Otherwise only the candidate is asked, and compared with a paid run of the
    same cases of the baseline if one is stored. Raises what `run_plans` and `compare_runs` raise.
    """
    if question.mode == "replay":
        return _with_baseline(gate_suite(question, project, None, settings, emit))
    check_budgets(settings, project.models)
    before, after = plan_sides(question, project, None, settings)
    terms = Terms(mode=question.mode, budget=question.budget, deadline=question.deadline, tab=question.tab)
    [candidate] = run_plans([after], terms, settings, emit)
    judged = judged_runs(settings.store, before.suite.name)  # what passed was lucky: it is no baseline
    baseline = stored_run_of(before, replace(terms, mode="live"), settings, besides=judged)
    return _recalled(candidate, baseline, project, settings)


def ask_cases_once(question: Question, project: Project, settings: Settings, ticket: Path) -> Asked:
    """What `ask_cases` gives, however many processes of one test session ask at the same time.

    The first to hold `ticket` asks and leaves the ids of its runs there; the others read what is stored.
    """
    ticket.parent.mkdir(parents=True, exist_ok=True)
    with ticket.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        ids = file.read().split()
        if not ids:
            asked = ask_cases(question, project, settings)
            baseline = [] if asked.compared is None else [asked.compared.baseline.run_id]
            file.write(" ".join([asked.candidate.run_id, *baseline]))
            return asked
    infos = [stored_run(run_id, settings) for run_id in ids]
    return _recalled(infos[0], infos[1] if len(infos) > 1 else None, project, settings)


def _recalled(candidate: RunInfo, baseline: RunInfo | None, project: Project, settings: Settings) -> Asked:
    if baseline is not None:
        policy, known = policy_of(project, candidate.suite), cases_of(candidate.suite, [project])
        return _with_baseline(compare_runs(baseline, candidate, policy, settings, known))
    answers: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in read_answers(settings.store, candidate.run_id):
        answers[answer.case_id].append(answer)
    alone = {case: CaseResult(answers=tuple(each), baseline=()) for case, each in answers.items()}
    return Asked(results=alone, candidate=candidate, compared=None)


def _with_baseline(compared: Compared) -> Asked:
    results = {
        case: CaseResult(answers=both.candidate, baseline=both.baseline)
        for case, both in compared.answers.items()
    }
    return Asked(results=results, candidate=compared.candidate, compared=compared)
