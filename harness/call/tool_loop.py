"""The guard around all models: a request that may call tools, or has more to say, becomes a bounded conversation.

Each turn is a call of its own through all guards below, so it is retried, priced, booked, checked and recorded like
any other. Every call of a tool is answered, all of a turn in one message; history is only appended to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from harness.call.canonical import canonical
from harness.call.circles import Pair, pair_of
from harness.call.dialogue import Dialogue, is_done, wanted
from harness.call.exchange import Origin, Reply, Request, StopReason, ToolCall
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.step import Flag, Keep, Step
from harness.call.tool_answer import (
    RunPython,
    ToolAnswer,
    ToolResult,
    canned_answer,
    fake_of,
    refused,
    told,
)
from harness.clock import Clock
from harness.events import Emit, ToolCalled, TurnEnded
from harness.suite.tool import Conversation, Fake, ToolError
from harness.units import Seconds, Tokens, Usd

_CIRCLES = {
    "repeated_call": "the same call with the same result three times",
    "cycle": "the same few calls with the same results twice in a row",
    "no_progress": "turn after turn, and no call or result that is new",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLoop:
    """Goes on with a conversation until there is an answer, or until it may not go on.

    Where it goes in circles or leaves its bounds, it raises TOOL_LOOP: the model's fault, so it scores 0 and
    counts; unless a turn was degraded, then so is the whole. A fault of one turn is the fault of the call. The
    steps are kept as they happen, however it ends.
    """

    clock: Clock
    emit: Emit
    keep: Keep
    cost: Callable[[Request, Reply], Usd | None]
    """What the usage of a reply costs; None if that has no price."""
    price: Callable[[Request], Usd | None]
    """The worst case of one attempt; None: the model has no price."""
    run_python: RunPython
    redact: Callable[[str], str]
    """Takes secrets out of what a suite says of an error, before a model sees it."""

    async def __call__(self, request: Request, send: Send) -> Reply:
        if request.conversation is None:
            return await send(request)
        trial = _Trial(self, request, send, request.conversation)
        try:
            return await trial.answer()
        except CallFailed as failed:
            if failed.fault.kind is not Kind.TOOL_LOOP:
                raise
            ended = trial.talk.final()
            if ended.degraded is None:
                raise
            # One of its turns was not the model's, so its end is not either.
            return replace(ended, degraded=f"{ended.degraded}; then {failed.fault.detail}")


@dataclass(slots=True)
class _Trial:
    """The driver of one conversation."""

    loop: ToolLoop
    first: Request
    send: Send
    how: Conversation
    steps: int = 0
    talk: Dialogue = field(init=False)

    def __post_init__(self) -> None:
        self.talk = Dialogue(messages=self.first.messages)

    async def answer(self) -> Reply:
        while True:
            asked = self.talk.asked(self.first)
            self._check_cost(asked)
            reply = await self.send(asked)
            self.talk = self.talk.heard(reply, self.loop.cost(asked, reply))
            calls = wanted(reply)
            if self._is_over(reply, calls):
                self._heard(reply, calls, ())
                return self.talk.final()
            over = self.talk.out_of_bounds(self.how.limits, len(calls))
            self._heard(reply, calls, ("out_of_bounds",) if over else ())
            if over is not None:
                raise CallFailed(Fault(kind=Kind.TOOL_LOOP, detail=over))
            self._tell(TurnEnded(origin=self._origin, model=self.first.model, turn=self.talk.turn))
            await self._go_on(calls, reply)
            await asyncio.sleep(0)  # a run that was stopped meanwhile sends no further turn

    def _check_cost(self, asked: Request) -> None:
        """Refuse a further turn before it could pass the limit in dollars. The first is a matter of the budgets."""
        most, spent = self.how.limits.cost, self.talk.cost
        if most is None or self.talk.turn == 0:
            return
        worst = self.loop.price(asked)
        if worst is None or spent is None:
            raise CallFailed(Fault(kind=Kind.UNPRICED, detail="there is a limit in dollars, but no price"))
        if spent + worst > most:
            detail = (
                f"no answer yet, and it may not go on: the next turn may cost ${worst:f}, and ${spent:f} of"
            )
            raise CallFailed(Fault(kind=Kind.TOOL_LOOP, detail=f"{detail} ${most:f} cost_usd are used"))

    @property
    def _origin(self) -> str:
        return str(self.first.origin)

    def _is_over(self, reply: Reply, calls: Sequence[ToolCall]) -> bool:
        if calls or reply.stop_reason is StopReason.PAUSE_TURN:
            return False
        return not is_done(reply) or self.talk.said >= len(self.how.says)

    async def _go_on(self, calls: Sequence[ToolCall], reply: Reply) -> None:
        if calls:
            await self._answer(calls)
        elif reply.stop_reason is not StopReason.PAUSE_TURN:
            text = self.how.says[self.talk.said]
            self.talk = self.talk.told(text)
            self._keep(Step(number=0, turn=self.talk.turn + 1, kind="user", text=text))

    async def _answer(self, calls: Sequence[ToolCall]) -> None:
        """Answer every call, keep each as a step, and stop where they go in circles."""
        offered = {each.name: each for each in self.first.tools}
        answers: list[tuple[ToolCall, ToolResult, Seconds]] = []
        for call in calls:
            began = self.loop.clock.monotonic()
            try:
                result = refused(call, offered) or told(
                    await self._run(call, fake_of(call, self.how.fakes)), self.loop.redact
                )
            except BaseException:
                self._keep_answers(answers, ())
                self._not_run(calls[len(answers) :])
                raise
            answers.append((call, result, Seconds(self.loop.clock.monotonic() - began)))
        pairs: tuple[Pair, ...] = tuple(pair_of(call, result.text) for call, result, _ in answers)
        trail = self.talk.trail.after(pairs)
        self._keep_answers(answers, trail.flags)
        self.talk = self.talk.answered([result.block(call) for call, result, _ in answers], trail)
        if trail.circle is not None and self.how.limits.on_loop == "stop":
            raise CallFailed(
                Fault(kind=Kind.TOOL_LOOP, detail=f"it goes in circles: {_CIRCLES[trail.circle]}")
            )

    async def _run(self, call: ToolCall, fake: Fake) -> ToolAnswer:
        if fake.python is None:
            return canned_answer(fake.results, call.arguments)
        try:
            return await self.loop.run_python(fake.python, call.arguments)
        except (
            OSError
        ) as error:  # such as no process to be had: the machine's failure, and not to be held against a model
            detail = f"the Python fake of {fake.name!r} could not be started ({error.strerror or error})"
            raise CallFailed(Fault(kind=Kind.BUG, detail=detail, billed=False)) from None
        except Exception:  # noqa: BLE001 - whatever a fake does, its model is told, and the trial goes on
            return ToolAnswer(error=ToolError.INTERNAL)

    def _heard(self, reply: Reply, calls: Sequence[ToolCall], flags: tuple[Flag, ...]) -> None:
        is_paused = reply.stop_reason is StopReason.PAUSE_TURN
        self._keep(
            Step(
                number=0,
                turn=self.talk.turn,
                kind="model",
                text=reply.text,
                flags=("paused", *flags) if is_paused else flags,
                latency=reply.latency,
                input_tokens=reply.usage.prompt_tokens,
                output_tokens=Tokens(reply.usage.output_tokens),
            )
        )
        if flags or not calls:
            self._not_run(reply.tool_calls)

    def _keep_answers(
        self, answers: Sequence[tuple[ToolCall, ToolResult, Seconds]], circles: Sequence[Flag | None]
    ) -> None:
        """A circle is flagged at the call that closed it."""
        for (call, result, length), circle in zip_longest(answers, circles):
            flags = result.flags if circle is None else (*result.flags, circle)
            step = _tool_step(self.talk.turn, call)
            self._keep(replace(step, text=result.text, error=result.error, flags=flags, latency=length))
            is_ours = "unknown_tool" not in result.flags
            self._tell(
                ToolCalled(
                    origin=self._origin,
                    model=self.first.model,
                    turn=self.talk.turn,
                    tool=call.name if is_ours else None,
                    error=None if result.error is None else result.error.value,
                    flags=flags,
                    length=length,
                )
            )

    def _not_run(self, calls: Sequence[ToolCall]) -> None:
        for call in calls:
            self._keep(replace(_tool_step(self.talk.turn, call), flags=("not_run",)))

    def _keep(self, step: Step) -> None:
        self.steps += 1
        origin: Origin = self.first.origin
        self.loop.keep(origin, self.first.model, replace(step, number=self.steps))

    def _tell(self, event: ToolCalled | TurnEnded) -> None:
        self.loop.emit(event)


def _tool_step(turn: int, call: ToolCall) -> Step:
    return Step(number=0, turn=turn, kind="tool", tool=call.name, arguments=canonical(call.arguments))
