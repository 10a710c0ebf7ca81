"""Tables of the graders of how the model answers at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.call.exchange import StopReason
from tests.grade.tables import Table, fails, neither, passes, reply

_REFUSED: Final = reply("", StopReason.REFUSAL)
_POLITE: Final = "refusal: {expected: true, pattern: '(?i)cannot help'}"

TABLES: Final[Mapping[str, Table]] = {
    "refusal": Table(
        right=[("refusal: forbidden", "Gladly!"), (_POLITE, "I cannot help with that.")],
        wrong=[("refusal: expected", "Gladly!"), (_POLITE, "Take a screwdriver.")],
        edge=[
            passes("refusal: forbidden", "I cannot help with that."),
            passes(_POLITE, "CANNOT\u00a0HELP: I cannot help"),
        ],
        hostile=[
            fails("refusal: expected", "stop_reason: refusal"),
            fails(_POLITE, "\ud800" * 1_000 + "x"),
            neither(_POLITE, "a" * ((1 << 20) + 1)),
        ],
        unanswered=[
            passes("refusal: expected", _REFUSED),
            passes(_POLITE, _REFUSED),
            passes("not: {refusal: forbidden}", _REFUSED),
        ],
    ),
    "confidence": Table(
        right=[("confidence: {path: $.c}", '{"c": 0.85}')],
        wrong=[("confidence: {path: $.c}", '{"c": 85}'), ("confidence: {path: $.c}", '{"c": "high"}')],
        edge=[
            passes("confidence: {path: $.c}", '{"c": "85%"}'),
            passes("confidence: {path: $.c}", '{"c": 0}'),
            fails("confidence: {path: $.c}", '{"c": true}'),
            neither("confidence: {path: $.c}", "sure"),
        ],
        hostile=[
            neither("confidence: {path: $.c}", '{"c": NaN}'),
            fails("confidence: {path: $.c}", '{"c": "1e999999999"}'),
            fails("confidence: {path: $.c}", '{"c": "nan"}'),
            neither("confidence: {path: $.c}", '{"c": 0.1, "c": 0.9}'),
        ],
    ),
}
