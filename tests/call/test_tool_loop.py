"""The tool loop: every call is answered once, history is only appended to, and nothing goes on for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.attempt_log import AttemptLog
from harness.call.attempts import Attempts
from harness.call.canonical import body
from harness.call.exchange import Message, Reply, Request, StopReason, Usage
from harness.call.fault import CallFailed, Kind
from harness.call.guard import chain
from harness.call.tool_answer import WORDS, ToolAnswer
from harness.events import ToolCalled, TurnEnded
from harness.suite.tool import Conversation, Fake, LoopLimits, PythonFake, ToolError
from harness.units import Json, Seconds, Tokens, Usd
from tests.call.bench import fault_of
from tests.call.talks import ASKED, LOOKUP, TALK, USAGE, Table, calling, limited, saying
from tests.doubles import REPLY, REQUEST, FakeClock, Script, go


def results(request: Request) -> list[Mapping[str, Json]]:
    """The tool results in the last message of a request."""
    last = request.messages[-1]
    assert last.role == "user"
    assert not isinstance(last.content, str)
    return list(last.content)


def test_a_request_without_a_conversation_goes_straight_through() -> None:
    script, table = Script(REPLY), Table()

    assert go(table.ask(script, REQUEST)) is REPLY
    assert script.asked == [REQUEST]
    assert table.steps == ()


def test_an_answer_at_once_is_given_as_it_came() -> None:
    reply = saying("It is on its way.")

    assert go(Table().ask(Script(reply))) is reply


def test_a_tool_is_answered_and_the_model_asked_again() -> None:
    script, table = Script(calling("17"), saying("It was shipped.")), Table()

    reply = go(table.ask(script))

    assert reply.text == "It was shipped."
    assert results(script.asked[1]) == [
        {"type": "tool_result", "tool_use_id": "toolu_0", "content": '{"state":"shipped"}'}
    ]
    assert [(step.number, step.turn, step.kind, step.tool) for step in table.steps] == [
        (1, 1, "model", None),
        (2, 1, "tool", "lookup_order"),
        (3, 2, "model", None),
    ]


def test_the_blocks_of_a_turn_are_echoed_verbatim_and_nothing_before_them_changes() -> None:
    first = calling("17")
    script = Script(first, saying("x"))

    go(Table().ask(script))

    assert script.asked[0] == ASKED
    assert script.asked[1].messages[: len(ASKED.messages)] == ASKED.messages
    assert script.asked[1].messages[-2] == Message(role="assistant", content=first.blocks)
    assert replace(script.asked[1], messages=ASKED.messages, origin=ASKED.origin, attempt=1) == replace(
        ASKED, attempt=1
    )


def test_all_results_of_a_turn_go_into_one_message_in_order() -> None:
    script = Script(calling("17", "busy", "17"), saying("x"))

    go(Table().ask(script))

    assert [each["tool_use_id"] for each in results(script.asked[1])] == ["toolu_0", "toolu_1", "toolu_2"]
    assert [each.get("is_error", False) for each in results(script.asked[1])] == [False, True, False]


def test_every_turn_is_a_call_of_its_own_with_its_number_and_its_attempts() -> None:
    log, script, table = AttemptLog(), Script(calling("17"), calling("busy"), saying("x")), Table()
    send = chain([table.loop, Attempts(clock=FakeClock(), emit=log.take_note)], script)

    reply = go(send(ASKED))

    assert [each.origin.turn for each in script.asked] == [1, 2, 3]
    assert [each.attempt for each in script.asked] == [1, 2, 3]
    assert reply.attempt == 3


def test_the_answer_carries_the_sum_of_all_turns_and_each_of_them() -> None:
    usage = Usage(input_tokens=Tokens(7), output_tokens=Tokens(5), cache_read_tokens=Tokens(3), geo="us")
    script = Script(calling("17"), replace(saying("x"), usage=usage, latency=Seconds(2.0)))

    reply = go(Table().ask(script))

    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.cache_read_tokens) == (
        107,
        25,
        3,
    )
    assert reply.turns == (USAGE, usage)
    assert reply.latency == 2.5
    assert reply.usage.geo == "us"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (calling("99"), "not_found", WORDS[ToolError.NOT_FOUND]),
        (calling("busy"), "rate_limited", WORDS[ToolError.RATE_LIMITED]),
        (calling("secret"), "permission", "not for [REDACTED]"),
        (calling(17), "invalid_arguments", WORDS[ToolError.INVALID_ARGUMENTS]),
        (calling("\ud800"), "not_found", WORDS[ToolError.NOT_FOUND]),
        (calling("17", tool="drop_tables"), "not_found", "There is no tool of this name."),
        (calling("huge"), "internal", WORDS[ToolError.INTERNAL]),
    ],
    ids=["no match", "canned", "redacted", "bad arguments", "half a character", "unknown tool", "1 MB"],
)
def test_what_goes_wrong_with_a_tool_is_told_in_fixed_words_and_kept_by_kind(
    call: Reply, error: str, text: str
) -> None:
    script, table = Script(call, saying("x")), Table()

    go(table.ask(script))

    [result] = results(script.asked[1])
    assert (result["content"], result["is_error"]) == (text, True)
    assert [str(step.error) for step in table.steps if step.kind == "tool"] == [error]


def test_an_empty_result_and_an_unknown_tool_are_flagged() -> None:
    script, table = Script(calling("silent", "blank"), calling("17", tool="drop"), saying("x")), Table()

    go(table.ask(script))

    assert [step.flags for step in table.steps if step.kind == "tool"] == [
        ("empty_result",),
        ("empty_result",),
        ("unknown_tool",),
    ]
    assert [(each.tool, each.flags) for each in table.heard.of(ToolCalled)] == [
        ("lookup_order", ("empty_result",)),
        ("lookup_order", ("empty_result",)),
        (None, ("unknown_tool",)),
    ]


def test_a_python_fake_that_nothing_can_run_has_failed() -> None:
    fakes = {"lookup_order": Fake(name="lookup_order", python=PythonFake(function="f", source=""))}
    script, table = Script(calling("17"), saying("x")), Table()

    go(table.ask(script, replace(ASKED, conversation=Conversation(fakes=fakes))))

    assert [step.error for step in table.steps if step.kind == "tool"] == [ToolError.INTERNAL]


def test_arguments_that_no_schema_speaks_of_do_not_fit() -> None:
    pattern = replace(LOOKUP, input={"type": "object", "properties": {"order": {"pattern": "^a"}}})
    script = Script(calling("\ud800"), saying("x"))

    go(Table().ask(script, replace(ASKED, tools=(pattern,))))

    assert results(script.asked[1])[0]["is_error"]


def test_a_python_fake_that_finds_no_process_is_no_failure_of_the_model() -> None:
    async def no_process(_fake: PythonFake, _arguments: Mapping[str, Json]) -> ToolAnswer:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    fakes = {"lookup_order": Fake(name="lookup_order", python=PythonFake(function="look", source=""))}
    script, table = Script(calling("17", "18")), Table(run_python=no_process)

    fault = go(fault_of(table.ask(script, replace(ASKED, conversation=replace(TALK, fakes=fakes)))))

    assert (fault.kind, fault.whose) == (Kind.BUG, "ours")
    assert "'lookup_order' could not be started (Resource" in fault.detail
    assert [step.flags for step in table.steps if step.kind == "tool"] == [("not_run",), ("not_run",)]


def test_a_schema_that_leads_to_a_file_reads_none_and_fits_nothing(tmp_path: Path) -> None:
    (tmp_path / "open.json").write_text("{}", "utf-8")
    lookup = replace(LOOKUP, input={"$ref": f"file://{tmp_path}/open.json"})
    script, table = Script(calling("17"), saying("x")), Table()

    go(table.ask(script, replace(ASKED, tools=(lookup,))))

    assert table.steps[1].error is ToolError.INVALID_ARGUMENTS


def test_a_python_fake_that_breaks_is_internal_and_its_words_stay_here() -> None:
    async def broken(_fake: PythonFake, _arguments: Mapping[str, Json]) -> ToolAnswer:
        raise RuntimeError("sk-secret in /home/user")

    fakes = {"lookup_order": Fake(name="lookup_order", python=PythonFake(function="f", source=""))}
    script, table = Script(calling("17"), saying("x")), Table(run_python=broken)

    go(table.ask(script, replace(ASKED, conversation=Conversation(fakes=fakes))))

    assert results(script.asked[1])[0]["content"] == WORDS[ToolError.INTERNAL]
    assert "sk-secret" not in repr(table.steps)


def test_the_same_call_with_the_same_result_three_times_is_the_models_fault() -> None:
    script, table = Script(calling("17")), Table()

    fault = go(fault_of(table.ask(script)))

    assert (fault.kind, fault.whose) == (Kind.TOOL_LOOP, "model")
    assert "circles" in fault.detail
    assert len(script.asked) == 3
    assert table.steps[-1].flags == ("repeated_call",)


def test_a_call_that_is_repeated_beside_new_ones_is_found_and_flagged_where_it_stands() -> None:
    script, table = Script(*(calling("17", f"{number}") for number in range(100, 120))), Table()

    fault = go(fault_of(table.ask(script)))

    assert "three times" in fault.detail
    assert len(script.asked) == 3
    assert [step.flags for step in table.steps if step.turn == 3 and step.kind == "tool"] == [
        ("repeated_call",),
        (),
    ]


@pytest.mark.parametrize(
    ("orders", "turns", "flag"),
    [(["17", "busy"], 4, "cycle"), (["17", "busy", "silent"], 6, "cycle")],
)
def test_a_short_cycle_twice_is_a_loop(orders: list[str], turns: int, flag: str) -> None:
    script, table = Script(*(calling(orders[turn % len(orders)]) for turn in range(20))), Table()

    fault = go(fault_of(table.ask(script)))

    assert fault.kind is Kind.TOOL_LOOP
    assert len(script.asked) == turns
    assert flag in table.steps[-1].flags


def test_turns_that_bring_nothing_new_are_a_loop() -> None:
    known = ["17", "busy", "silent", "99", "98"]
    again = ["busy", "17", "silent", "98"]
    script, table = Script(*map(calling, [*known, *again])), Table()

    go(fault_of(table.ask(script)))

    assert "no_progress" in table.steps[-1].flags


def test_a_loop_may_be_flagged_only() -> None:
    script, table = Script(*[calling("17")] * 3, saying("at last")), Table()

    reply = go(table.ask(script, limited(LoopLimits(on_loop="flag"))))

    assert reply.text == "at last"
    assert [step.flags for step in table.steps if step.kind == "tool"] == [(), (), ("repeated_call",)]


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (LoopLimits(turns=2), "turns"),
        (LoopLimits(tool_calls=3), "tool_calls"),
        (LoopLimits(tokens=Tokens(200)), "tokens"),
        (LoopLimits(seconds=Seconds(0.9)), "seconds"),
        (LoopLimits(cost=Usd(Decimal("0.02"))), "cost_usd"),
    ],
)
def test_every_bound_ends_it_after_the_second_turn_of_two_calls(limits: LoopLimits, name: str) -> None:
    script = Script(*(calling(f"{turn}a", f"{turn}b") for turn in range(20)))
    table = Table(cost=lambda _request, _reply: Usd(Decimal("0.01")))

    fault = go(fault_of(table.ask(script, limited(limits))))

    assert (fault.kind, fault.whose) == (Kind.TOOL_LOOP, "model")
    assert name in fault.detail
    assert len(script.asked) == 2
    steps = table.steps
    assert [step.flags for step in steps if step.turn == 2] == [
        ("out_of_bounds",),
        ("not_run",),
        ("not_run",),
    ]


def test_an_answer_that_came_counts_even_if_it_was_the_last_that_was_allowed() -> None:
    script = Script(calling("17"), saying("x"))

    assert go(Table().ask(script, limited(LoopLimits(turns=2, tokens=Tokens(121))))).text == "x"


def test_a_limit_in_dollars_is_not_passed_by_the_turn_that_comes_next() -> None:
    script = Script(*(calling(f"{turn}") for turn in range(20)))
    table = Table(
        cost=lambda _request, _reply: Usd(Decimal("0.01")), price=lambda _request: Usd(Decimal("0.03"))
    )

    fault = go(fault_of(table.ask(script, limited(LoopLimits(cost=Usd(Decimal("0.05")))))))

    assert (fault.kind, fault.whose) == (Kind.TOOL_LOOP, "model")
    assert "the next turn may cost $0.03, and $0.03 of $0.05 cost_usd are used" in fault.detail
    assert len(script.asked) == 3


def test_a_limit_in_dollars_without_a_price_is_refused_and_never_free() -> None:
    table = Table(cost=lambda _request, _reply: None)

    fault = go(fault_of(table.ask(Script(calling("17")), limited(LoopLimits(cost=Usd(Decimal(1)))))))

    assert fault.kind is Kind.UNPRICED


def test_a_paused_turn_is_sent_back_as_it_is_and_its_text_is_part_of_the_answer() -> None:
    paused = saying("First half, ", StopReason.PAUSE_TURN)
    script, table = Script(paused, saying("second half.")), Table()

    reply = go(table.ask(script))

    assert reply.text == "First half, second half."
    assert script.asked[1].messages == (*ASKED.messages, Message(role="assistant", content=paused.blocks))
    assert table.steps[0].flags == ("paused",)


def test_a_model_that_pauses_for_ever_is_bounded() -> None:
    script = Script(saying("", StopReason.PAUSE_TURN))

    fault = go(fault_of(Table().ask(script, limited(LoopLimits(turns=4)))))

    assert fault.kind is Kind.TOOL_LOOP
    assert len(script.asked) == 4


@pytest.mark.parametrize("stop", [StopReason.REFUSAL, StopReason.MAX_TOKENS, StopReason.CONTEXT_EXCEEDED])
def test_nobody_goes_on_after_a_refusal_or_a_cut_off_turn_and_its_calls_are_kept(stop: StopReason) -> None:
    script, table = Script(calling("17", stop=stop)), Table()

    reply = go(table.ask(script, limited(LoopLimits(), says=("and now?",))))

    assert reply.stop_reason is stop
    assert len(script.asked) == 1
    assert [step.flags for step in table.steps] == [(), ("not_run",)]


def test_calls_in_a_turn_that_claims_to_have_ended_are_answered_too() -> None:
    script = Script(calling("17", stop=StopReason.END_TURN), saying("x"))

    assert go(Table().ask(script)).text == "x"
    assert len(results(script.asked[1])) == 1


def test_the_user_says_more_after_each_answer_and_the_last_answer_counts() -> None:
    script = Script(calling("17"), saying("shipped"), calling("17"), saying("still"), saying("bye"))
    table = Table()

    reply = go(table.ask(script, limited(LoopLimits(), says=("And now?", "Thanks."))))

    assert reply.text == "bye"
    said = [each.content for each in script.asked[-1].messages if isinstance(each.content, str)]
    assert said[1:] == ["And now?", "Thanks."]
    assert [step.text for step in table.steps if step.kind == "user"] == ["And now?", "Thanks."]


def test_the_same_question_of_the_user_again_is_no_loop_of_the_model() -> None:
    turns = [calling("17"), saying("shipped")] * 5
    says = ("And now?",) * 4

    assert go(Table().ask(Script(*turns), limited(LoopLimits(), says=says))).text == "shipped"


def test_a_fault_of_one_turn_is_the_fault_of_the_call_and_the_steps_stay() -> None:
    script, table = Script(calling("17"), Kind.OVERLOADED), Table()

    fault = go(fault_of(table.ask(script)))

    assert fault.kind is Kind.OVERLOADED
    assert [step.kind for step in table.steps] == ["model", "tool"]


def test_the_steps_stay_when_it_is_cancelled_in_the_middle_of_a_tool() -> None:
    async def hangs(_fake: PythonFake, _arguments: Mapping[str, Json]) -> ToolAnswer:
        await asyncio.sleep(3600)
        raise AssertionError

    fakes = {
        "lookup_order": Fake(name="lookup_order", python=PythonFake(function="f", source="")),
    }
    script, table = Script(calling("17", "18")), Table(run_python=hangs)

    async def cancelled() -> None:
        task = asyncio.ensure_future(
            table.ask(script, replace(ASKED, conversation=replace(TALK, fakes=fakes)))
        )
        await asyncio.sleep(0.01)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()

    go(cancelled())
    assert [(step.kind, step.flags) for step in table.steps] == [
        ("model", ()),
        ("tool", ("not_run",)),
        ("tool", ("not_run",)),
    ]


def test_it_says_that_a_turn_ended_only_where_it_goes_on() -> None:
    table = Table()

    go(table.ask(Script(calling("17"), saying("x"))))

    assert [each.turn for each in table.heard.of(TurnEnded)] == [1]


def test_tools_are_in_the_body_only_where_there_are_any() -> None:
    assert "tools" not in body(REQUEST)
    assert body(ASKED) == body(REQUEST) | {
        "tools": [
            {"name": LOOKUP.name, "description": LOOKUP.description, "input_schema": LOOKUP.input},
        ]
    }


@pytest.mark.parametrize("limits", [LoopLimits(), LoopLimits(turns=2), LoopLimits(cost=Usd(Decimal("0.01")))])
def test_a_conversation_with_a_turn_that_was_not_asked_for_is_no_failure_of_the_model(
    limits: LoopLimits,
) -> None:
    """In circles, at its bounds, before a turn too dear: what a recording said is not held against the model."""
    stood_in = replace(calling("17"), degraded="a recording instead")
    table = Table(price=lambda _request: Usd(Decimal("0.02")))

    reply = go(table.ask(Script(stood_in, calling("17")), limited(limits)))

    assert reply.degraded is not None
    assert reply.degraded.startswith("a recording instead; then ")


def test_a_failed_call_says_nothing_of_what_the_model_wrote() -> None:
    with pytest.raises(CallFailed) as failed:
        go(Table().ask(Script(calling("hostile \x1b[31m", tool="evil\n::error::"))))
    assert "evil" not in str(failed.value)
