"""Tables of the graders of structure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.grade.tables import Table, fails, neither, passes

_TRIAGE: Final = (
    "json: {schema: {type: object, properties: {queue: {enum: [refunds, orders]}}, required: [queue]}}"
)

TABLES: Final[Mapping[str, Table]] = {
    "json_path": Table(
        right=[
            ("json_path: {path: $.a}", '{"a": null}'),
            ("json_path: {path: '$.items[*]', count: 2}", '{"items": [1, 2]}'),
            ("json_path: {path: $.error, exists: false}", '{"queue": "orders"}'),
        ],
        wrong=[
            ("json_path: {path: $.a}", '{"b": 1}'),
            ("json_path: {path: '$.items[*]', count: 2}", '{"items": [1]}'),
            ("json_path: {path: $.error, exists: false}", '{"error": null}'),
        ],
        edge=[
            passes("json_path: {path: '$.items[*]', count: 0}", '{"items": []}'),
            neither("json_path: {path: $.error, exists: false}", "no error"),
            neither("json_path: {path: $.a}", '```json\n{"a": 1}\n```'),
        ],
        hostile=[
            neither("json_path: {path: $.a}", '{"a": 1, "a": 2}'),
            neither("json_path: {path: $.a}", '{"a":' * 100_000),
            neither("json_path: {path: '$..*'}", "[" * 101 + "]" * 101),
            neither("json_path: {path: $.a}", '{"a": "\\ud800"}'),
            fails("json_path: {path: '$[?match(@, \"(a|aa)+\")]'}", '["' + "a" * 5_000 + '!"]'),
        ],
    ),
    "json": Table(
        right=[(_TRIAGE, '{"queue": "refunds"}')],
        wrong=[(_TRIAGE, "{}"), (_TRIAGE, '{"queue": "x"}'), (_TRIAGE, "refunds")],
        edge=[
            passes(_TRIAGE, ' {"queue": "orders", "more": 1}\n'),
            fails(_TRIAGE, '```json\n{"queue": "refunds"}\n```'),
            fails("json: {schema: {type: string, format: date}}", '"soon"'),
        ],
        hostile=[
            fails(_TRIAGE, '{"queue": "x", "queue": "refunds"}'),
            fails(_TRIAGE, '{"queue": NaN}'),
            fails(_TRIAGE, "[" * 100_000),
            fails("json: {schema: {pattern: '^(a+)+$'}}", '"' + "a" * 50_000 + '!"'),
        ],
    ),
}
