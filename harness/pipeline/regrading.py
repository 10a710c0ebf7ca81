"""Stored replies graded anew: where a grader changed between two runs, both are held to the graders of today.

Nothing is asked, and the grades in the store stay as they were: the new ones live in the sides of one comparison,
which say so in its document.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from harness.call.exchange import Reply, StopReason, Usage
from harness.compare.comparable import changed_graders, graders_differ, identities
from harness.compare.observation import Observation, Regrading, Side
from harness.experts.asking import Experts
from harness.experts.hired import hire
from harness.grade.decision import Decision
from harness.grade.grade import Grading, mistake_of
from harness.grade.grading import grade_response
from harness.grade.opinion import Opinions, opinion_key
from harness.grade.response import Response
from harness.grade.table import decide, graders_in_use
from harness.record import Answer
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.opinions import read_opinions
from harness.store.read import read_side
from harness.suite.case import Case
from harness.suite.expectation import Expectation, all_parts
from harness.suite.expectations.judged import Judged
from harness.suite.project import Project
from harness.units import Seconds, Tokens

Cases = Mapping[tuple[str, str], Case]
"""By id and digest: a reply is only graded as the case that was asked."""


_Key = tuple[str, int]
"""A trial: the id of its case, and its repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graders:
    """The graders of one moment: who they are, and what they say."""

    identity: str
    """Name to whatever the grader reports of itself (a version; of a judge also its model and rubric), canonical JSON."""
    decide: Callable[[Expectation, Response], Decision]
    hire: Callable[[], Experts] = hire
    """The experts whose opinions they read."""


def graders_of_today(cases: Cases) -> Graders:
    """Those of the closed table, with what the cases rest on beside it."""
    used = (each for case in cases.values() for each in case.expect)
    return Graders(identity=graders_in_use(used), decide=decide)


def cases_of(suite: str, projects: Iterable[Project | None]) -> Cases:
    """The cases of a suite as these projects have it, those that differ between them each as its own.

    What a case rests on is the first project's: that is the one whose graders grade.
    """
    suites = [each.suites[suite] for each in projects if each is not None and suite in each.suites]
    return known(case for each in reversed(suites) for case in each.cases)


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
    now = graders_of_today(cases) if graders is None else graders
    sides = (baseline, candidate)
    if not graders_differ(*sides) or not all(_is_ours(side) for side in sides):
        return sides
    if any(_has_other_judges(side.graders, now.identity) for side in sides):
        return sides  # they would have to be asked
    asked = [{(each.case_id, each.case_digest) for each in side.observations} for side in sides]
    if not asked[0] & asked[1] <= cases.keys():
        return sides
    old, new = (_graded_anew(side, cases, settings, now) for side in sides)
    return old, new


def graded_today(cases: Cases, settings: Settings, graders: Graders | None = None) -> Callable[[str], Side]:
    """How the runs of a bank are read (`find_bank`): graded by the graders of today, whoever graded them first.

    A case that is not known as it was keeps its grades; the bank leaves such cases out.
    """
    now = graders_of_today(cases) if graders is None else graders

    def read(run_id: str) -> Side:
        return _graded_anew(read_side(settings.store, run_id), cases, settings, now)

    return read


def _has_other_judges(graders: str, now: str) -> bool:
    return any(name.startswith("judge:") for name, _, _ in changed_graders(graders, now))


def _is_ours(side: Side) -> bool:
    return side.mode != "imported" and bool(side.graders) and not side.runs


def _graded_anew(side: Side, cases: Cases, settings: Settings, graders: Graders) -> Side:
    if side.graders == graders.identity:
        return side
    answers = {(each.case_id, each.repeat): each for each in read_answers(settings.store, side.run_id)}
    graded = _graded(
        {
            (each.case_id, each.repeat): (cases[each.case_id, each.case_digest], answer)
            for each in side.observations
            if (answer := answers[each.case_id, each.repeat]).outcome == "answered"
            and (each.case_id, each.case_digest) in cases
        },
        graders,
        _said_by_judges(side, cases, settings),
    )
    observed = tuple(_observed(each, graded.get((each.case_id, each.repeat))) for each in side.observations)
    moved = sum(old.score != new.score for old, new in zip(side.observations, observed, strict=True))
    return replace(
        side,
        observations=observed,
        graders=graders.identity,
        regraded=Regrading(graders=side.graders, answers=len(graded), changed=moved),
    )


def _observed(trial: Observation, graded: Grading | None) -> Observation:
    if graded is None:
        return trial
    missing = (mistake_of(graded) or "grader_error") if graded.score is None else None
    return replace(trial, score=graded.score, passed=graded.passed, missing=missing)


def still_said(expectations: Iterable[Expectation], graders: str) -> frozenset[str]:
    """Keys of the opinions that a run's judges have today as well. `graders`: those of the run."""
    then = identities(graders)
    return frozenset(
        opinion_key(each)
        for each in all_parts(expectations)
        if isinstance(each, Judged) and then.issuperset(each.rests_on.items())
    )


def _said_by_judges(side: Side, cases: Cases, settings: Settings) -> Mapping[_Key, Opinions]:
    """What judges said of the answers who are today who they were: they would not say it otherwise."""
    known = still_said((each for case in cases.values() for each in case.expect), side.graders)
    if not known:
        return {}
    return {
        trial: {key: opinion for key, opinion in said.items() if key in known}
        for trial, said in read_opinions(settings.store, side.run_id).items()
    }


def _graded(
    stored: Mapping[_Key, tuple[Case, Answer]], graders: Graders, judged: Mapping[_Key, Opinions]
) -> Mapping[_Key, Grading]:
    opinions = _opinions(stored, graders)
    heard = {key: {**opinions.get(key, {}), **judged.get(key, {})} for key in stored}
    return {
        key: grade_response(case, replace(_response(case, answer), opinions=heard[key]), graders.decide)
        for key, (case, answer) in stored.items()
    }


def _opinions(stored: Mapping[_Key, tuple[Case, Answer]], graders: Graders) -> Mapping[_Key, Opinions]:
    """What the experts say who send nothing; nobody is hired where no case needs one."""
    if not any(each.expert for case, _ in stored.values() for each in all_parts(case.expect)):
        return {}

    async def consult() -> list[Opinions]:
        experts = graders.hire()
        try:
            asked = (experts.look_again(case, _response(case, answer)) for case, answer in stored.values())
            return await asyncio.gather(*asked)
        finally:
            await experts.close()

    return dict(zip(stored, asyncio.run(consult()), strict=True))


def _response(case: Case, answer: Answer) -> Response:
    return Response(reply=_reply(answer), steps=answer.steps, cost=answer.cost, inputs=case.inputs)


def _reply(answer: Answer) -> Reply:
    """What graders read of a reply, as the store has it."""
    return Reply(
        text=answer.text,
        stop_reason=StopReason(answer.stop_reason or StopReason.END_TURN),
        usage=answer.usage or Usage(input_tokens=Tokens(0), output_tokens=Tokens(0)),
        served_model="",
        latency=answer.latency or Seconds(0.0),
        source="replay",
    )
