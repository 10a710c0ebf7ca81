"""A stored run graded once more: its replies, the cases and graders of today, and nothing asked of anybody.

What comes of it is a run of its own, a replay of the replies that were kept, so that it can be compared, shown and
followed over time like any other. The run it was made of stays as it is.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.call.canonical import spelling
from harness.call.step import Step
from harness.call.tool_answer import canned_answer, told
from harness.clock import Clock, SystemClock
from harness.compare.comparable import changed_graders
from harness.ended import Consult
from harness.errors import UsageError
from harness.grade.grading import grade
from harness.grade.opinion import Opinions
from harness.grade.response import Response
from harness.grade.table import graders_in_use
from harness.pipeline.gating import suite_of, variant_of
from harness.pipeline.regrading import still_said
from harness.plan import request_for
from harness.record import Record, RunInfo
from harness.settings import Settings
from harness.store.ingest import ingest
from harness.store.journal import journal_path, start_journal, tools
from harness.store.past import Journal, read_journal
from harness.store.read import find_run
from harness.suite.case import Case, VariantName
from harness.suite.expectations.judged import judges_of
from harness.suite.judge import members_of
from harness.suite.project import Project
from harness.suite.tool import Conversation
from harness.trial import Answered, Trial, Variant
from harness.units import Json
from harness.wiring import Terms, open_line, redactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One trial whose score is another one now."""

    case_id: str
    repeat: int
    before: float | None
    """In [0, 1]; None: it was unmeasured."""
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedAgain:
    """What came of grading a run once more."""

    of: RunInfo
    info: RunInfo
    """The new run."""
    trials: int
    """Trials of the new run."""
    moved: tuple[Moved, ...]
    """What lost most first; what became unmeasured before all others."""
    unmeasured: int
    """Answers that a grader could not grade."""
    left_out: Mapping[str, str]
    """Cases that are not in the new run, each with the reason."""
    graders: tuple[tuple[str, str, str], ...]
    """Graders that are others now: name, who it was, who it is."""


def grade_again(name: str, project: Project, settings: Settings) -> GradedAgain:
    """Grade the replies of a run with the cases and graders of `project`, and store what comes of it as a run.

    Judges are heard where their judgements were recorded. `name` is the run's id, or how it begins. Raises UsageError
    where there is no such run, it was imported or is not finished, or none of its replies answers a case of today;
    StoreBusy, StoreError.
    """
    of = find_run(settings.store, name)
    journal = _journal_of(of, settings)
    suite = suite_of(project, of.suite)
    variant = variant_of(project, suite, VariantName(version=of.prompt_version, model=of.model))
    kept, left_out = _sorted_out(journal, {case.id: case for case in suite.cases}, variant)
    if not kept:
        reasons = "; ".join(f"{case}: {why}" for case, why in list(left_out.items())[:3])
        raise UsageError(
            f"no reply of run {of.run_id} answers a case of today ({reasons}); run the suite again"
        )
    clock = SystemClock()
    records = asyncio.run(_graded(kept, of, variant, settings))
    graders = graders_in_use(each for case in suite.cases for each in case.expect)
    info = _described(of, records, suite.digest, graders, clock)
    _keep(info, records, settings, clock)
    before = {record.key: record.grading.score for _, record in kept}
    moved = [
        Moved(case_id=each.case_id, repeat=each.repeat, before=before[each.key], after=each.grading.score)
        for each in records
        if before[each.key] != each.grading.score
    ]
    answered = (each for each in records if isinstance(each.outcome, Answered))
    return GradedAgain(
        of=of,
        info=find_run(settings.store, info.run_id),
        trials=len(records),
        moved=tuple(sorted(moved, key=_gain)),
        unmeasured=sum(each.grading.score is None for each in answered),
        left_out=left_out,
        graders=changed_graders(of.graders, graders),
    )


def _journal_of(of: RunInfo, settings: Settings) -> Journal:
    if of.mode == "imported":
        raise UsageError(
            f"run {of.run_id} was imported: its scores are somebody else's, and it has no replies"
        )
    journal = read_journal(journal_path(settings.runs, of.run_id))
    if journal.ended is None:
        raise UsageError(
            f"run {of.run_id} is not finished; go on with it first: harness run --resume {of.run_id}"
        )
    return journal


def _sorted_out(
    journal: Journal, cases: Mapping[str, Case], variant: Variant
) -> tuple[list[tuple[Case, Record]], dict[str, str]]:
    """The records that answer a case of today, and why the others do not. A case is in with all its trials, or out."""
    left_out: dict[str, str] = {}
    for record in journal.records:
        case = cases.get(record.case_id)
        why = "the suite has no such case any more" if case is None else _why_not(case, record, variant)
        if why is not None:
            left_out.setdefault(record.case_id, why)
    kept = [(cases[each.case_id], each) for each in journal.records if each.case_id not in left_out]
    return kept, left_out


def _why_not(case: Case, record: Record, variant: Variant) -> str | None:
    """Why the record answers something else than the case asks today; None: it is the same."""
    request = request_for("", case, variant, repeat=record.repeat)
    if spelling(request).text != record.question:
        return "it asks something else now"
    if case.conversation is not None and not _is_same_talk(case.conversation, record.steps):
        return "its tools or its user say something else now"
    return None


def _is_same_talk(talk: Conversation, steps: Sequence[Step]) -> bool:
    """Whether the conversation could have been held today: what the user said, and what the canned tools gave."""
    said = tuple(each.text for each in steps if each.kind == "user")
    return said == talk.says[: len(said)] and all(_is_same_result(talk, each) for each in steps)


def _is_same_result(talk: Conversation, step: Step) -> bool:
    """Tools that are played by Python are not run again: what they said then counts."""
    fake = talk.fakes.get(step.tool or "")
    if step.kind != "tool" or step.error is not None or fake is None or fake.python is not None:
        return True
    return told(canned_answer(fake.results, _arguments(step)), str).text == step.text


def _arguments(step: Step) -> Mapping[str, Json]:
    read: Json = json.loads(step.arguments or "{}")
    return read if isinstance(read, Mapping) else {}


async def _graded(
    kept: Sequence[tuple[Case, Record]], of: RunInfo, variant: Variant, settings: Settings
) -> list[Record]:
    known = still_said((each for case, _ in kept for each in case.expect), of.graders)
    judges = members_of(judges_of(each for case, _ in kept for each in case.expect).values())
    pins = {pin.id: pin for pin in (*variant.pins, *(each.model for each in judges))}
    line = open_line(settings, Terms(mode="replay"), pins)
    try:
        again = [
            (_trial_of(of.suite, case, record, variant), record, _kept(record, known))
            for case, record in kept
        ]
        return await asyncio.gather(*(_once_more(*each, line.consult) for each in again))
    finally:
        await line.close()


def _trial_of(suite: str, case: Case, record: Record, variant: Variant) -> Trial:
    request = request_for(suite, case, variant, repeat=record.repeat)
    return Trial(suite=suite, case=case, variant=variant, repeat=record.repeat, request=request)


def _kept(record: Record, known: frozenset[str]) -> Opinions:
    """What judges said of the answer who are today who they were."""
    return {key: said for key, said in record.opinions.items() if key in known and not said.mistake}


async def _once_more(trial: Trial, record: Record, kept: Opinions, consult: Consult) -> Record:
    """The record as today's case would have it: what was asked, said and paid stays."""
    case, response = trial.case, None
    if isinstance(record.outcome, Answered):
        reply = record.outcome.reply
        response = Response(reply=reply, steps=record.steps, cost=record.cost, inputs=case.inputs)
        response = replace(response, opinions={**await consult(trial, response), **kept})
    return replace(
        record,
        case_digest=case.digest,
        case_place=str(case.place),
        cluster=case.cluster,
        tags=case.tags,
        weight=case.weight,
        must_pass=case.must_pass,
        quarantine="" if case.quarantine is None else str(case.quarantine),
        grading=grade(case, record.outcome, response),
        opinions={} if response is None else response.opinions,
    )


def _described(
    of: RunInfo, records: Sequence[Record], suite_digest: str, graders: str, clock: Clock
) -> RunInfo:
    times = Counter(record.case_id for record in records)
    at = clock.now()
    return replace(
        of,
        run_id=f"{of.run_id[:100]}-graded-{at:%H%M%S}-{secrets.token_hex(2)}",
        suite_digest=suite_digest,
        graders=graders,
        mode="replay",
        purpose="regrade",
        resumed_from=of.run_id,
        repeats=max(times.values()),
        first_repeat=min(record.repeat for record in records),
        times=tuple(times.values()),
        planned=len(records),
        case_ids=tuple(times),
        started_at=at,
        budget=None,
    )


def _keep(info: RunInfo, records: Sequence[Record], settings: Settings, clock: Clock) -> None:
    use = tools(redactor(settings).redact_text, clock=clock)
    journal = start_journal(settings.runs, info, use)

    async def write() -> None:
        await asyncio.gather(*map(journal.append, records))

    try:
        asyncio.run(write())
        journal.end("finished", Counter(each.outcome.kind for each in records))
    finally:
        journal.close()
    ingest(settings.store, read_journal(journal.path))


def _gain(each: Moved) -> float:
    if each.after is None:
        return -2.0
    return each.after - (0.0 if each.before is None else each.before)
