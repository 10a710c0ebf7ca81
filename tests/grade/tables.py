"""The form of a grader's table: what it is shown, what it must say, in every way an answer can come.

A row says an expectation as a suite does (YAML), and an answer: a text, a whole response (`reply` makes one), or,
for a grader that asks an expert, the opinion; experts that are quick and work here are asked by themselves.
`tests.grade.rows` has a table for every grader; `test_tables.py` tries each row, turns it round with `not`, and holds
against it every reply that is no answer, and texts that nobody expects.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from harness.call.exchange import Reply, StopReason, ToolCall, Usage
from harness.call.step import Step
from harness.errors import Problem
from harness.experts.asking import Experts
from harness.experts.language import tell_language
from harness.grade.opinion import Opinion, opinion_key
from harness.grade.response import Response
from harness.suite.expectation import Expectation, all_parts
from harness.suite.forms.compiled import check_schema
from harness.suite.forms.expectations import Reader
from harness.suite.forms.functions import Functions
from harness.suite.notation.document import parse
from harness.suite.notation.fields import Noted
from harness.suite.notation.node import Items
from harness.units import Seconds, Tokens, Usd
from tests.doubles import REPLY
from tests.grade.cases import case
from tests.judged import JUDGES

Verdict = Literal["passes", "fails", "neither", "unmeasured"]
"""`fails`: and its negation passes. `neither`: it fails, and so does its negation. `unmeasured`: a grader's mistake."""
Answer = str | Response | Opinion
Pair = tuple[str, Answer]

_EXPERTS: Final = {"language": tell_language}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An expectation as YAML, an answer, and what comes of it."""

    said: str
    answer: Answer
    verdict: Verdict
    score: float | None = None
    """The graded score, where it is a matter of degree; `verdict` is of no account then."""

    def __str__(self) -> str:
        return ascii(f"{self.said[:60]} | {str(self.answer)[:30]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of one grader."""

    right: Sequence[Pair]
    """What passes, plainly."""
    wrong: Sequence[Pair]
    """What fails, plainly, so that its negation passes."""
    edge: Sequence[Row]
    """Bounds, spellings, paths that lead nowhere: what somebody will try."""
    hostile: Sequence[Row]
    """What somebody would write who wants a pass, or the run to stop."""
    unanswered: Sequence[Row] = field(default=())
    """Replies that are no answer, where the grader can be asked for just that. All others must meet nothing."""

    def rows(self) -> list[Row]:
        plain = [passes(*pair) for pair in self.right] + [fails(*pair) for pair in self.wrong]
        return [*plain, *self.edge, *self.hostile, *self.unanswered]


def passes(said: str, answer: Answer) -> Row:
    return Row(said=said, answer=answer, verdict="passes")


def fails(said: str, answer: Answer) -> Row:
    return Row(said=said, answer=answer, verdict="fails")


def neither(said: str, answer: Answer) -> Row:
    return Row(said=said, answer=answer, verdict="neither")


def unmeasured(said: str, answer: Answer) -> Row:
    return Row(said=said, answer=answer, verdict="unmeasured")


def scores(said: str, answer: Answer, score: float) -> Row:
    """The graded score, for an expectation without `at_least`."""
    return Row(said=said, answer=answer, verdict="passes" if score >= 1 else "fails", score=score)


def reply(  # noqa: PLR0913 - all that a grader may look at
    text: str = "an answer",
    stop_reason: StopReason = StopReason.END_TURN,
    *,
    cost: str | None = None,
    latency: float = 0.5,
    output_tokens: int = 20,
    input_tokens: int = 100,
    calls: tuple[ToolCall, ...] = (),
    steps: tuple[Step, ...] = (),
) -> Response:
    """A response, with what matters of it. `cost` is in dollars."""
    usage = Usage(input_tokens=Tokens(input_tokens), output_tokens=Tokens(output_tokens))
    made = dataclasses.replace(
        REPLY, text=text, stop_reason=stop_reason, usage=usage, latency=Seconds(latency), tool_calls=calls
    )
    return Response(reply=made, steps=steps, cost=None if cost is None else Usd(Decimal(cost)))


def response(answer: Answer, expectation: Expectation) -> Response:
    """The answer of a row as a response to the expectation of the row."""
    if isinstance(answer, Opinion):
        return dataclasses.replace(reply(), opinions={opinion_key(expectation): answer})
    return consulted(reply(answer) if isinstance(answer, str) else answer, expectation)


def consulted(given: Response, *expect: Expectation) -> Response:
    """The response, with what the experts say of it who are quick and work here."""
    asked = [each for each in all_parts(expect) if each.expert in _EXPERTS]
    if not asked:
        return given
    opinions = asyncio.run(Experts(offline=_EXPERTS).look_again(case(*asked), given))
    return dataclasses.replace(given, opinions={**given.opinions, **opinions})


NO_ANSWERS: Final[Sequence[tuple[StopReason, str | None]]] = (
    (StopReason.REFUSAL, None),
    (StopReason.REFUSAL, ""),
    (StopReason.MAX_TOKENS, None),
    (StopReason.MAX_TOKENS, ""),
    (StopReason.CONTEXT_EXCEEDED, None),
    (StopReason.CUT_OFF, None),
    (StopReason.TOOL_USE, None),
    (StopReason.TOOL_USE, ""),
    (StopReason.PAUSE_TURN, None),
    (StopReason.END_TURN, ""),
    (StopReason.STOP_SEQUENCE, " \n\t"),
    (StopReason.END_TURN, "\u200b\ufeff\u2028\x00"),
)
"""Every kind of reply that is no answer; None: with the text of an answer that would have been right."""


def hostile_texts(size: int) -> Iterator[str]:
    """Texts of about so many characters that were made to hurt."""
    yield "a" * size
    yield "e" + "\u0301\u0323" * (size // 2)
    yield "\ud800" * (size - 1) + "x"
    yield "x\x00\x1b[31m\u202e\u2028" * (size // 9)
    yield "[" * size
    yield '{"a":' * (size // 5)
    yield "<a>" * (size // 3)
    yield "Hi. " * (size // 4)
    yield "9" * size
    yield "```json\n" * (size // 8)


def unfit(given: Response, stop_reason: StopReason, text: str | None) -> Response:
    """The same response, but no answer."""
    said = given.reply.text if text is None else text
    made: Reply = dataclasses.replace(given.reply, stop_reason=stop_reason, text=said)
    return dataclasses.replace(given, reply=made)


def turned(expectation: Expectation) -> Expectation:
    """The expectation, turned round."""
    return dataclasses.replace(expectation, negated=not expectation.negated)


class _Own:
    """The files of a user's own that rows may name."""

    root = "."

    def files(self, folder: str) -> tuple[str, ...]:
        return ()

    def read(self, path: str, most: int) -> bytes:
        return _OWN[path]

    def lines(self, path: str, most: int) -> Iterator[bytes]:
        return iter(_OWN[path].splitlines(keepends=True))


_OWN: Final = {
    "evals/graders.py": b"""
from harness.graders import grader

@grader
def is_polite(answer, args): ...
@grader
def covers(data, args): ...
""",
    "evals/tone.js": b"module.exports = (output) => output.length > 3;",
}
OWN: Final = _Own()


def own_files(noted: Noted) -> Functions:
    """The files of a user's own that rows may name."""
    return Functions(OWN, noted)


def reader(problems: list[Problem]) -> Reader:
    """Reads expectations as those of a suite are read, and notes what is wrong with them."""
    noted = Noted(problems)
    return Reader(noted, lambda schema: check_schema(noted, schema), own_files(noted), judges=JUDGES)


def said(text: str) -> tuple[Expectation, ...]:
    """The expectations that YAML says, one or a list, read as a suite's are."""
    problems: list[Problem] = []
    node = parse("evals/triage.yaml", text, problems)
    assert node is not None, problems
    items = node.items if isinstance(node, Items) else (node,)
    read = [reader(problems).read(each) for each in items]
    assert not problems, problems
    return tuple(each for each in read if each is not None)


def one(text: str) -> Expectation:
    """The one expectation that YAML says."""
    (only,) = said(text)
    return only
