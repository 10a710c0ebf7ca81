"""Tables of the graders of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.grade.tables import Table, fails, neither, passes

TABLES: Final[Mapping[str, Table]] = {
    "number": Table(
        right=[
            ("number: 12.5", "It is 12.50."),
            ("number: {value: 100, relative: 1%, path: $.t}", '{"t": 101}'),
            ("number: {least: 1, most: 10}", "10"),
            ("number: {most: -1}", "It is -1."),
        ],
        wrong=[
            ("number: {least: 1, most: 10}", "11"),
            ("number: {least: 1}", "0.99"),
            ("number: 12.5", "It is 12.49."),
            ("number: {value: 5, tolerance: 1}", "7"),
        ],
        edge=[
            passes("number: 1234.5", "کل ۱۲۳۴٫۵ روپے"),
            passes("number: -5", "loss: -$5"),
            fails("number: -5", "3-5"),
            passes("number: {value: 12.5, path: $.t}", '{"t": "USD 12.50"}'),
            passes("number: {least: 0.1, most: 0.3}", "0.30"),
            fails("number: {least: 0.1, most: 0.3}", "0.30000000000000001"),
            neither("number: {least: 1}", "many"),
            neither("number: 5", "five"),
            neither("number: {value: 1, path: $.t}", '{"t": true}'),
        ],
        hostile=[
            neither("number: 5", "1" * 401),
            neither("number: 5", "1," + "23," * 100_000 + "456"),
            fails("number: 5", "1e999"),
            neither("number: 5", "5" + "\u200b" * 5_000 + "5"),
            passes("number: 5", "x" * 9_000 + " 5 " + "x" * 9_000),
            passes("number: {least: 5}", "1e999"),
            neither("number: 5", "\ud800²½"),
            fails("number: {value: 5, path: $}", "9" * 4000),
            neither("number: {value: 5, path: $}", "9" * 5000),
        ],
    ),
}
