"""Graders of the way to an answer: `tool_call`, `tools`, `tool_f1`, `trajectory`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.call.exchange import StopReason
from harness.grade.calls import CIRCLES, Called, calls_of, is_named, listed
from harness.grade.decision import Decision, Undecidable, printable
from harness.grade.reading import read_json
from harness.grade.response import Response
from harness.grade.settling import SLACK, Decide, weighed
from harness.grade.structure import is_valid
from harness.grade.subset import holds
from harness.suite.expectation import Expectation
from harness.suite.expectations.tools import ToolCalled, ToolF1, Tools, Trajectory


def tool_call(wanted: ToolCalled, response: Response, decide: Decide) -> Decision:
    """Whether there are enough calls as described, and not too many. Raises Undecidable, GraderError.

    A call that cannot be decided (a path of `where` leads nowhere in its arguments) may be one or not: it is undecided where
    that matters.
    """
    calls = [each for each in calls_of(response) if is_named(wanted.tool, each.tool)]
    fits = [_fits(wanted, each, response, decide) for each in calls]
    sure, possible = fits.count(True), len(fits) - fits.count(False)
    found = f"{sure} of {listed(calls)}{_first_other(calls, fits)}" if calls else listed(calls)
    worst, best = (_is_between(wanted, count) for count in (sure, possible))
    between = any(_is_between(wanted, count) for count in range(sure, possible + 1))
    if worst != best or between != worst:
        raise Undecidable(f"{found}; of {possible - sure} nobody can tell")
    return Decision(met=worst, found=found)


def tools(wanted: Tools, response: Response) -> Decision:
    """Whether all that is asked of the calls holds."""
    calls = calls_of(response)
    wrong = next(_misfits(wanted, calls), None)
    return Decision(met=wrong is None, found=listed(calls) + ("" if wrong is None else f"; {wrong}"))


def tool_f1(wanted: ToolF1, response: Response) -> Decision:
    """The F1 score of the set of called tools against the expected set: 2PR/(P+R) (van Rijsbergen, 1979)."""
    calls = calls_of(response)
    called, expected = {each.tool for each in calls}, set(wanted.expected)
    score = 2 * len(called & expected) / (len(called) + len(expected))
    return Decision(met=score >= 1.0 - SLACK, found=f"{listed(calls)} (F1 {score:.2f})", score=score)


def trajectory(wanted: Trajectory, response: Response) -> Decision:
    """Whether the way to the answer stays in its bounds."""
    calls = calls_of(response)
    turns = sum(each.kind == "model" for each in response.steps) or 1
    wrong = next(_breaches(wanted, calls, turns), None)
    found = f"{turns} {'turn' if turns == 1 else 'turns'} and {listed(calls)}"
    return Decision(met=wrong is None, found=found + ("" if wrong is None else f"; {wrong}"))


def _fits(wanted: ToolCalled, call: Called, response: Response, decide: Decide) -> bool | None:
    """Whether a call is as described; None where nobody can tell. Raises GraderError."""
    try:
        arguments = read_json(call.arguments)
    except Undecidable:
        is_named_only = wanted.arguments is None and wanted.schema is None and not wanted.where
        return True if is_named_only else None
    part = wanted.arguments
    if part is not None and not holds(arguments, part):
        return False
    if part is not None and wanted.exact and not holds(part, arguments):
        return False
    if wanted.schema is not None and not is_valid(wanted.schema, arguments):
        return False
    reply = replace(response.reply, text=call.arguments, stop_reason=StopReason.END_TURN)
    return _all_met(wanted.where, replace(response, reply=reply, steps=()), decide)


def _all_met(where: Sequence[Expectation], response: Response, decide: Decide) -> bool | None:
    outcomes = [_is_met(each, response, decide) for each in where]
    return False if False in outcomes else None if None in outcomes else True


def _is_met(expectation: Expectation, response: Response, decide: Decide) -> bool | None:
    try:
        decision = weighed(expectation, response, decide)
    except Undecidable:
        return None
    return decision.met if decision.score is None else decision.score >= 1.0 - SLACK


def _is_between(wanted: ToolCalled, count: int) -> bool:
    return count >= wanted.least and (wanted.most is None or count <= wanted.most)


def _first_other(calls: Sequence[Called], fits: Sequence[bool | None]) -> str:
    other = next((call for call, fit in zip(calls, fits, strict=True) if fit is not True), None)
    return "" if other is None else f"; not as described: {printable(other.arguments)}"


def _misfits(wanted: Tools, calls: Sequence[Called]) -> Iterator[str]:
    names = [each.tool for each in calls]
    if wanted.order is not None and not _in_order(wanted.order, names):
        yield "not in that order"
    if wanted.exact is not None and not _is_exact(wanted.exact, names):
        yield "not exactly these"
    yield from _forbidden(wanted, names)
    for name, most in wanted.at_most.items():
        count = sum(is_named(name, each) for each in names)
        if count > most:
            yield f"{printable(name, 64)} was called {count} times"
    for each in calls if wanted.valid else ():
        if not each.is_valid:
            yield f"a call of {printable(each.tool, 64)} that is not valid: {printable(each.arguments)}"


def _forbidden(wanted: Tools, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if wanted.only is not None and not any(is_named(each, name) for each in wanted.only):
            yield f"{printable(name, 64)} is not among those"
        if any(is_named(each, name) for each in wanted.never):
            yield f"{printable(name, 64)} was called"


def _in_order(wanted: Sequence[str], names: Sequence[str]) -> bool:
    """Taking the first call that fits is best: whatever a later one would leave, it leaves too."""
    rest = iter(names)
    return all(any(is_named(each, name) for name in rest) for each in wanted)


def _is_exact(wanted: Sequence[str], names: Sequence[str]) -> bool:
    return len(wanted) == len(names) and all(map(is_named, wanted, names))


def _breaches(wanted: Trajectory, calls: Sequence[Called], turns: int) -> Iterator[str]:
    most_same = max(Counter((each.tool, each.arguments) for each in calls).values(), default=0)
    for count, most, what in (
        (turns + len(calls), wanted.max_steps, "steps"),
        (turns, wanted.max_turns, "turns"),
        (len(calls), wanted.max_tool_calls, "calls of tools"),
        (most_same, wanted.max_repeats, "times the same call"),
    ):
        if most is not None and count > most:
            yield f"{count} {what}, more than {most}"
    if wanted.min_tool_calls is not None and len(calls) < wanted.min_tool_calls:
        yield f"fewer calls than {wanted.min_tool_calls}"
    for each in calls:
        if wanted.no_errors and each.error is not None:
            yield f"{printable(each.tool, 64)} failed: {each.error}"
        if wanted.no_circles and not CIRCLES.isdisjoint(each.flags):
            yield f"it went in circles with {printable(each.tool, 64)}"
