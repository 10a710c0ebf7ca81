"""Tables of the graders of structure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from tests.grade.tables import Table, fails, neither, passes, scores

_TRIAGE: Final = (
    "json: {schema: {type: object, properties: {queue: {enum: [refunds, orders]}}, required: [queue]}}"
)

_FENCED: Final = "json: {fenced: true, schema: {required: [a]}}"
_ANYWHERE: Final = "json: {anywhere: true, schema: {type: object, required: [a]}}"
_SUBSET: Final = "json_subset: {value: {queue: refunds, lines: [{n: 1}, {n: 3}]}}"
_DIFF: Final = "json_diff: {to: {a: 1, b: [1, 2]}}"

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
            passes("json: {}", "5"),
            fails("json: {}", "five"),
            passes(_FENCED, '```json\n{"a": 1}\n```'),
            passes(_FENCED, '{"a": 1}'),
            fails(_FENCED, 'Sure:\n```json\n{"a": 1}\n```'),
            fails(_FENCED, '```json\n{"a": 1}\n```\n```json\n{"a": 1}\n```'),
            passes(_ANYWHERE, 'Sure [1]: {"b": [{}]} or {"a": 1}!'),
            fails(_ANYWHERE, 'Sure [1]: {"b": {"a": 1}}'),
            fails(_ANYWHERE, "Sure, no JSON."),
            fails(_ANYWHERE, "{a: 1}"),
            passes("json: {schema: {type: number}, path: $.a}", '{"a": 1}'),
            neither("json: {schema: {type: number}, path: $.b}", '{"a": 1}'),
        ],
        hostile=[
            fails(_TRIAGE, '{"queue": "x", "queue": "refunds"}'),
            fails(_TRIAGE, '{"queue": NaN}'),
            fails(_TRIAGE, "[" * 100_000),
            fails("json: {schema: {pattern: '^(a+)+$'}}", '"' + "a" * 50_000 + '!"'),
            fails(_ANYWHERE, '{"a": 1, "a": 2}'),
            neither(_ANYWHERE, "[" * 100_000),
            neither(_ANYWHERE, "[1," * 100_000),
            neither(_ANYWHERE, " " * ((1 << 20) + 1) + "{}"),
            fails(_ANYWHERE, "{" * 1_000),
            neither(_ANYWHERE, "{" * 20_000),
            passes(_ANYWHERE, '{"a": ' * 101 + '{"a": 1}'),
            fails(_FENCED, "```" * 100_000),
        ],
    ),
    "json_subset": Table(
        right=[
            (_SUBSET, '{"queue": "refunds", "lines": [{"n": 1, "x": 0}, {"n": 2}, {"n": 3}], "more": 1}'),
            ("json_subset: {value: {a: {}}, path: $.b}", '{"b": {"a": {"c": 1}}}'),
            ("json_subset: {value: 5}", "5.0"),
        ],
        wrong=[
            (_SUBSET, '{"queue": "orders", "lines": [{"n": 1}, {"n": 3}]}'),
            (_SUBSET, '{"queue": "refunds", "lines": [{"n": 3}, {"n": 1}]}'),
            (_SUBSET, '{"queue": "refunds"}'),
            ("json_subset: {value: {a: true}}", '{"a": 1}'),
        ],
        edge=[
            passes("json_subset: {value: {a: café}}", '{"a": "cafe\u0301"}'),
            fails("json_subset: {value: {a: null}}", "{}"),
            fails("json_subset: {value: {a: []}}", '{"a": {}}'),
            neither(_SUBSET, "refunds"),
            neither("json_subset: {value: 1, path: $.a}", "{}"),
        ],
        hostile=[
            neither(_SUBSET, '{"queue": "orders", "queue": "refunds"}'),
            neither(_SUBSET, '{"queue":' * 100_000),
            fails("json_subset: {value: [1, 2, 1]}", "[" + "1, " * 10_000 + "3]"),
            fails("json_subset: {value: {a: 1}}", '{"a": ' + "9" * 4_000 + "}"),
        ],
    ),
    "json_diff": Table(
        right=[
            (_DIFF, '{"b": [1.0, 2], "a": 1}'),
            ("json_diff: {to: {a: 1, at: x}, ignore: ['$.at', '$..id']}", '{"a": 1, "id": 7}'),
            ("json_diff: {to: {a: 1, b: 2}, at_least: 50%}", '{"a": 1}'),
        ],
        wrong=[(_DIFF, '{"c": 1}'), ("json_diff: {to: {a: 1, b: 2}, at_least: 51%}", '{"a": 1}')],
        edge=[
            scores(_DIFF, '{"a": 1, "b": [1]}', 2 / 3),
            scores(_DIFF, '{"a": 1, "b": [1, 2, 3]}', 0.75),
            scores(_DIFF, '{"a": 1, "b": "[1, 2]"}', 0.25),
            scores("json_diff: {to: {a: [], b: {}}}", '{"a": {}, "b": {}}', 0.5),
            scores("json_diff: {to: [], path: $.a}", '{"a": []}', 1.0),
            scores("json_diff: {to: {a: true}}", '{"a": 1}', 0.0),
            neither("json_diff: {to: {a: 1}, ignore: [$]}", "{}"),
            neither(_DIFF, "prose"),
            neither("json_diff: {to: 1, path: $.b}", '{"a": 1}'),
        ],
        hostile=[
            neither(_DIFF, "[" * 100_000),
            neither(_DIFF, json.dumps(list(range(20_001)))),
            neither(_DIFF, '{"a": 1, "a": 1}'),
            scores("json_diff: {to: {a~b/c: 1}}", '{"a~b/c": "\u202e"}', 0.0),
        ],
    ),
}
