"""Conversations for the tests of the tool loop: a request with tools, and replies that call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.call.exchange import Reply, Request, StopReason, ToolCall, Usage
from harness.call.guard import Send
from harness.call.step import Step, StepLog
from harness.call.tool_answer import RunPython, no_python
from harness.call.tool_loop import ToolLoop
from harness.clock import Clock
from harness.suite.tool import Canned, Conversation, Fake, LoopLimits, ToolDefinition, ToolError
from harness.units import FREE, Json, Tokens, Usd
from tests.call.bench import Heard
from tests.doubles import REPLY, REQUEST, FakeClock

LOOKUP = ToolDefinition(
    name="lookup_order",
    description="Where an order is.",
    input={"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]},
)
ORDERS = Fake(
    name="lookup_order",
    results=(
        Canned(when={"order": "17"}, value={"state": "shipped"}),
        Canned(when={"order": "silent"}, value=[]),
        Canned(when={"order": "blank"}, value=" {} "),
        Canned(when={"order": "secret"}, error=ToolError.PERMISSION, message="not for sk-secret"),
        Canned(when={"order": "busy"}, error=ToolError.RATE_LIMITED),
        Canned(when={"order": "huge"}, value="x" * 1_000_000),
    ),
)
TALK = Conversation(fakes={"lookup_order": ORDERS})
ASKED = replace(REQUEST, tools=(LOOKUP,), conversation=TALK)
USAGE = Usage(input_tokens=Tokens(100), output_tokens=Tokens(20))


def block(call: ToolCall) -> Mapping[str, Json]:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}


def calling(*orders: Json, tool: str = "lookup_order", stop: StopReason = StopReason.TOOL_USE) -> Reply:
    """A turn that looks these orders up."""
    calls = tuple(
        ToolCall(id=f"toolu_{place}", name=tool, arguments={"order": order})
        for place, order in enumerate(orders)
    )
    thought: Mapping[str, Json] = {"type": "thinking", "thinking": "", "signature": "s1"}
    return replace(
        REPLY, text="", stop_reason=stop, tool_calls=calls, blocks=(thought, *map(block, calls)), usage=USAGE
    )


def saying(text: str, stop: StopReason = StopReason.END_TURN) -> Reply:
    blocks: Sequence[Mapping[str, Json]] = ({"type": "text", "text": text, "citations": None},)
    return replace(REPLY, text=text, stop_reason=stop, blocks=tuple(blocks), usage=USAGE)


@dataclass
class Table:
    """A tool loop with everything around it in sight."""

    clock: Clock = field(default_factory=FakeClock)
    run_python: RunPython = no_python
    cost: Callable[[Request, Reply], Usd | None] = lambda _request, _reply: FREE
    price: Callable[[Request], Usd | None] = lambda _request: FREE
    heard: Heard = field(default_factory=Heard)
    log: StepLog = field(default_factory=StepLog)

    @property
    def loop(self) -> ToolLoop:
        return ToolLoop(
            clock=self.clock,
            emit=self.heard,
            keep=self.log.keep,
            cost=self.cost,
            price=self.price,
            run_python=self.run_python,
            redact=lambda text: text.replace("sk-secret", "[REDACTED]"),
        )

    async def ask(self, send: Send, request: Request = ASKED) -> Reply:
        return await self.loop(request, send)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was kept so far; forgets it."""
        return self.log.of((str(ASKED.origin), ASKED.model))


def limited(limits: LoopLimits, says: tuple[str, ...] = ()) -> Request:
    return replace(ASKED, conversation=replace(TALK, limits=limits, says=says))
