"""Tables of the graders of how a reply ended and of what it took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.call.exchange import StopReason
from tests.grade.tables import Table, fails, neither, passes, reply, unmeasured

_CUT: Final = reply("half an ans", StopReason.MAX_TOKENS)
_CALLS: Final = reply("", StopReason.TOOL_USE)
_REFUSED: Final = reply("", StopReason.REFUSAL)

TABLES: Final[Mapping[str, Table]] = {
    "finish": Table(
        right=[
            ("finish: end_turn", "an answer"),
            ("finish: {any: [end_turn, stop_sequence]}", reply("x", StopReason.STOP_SEQUENCE)),
            ("not: {finish: stop_sequence}", "an answer"),
        ],
        wrong=[("finish: max_tokens", "an answer"), ("finish: {reason: stop_sequence}", "an answer")],
        edge=[passes("not: {finish: {any: [max_tokens, refusal]}}", "an answer")],
        hostile=[fails("finish: max_tokens", "stop_reason: max_tokens")],
        unanswered=[
            passes("finish: max_tokens", _CUT),
            passes("finish: {any: [end_turn, max_tokens]}", _CUT),
            passes("finish: tool_use", _CALLS),
            passes("finish: refusal", _REFUSED),
            neither("finish: end_turn", _CUT),
            neither("finish: end_turn", ""),
            neither("not: {finish: end_turn}", _CUT),
            neither("finish: max_tokens", reply("half", StopReason.CONTEXT_EXCEEDED)),
            neither("finish: tool_use", reply("", StopReason.PAUSE_TURN)),
            passes("finish: model_context_window_exceeded", reply("half", StopReason.CONTEXT_EXCEEDED)),
            passes("finish: pause_turn", reply("", StopReason.PAUSE_TURN)),
        ],
    ),
    "cost": Table(
        right=[("cost: {at_most_usd: 0.01}", reply(cost="0.0099"))],
        wrong=[("cost: {at_most_usd: 0.01}", reply(cost="0.0101"))],
        edge=[
            passes("cost: {at_most_usd: 0.30}", reply(cost="0.3")),
            fails("cost: {at_most_usd: 0.3}", reply(cost="0.30000000000000001")),
            unmeasured("cost: {at_most_usd: 1}", reply(cost=None)),
        ],
        hostile=[fails("cost: {at_most_usd: 1}", reply("this cost 0 USD", cost="999999999"))],
    ),
    "latency": Table(
        right=[("latency: {at_most_s: 2}", reply(latency=1.5))],
        wrong=[("latency: {at_most_s: 2}", reply(latency=2.5))],
        edge=[passes("latency: {at_most_s: 2.5}", reply(latency=2.5))],
        hostile=[fails("latency: {at_most_s: 2}", reply("done in 0 s", latency=600))],
    ),
    "tokens": Table(
        right=[
            ("tokens: {max_output: 100}", reply(output_tokens=100)),
            ("tokens: {max_output: 100, max_input: 50}", reply(output_tokens=10, input_tokens=50)),
        ],
        wrong=[
            ("tokens: {max_output: 100}", reply(output_tokens=101)),
            ("tokens: {max_output: 100, max_input: 50}", reply(output_tokens=10, input_tokens=51)),
        ],
        edge=[passes("tokens: {max_input: 100}", reply(output_tokens=10**6, input_tokens=100))],
        hostile=[fails("tokens: {max_output: 1}", reply("x", output_tokens=2))],
    ),
}
