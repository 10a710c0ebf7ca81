"""What may stand in for an answer, as a user names it, and the rungs of the fallback made of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, assert_never

from harness.call.fallback import Cached, OtherModel, Partial, Rung
from harness.call.standard import World
from harness.suite.model import ModelPin

Stair = ModelPin | Literal["cached", "partial"]
"""What may stand in for an answer: another model, a recording of the question, or what had arrived of a stream."""


Close = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """Closes nothing."""


def rungs_of(
    ladder: Sequence[Stair], fixtures: Path, pins: Mapping[str, ModelPin], world: World
) -> tuple[tuple[Rung, ...], Close]:
    """The rungs of `ladder`, and what closes them. `fixtures`: where recordings are; `pins`: by id."""
    rungs: list[Rung] = []
    close: Close = nothing
    for stair in ladder:
        match stair:
            case ModelPin():
                efforts, thinking = bool(stair.efforts), bool(stair.thinking)
                rungs.append(OtherModel(id=stair.id, takes_effort=efforts, takes_thinking=thinking))
            case "cached":
                cached, close = _cached(fixtures, pins, world)
                rungs.append(cached)
            case "partial":
                rungs.append(Partial())
            case _:
                assert_never(stair)
    return tuple(rungs), close


def _cached(fixtures: Path, pins: Mapping[str, ModelPin], world: World) -> tuple[Cached, Close]:
    from harness.providers.anthropic import recalling
    from harness.providers.wire import Wire

    names = {model: pin.name for model, pin in pins.items()}
    wire = Wire(clock=world.clock, emit=world.emit, redact=world.redact)
    recall = recalling(fixtures, wire, names=names)
    return Cached(ask=recall), recall.aclose
