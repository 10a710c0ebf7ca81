"""Runs a Python fake: a fresh process for every call, bounded, and without a secret in its environment.

A fake cannot remember anything from one call to the next, so a replay sees what the recording saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.call.tool_answer import ToolAnswer
from harness.confined.process import PATIENCE, Broke, Call, Workers
from harness.suite.tool import PythonFake, ToolError
from harness.units import Json, Seconds

_KINDS = {each.value: each for each in ToolError}


@dataclass(frozen=True, slots=True)
class PythonFakes:
    """Runs the functions of `evals/tools.py`."""

    workers: Workers
    patience: Seconds = PATIENCE

    async def run(self, fake: PythonFake, arguments: Mapping[str, Json]) -> ToolAnswer:
        """A `RunPython`. Nothing is left running when it returns, raises or is cancelled."""
        said = await self.workers.call(
            Call(
                file=fake.file,
                source=fake.source,
                function=fake.function,
                arguments=arguments,
                patience=self.patience,
            )
        )
        if not isinstance(said, Broke):
            return ToolAnswer(value=said.value)
        if said.why == "too_large":
            return ToolAnswer(error=ToolError.INTERNAL, flags=("too_large",))
        return ToolAnswer(error=_KINDS.get(said.why, ToolError.INTERNAL))
