"""The closed table of graders: one line per kind of expectation, with its version, its function and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from harness.grade import combined, wanted, wanted_tools
from harness.grade.confidence import confidence
from harness.grade.decision import Decision
from harness.grade.expert import by_opinion
from harness.grade.grader import Grader, of_text
from harness.grade.length import length
from harness.grade.limits import cost, finish, latency, tokens
from harness.grade.number import number
from harness.grade.refusal import refusal
from harness.grade.response import Response
from harness.grade.similarity import similarity
from harness.grade.structure_table import STRUCTURE, TOOLS
from harness.grade.text import contains, ends_with, equals, matches, starts_with
from harness.grade.tools import tool_call
from harness.suite.canonical import canonical
from harness.suite.expectation import Expectation, all_parts
from harness.suite.expectations.combined import AllOf, AnyOf, Combined, SomeOf
from harness.suite.expectations.judged import Agrees, Prefers, Rubric
from harness.suite.expectations.limits import Cost, Finish, Latency, Tokens
from harness.suite.expectations.manner import Confidence, Refusal
from harness.suite.expectations.number import Number
from harness.suite.expectations.own import Javascript, Python
from harness.suite.expectations.semantic import Semantic
from harness.suite.expectations.similarity import Similarity
from harness.suite.expectations.text import Contains, EndsWith, Equals, Language, Length, Matches, StartsWith
from harness.suite.expectations.tools import ToolCalled


def _of_parts(combine: Callable[[Any, Sequence[combined.Part]], Decision]) -> Grader:
    """A grader of what its parts come to, each by its own grader of this table."""

    def parts_decided(expectation: Combined, response: Response) -> Decision:
        return combine(
            expectation,
            [combined.part_of(each, response, decide, in_words(each)) for each in expectation.of],
        )

    return Grader(
        version=1,
        decide=parts_decided,
        words=lambda expectation: combined.in_words(expectation, [in_words(each) for each in expectation.of]),
    )


GRADERS: Final[Mapping[type[Expectation], Grader]] = MappingProxyType(
    {
        Equals: Grader(version=1, decide=of_text(equals), words=wanted.equals),
        Contains: Grader(version=1, decide=of_text(contains), words=wanted.contains),
        StartsWith: Grader(version=1, decide=of_text(starts_with), words=wanted.starts_with),
        EndsWith: Grader(version=1, decide=of_text(ends_with), words=wanted.ends_with),
        Matches: Grader(version=1, decide=of_text(matches), words=wanted.matches),
        Length: Grader(version=1, decide=of_text(length), words=wanted.length),
        Similarity: Grader(version=1, decide=of_text(similarity), words=wanted.similarity),
        Semantic: Grader(version=1, decide=by_opinion, words=wanted.semantic),
        Language: Grader(version=1, decide=by_opinion, words=wanted.language),
        Number: Grader(version=1, decide=of_text(number), words=wanted.number),
        **STRUCTURE,
        Refusal: Grader(version=1, decide=refusal, words=wanted.refusal),
        Finish: Grader(version=1, decide=finish, words=wanted.finish),
        Cost: Grader(version=1, decide=cost, words=wanted.cost),
        Latency: Grader(version=1, decide=latency, words=wanted.latency),
        Tokens: Grader(version=1, decide=tokens, words=wanted.tokens),
        Confidence: Grader(version=1, decide=of_text(confidence), words=wanted.confidence),
        **TOOLS,
        ToolCalled: Grader(
            version=1,
            decide=lambda wanted, response: tool_call(wanted, response, decide),
            words=lambda wanted: wanted_tools.tool_call(wanted, in_words),
        ),
        AllOf: _of_parts(combined.all_of),
        AnyOf: _of_parts(combined.any_of),
        SomeOf: _of_parts(combined.some_of),
        Rubric: Grader(version=1, decide=by_opinion, words=wanted.rubric),
        Agrees: Grader(version=1, decide=by_opinion, words=wanted.agrees),
        Prefers: Grader(version=1, decide=by_opinion, words=wanted.prefers),
        Python: Grader(version=1, decide=by_opinion, words=wanted.python),
        Javascript: Grader(version=1, decide=by_opinion, words=wanted.javascript),
    }
)


def grader_versions() -> Mapping[str, int]:
    """Every grader and its version, by name, sorted."""
    return MappingProxyType(dict(sorted((kind.grader, each.version) for kind, each in GRADERS.items())))


def graders_in_use(expectations: Iterable[Expectation]) -> str:
    """Who grades a suite, as canonical JSON: every grader with its version, and what those of the suite rest on."""
    rests_on = {name: what for each in all_parts(expectations) for name, what in each.rests_on.items()}
    return canonical({**grader_versions(), **rests_on})


def decide(expectation: Expectation, response: Response) -> Decision:
    """What the grader of `expectation` says of an ordinary answer. Raises Undecidable, GraderError."""
    return GRADERS[type(expectation)].decide(expectation, response)


def in_words(expectation: Expectation) -> str:
    """What `expectation` wants, in one line that completes "wanted ..."."""
    words = GRADERS[type(expectation)].words(expectation)
    least = "" if expectation.at_least is None else f" (at least {expectation.at_least:g})"
    return f"{'not ' if expectation.negated else ''}{words}{least}"
