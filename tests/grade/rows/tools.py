"""Tables of the graders of the way to an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.call.exchange import ToolCall
from tests.grade.tables import Table, fails, neither, passes, reply, scores
from tests.grade.walks import walked

_REFUND: Final = "tool_call: {tool: refund, arguments: {order: '17', lines: [{n: 1}]}}"
_EXACT: Final = "tool_call: {tool: refund, arguments: {order: '17'}, exact: true}"
_SCHEMA: Final = "tool_call: {tool: refund, schema: {properties: {order: {type: string}}, required: [order]}}"
_WHERE: Final = "tool_call: {tool: refund, where: [{number: {value: 5, path: $.amount}}]}"
_TWICE: Final = "tool_call: {tool: look_*, times: 2}"
_ORDER: Final = "tools: {order: [search, refund]}"
_BOUNDED: Final = "tools: {only: [search, look_*], never: [look_up], at_most: {search: 1}}"
_F1: Final = "tool_f1: {expected: [search, refund]}"
_DEEP: Final = '{"order": ' + "[" * 500 + "]" * 500 + "}"

TABLES: Final[Mapping[str, Table]] = {
    "tool_call": Table(
        right=[
            ("tool_call: refund", walked("search > refund")),
            (
                _REFUND,
                walked('refund {"order": "17", "lines": [{"n": 0}, {"n": 1.0, "x": 2}], "why": "late"}'),
            ),
            (_EXACT, walked('refund {"order": "17"}')),
            (_SCHEMA, walked('refund {"order": 17} > refund {"order": "17"}')),
            (_WHERE, walked('refund {"amount": "USD 5.00"}')),
            (_TWICE, walked("look_up > search > look_on")),
            ("tool_call: {tool: delete, times: 0}", walked("search")),
        ],
        wrong=[
            ("tool_call: refund", walked("none")),
            ("tool_call: refund", walked("refunds")),
            (_REFUND, walked('refund {"order": "17", "lines": []}')),
            (_EXACT, walked('refund {"order": "17", "why": "late"}')),
            (_SCHEMA, walked('refund {"order": 17}')),
            (_WHERE, walked('refund {"amount": 6}')),
            (_TWICE, walked("look_up > search")),
            (_TWICE, walked("look_up > look_up > look_up")),
            ("tool_call: {tool: delete, times: 0}", walked("delete")),
        ],
        edge=[
            passes("tool_call: {tool: '*'}", walked("search")),
            fails("tool_call: {tool: 'a*a'}", walked("a")),
            fails("tool_call: {tool: refund, at_most_times: 1}", walked("none")),
            fails("tool_call: {tool: refund, at_most_times: 1}", walked("refund > refund")),
            passes("tool_call: {tool: refund, at_least_times: 0, at_most_times: 1}", walked("none")),
            passes("tool_call: refund", walked("refund !timeout")),
            passes("tool_call: refund", walked("refund ~not_run")),
            neither(_WHERE, walked("refund {}")),
            passes(_WHERE, walked('refund {} > refund {"amount": 5}')),
            neither(_WHERE.replace("where", "times: 1, where"), walked('refund {} > refund {"amount": 5}')),
            fails(_WHERE.replace("where", "times: 3, where"), walked('refund {} > refund {"amount": 5}')),
            passes("tool_call: refund", reply(calls=(ToolCall(id="a", name="refund", arguments={}),))),
            fails("tool_call: {tool: refund, arguments: {paid: true}}", walked('refund {"paid": 1}')),
        ],
        hostile=[
            fails("tool_call: refund", reply('{"tool": "refund"} I called refund.')),
            fails("tool_call: {tool: 'a*a*a*a*b'}", walked("a" * 5_000)),
            fails("tool_call: refund", walked("refund\\n")),
            neither(_EXACT, walked(f"refund {_DEEP}")),
            passes("tool_call: refund", walked(f"refund {_DEEP}")),
        ],
    ),
    "tools": Table(
        right=[
            (_ORDER, walked("search > look_up > refund")),
            ("tools: [search, refund]", walked("search > refund > search")),
            ("tools: {exact: [search, look_*]}", walked("search > look_up")),
            (_BOUNDED, walked("search > look_on > look_on")),
            ("tools: {at_most: 2}", walked("search > look_on")),
            ("tools: {valid: true}", walked("search > refund !timeout")),
        ],
        wrong=[
            (_ORDER, walked("refund > search")),
            ("tools: {exact: [search]}", walked("search > search")),
            ("tools: {exact: [search, refund]}", walked("refund > search")),
            (_BOUNDED, walked("refund")),
            (_BOUNDED, walked("look_up")),
            (_BOUNDED, walked("search > search")),
            ("tools: {at_most: 1}", walked("search > look_on")),
            ("tools: {valid: true}", walked("search !invalid_arguments")),
            ("tools: {valid: true}", walked("serach !not_found ~unknown_tool")),
        ],
        edge=[
            passes("tools: {exact: []}", walked("none")),
            fails("tools: {only: []}", walked("search")),
            passes("tools: {never: ['delete_*']}", walked("none")),
            fails("tools: {order: [search, search]}", walked("search")),
            passes("tools: {at_most: {search: 0}}", reply()),
        ],
        hostile=[
            fails("tools: {order: [search]}", reply("search()")),
            fails("tools: {only: [search]}", walked("search\u200b")),
            fails("tools: {never: [delete]}", walked(" > ".join(["search"] * 500 + ["delete"]))),
        ],
    ),
    "tool_f1": Table(
        right=[(_F1, walked("refund > search > search"))],
        wrong=[
            (_F1, walked("none")),
            ("tool_f1: {expected: [search, refund], at_least: 0.8}", walked("search")),
        ],
        edge=[
            scores(_F1, walked("search"), 2 / 3),
            scores(_F1, walked("search > delete > refund"), 0.8),
            passes("tool_f1: {expected: [search, refund], at_least: 60%}", walked("search")),
        ],
        hostile=[fails(_F1, reply("search refund")), scores(_F1, walked("search > " + "x" * 1_000), 0.5)],
    ),
    "trajectory": Table(
        right=[
            ("trajectory: {max_steps: 5, max_tool_calls: 2}", walked("search > refund")),
            (
                "trajectory: {max_repeats: 1, no_errors: true, no_circles: true}",
                walked('a {"x": 1} > a {"x": 2}'),
            ),
            ("trajectory: {max_turns: 1}", reply()),
            ("trajectory: {min_tool_calls: 1}", walked("search")),
        ],
        wrong=[
            ("trajectory: {max_steps: 4}", walked("search > refund")),
            ("trajectory: {max_turns: 2}", walked("search > refund")),
            ("trajectory: {max_tool_calls: 0}", walked("search")),
            ("trajectory: {min_tool_calls: 2}", walked("search")),
            ("trajectory: {max_repeats: 1}", walked('a {"x": 1} > a {"x": 1}')),
            ("trajectory: {no_errors: true}", walked("search !timeout")),
            ("trajectory: {no_circles: true}", walked("search ~repeated_call")),
        ],
        edge=[
            passes("trajectory: {no_circles: true}", walked("search ~empty_result")),
            fails("trajectory: {no_circles: true}", walked("a > b ~cycle")),
            fails("trajectory: {no_circles: true}", walked("a > b ~no_progress")),
            passes("trajectory: {max_tool_calls: 0}", walked("none")),
        ],
        hostile=[fails("trajectory: {max_tool_calls: 40}", walked(" > ".join(["a"] * 2_000)))],
    ),
}
