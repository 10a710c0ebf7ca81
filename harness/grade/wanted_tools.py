"""Expectations of tools in words: what evidence says was wanted. Each completes "wanted ..."."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from harness.grade.decision import printable
from harness.suite.canonical import canonical
from harness.suite.expectation import Expectation
from harness.suite.expectations.tools import ToolCalled, ToolF1, Tools, Trajectory


def tool_call(wanted: ToolCalled, in_words: Callable[[Expectation], str]) -> str:
    """The call, and how often."""
    parts = (
        []
        if wanted.arguments is None
        else [f"{'exactly ' if wanted.exact else ''}{printable(canonical(wanted.arguments))}"]
    )
    parts += [] if wanted.schema is None else ["arguments that are valid against the schema"]
    parts += [in_words(each) for each in wanted.where]
    described = f" with {' and '.join(parts)}" if parts else ""
    return f"{_times(wanted.least, wanted.most)} of {wanted.tool}{described}"


def _times(least: int, most: int | None) -> str:
    if least == most == 0:
        return "no call"
    if least == most:
        return f"{_calls(least)}"
    if most is None:
        return "a call" if least == 1 else f"at least {_calls(least)}"
    return f"{least} to {_calls(most)}"


def _calls(count: int) -> str:
    return f"{count} {'call' if count == 1 else 'calls'}"


def tools(wanted: Tools) -> str:
    """Which tools, in which order."""
    return "; ".join(_asked_of_tools(wanted))


def _asked_of_tools(wanted: Tools) -> Iterator[str]:
    if wanted.order is not None:
        yield f"calls of {_names(wanted.order)} in this order"
    if wanted.exact is not None:
        yield f"exactly the calls {_names(wanted.exact)}" if wanted.exact else "no call of a tool"
    if wanted.only is not None:
        yield f"no calls but of {_names(wanted.only)}"
    if wanted.never:
        yield f"no call of {_names(wanted.never)}"
    for name, most in wanted.at_most.items():
        yield f"at most {_calls(most)} of {name}"
    if wanted.valid:
        yield "calls of tools there are, with arguments they take"


def tool_f1(wanted: ToolF1) -> str:
    """The set of tools."""
    return f"the tools {_names(wanted.expected)}"


def trajectory(wanted: Trajectory) -> str:
    """The bounds."""
    bounds = (
        ("at most", wanted.max_steps, "steps"),
        ("at most", wanted.max_turns, "turns"),
        ("at least", wanted.min_tool_calls, "calls of tools"),
        ("at most", wanted.max_tool_calls, "calls of tools"),
        ("at most", wanted.max_repeats, "times the same call"),
    )
    said = [f"{side} {bound:,} {what}" for side, bound, what in bounds if bound is not None]
    said += ["no errors of tools"] if wanted.no_errors else []
    said += ["no circles"] if wanted.no_circles else []
    return " and ".join(said)


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)
