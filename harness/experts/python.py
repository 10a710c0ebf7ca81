"""Asks a user's Python graders, each in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from harness.call.step import Step
from harness.confined.process import Broke, Call, Workers
from harness.experts.asking import mistaken
from harness.experts.verdicts import opinion_of
from harness.grade.decision import Undecidable, printable
from harness.grade.opinion import Opinion
from harness.grade.reading import read_json
from harness.grade.response import Response
from harness.suite.expectation import Expectation
from harness.suite.expectations.own import Python
from harness.units import Json


@dataclass(frozen=True, slots=True)
class PythonGraders:
    """The expert `python`."""

    workers: Workers

    async def __call__(self, wanted: Expectation, response: Response) -> Opinion:
        """An `Offline`."""
        assert isinstance(wanted, Python)  # noqa: S101 - the table of experts says so
        try:
            arguments = {each: GIVEN[each](wanted, response) for each in wanted.code.takes}
        except Undecidable as nothing:
            return Opinion(score=0.0, reason=nothing.found, undecidable=True)
        said = await self.workers.call(
            Call(
                file=wanted.file,
                source=wanted.code.source,
                function=wanted.function,
                arguments=arguments,
                patience=wanted.code.seconds,
                is_grader=True,
            )
        )
        if isinstance(said, Broke):
            return mistaken(f"{wanted.function} {words(said, wanted.code.seconds)}")
        return opinion_of(said.value)


def words(broke: Broke, seconds: float) -> str:
    """What became of a call, for people: completes the name of what was called."""
    detail = printable(broke.detail, 400)
    match broke.why:
        case "timeout":
            return f"took longer than {seconds:g} s"
        case "too_large":
            return "returned more than 1 MiB"
        case "ended":
            return f"did not return: {detail}"
        case _:
            return f"raised {detail}"


def steps_as_json(steps: tuple[Step, ...]) -> Json:
    """A conversation, step by step, as a user's code sees it."""
    return [
        {
            "number": each.number,
            "turn": each.turn,
            "kind": each.kind,
            "text": each.text,
            "tool": each.tool,
            "arguments": None if each.arguments is None else _arguments(each.arguments),
            "error": None if each.error is None else each.error.value,
        }
        for each in steps
    ]


def _tool_calls(steps: tuple[Step, ...]) -> Iterator[Json]:
    for each in steps:
        if each.kind == "tool":
            yield {
                "name": each.tool,
                "arguments": _arguments(each.arguments or "{}"),
                "result": each.text,
                "error": None if each.error is None else each.error.value,
            }


def _arguments(written: str) -> Json:
    """Canonical JSON of our own, as a value; a text that is none stays one."""
    try:
        value: Json = json.loads(written)
    except (ValueError, RecursionError):
        return written
    return value


GIVEN: Final[Mapping[str, Callable[[Python, Response], Json]]] = MappingProxyType(
    {
        "answer": lambda _wanted, response: response.text,
        "data": lambda _wanted, response: read_json(response.text),
        "inputs": lambda _wanted, response: response.inputs,
        "args": lambda wanted, _response: wanted.args,
        "steps": lambda _wanted, response: steps_as_json(response.steps),
        "tool_calls": lambda _wanted, response: list(_tool_calls(response.steps)),
        "cost_usd": lambda _wanted, response: None if response.cost is None else float(response.cost),
        "latency_s": lambda _wanted, response: response.reply.latency,
    }
)
"""What a grader gets, by the name it asks by (`harness.graders.KNOWN`)."""
