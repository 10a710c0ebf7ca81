"""A schedule told in full, for people who want to know why it failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from harness.events import Event
from tests.simulation.process import Life, Story
from tests.simulation.world import Hardship, World


def told(story: Story) -> Iterator[str]:
    """Everything that happened, a line each, in the order it happened."""
    yield f"world: {_world(story.world)}"
    steps = [*_processes(story), *_requests(story), *_events(story)]
    for at, line in sorted(steps, key=lambda step: step[0]):
        yield f"{at:12.6f}  {line}"


def _world(world: World) -> str:
    left_out = {"fates", "weights", "lives"}
    return ", ".join(
        f"{each.name}={getattr(world, each.name)}" for each in fields(world) if each.name not in left_out
    )


def _processes(story: Story) -> Iterator[tuple[float, str]]:
    for life in story.lives:
        yield life.began, f"process {life.number} begins, and has to bear {_hardship(life.hardship)}"
        yield from ((at, f"process {life.number} gets a signal") for at in life.signals)
        yield life.ended, f"process {life.number} {_end(life)}"


def _hardship(hardship: Hardship) -> str:
    given = ((each.name, getattr(hardship, each.name)) for each in fields(hardship))
    return ", ".join(f"{name}={value}" for name, value in given if value) or "nothing"


def _end(life: Life) -> str:
    return f"is over: {life.end}, after {life.disk.writes} writes and {life.disk.syncs} syncs"


def _requests(story: Story) -> Iterator[tuple[float, str]]:
    for sent in story.provider.log:
        name = f"{sent.origin} attempt {sent.attempt} of process {sent.life}"
        yield sent.at, f"  -> {name} ({sent.model}), fate: {sent.fate}"
        if sent.ended is not None:
            wish = "" if sent.retry_after is None else f", retry after {sent.retry_after}"
            yield sent.ended, f"  <- {name}: {sent.became}, billed {sent.bill}{wish}"


def _events(story: Story) -> Iterator[tuple[float, str]]:
    for life in story.lives:
        yield from ((at, f"     {life.number}: {_event(event)}") for at, event in life.events)


def _event(event: Event) -> str:
    given = ((each.name, getattr(event, each.name)) for each in fields(event))
    told = " ".join(f"{name}={value}" for name, value in given if value is not None and name != "detail")
    return f"{type(event).__name__} {told}"
