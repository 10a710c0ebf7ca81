"""Judges, the pure part: what a judge is told, what it is sent, and what its reply comes to.

A reply is a verdict only if the whole of it is the JSON that was asked for. Nobody looks for JSON inside of a text:
what the judged text holds, and what a judge repeats of it, can never become a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, assert_never

from harness.call.exchange import Message, Origin, Reply, Request
from harness.call.step import Step
from harness.grade.decision import Undecidable, printable, quoted
from harness.grade.reading import read_json, shown
from harness.grade.response import Response
from harness.grade.unanswered import unanswered, why_no_answer
from harness.suite.canonical import canonical
from harness.suite.expectations.judged import Agrees, Judged, Prefers
from harness.suite.judge import FIRST, SECOND, TIE, Judge, Levels, Preference, Range, Scale
from harness.suite.template import render
from harness.units import Json

REASON: Final = 500
"""Characters of a judge's reason that evidence shows at most."""

Redact = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a judge may be told. Nothing of it goes to the model whose text it judges."""

    question: str
    """The inputs of the case: a rendered prompt would tell which version is judged, and favour it."""
    answer: str
    conversation: str = ""
    """Every turn, where there were several."""
    criteria: str | None = None
    reference: str | None = None
    over: str | None = None
    """The text it is held against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to a judge about one text."""

    number: int
    """From 1. Of a preference the odd ones have the answer first, the even ones second."""
    is_swapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a judge said of one text."""

    score: float
    """In [0, 1]."""
    word: str
    """The verdict as it was said."""
    reason: str
    """Text of a model: hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """A judge was asked, and there is no verdict. Never a fail of what it judges."""

    why: str
    """Completes "judge tone: "."""
    is_lost: bool = False
    """Whether nobody answered at all, so that it says nothing of the judge."""


Heard = Verdict | Unheard


def asks(judge: Judge) -> tuple[Ask, ...]:
    """Every request a judge gets about one text."""
    if not isinstance(judge.scale, Preference):
        return tuple(Ask(number=number) for number in range(1, judge.judgings + 1))
    return tuple(
        Ask(number=number, is_swapped=number % 2 == 0) for number in range(1, 2 * judge.judgings + 1)
    )


def told(wanted: Judged, response: Response) -> Told:
    """What a judge is told of an answer under one expectation."""
    return Told(
        question=question_of(response.inputs),
        answer=response.text,
        conversation=_transcript(response.steps),
        criteria=wanted.criteria,
        reference=wanted.reference if isinstance(wanted, Agrees) else None,
        over=wanted.over if isinstance(wanted, Prefers) else None,
    )


def question_of(inputs: Mapping[str, Json]) -> str:
    """The inputs of a case as a text: the only one as it is, of several each behind its name."""
    texts = {name: value if isinstance(value, str) else canonical(value) for name, value in inputs.items()}
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "\n".join(f"{name}: {text}" for name, text in texts.items())


def _transcript(steps: tuple[Step, ...]) -> str:
    return "\n".join(_line(step) for step in steps)


def _line(step: Step) -> str:
    if step.kind == "tool":
        return f"tool {step.tool or '?'}({step.arguments or ''}): {step.text}"
    return f"{'user' if step.kind == 'user' else 'model'}: {step.text}"


def judge_request(judge: Judge, what: Told, ask: Ask, origin: Origin, redact: Redact = str) -> Request:
    """The request that asks for one verdict, with no secret in it. Raises TemplateError."""
    inputs = judge_inputs(judge, what, ask, redact)
    prompt, rendered = judge.prompt, render(judge.prompt, inputs)
    return Request(
        origin=origin,
        model=judge.model.id,
        system=rendered.system,
        messages=tuple(Message(role=role, content=text) for role, text in rendered.messages),
        max_tokens=prompt.max_tokens,
        effort=prompt.effort if judge.model.efforts else None,
        thinking=prompt.thinking if judge.model.thinking else None,
        output_schema=prompt.output_schema,
        stop_sequences=prompt.stop_sequences,
    )


def judge_inputs(judge: Judge, what: Told, ask: Ask, redact: Redact = str) -> Mapping[str, str]:
    """What fills the judge's prompt, with no secret in it."""
    said = _inputs(what, is_swapped=ask.is_swapped)
    return MappingProxyType({name: _whole(redact(said[name])) for name in sorted(judge.prompt.variables)})


def _whole(text: str) -> str:
    """`text` without half characters: a model may write a lone surrogate, and no request can hold one."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _inputs(what: Told, *, is_swapped: bool) -> Mapping[str, str]:
    first, second = what.answer, what.over or ""
    if is_swapped:
        first, second = second, first
    return {
        "question": what.question,
        "conversation": what.conversation,
        "answer": what.answer,
        "criteria": what.criteria or "",
        "reference": what.reference or "",
        FIRST: first,
        SECOND: second,
    }


def read_verdict(judge: Judge, ask: Ask, reply: Reply) -> Heard:
    """The verdict in a reply of the judge, or why there is none."""
    if reply.degraded is not None:
        return Unheard(why=f"it was not the judge who answered: {printable(reply.degraded)}")
    if unanswered(reply) is not None:
        return Unheard(why=f"it gave {why_no_answer(reply)}")
    try:
        value = read_json(reply.text)
    except Undecidable as undecidable:
        return Unheard(why=f"it said {undecidable.found}")
    return _said(judge.scale, ask, value)


def _said(scale: Scale, ask: Ask, value: Json) -> Heard:
    if not isinstance(value, Mapping) or set(value) != {"reason", "verdict"}:
        return Unheard(why=f"it said {shown(value)}, which is not a reason and a verdict")
    reason, verdict = value["reason"], value["verdict"]
    if not isinstance(reason, str):
        return Unheard(why=f"its reason is {shown(reason)}, which is no text")
    score = _score(scale, verdict, is_swapped=ask.is_swapped)
    if score is None:
        return Unheard(why=f"its verdict is {shown(verdict)}, which is not on its scale ({scale})")
    word = verdict if isinstance(verdict, str) else canonical(verdict)
    return Verdict(score=score, word=word, reason=reason)


def _score(scale: Scale, verdict: Json, *, is_swapped: bool) -> float | None:
    """In [0, 1]; None where the verdict is not on the scale."""
    match scale:
        case Levels(names=names):
            is_level = isinstance(verdict, str) and verdict in names
            return names.index(verdict) / (len(names) - 1) if is_level else None
        case Range():
            return _share(scale, verdict)
        case Preference():
            if verdict == TIE:
                return 0.5
            better, worse = (SECOND, FIRST) if is_swapped else (FIRST, SECOND)
            return 1.0 if verdict == better else 0.0 if verdict == worse else None
        case _:
            assert_never(scale)


def _share(scale: Range, verdict: Json) -> float | None:
    if isinstance(verdict, bool) or not isinstance(verdict, int | float):
        return None
    if not scale.least <= verdict <= scale.most or (scale.whole and verdict != int(verdict)):
        return None
    return min(1.0, max(0.0, (verdict - scale.least) / (scale.most - scale.least)))


def reason_of(verdict: Verdict) -> str:
    """A verdict with its reason, as evidence shows it."""
    return f"{printable(verdict.word)}: {quoted(verdict.reason, REASON)}"
