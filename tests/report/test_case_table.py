"""A comparison as a table: every case once, both sides, exact, and as it was in every form."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from harness.call.exchange import Usage
from harness.compare.comparison import Change
from harness.errors import StoreError
from harness.report.machines.case_table import COLUMNS, CaseTable, case_table
from harness.report.views.case import CaseAnswers
from harness.store.cells import cell
from harness.store.export import export_rows
from harness.units import Tokens
from tests.report import examples
from tests.report.hostile import nasty

TABLE = case_table(examples.comparison(), examples.ANSWERS)


def test_every_case_is_one_row_worst_first() -> None:
    assert [row["case_id"] for row in TABLE.rows] == [case.case_id for case in examples.CHANGES]
    assert all(list(COLUMNS) == sorted(row, key=list(COLUMNS).index) for row in TABLE.rows)
    first, lost = TABLE.rows[0], TABLE.rows[4]
    assert (first["change"], first["difference"], first["place"]) == (
        "regressed",
        -1.0,
        "evals/triage.yaml:19:5",
    )
    assert (first["baseline_passed"], first["candidate_passed"], first["candidate_trials"]) == (3, 0, 3)
    assert first["candidate_cost_usd"] == "0.001401"
    assert (first["tags"], first["candidate_latency_p50_s"]) == (["refund", "urdu"], 0.82)
    assert (lost["change"], lost["candidate_score"], lost["missing"]) == (
        "not measured now",
        None,
        ["overloaded"],
    )


def test_tokens_are_those_of_all_answers() -> None:
    usage = Usage(input_tokens=Tokens(100), output_tokens=Tokens(7), cache_read_tokens=Tokens(900))
    case = examples.CHANGES[0]
    answered = tuple(replace(each, usage=usage) for each in examples.ANSWERS[case.case_id].candidate)
    made = case_table(examples.comparison(changes=(case,)), {case.case_id: CaseAnswers(candidate=answered)})
    assert (made.rows[0]["candidate_tokens_in"], made.rows[0]["candidate_tokens_out"]) == (3000, 21)
    assert made.rows[0]["baseline_tokens_in"] is None


def test_parquet_has_the_types_and_every_value(tmp_path: Path) -> None:
    assert export_rows(TABLE.columns, TABLE.rows, tmp_path / "t.parquet", form="parquet") == 8
    read = pq.read_table(tmp_path / "t.parquet")
    assert read.column_names == list(COLUMNS)
    assert read.schema.field("candidate_cost_usd").type == pa.decimal128(18, 9)
    assert read.schema.field("tags").type == pa.list_(pa.field("element", pa.string()))
    assert read.schema.field("candidate_tokens_in").type == pa.int64()
    rows = read.to_pylist()
    assert rows[0]["candidate_cost_usd"] == Decimal("0.001401")
    money = {name for name, kind in COLUMNS.items() if kind.startswith("DECIMAL")}
    meant = [
        {name: Decimal(str(v)) if name in money and v is not None else v for name, v in row.items()}
        for row in TABLE.rows
    ]
    assert rows == meant


def hostile(text: str) -> CaseTable:
    case = replace(
        examples.change("x", Change.BROKE, 1.0, None, (text, "=tag")), case_id=text, missing=(text,)
    )
    answered = replace(examples.answer(text, 1, text), case_place=text or "nowhere")
    return case_table(examples.comparison(changes=(case,)), {text: CaseAnswers(candidate=(answered,))})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(nasty)
def test_any_text_comes_back_from_every_form(tmp_path: Path, text: str) -> None:
    table = hostile(text)
    kept = text.encode("utf-8", "replace").decode()  # half a character is none
    export_rows(table.columns, table.rows, tmp_path / "t.parquet", form="parquet")
    export_rows(table.columns, table.rows, tmp_path / "t.jsonl", form="jsonl")
    export_rows(table.columns, table.rows, tmp_path / "t.csv", form="csv")
    (exact,) = pq.read_table(tmp_path / "t.parquet").to_pylist()
    (line,) = (tmp_path / "t.jsonl").read_text("utf-8").split("\n")[:-1]
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        (shown,) = csv.DictReader(file)
    for found in (exact, json.loads(line)):
        assert (found["case_id"], found["tags"], found["missing"]) == (kept, [kept, "=tag"], [kept])
    assert shown["case_id"] == cell(kept)
    assert json.loads(shown["tags"]) == [kept, "=tag"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        export_rows(TABLE.columns, TABLE.rows, tmp_path / "no" / "t.csv", form="csv")
    assert not list(tmp_path.iterdir())
