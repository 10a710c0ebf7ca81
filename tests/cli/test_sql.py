from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.values import as_cell, as_json, as_text, field
from harness.report.safe import json_text
from harness.units import Json
from tests.cli.conftest import Type

HOSTILE = "SELECT chr(27) || '[31m' || chr(8238) AS \"a\x1b[0m\", '##[group]' AS b, '=1+1' AS c"


def test_rows_are_a_table(history: Path, typed: Type) -> None:
    said = typed("sql", "SELECT prompt_version, planned FROM v_runs ORDER BY prompt_version")
    assert said.status == 0
    assert said.out == "prompt_version  planned\nv1                   30\nv2                   30\n"


def test_rows_are_json(history: Path, typed: Type) -> None:
    said = typed("sql", "--json", "SELECT 1 AS a, NULL AS a, 'x' AS b, [1.5, 'nan'::DOUBLE] AS c")
    assert json.loads(said.out) == {
        "schema": 1,
        "columns": ["a", "a", "b", "c"],
        "rows": [[1, None, "x", [1.5, None]]],
    }


def test_rows_are_csv_without_formulas(history: Path, typed: Type) -> None:
    said = typed("sql", "--csv", "SELECT '=cmd()' AS \"=head\", -1 AS n, 'a,\"b\"' AS t")
    assert list(csv.reader(io.StringIO(said.out))) == [["'=head", "n", "t"], ["'=cmd()", "-1", 'a,"b"']]


def test_a_query_comes_from_standard_input_too(history: Path) -> None:
    command = [sys.executable, "-m", "harness", "sql", "-", "--csv"]
    done = subprocess.run(command, input="SELECT 1 AS one", capture_output=True, text=True, check=True)
    assert done.stdout == "one\n1\n"


def test_an_empty_query_is_a_usage_error(history: Path, typed: Type) -> None:
    assert typed("sql", "  ").status == 2


def test_hostile_cells_and_heads_reach_no_terminal(history: Path, typed: Type) -> None:
    shown = typed("sql", HOSTILE).out
    assert not set(shown) & {"\x1b", "\u202e"}
    assert "##[" not in shown


def test_json_says_the_same_and_hides_nothing(history: Path, typed: Type) -> None:
    shown = typed("sql", "--json", f"{HOSTILE}, chr(917760) AS d").out
    assert not set(shown) & {"\x1b", "\u202e", "\U000e0100"}
    assert "##[" not in shown
    assert json.loads(shown)["rows"] == [["\x1b[31m\u202e", "##[group]", "=1+1", "\U000e0100"]]


def test_a_message_that_quotes_an_answer_is_as_harmless(history: Path, typed: Type) -> None:
    said = typed("sql", "SELECT CAST(chr(27) || '##[error]' AS INTEGER)")
    assert said.status == 2
    assert "\x1b" not in said.err
    assert "##[" not in said.err


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE runs",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY runs TO 'out.csv'",
        "SELECT 1; SELECT 2",
        "SELECT nothing FROM nowhere",
    ],
)
def test_what_is_no_harmless_select_is_refused(history: Path, typed: Type, query: str) -> None:
    said = typed("sql", query)
    assert (said.status, said.out) == (2, "")
    assert "Traceback" not in said.err


def test_json_and_csv_at_once_is_a_usage_error(history: Path, typed: Type) -> None:
    assert typed("sql", "--json", "--csv", "SELECT 1").status == 2


def test_values_keep_what_they_say() -> None:
    assert as_json(Decimal("0.000493600")) == "0.000493600"
    assert as_json(datetime(2026, 11, 21, tzinfo=UTC)) == "2026-11-21T00:00:00+00:00"
    assert as_json(date(2026, 11, 21)) == "2026-11-21"
    assert as_json({"a": (1, b"x")}) == {"a": [1, "b'x'"]}
    assert as_text({"a": None}) == '{"a": null}'
    assert as_text(float("inf")) == ""


@given(st.text(st.characters()))
def test_json_for_a_terminal_means_the_same(text: str) -> None:
    shown = json_text(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert "##[" not in shown
    assert shown.encode()


@given(st.text(min_size=1))
def test_no_text_begins_a_formula_in_csv(text: str) -> None:
    assert not as_cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_in_csv_stay_numbers(number: float) -> None:
    assert float(as_cell(number)) == float(number)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("latency_s", 0.82, "latency 0.82 s"),
        ("budget_usd", "2", "budget $2.00"),
        ("cost_local", {"amount": "31.10", "currency": "PKR"}, "31.10 PKR"),
        ("degrades_to", ["haiku-5-5", "cached"], "degrades to haiku-5-5, cached"),
        ("flags", [], "flags "),
        ("why", "finished", "why finished"),
    ],
)
def test_a_field_of_an_event_is_said_in_words(key: str, value: Json, said: str) -> None:
    assert field(key, value) == said
