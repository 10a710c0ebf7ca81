"""200 real conversations of an agent with an airline's tools, replayed through the production loop: none is lost.

The recorded turns of the agent come from the transport, the recorded results from the fakes, and what the user said
next from the case. Everything between is what a run is made of: all guards, the tool loop, the journal, the store.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness.attempt_log import AttemptLog
from harness.call.exchange import Message, Origin, Reply, Request, StopReason, ToolCall, Usage
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.standard import Limits, World, guarded, share
from harness.call.step import StepLog
from harness.call.tool_answer import ToolAnswer
from harness.clock import SystemClock
from harness.ended import Setup
from harness.events import Event
from harness.grade.grading import grade
from harness.record import Record
from harness.run import run
from harness.stop import Stop
from harness.store.ingest import ingest
from harness.store.journal import start_journal, tools
from harness.store.past import read_journal
from harness.store.sql import run_sql
from harness.suite.tool import Conversation, Fake, LoopLimits, PythonFake, ToolDefinition, ToolError
from harness.trial import Failed, Trial
from harness.units import FREE, Json, Tokens, Usd
from tests.doubles import REPLY, go
from tests.store.samples import info
from tests.values import case, model_pin, variant

DATA = Path(__file__).parents[2] / "../shared/data/tau_bench_gpt4o_airline_trajectories.MIT.json.gz"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real conversations are not here")

ENDLESS = LoopLimits(turns=1000, tool_calls=1000, tokens=Tokens(10**9), on_loop="flag")
KINDS = {
    "not found": ToolError.NOT_FOUND,
    "not available": ToolError.NOT_FOUND,
    "does not add up": ToolError.INVALID_ARGUMENTS,
    "not enough": ToolError.PERMISSION,
    "cannot be used": ToolError.PERMISSION,
}
"""What the recorded errors say, by our kinds."""


@dataclass
class Recorded:
    """One conversation as it was recorded, to be told again piece by piece."""

    name: str
    messages: Sequence[Mapping[str, Any]]
    turns: deque[Mapping[str, Any]] = field(init=False)
    results: deque[Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.turns = deque(self.said_by("assistant"))
        self.results = deque(self.said_by("tool"))

    def said_by(self, role: str) -> list[Mapping[str, Any]]:
        return [each for each in self.messages if each["role"] == role]


@cache
def everything() -> tuple[tuple[str, Sequence[Mapping[str, Any]]], ...]:
    with gzip.open(DATA) as file:
        found = json.load(file)
    return tuple((f"task-{place:03}", each["traj"]) for place, each in enumerate(found))


def reply_of(message: Mapping[str, Any]) -> Reply:
    """The recorded turn as the API would have said it."""
    calls = tuple(
        ToolCall(
            id=each["id"], name=each["function"]["name"], arguments=json.loads(each["function"]["arguments"])
        )
        for each in message.get("tool_calls") or ()
    )
    text = message["content"] or ""
    blocks: list[Mapping[str, Json]] = [{"type": "text", "text": text}] if text else []
    blocks += [
        {"type": "tool_use", "id": each.id, "name": each.name, "input": each.arguments} for each in calls
    ]
    return replace(
        REPLY,
        text=text,
        stop_reason=StopReason.TOOL_USE if calls else StopReason.END_TURN,
        tool_calls=calls,
        blocks=tuple(blocks),
        usage=Usage(input_tokens=Tokens(100), output_tokens=Tokens(20)),
    )


def trial_of(recorded: Recorded, limits: LoopLimits) -> Trial:
    """The conversation as a case: its first message, then what the user says after each answer."""
    one = replace(case(recorded.name), id=recorded.name, cluster=recorded.name)
    first, *says = [each["content"] for each in recorded.said_by("user")]
    names = sorted({each["name"] for _, messages in everything() for each in messages if "name" in each})
    fakes = {name: Fake(name=name, python=PythonFake(function=name, source=recorded.name)) for name in names}
    request = Request(
        origin=Origin(suite="triage", case=one.id, prompt="triage", version="v1"),
        model="claude-opus-5-5",
        system=recorded.messages[0]["content"],
        messages=(Message(role="user", content=first),),
        max_tokens=Tokens(400),
        tools=tuple(
            ToolDefinition(name=name, description="Recorded.", input={"type": "object"}) for name in names
        ),
        conversation=Conversation(fakes=fakes, says=tuple(says), limits=limits),
    )
    return Trial(suite="triage", case=one, variant=variant(), repeat=1, request=request)


class Airline:
    """The provider and the tools of all conversations at once, each telling its own recording."""

    def __init__(self) -> None:
        self.all = {name: Recorded(name, messages) for name, messages in everything()}

    async def send(self, request: Request) -> Reply:
        turns = self.all[request.origin.case].turns
        if not turns:
            raise CallFailed(Fault(kind=Kind.STALE_FIXTURE, detail="the recording ends here"))
        return reply_of(turns.popleft())

    async def run_python(self, fake: PythonFake, _arguments: Mapping[str, Json]) -> ToolAnswer:
        result = self.all[fake.source].results.popleft()
        assert result["name"] == fake.function
        text = str(result["content"])
        if not text.startswith("Error"):
            return ToolAnswer(value=text)
        kind = next((kind for words, kind in KINDS.items() if words in text), ToolError.INTERNAL)
        return ToolAnswer(error=kind, message=text)


def replayed(limits: LoopLimits, folder: Path) -> tuple[Airline, list[Record], Path]:
    """Run every conversation, keep it in a journal, and put the journal into a store."""
    airline, log, steps, stop, clock = Airline(), AttemptLog(), StepLog(), Stop(), SystemClock()
    trials = [trial_of(each, limits) for each in airline.all.values()]

    def emit(event: Event) -> None:
        log.take_note(event)
        stop.heed(event)

    world = World(clock=clock, draw=lambda: 0.5, emit=emit, keep=steps.keep, run_python=airline.run_python)
    free: Usd = FREE
    shared = share(world, Limits(), lambda _request: free, lambda _request, _reply: free)
    ask: Send = guarded(shared, [model_pin()], airline.send)
    about = info(cases=[trial.case.id for trial in trials])
    journal = start_journal(folder / "runs", about, tools(str))

    async def keep(_trial: Trial, record: Record) -> None:
        await journal.append(record)

    setup = Setup(
        ask=lambda _trial: ask,
        grade=grade,
        price_row=lambda _trial, _outcome: "a row",
        keep=keep,
        clock=clock,
        emit=emit,
        attempts=log,
        at_once=8,
        steps=steps,
    )

    async def all_of_them() -> list[Record]:
        return [record async for _, record in run(trials, setup, stop)]

    records = go(all_of_them())
    journal.end("finished", {})
    store = folder / "harness.duckdb"
    ingest(store, read_journal(journal.path))
    return airline, records, store


def counted(store: Path, what: str, source: str = "v_steps") -> dict[str, int]:
    rows = run_sql(store, f"SELECT {what}, count(*) FROM {source} GROUP BY ALL").rows  # noqa: S608
    return {str(row[0]): int(str(row[1])) for row in rows}


@pytest.mark.slow
def test_every_step_of_200_real_conversations_is_recorded_and_flagged_and_none_is_lost(
    tmp_path: Path,
) -> None:
    airline, records, store = replayed(ENDLESS, tmp_path)

    said = Counter(each["role"] for _, messages in everything() for each in messages)
    kinds = counted(store, "kind")
    assert len(records) == 200
    assert kinds["model"] == said["assistant"] == 2454
    assert kinds["tool"] == said["tool"] == 1164
    assert kinds["user"] + 200 == said["user"] == 1490  # the first message is in the question
    assert (
        sum(len(record.attempts) for record in records) == 2454 + 200
    )  # and the one that found no recording
    assert not any(each.turns or each.results for each in airline.all.values())
    for record in records:
        check_texts(record, airline.all[record.case_id])
    results = [str(each["content"]) for _, messages in everything() for each in messages if "name" in each]
    check_flags(store, results)


def check_texts(record: Record, recorded: Recorded) -> None:
    """In the same order, word for word. A turn without a word is a step all the same."""
    steps = [step.text for step in record.steps if step.kind != "model" or step.text]
    spoken = recorded.messages[2:]
    assert steps == [each["content"] for each in spoken if each["content"] or each["role"] == "tool"]


def check_flags(store: Path, results: Sequence[str]) -> None:
    """The figures that docs/guards.md tells."""
    errors = counted(store, "error")
    assert errors.pop("None") == 2454 + 1290 + 1164 - 73
    assert errors == {"invalid_arguments": 24, "permission": 27, "not_found": 22}
    assert sum(errors.values()) == sum(text.startswith("Error") for text in results)
    flags = counted(store, "flag", "(SELECT unnest(flags) AS flag FROM v_steps)")
    assert flags == {"empty_result": 120, "repeated_call": 5, "cycle": 1}
    assert flags["empty_result"] == sum(text in {"", "[]"} for text in results)


@pytest.mark.slow
def test_the_usual_limits_end_what_is_long_or_goes_in_circles(tmp_path: Path) -> None:
    _airline, records, _store = replayed(LoopLimits(), tmp_path)

    faults = [record.outcome.fault for record in records if isinstance(record.outcome, Failed)]
    ended = Counter(fault.detail.partition(":")[0] for fault in faults)
    assert ended == {
        "the recording ends here": 177,
        "no answer yet, and it may not go on": 21,
        "it goes in circles": 2,
    }
