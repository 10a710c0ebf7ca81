"""Asks a user's JavaScript, in the way of promptfoo: `output` and `context` in; a bool, a number or a result out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.confined.node import Node
from harness.confined.process import Broke
from harness.experts.asking import mistaken
from harness.experts.python import steps_as_json, words
from harness.experts.verdicts import opinion_of
from harness.grade.decision import printable
from harness.grade.opinion import Opinion
from harness.grade.response import Response
from harness.suite.expectation import Expectation
from harness.suite.expectations.own import Javascript
from harness.units import Json

NO_NODE = "Node.js is not installed; `node` must be on the PATH to run JavaScript"


@dataclass(frozen=True, slots=True)
class JavascriptGraders:
    """The expert `javascript`."""

    node: Node

    async def __call__(self, wanted: Expectation, response: Response) -> Opinion:
        """An `Offline`."""
        assert isinstance(wanted, Javascript)  # noqa: S101 - the table of experts says so
        name = wanted.file or "the code"
        said = await self.node.call(
            {
                "source": wanted.source,
                "file": None if wanted.file is None else f"/{wanted.file}",
                "output": response.text,
                "context": _context(wanted, response),
            }
        )
        if not isinstance(said, Broke):
            return _opinion(said.value)
        match said.why:
            case "absent":
                return mistaken(NO_NODE)
            case (
                "threw"
            ):  # code that reads an answer which is not as it should be throws: so promptfoo has it
                return Opinion(
                    score=0.0,
                    reason=f"that {name} threw {printable(said.detail, 300)}",
                    undecidable=True,
                )
            case "broken":
                return mistaken(f"{name}: {printable(said.detail, 300)}")
            case _:
                return mistaken(f"{name} {words(said, self.node.patience)}")


def _context(wanted: Javascript, response: Response) -> Json:
    reply = response.reply
    cost = None if response.cost is None else float(response.cost)
    return {
        "vars": response.inputs,
        "config": wanted.config,
        "test": {"vars": response.inputs},
        "metadata": {"steps": steps_as_json(response.steps)},
        "providerResponse": {
            "output": response.text,
            "cost": cost,
            "latencyMs": reply.latency * 1000,
            "tokenUsage": {
                "prompt": reply.usage.prompt_tokens,
                "completion": reply.usage.output_tokens,
                "total": reply.usage.prompt_tokens + reply.usage.output_tokens,
            },
        },
    }


def _opinion(value: Json) -> Opinion:
    """A number outside of [0, 1] counts as the nearer end; of a result with `pass`, that decides."""
    if isinstance(value, Mapping):
        passed = value.get("pass")
        score = value.get("score", passed)
        found = opinion_of({**value, "score": _within(score), "confidence": 1.0})
        return replace(found, met=passed) if isinstance(passed, bool) else found
    return opinion_of(_within(value))


def _within(value: Json) -> Json:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return min(1.0, max(0.0, float(value))) if is_number and isinstance(value, (int, float)) else value
