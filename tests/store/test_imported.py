"""Results of others become a run like any other."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.store.given import read_given
from harness.store.imported import Import, import_results
from harness.store.ingest import rebuild
from harness.store.journal import Tools
from harness.store.read import find_run, read_side, run_totals
from harness.units import Seconds
from tests.store.samples import info, record, write_run


def written(folder: Path, *rows: Mapping[str, object]) -> Path:
    path = folder / "results.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def imported(store: Path, use: Tools, file: Path, where: str | None = None) -> str:
    return import_results(store, Import(file=file, suite="bfcl", run="gpt", where=where), use)


def test_rows_become_observations(tmp_path: Path, store: Path, use: Tools) -> None:
    row = {
        "case_id": "a",
        "score": 0.5,
        "cluster": "k",
        "slice": "x",
        "cost_usd": 0.25,
        "latency_s": 1.5,
        "weight": 2,
    }
    imported(store, use, written(tmp_path, row))
    side = read_side(store, "gpt")
    one = side.observations[0]
    assert (one.case_id, one.repeat, one.score, one.missing) == ("a", 1, 0.5, None)
    assert (one.cluster, one.tags, one.weight) == ("k", ("x",), 2.0)
    assert (one.cost, one.latency) == (0.25, 1.5)
    assert (side.label, side.mode, side.cost_usd) == ("gpt", "imported", "0.25")


def test_a_score_counts_even_where_there_was_an_error(tmp_path: Path, store: Path, use: Tools) -> None:
    rows: list[dict[str, object]] = [
        {"case_id": "a", "score": 0.0, "error_type": "value_error"},
        {"case_id": "b", "score": None, "error_type": "overloaded"},
        {"case_id": "c", "score": None, "error_type": None},
    ]
    imported(store, use, written(tmp_path, *rows))
    side = read_side(store, "gpt")
    assert [each.missing for each in side.observations] == [None, "overloaded", "no score"]
    assert (side.accounting.planned, side.accounting.answered, side.accounting.failed) == (3, 1, 2)


def test_csv_and_parquet_are_read_too(tmp_path: Path, store: Path, use: Tools) -> None:
    import duckdb

    sheet = tmp_path / "results.csv"
    sheet.write_text('case_id,score,tags\na,1,"x, y"\nb,nan,\n')
    duckdb.read_csv(str(sheet)).write_parquet(str(tmp_path / "results.parquet"))
    for file in (sheet, tmp_path / "results.parquet"):
        import_results(store, Import(file=file, suite="s", run=file.suffix[1:]), use)
    one, other = read_side(store, "csv"), read_side(store, "parquet")
    assert one.observations == other.observations
    assert one.observations[0].tags == ("x", "y")
    assert one.observations[1].score is None


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([{"case_id": "a"}], "no column score"),
        ([{"case_id": None, "score": 1}], "1 row: case_id is empty"),
        ([{"case_id": c, "score": 1.5} for c in "abcde"], r"5 rows: score is outside \[0, 1\]: 1.5 of a \(row 1\).*and 2 more"),
        ([{"case_id": "a", "score": "good"}], "score is no number"),
        ([{"case_id": "a", "score": 1, "weight": 0}], "weight is not above 0"),
        ([{"case_id": "a", "score": 1, "cost_usd": -1}], "cost_usd is negative"),
        ([{"case_id": "a", "score": 1, "repeat": 1.5}], "repeat is no whole number"),
        ([{"case_id": "a", "score": 1}] * 2, "1 row: the case and repeat are there already.*keep one"),
        ([{"case_id": "a", "score": 1.0000001}], r"score is outside \[0, 1\]: 1.0000001 of a"),
        ([{"case_id": "a", "score": 1, "repeat": 10**23}], "repeat is no whole number from 0 to 1,000,000"),
        ([{"case_id": "a", "score": "50%"}], "score is no number: '50%' of a"),
        ([{"case_id": " ", "score": 1}], "case_id is empty"),
        ([{"case_id": "a" * 1001, "score": 1}], "case_id has 1,001 characters; the most is 1,000"),
        ([{"case_id": "a", "score": 1, "tags": {"x": 1}}], "tags are no list"),
        ([{"case_id": "a", "score": 1, "repeat": n, "weight": n} for n in (1, 2)], "the weight of a case differs between its repeats: a \\(repeat 2\\)"),
        ([{"case_id": "a", "score": 1, "repeat": n, "cluster": f"k{n}"} for n in (1, 2)], "the cluster of a case differs"),
    ],
)  # fmt: skip
def test_mistakes_are_named(
    tmp_path: Path, store: Path, use: Tools, rows: list[dict[str, object]], what: str
) -> None:
    with pytest.raises(UsageError, match=what):
        imported(store, use, written(tmp_path, *rows))
    assert not store.exists()


def test_a_file_of_many_models_wants_a_condition(tmp_path: Path, store: Path, use: Tools) -> None:
    file = written(tmp_path, *({"case_id": "a", "score": 1, "model": model} for model in ("x", "y")))
    with pytest.raises(UsageError, match="they differ in model: filter with --where"):
        imported(store, use, file)
    imported(store, use, file, where="model = 'x'")
    assert find_run(store, "gpt").model_id == "x"


@pytest.mark.parametrize(
    "where",
    [
        "nosuch = 1",
        "model = 'nobody'",
        "1 = 1; DROP TABLE given",
        "EXISTS (FROM read_text('/etc/passwd'))",
        "(SELECT count(*) FROM '/etc/passwd') > 0",
        "",
    ],
)
def test_a_condition_can_only_choose(tmp_path: Path, store: Path, use: Tools, where: str) -> None:
    file = written(tmp_path, {"case_id": "a", "score": 1, "model": "x"})
    with pytest.raises(UsageError):
        imported(store, use, file, where=where)


@pytest.mark.parametrize("name", ["nothing.jsonl", "results.txt", "https://example.org/x.csv", "*.jsonl"])
def test_only_one_existing_file_is_read(tmp_path: Path, store: Path, use: Tools, name: str) -> None:
    written(tmp_path, {"case_id": "a", "score": 1})
    with pytest.raises(UsageError):
        imported(store, use, tmp_path / name)


def test_importing_twice_is_importing_once(tmp_path: Path, store: Path, use: Tools) -> None:
    file = written(tmp_path, {"case_id": "a", "score": 1})
    assert imported(store, use, file) == imported(store, use, file)
    assert run_totals(store, "gpt").accounting.planned == 1


def test_other_results_need_another_name_or_the_wish_to_replace(
    tmp_path: Path, store: Path, use: Tools
) -> None:
    imported(store, use, written(tmp_path, {"case_id": "a", "score": 1}))
    other = Import(file=written(tmp_path, {"case_id": "a", "score": 0}), suite="bfcl", run="gpt")
    with pytest.raises(UsageError, match="other results of suite 'bfcl' were imported under this name"):
        import_results(store, other, use)
    import_results(store, replace(other, replace=True), use)
    assert run_totals(store, "gpt").mean_score == 0


def test_a_run_of_our_own_is_never_replaced(tmp_path: Path, runs: Path, store: Path, use: Tools) -> None:
    write_run(runs, info("gpt"), [record()], use)
    wanted = Import(file=written(tmp_path, {"case_id": "a", "score": 1}), suite="s", run="gpt", replace=True)
    with pytest.raises(UsageError, match="a run of our own has this name"):
        import_results(store, wanted, use)


def test_rebuilding_keeps_imported_runs(tmp_path: Path, runs: Path, store: Path, use: Tools) -> None:
    imported(store, use, written(tmp_path, {"case_id": "a", "score": 0.25, "cost_usd": 0.1}))
    before = read_side(store, "gpt")
    store.unlink()
    rebuild(store, runs)
    assert read_side(store, "gpt") == before
    assert run_totals(store, "gpt").cost == Decimal("0.1")


def read(tmp_path: Path, store: Path, use: Tools, name: str, text: str) -> list[tuple[str, float | None]]:
    (tmp_path / name).write_bytes(text.encode("utf-8"))
    run = import_results(store, Import(file=tmp_path / name, suite="s", run=name), use)
    return [(each.case_id, each.score) for each in read_side(store, run).observations]


def test_ids_stay_as_they_are_written(tmp_path: Path, store: Path, use: Tools) -> None:
    sheet = "case_id,score\n02,1\n2,0\n2026-01-02,1\ntrue,0\n"
    wanted = [("02", 1), ("2", 0), ("2026-01-02", 1), ("true", 0)]
    assert sorted(read(tmp_path, store, use, "ids.csv", sheet)) == wanted
    lines = "".join(f'{{"case_id": "{each}", "score": {score}}}\n' for each, score in wanted)
    assert sorted(read(tmp_path, store, use, "ids.jsonl", lines)) == wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("windows", "case_id,score\r\na,1\r\nb,0\r\n"),
        ("mark", "\ufeffcase_id,score\na,1\nb,0\n"),
        ("semicolons", "case_id;score\na;1\nb;0\n"),
        ("tabs", "case_id\tscore\na\t1.0\nb\t 0\n"),
        ("words", "case_id,score\na,true\nb,False\n"),
        ("quoted", '"case_id","score"\n"a","1"\n"b","0"\n'),
        ("beside", "extra,case_id,score\n,a,1\nx,b,0\n"),
    ],
)
def test_a_sheet_is_read_however_it_was_saved(
    tmp_path: Path, store: Path, use: Tools, name: str, text: str
) -> None:
    assert read(tmp_path, store, use, f"{name}.csv", text) == [("a", 1), ("b", 0)]


@pytest.mark.parametrize("last", ["oops", "inf", "2", "-0.1", "1e400"])
def test_one_odd_score_far_down_is_named_with_its_row(
    tmp_path: Path, store: Path, use: Tools, last: str
) -> None:
    rows = "".join(f"c{number},1\n" for number in range(25_000))
    with pytest.raises(UsageError, match=r"1 row: score is .* of z \(row 25001\)$"):
        read(tmp_path, store, use, "long.csv", f"case_id,score\n{rows}z,{last}\n")


def test_a_column_that_comes_late_in_a_file_of_lines_is_seen(tmp_path: Path, store: Path, use: Tools) -> None:
    rows = "".join(f'{{"case_id": "c{number}", "score": 1}}\n' for number in range(25_000))
    with pytest.raises(UsageError, match="repeat is no number: 'x' of z"):
        read(tmp_path, store, use, "long.jsonl", rows + '{"case_id": "z", "score": 1, "repeat": "x"}\n')


@pytest.mark.parametrize("tags", ['"x, y"', "x|y", '"[""x"", ""y""]"'])
def test_tags_are_told_apart_however_they_are_written(
    tmp_path: Path, store: Path, use: Tools, tags: str
) -> None:
    read(tmp_path, store, use, "tags.csv", f"case_id,score,tags\na,1,{tags}\n")
    assert read_side(store, "tags.csv").observations[0].tags == ("x", "y")


def test_the_mean_of_floats_may_miss_one_by_a_hair(tmp_path: Path, store: Path, use: Tools) -> None:
    assert read(tmp_path, store, use, "mean.csv", "case_id,score\na,1.0000000000000002\n") == [("a", 1.0)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "the file is empty; its first line names the columns"),
        ("case_id,score,score\na,1,0\n", ":1: column 'score' appears twice"),
        ("case_id,,score\na,1,0\n", ":1: a column has no name"),
        ("Case_ID,Score\na,1\n", r"no column case_id and no column score; rename yours \(there are: Case_ID, Score\)"),
        ("case_id,score\na,1,2\n", "cannot be read: .* Line: 2"),
        ('case_id,score\n"a,1\n', "cannot be read"),
    ],
)  # fmt: skip
def test_a_sheet_that_is_none_is_told_in_a_line(
    tmp_path: Path, store: Path, use: Tools, text: str, what: str
) -> None:
    with pytest.raises(UsageError, match=what) as refused:
        read(tmp_path, store, use, "bad.csv", text)
    assert "\n" not in str(refused.value)


def test_a_condition_without_an_end_is_stopped(tmp_path: Path) -> None:
    file = written(tmp_path, {"case_id": "a", "score": 1})
    forever = "(WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t) > 0"
    with pytest.raises(UsageError, match=r"takes longer than 0\.2 s"):
        read_given(file, forever, patience=Seconds(0.2))


@pytest.mark.parametrize("name", ["", "../x", "a b", "<b>"])
def test_a_suite_has_a_plain_name(tmp_path: Path, store: Path, use: Tools, name: str) -> None:
    file = written(tmp_path, {"case_id": "a", "score": 1})
    with pytest.raises(UsageError, match="a suite's name is"):
        import_results(store, Import(file=file, suite=name, run="r"), use)


def test_a_secret_in_somebody_s_results_is_not_kept(tmp_path: Path, store: Path, use: Tools) -> None:
    row = {"case_id": "a", "score": None, "error_type": "key hunter2 refused", "tags": ["hunter2"]}
    careful = replace(use, redact=lambda text: text.replace("hunter2", "[gone]"))
    imported(store, careful, written(tmp_path, row))
    one = read_side(store, "gpt").observations[0]
    assert (one.missing, one.tags) == ("key [gone] refused", ("[gone]",))
