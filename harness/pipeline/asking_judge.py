"""A judge that is asked about labelled answers: a run of its own, with a case for every answer and order.

So it is guarded, paid for, recorded, replayed and kept like any other run. Its grader says whether a verdict could be
read at all; what the verdicts come to is read from its answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.call.exchange import Reply, StopReason, Usage
from harness.errors import Place, UsageError
from harness.events import Emit, nobody
from harness.grade.judging import Ask, Redact, Told, Verdict, judge_inputs, read_verdict
from harness.measure.judged import Judged, Position
from harness.pipeline.running import run_plans
from harness.plan import make_plan
from harness.record import Answer, RunInfo
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.labelled import Labelled
from harness.suite.canonical import digest
from harness.suite.case import Case, Suite, VariantName
from harness.suite.expectations.structure import JsonSchema
from harness.suite.judge import Judge, Preference
from harness.suite.policy import Policy
from harness.trial import Variant
from harness.units import Seconds, Tokens
from harness.wiring import Terms, redactor

_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a judge said of labelled answers, and the run that asked it."""

    run: RunInfo
    judged: tuple[Judged, ...]
    lost: tuple[str, ...]
    """Why judgings are missing that nobody could ask for. Hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One answer in one order."""

    of: Labelled
    ask: Ask
    case: Case


def ask_about(
    judge: Judge, answers: Sequence[Labelled], terms: Terms, settings: Settings, emit: Emit = nobody
) -> Heard:
    """Ask the judge about every answer, as often as it judges. A judging that nobody could ask for is left out.

    Raises UsageError where the answers lack what the judge is told, and what `run_plans` raises.
    """
    _check(judge, answers)
    redact = redactor(settings).redact_text
    questions = {each.case.id: each for labelled in answers for each in _questions(judge, labelled, redact)}
    suite = _suite(judge, [each.case for each in questions.values()])
    plan = make_plan(suite, Variant(prompt=judge.prompt, model=judge.model))
    [info] = run_plans([plan], terms, settings, emit)
    answers_read = read_answers(settings.store, info.run_id)
    return Heard(
        run=info,
        judged=tuple(
            _judged(judge, questions[each.case_id], each, redact)
            for each in answers_read
            if each.outcome == "answered"
        ),
        lost=tuple(each.detail for each in answers_read if each.outcome != "answered"),
    )


def _check(judge: Judge, answers: Sequence[Labelled]) -> None:
    pair = ("other",) if isinstance(judge.scale, Preference) else ()
    for name in ("answer", *sorted(judge.gives), *pair):
        lacking = [each for each in answers if not getattr(each, name)]
        if lacking:
            named = ", ".join((each.answer or each.item)[:40] for each in lacking[:_NAMED])
            raise UsageError(
                f"judge {judge.name!r} is told the column `{name}`, which {len(lacking)} of {len(answers)} answers "
                f"lack: {named}"
            )


def _questions(judge: Judge, of: Labelled, redact: Redact) -> Iterator[_Question]:
    what = Told(
        question=of.question,
        answer=of.answer,
        criteria=of.criteria or None,
        reference=of.reference or None,
        over=of.other or None,
    )
    for is_swapped in (False, True) if isinstance(judge.scale, Preference) else (False,):
        ask = Ask(number=1, is_swapped=is_swapped)
        inputs = judge_inputs(judge, what, ask, redact)
        yield _Question(of=of, ask=ask, case=_case(judge, of, inputs, ask))


def _case(judge: Judge, of: Labelled, inputs: Mapping[str, str], ask: Ask) -> Case:
    told = digest([dict(inputs), of.item, of.criterion, ask.is_swapped])
    schema = True if judge.prompt.output_schema is None else judge.prompt.output_schema
    return Case(
        id=f"answer-{told[:16]}",
        inputs=inputs,
        expect=(JsonSchema(place=judge.place, schema=schema),),
        tags=(of.criterion,) if of.criterion else (),
        cluster=digest([of.cluster])[:16],
        digest=told,
        place=judge.place,
    )


def _suite(judge: Judge, cases: Sequence[Case]) -> Suite:
    name = VariantName(version=judge.prompt.version, model=judge.model.name)
    return Suite(
        name=f"judge-{judge.name}",
        prompt=judge.prompt.name,
        baseline=name,
        candidate=name,
        repeats=judge.judgings,
        budget=None,
        policy=Policy(),
        cases=tuple(cases),
        digest=digest([[case.id, case.digest] for case in sorted(cases, key=lambda each: each.id)]),
        place=Place(file="prompts/judges.yaml"),
    )


def _judged(judge: Judge, question: _Question, answer: Answer, redact: Redact) -> Judged:
    heard = read_verdict(judge, question.ask, _reply(answer))
    of = question.of
    return Judged(
        item=of.item,
        cluster=of.cluster,
        criterion=of.criterion,
        score=heard.score if isinstance(heard, Verdict) else None,
        label=of.label,
        length=of.length,
        other_length=len(of.other) if of.other else None,
        position=_position(judge, question.ask),
        error="" if isinstance(heard, Verdict) else redact(heard.why),
    )


def _position(judge: Judge, ask: Ask) -> Position:
    if not isinstance(judge.scale, Preference):
        return ""
    return "second" if ask.is_swapped else "first"


def _reply(answer: Answer) -> Reply:
    """What a verdict is read from, as the store has it."""
    return Reply(
        text=answer.text,
        stop_reason=StopReason(answer.stop_reason or StopReason.END_TURN),
        usage=Usage(input_tokens=Tokens(0), output_tokens=Tokens(0)),
        served_model="",
        latency=Seconds(0.0),
        source="replay",
    )
