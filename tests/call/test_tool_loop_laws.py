"""Whatever a model does, the loop is bounded, every call is answered exactly once, and history only grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.call.circles import SAME, Trail
from harness.call.dialogue import Dialogue, wanted
from harness.call.exchange import Message, Reply, Request, StopReason, ToolCall
from harness.call.fault import CallFailed, Kind
from harness.call.tool_answer import holds
from harness.suite.tool import LoopLimits
from harness.units import FREE, Json, Tokens
from tests.call.talks import ASKED, USAGE, Table, block, calling, limited, saying
from tests.doubles import REPLY, go

ORDERS = st.sampled_from(["17", "busy", "silent", "99", "secret", "huge", "\ud800", 17, None])
TURNS = st.one_of(
    st.lists(ORDERS, min_size=1, max_size=4).map(lambda orders: calling(*orders)),
    st.sampled_from([saying("x"), saying("", StopReason.PAUSE_TURN), saying("", StopReason.REFUSAL)]),
    st.just(calling("17", tool="no such tool")),
    st.sampled_from(StopReason).map(lambda stop: calling("17", stop=stop)),
    st.just(replace(REPLY, stop_reason=StopReason.TOOL_USE, blocks=(), usage=USAGE)),
)


def ids_of(message: Message, kind: str, name: str) -> list[Json]:
    blocks: tuple[Mapping[str, Json], ...] = () if isinstance(message.content, str) else message.content
    return [each[name] for each in blocks if each["type"] == kind]


def check_history(asked: list[Request]) -> None:
    """As the API demands it: what was said stays, and the calls of a turn are answered in the message after it."""
    for before, after in pairwise(asked):
        assert after.messages[: len(before.messages)] == before.messages
    for request in asked:
        for one, two in zip(request.messages, [*request.messages[1:], None], strict=True):
            calls = ids_of(one, "tool_use", "id")
            if calls:
                assert two is not None
                assert two.role == "user"
                assert ids_of(two, "tool_result", "tool_use_id") == calls


@given(
    st.lists(TURNS, min_size=1, max_size=12),
    st.integers(1, 10),
    st.integers(1, 12),
    st.integers(1, 2000),
    st.sampled_from(["stop", "flag"]),
    st.lists(st.just("And now?"), max_size=3),
)
def test_any_conversation_is_bounded_and_complete(
    replies: list[Reply], turns: int, calls: int, tokens: int, on_loop: str, says: list[str]
) -> None:
    limits = LoopLimits(
        turns=turns,
        tool_calls=calls,
        tokens=Tokens(tokens),
        on_loop="stop" if on_loop == "stop" else "flag",
    )
    asked: list[Request] = []
    table = Table()

    async def send(request: Request) -> Reply:
        asked.append(request)
        return replies[(len(asked) - 1) % len(replies)]

    ended: Reply | Kind
    try:
        ended = go(table.ask(send, limited(limits, tuple(says))))
    except CallFailed as failed:
        ended = failed.fault.kind
        assert ended is Kind.TOOL_LOOP
    steps = table.steps
    assert len(asked) <= turns
    assert [each.origin.turn for each in asked] == list(range(1, len(asked) + 1))
    check_history(asked)
    answered = [step for step in steps if step.kind == "tool" and "not_run" not in step.flags]
    assert len(answered) <= calls
    made = sum(len(replies[turn % len(replies)].tool_calls) for turn in range(len(asked)))
    assert len([step for step in steps if step.kind == "tool"]) == made
    assert len([step for step in steps if step.kind == "model"]) == len(asked)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    if isinstance(ended, Reply) and ended.turns:
        assert ended.usage.input_tokens == 100 * len(asked)


class Dialogues(RuleBasedStateMachine):
    """The policy on its own, by every way a driver could take."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Dialogue(messages=ASKED.messages)
        self.open: tuple[ToolCall, ...] = ()
        self.before = self.talk.messages
        self.answered = 0

    @precondition(lambda self: not self.open)
    @rule(reply=TURNS)
    def hear(self, reply: Reply) -> None:
        self.talk = self.talk.heard(reply, FREE)
        self.open = wanted(reply)

    @precondition(lambda self: self.open)
    @rule()
    def answer(self) -> None:
        results = [{"type": "tool_result", "tool_use_id": call.id} for call in self.open]
        self.talk = self.talk.answered(results, self.talk.trail)
        self.answered += len(self.open)
        self.open = ()

    @precondition(lambda self: not self.open)
    @rule()
    def say(self) -> None:
        self.talk = self.talk.told("And now?")

    @invariant()
    def history_only_grows(self) -> None:
        assert self.talk.messages[: len(self.before)] == self.before
        self.before = self.talk.messages

    @invariant()
    def what_is_counted_is_what_happened(self) -> None:
        assert self.talk.calls == self.answered
        assert self.talk.tokens == 120 * self.talk.turn
        assert self.talk.asked(ASKED).origin.turn == self.talk.turn + 1
        assert self.talk.out_of_bounds(LoopLimits(turns=self.talk.turn), 0) is not None


TestDialogues = Dialogues.TestCase


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_a_model_with_few_different_calls_is_found_in_a_circle_soon(calls: list[str]) -> None:
    trail, found = Trail(), False
    for call in calls:
        trail = trail.after(((call, call),))
        found = found or trail.circle is not None
    assert found or len(calls) < 7


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5), max_size=12))
def test_the_third_time_is_seen_at_any_place_of_a_turn(turns: list[list[str]]) -> None:
    trail, seen = Trail(), Counter[str]()
    for calls in turns:
        trail = trail.after(tuple((call, call) for call in calls))
        assert len(trail.flags) == len(calls)
        for call, flag in zip(calls, trail.flags, strict=True):
            seen[call] += 1
            assert (flag == "repeated_call") is (seen[call] >= SAME)


@given(st.lists(st.integers(), unique=True, max_size=30))
def test_calls_that_are_always_new_are_never_a_circle(calls: list[int]) -> None:
    trail = Trail()
    for call in calls:
        trail = trail.after(((str(call), "same result"),))
        assert trail.circle is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.data())
def test_arguments_hold_every_part_of_themselves(whole: dict[str, Json], data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(whole)), unique=True)) if whole else []

    assert holds(whole, {name: whole[name] for name in names})
    assert not holds(whole, {**whole, "a name nobody has \n": 1})


def test_one_is_one_point_nought_and_not_true() -> None:
    assert holds({"a": 1}, {"a": 1.0})
    assert not holds({"a": 1}, {"a": True})
    assert not holds({"a": [1, 2]}, {"a": [1]})
    assert not holds({"a": "x"}, {"a": ["x"]})
    assert not holds({"a": [{"b": 1, "c": 2}]}, {"a": [{"b": 1}]})
    assert not holds("text", {"a": 1})


def test_a_block_of_a_call_says_its_arguments() -> None:
    [call] = calling("17").tool_calls
    assert block(call)["input"] == {"order": "17"}
