"""Tables of the combinations of graders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.call.exchange import StopReason
from tests.grade.tables import Table, fails, neither, passes, reply, scores

_ALL: Final = "all: [{contains: a}, {not: {contains: x}}]"
_ANY: Final = "any: [{contains: a}, {contains: b}]"
_TWO: Final = "some_of: {at_least: 2, of: [{contains: a}, {contains: b}, {contains: c}]}"
_HALF: Final = "some_of: {at_least: 50%, of: [{contains: a, weight: 2}, {contains: b}, {contains: c}]}"
_DEGREE: Final = "some_of: {of: [{contains: a, weight: 3}, {contains: b}]}"
_REFUSED: Final = reply("", StopReason.REFUSAL)
_NOWHERE: Final = "{equals: {path: $.a, value: 1}}"
_DEEP: Final = "all: [{any: [{all: [{any: [{all: [{contains: a}]}]}]}]}]"

TABLES: Final[Mapping[str, Table]] = {
    "all": Table(
        right=[(_ALL, "a b"), ("all: {of: [{contains: a}]}", "a"), (_DEEP, "a")],
        wrong=[(_ALL, "b"), (_ALL, "a x"), (_DEEP, "b")],
        edge=[
            fails(f"all: [{{contains: z}}, {_NOWHERE}]", "a"),
            neither(f"all: [{{contains: a}}, {_NOWHERE}]", "a"),
            neither(f"all: [{{not: {_NOWHERE}}}]", "a"),
            passes("all: [{all: [{contains: a}], criterion: tone}, {contains: b}]", "ab"),
        ],
        hostile=[
            neither("all: [{matches: a}]", "a" * ((1 << 20) + 1)),
            neither(f"all: [{_NOWHERE}]", "[" * 100_000),
            neither(_ALL, "\ud800" * 1_000),
        ],
        unanswered=[
            passes("all: [{refusal: expected}]", _REFUSED),
            neither("all: [{refusal: expected}, {not: {contains: x}}]", _REFUSED),
        ],
    ),
    "any": Table(
        right=[(_ANY, "only b"), ("any: [{not: {contains: x}}]", "a")],
        wrong=[(_ANY, "c")],
        edge=[
            passes(f"any: [{_NOWHERE}, {{contains: a}}]", "a"),
            neither(f"any: [{_NOWHERE}, {{contains: z}}]", "a"),
            neither(f"any: [{{not: {_NOWHERE}}}, {{contains: z}}]", "a"),
        ],
        hostile=[
            neither("any: [{matches: a}, {contains: z}]", "a" * ((1 << 20) + 1)),
            passes(f"any: [{_NOWHERE}, {{contains: '['}}]", "[" * 100_000),
        ],
        unanswered=[
            passes("any: [{contains: x}, {refusal: expected}]", _REFUSED),
            neither("any: [{contains: x}, {refusal: forbidden}]", _REFUSED),
        ],
    ),
    "some_of": Table(
        right=[(_TWO, "a b"), (_TWO, "a b c"), (_HALF, "a"), (_HALF, "b c")],
        wrong=[(_TWO, "c"), (_HALF, "b"), (_HALF, "none")],
        edge=[
            scores(_DEGREE, "b", 0.25),
            scores(_DEGREE, "a", 0.75),
            scores(_DEGREE, "a b", 1.0),
            passes(f"some_of: {{at_least: 1, of: [{_NOWHERE}, {{contains: a}}]}}", "a"),
            neither(f"some_of: {{at_least: 2, of: [{_NOWHERE}, {{contains: a}}]}}", "a"),
            fails(f"some_of: {{at_least: 2, of: [{_NOWHERE}, {{contains: z}}]}}", "a"),
            neither(f"some_of: {{at_least: 60%, of: [{_NOWHERE}, {{contains: a}}]}}", "a"),
            passes(f"some_of: {{at_least: 50%, of: [{_NOWHERE}, {{contains: a}}]}}", "a"),
            fails(f"some_of: {{at_least: 60%, of: [{_NOWHERE}, {{contains: z}}]}}", "a"),
        ],
        hostile=[
            neither("some_of: {at_least: 1, of: [{matches: a}]}", "a" * ((1 << 20) + 1)),
            fails(_TWO, "\ud800!" * 1_000),
        ],
        unanswered=[passes("some_of: {at_least: 1, of: [{refusal: expected}, {contains: x}]}", _REFUSED)],
    ),
}
