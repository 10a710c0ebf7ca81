"""Tables of the graders of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.grade.tables import Table, fails, neither, passes

_LONG: Final = "a" * 300_000

TABLES: Final[Mapping[str, Table]] = {
    "equals": Table(
        right=[
            ("equals: refunds", "refunds"),
            ("equals: {value: 1}", "1.0"),
            ("equals: {value: [1, {a: x}], path: $.n}", '{"n": [1.0, {"a": "x"}]}'),
        ],
        wrong=[
            ("equals: refunds", "Refunds"),
            ("equals: {value: true}", "1"),
            ("equals: {value: [1, 2]}", "[2, 1]"),
        ],
        edge=[
            passes("equals: refunds", " refunds\n"),
            fails("equals: {value: refunds, strip: false}", " refunds"),
            passes("equals: {value: STRASSE, ignore_case: true}", "straße"),
            passes("equals: café", "cafe\u0301"),
            neither("equals: {value: 5}", "five"),
            neither("equals: {value: x, path: $.a}", "{}"),
            neither("equals: {value: x, path: '$[*]'}", '["x", "x"]'),
        ],
        hostile=[
            fails("equals: refunds", "refunds\u200b"),
            fails("equals: refunds", "r\u0435funds"),
            fails("equals: refunds", "\ud800refunds"),
            neither("equals: {value: x, path: $.a}", '{"a": "y", "a": "x"}'),
            neither("equals: {value: 1}", "[" * 100_000),
            fails("equals: refunds", "e" + "\u0301" * 100_000),
        ],
    ),
    "contains": Table(
        right=[
            ("contains: refund", "We refund it."),
            ("contains: {all: [a, b], any: [x, c]}", "a b c"),
            ("contains: {all: [yes], path: $.r}", '{"r": "oh yes"}'),
        ],
        wrong=[
            ("contains: refund", "We Refund it."),
            ("contains: {all: [a, b]}", "a"),
            ("contains: {any: [a, b]}", "c"),
        ],
        edge=[
            passes("contains: {all: [REFUND], ignore_case: true}", "We refund it."),
            passes("contains: café", "two cafe\u0301s"),
            neither("contains: {all: [x], path: $.a}", '{"a": 5}'),
            neither("contains: {all: [x], path: $.b}", '{"a": "x"}'),
        ],
        hostile=[
            fails("contains: refund", "ref\u200bund"),
            fails("contains: refund", "\ud800" * 50 + "x"),
            fails(f"contains: {'a' * 100}b", _LONG),
            passes("contains: z", "e" + "\u0301" * 100_000 + "z"),
        ],
    ),
    "matches": Table(
        right=[
            ("matches: '^Dear '", "Dear Amina"),
            ("matches: {pattern: '^[A-Z]{2}$', path: $.o, ignore_case: true}", '{"o": "ab"}'),
        ],
        wrong=[("matches: '^Dear '", "Oh Dear "), ("matches: '[0-9]'", "none")],
        edge=[
            passes("matches: '(?m)^b$'", "a\nb"),
            fails("matches: '^b$'", "a\nb"),
            passes("matches: '^caf.$'", "cafe\u0301"),
            neither("matches: {pattern: x, path: $.a}", "x"),
        ],
        hostile=[
            fails("matches: '^(a+)+$'", _LONG + "!"),
            fails("matches: '(.*)*x$'", "a" * 5_000),
            neither("matches: a", "a" * ((1 << 20) + 1)),
            passes("matches: x.y", "x\ud800y"),
        ],
    ),
    "length": Table(
        right=[("length: {max_words: 3, min_chars: 4}", "We refund you.")],
        wrong=[("length: {max_words: 3}", "We refund you now."), ("length: {min_chars: 4}", "No.")],
        edge=[
            passes("length: {max_chars: 5}", "  hello  "),
            passes("length: {max_chars: 4}", "cafe\u0301"),
            passes("length: {min_words: 2, max_words: 2}", "ایک دو"),
        ],
        hostile=[
            fails("length: {max_chars: 500}", "\u200b" * 600 + "x"),
            fails("length: {max_chars: 500}", "e" + "\u0301" * 100_000),
            passes("length: {max_words: 1}", _LONG),
            passes("length: {max_chars: 5}", "\ud800\ud800x"),
        ],
    ),
}
