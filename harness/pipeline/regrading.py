"""Stored replies graded anew: where a grader changed between two runs, both are held to the graders of today.

Nothing is asked, and the grades in the store stay as they were: the new ones live in the sides of one comparison,
which say so in its document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from harness.call.exchange import Reply, StopReason, Usage
from harness.compare.comparable import graders_differ
from harness.compare.observation import Observation, Regrading, Side
from harness.grade.decision import Decision
from harness.grade.grading import grade_response
from harness.grade.response import Response
from harness.grade.table import decide, grader_versions
from harness.record import Answer
from harness.settings import Settings
from harness.store.read import read_answers, read_side
from harness.suite.canonical import canonical
from harness.suite.case import Case
from harness.suite.expectation import Expectation
from harness.suite.project import Project
from harness.units import Seconds, Tokens

Cases = Mapping[tuple[str, str], Case]
"""By id and digest: a reply is only graded as the case that was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graders:
    """The graders of one moment: who they are, and what they say."""

    identity: str
    """Name to whatever the grader reports of itself (a version; of a judge also its model and rubric), canonical JSON."""
    decide: Callable[[Expectation, Response], Decision]


def graders_of_today() -> Graders:
    """Those of the closed table."""
    return Graders(identity=canonical(dict(grader_versions())), decide=decide)


def cases_of(suite: str, projects: Iterable[Project | None]) -> Cases:
    """The cases of a suite as these projects have it, those that differ between them each as its own."""
    suites = [each.suites[suite] for each in projects if each is not None and suite in each.suites]
    return known(case for each in suites for case in each.cases)


def known(cases: Iterable[Case]) -> Cases:
    """These cases by id and digest."""
    return {(case.id, case.digest): case for case in cases}


def same_graders(
    baseline: Side, candidate: Side, cases: Cases, settings: Settings, graders: Graders | None = None
) -> tuple[Side, Side]:
    """Both sides graded by the same graders; as they were where they are already, or where that cannot be done.

    It can be done where every case that both sides asked alike is known as it was, and the runs were graded here.
    A trial without an answer keeps what it has. Raises StoreBusy, StoreError.
    """
    now = graders_of_today() if graders is None else graders
    sides = (baseline, candidate)
    if not graders_differ(*sides) or not all(_is_ours(side) for side in sides):
        return sides
    asked = [{(each.case_id, each.case_digest) for each in side.observations} for side in sides]
    if not asked[0] & asked[1] <= cases.keys():
        return sides
    old, new = (_graded_anew(side, cases, settings, now) for side in sides)
    return old, new


def graded_today(cases: Cases, settings: Settings, graders: Graders | None = None) -> Callable[[str], Side]:
    """How the runs of a bank are read (`find_bank`): graded by the graders of today, whoever graded them first.

    A case that is not known as it was keeps its grades; the bank leaves such cases out.
    """
    now = graders_of_today() if graders is None else graders

    def read(run_id: str) -> Side:
        return _graded_anew(read_side(settings.store, run_id), cases, settings, now)

    return read


def _is_ours(side: Side) -> bool:
    return side.mode != "imported" and bool(side.graders) and not side.runs


def _graded_anew(side: Side, cases: Cases, settings: Settings, graders: Graders) -> Side:
    if side.graders == graders.identity:
        return side
    answers = {(each.case_id, each.repeat): each for each in read_answers(settings.store, side.run_id)}
    observed = tuple(
        _observed(each, answers[each.case_id, each.repeat], cases, graders) for each in side.observations
    )
    graded = sum(_is_answered(answers[each.case_id, each.repeat], each, cases) for each in side.observations)
    moved = sum(old.score != new.score for old, new in zip(side.observations, observed, strict=True))
    return replace(
        side,
        observations=observed,
        graders=graders.identity,
        regraded=Regrading(graders=side.graders, answers=graded, changed=moved),
    )


def _is_answered(answer: Answer, trial: Observation, cases: Cases) -> bool:
    return answer.outcome == "answered" and (trial.case_id, trial.case_digest) in cases


def _observed(trial: Observation, answer: Answer, cases: Cases, graders: Graders) -> Observation:
    if not _is_answered(answer, trial, cases):
        return trial
    case = cases[trial.case_id, trial.case_digest]
    graded = grade_response(case, Response(reply=_reply(answer), inputs=case.inputs), graders.decide)
    missing = "grader bug" if graded.score is None else None
    return replace(trial, score=graded.score, passed=graded.passed, missing=missing)


def _reply(answer: Answer) -> Reply:
    """What graders read of a reply, as the store has it."""
    return Reply(
        text=answer.text,
        stop_reason=StopReason(answer.stop_reason or StopReason.END_TURN),
        usage=Usage(input_tokens=Tokens(0), output_tokens=Tokens(0)),
        served_model="",
        latency=Seconds(0.0),
        source="replay",
    )
