"""Journals into the store and out again: nothing is lost, nothing is counted twice."""

import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_UP, Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.call.fault import Fault, Kind
from harness.call.step import Step
from harness.errors import StoreBusy, StoreError, UsageError
from harness.record import Record, Talks
from harness.store import duck
from harness.store.answers import read_answers
from harness.store.ingest import ingest, rebuild
from harness.store.journal import Tools, resume_journal, start_journal, tools
from harness.store.past import read_journal
from harness.store.read import find_run, history, list_runs, read_side, run_totals
from harness.store.sql import run_sql
from harness.store.steps import read_talks
from harness.suite.tool import ToolError
from harness.trial import Answered, Degraded, Failed, Skipped
from harness.units import Seconds, Tokens, Usd
from tests.doubles import REPLY, FakeClock, go
from tests.store.samples import (
    CENT,
    RECORDS,
    failed,
    grading,
    info,
    record,
    reserved,
    settled,
    stored,
    write_run,
)

NANO = Decimal("0.000000001")


def everything(store: Path) -> list[list[tuple[object, ...]]]:
    """All rows of every table that a journal fills."""
    with duck.reading(store) as connection:
        return [
            sorted(connection.table(name).fetchall(), key=repr)
            for name in ("runs", "trials", "calls", "extra_costs", "grades", "steps")
        ]


def test_a_run_comes_back_as_it_was(runs: Path, store: Path, use: Tools) -> None:
    ingest(store, read_journal(write_run(runs, info(), [record("a"), record("b")], use)))
    assert find_run(store, "r1") == info()


def test_ingesting_twice_changes_nothing(runs: Path, store: Path, use: Tools) -> None:
    journal = read_journal(write_run(runs, info(), [record("a"), failed("b")], use))
    ingest(store, journal)
    before = everything(store)
    ingest(store, journal)
    assert everything(store) == before


@settings(max_examples=10)
@given(st.lists(RECORDS, max_size=8))
def test_the_store_says_what_the_journal_says(records: Sequence[Record]) -> None:
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "harness.duckdb"
        about = info(cases=["a", "b", "c", "d"], repeats=2)
        journal = read_journal(write_run(Path(name) / "runs", about, records, tools(str, clock=FakeClock())))
        ingest(store, journal)
        totals = run_totals(store, "r1")
        kinds = Counter(each.outcome.kind for each in journal.records)
    count = totals.accounting
    assert (count.answered, count.degraded, count.failed) == (
        kinds["answered"],
        kinds["degraded"],
        kinds["failed"],
    )
    assert count.planned == 8 == count.answered + count.degraded + count.failed + count.skipped
    assert totals.cost_uncertain == journal.cost_uncertain.quantize(NANO, rounding=ROUND_UP)
    assert totals.attempts == sum(len(each.attempts) for each in (*journal.records, *journal.superseded))


def test_a_planned_trial_without_a_record_is_skipped_and_not_forgotten(
    runs: Path, store: Path, use: Tools
) -> None:
    ingest(store, read_journal(write_run(runs, info(repeats=2), [record("a")], use)))
    side = read_side(store, "r1")
    assert [(each.case_id, each.repeat, each.missing) for each in side.observations] == [
        ("a", 1, None),
        ("a", 2, "skipped: interrupted"),
        ("b", 1, "skipped: interrupted"),
        ("b", 2, "skipped: interrupted"),
    ]
    assert (side.accounting.planned, side.accounting.skipped) == (4, 3)


def test_a_run_that_died_at_once_still_has_all_its_trials(runs: Path, store: Path, use: Tools) -> None:
    start_journal(runs, info(), use).close()
    ingest(store, read_journal(runs / "r1.jsonl"))
    totals = run_totals(store, "r1")
    assert (totals.accounting.planned, totals.accounting.skipped) == (2, 2)
    assert (totals.cost, totals.ended) == (Decimal(0), None)


def test_a_case_a_run_never_came_to_is_still_the_same_case(runs: Path, store: Path, use: Tools) -> None:
    known = replace(record("b"), cluster="k", weight=2.0)
    ingest(store, read_journal(write_run(runs, info("r1"), [record("a"), known], use)))
    ingest(store, read_journal(write_run(runs, info("r2"), [record("a")], use)))
    never = read_side(store, "r2").observations[1]
    assert (never.case_digest, never.cluster, never.tags, never.weight) == ("d" * 64, "k", ("refund",), 2.0)
    assert never.missing == "skipped: interrupted"


def test_every_missing_trial_says_why(runs: Path, store: Path, use: Tools) -> None:
    other = Degraded(reply=REPLY, why="claude-haiku answered")
    records = [failed("a"), record("b", outcome=other), record("c", outcome=Skipped(why="budget"))]
    ingest(store, read_journal(write_run(runs, info(cases=["a", "b", "c"]), records, use)))
    side = read_side(store, "r1")
    assert [each.missing for each in side.observations] == ["timeout", "degraded", "skipped: budget"]
    assert [each.cost for each in side.observations] == [None, None, None]


def test_money_is_exact(runs: Path, store: Path, use: Tools) -> None:
    cases = [f"c{number}" for number in range(30)]
    ingest(store, read_journal(write_run(runs, info(cases=cases), [record(each) for each in cases], use)))
    assert run_totals(store, "r1").cost == 30 * CENT
    assert read_side(store, "r1").cost_usd == "0.30000003"


def test_no_bill_is_understated(runs: Path, store: Path, use: Tools) -> None:
    tiny = replace(record("a"), cost=Usd(Decimal("0.0000000001")))
    ingest(store, read_journal(write_run(runs, info(), [tiny], use)))
    assert run_totals(store, "r1").cost == NANO


def test_a_model_without_a_price_has_no_cost(runs: Path, store: Path, use: Tools) -> None:
    ingest(store, read_journal(write_run(runs, info(), [replace(record("a"), cost=None)], use)))
    assert run_totals(store, "r1").cost is None
    assert read_side(store, "r1").cost_usd is None


async def _die_and_resume(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    await journal.append(failed("a"))
    journal.note(reserved("b"))
    journal.close()
    again, past = resume_journal(runs, "r1", use)
    assert past.finished == frozenset()
    for case_id in ("a", "b"):
        again.note(reserved(case_id))
        again.note(settled(case_id))
        await again.append(record(case_id))
    again.end("complete", {})


def test_what_a_resumed_run_paid_twice_for_is_in_its_total(runs: Path, store: Path, use: Tools) -> None:
    go(_die_and_resume(runs, use))
    ingest(store, read_journal(runs / "r1.jsonl"))
    totals = run_totals(store, "r1")
    assert totals.accounting.answered == 2
    assert totals.cost == 2 * CENT
    assert totals.cost_uncertain == CENT + Decimal("0.05")
    assert totals.attempts == 3


def test_a_run_is_found_by_the_beginning_of_its_name(runs: Path, store: Path, use: Tools) -> None:
    for name in ("alpha-1", "alpha-10", "beta"):
        ingest(store, read_journal(write_run(runs, info(name), [], use)))
    assert find_run(store, "b").run_id == "beta"
    assert find_run(store, "alpha-1").run_id == "alpha-1"
    with pytest.raises(UsageError, match=r"2 runs begin like this \(alpha-1, alpha-10\)"):
        find_run(store, "alpha")
    with pytest.raises(UsageError, match="there is no such run; the newest are"):
        find_run(store, "gamma")


def test_runs_are_listed_by_suite(runs: Path, store: Path, use: Tools) -> None:
    for name, suite in (("r1", "triage"), ("r2", "other")):
        ingest(store, read_journal(write_run(runs, replace(info(name), suite=suite), [record()], use)))
    assert [each.info.run_id for each in list_runs(store)] == ["r1", "r2"]
    assert [each.info.run_id for each in history(store, "other")] == ["r2"]


def test_answers_are_read_with_what_was_asked_and_why_it_failed(runs: Path, store: Path, use: Tools) -> None:
    ingest(store, read_journal(write_run(runs, info(), [record("a", score=0.0), failed("b")], use)))
    first, second = read_answers(store, "r1")
    assert first.text == REPLY.text
    assert first.evidence == ("evals/triage.yaml:9:9: equals: wanted x, found y",)
    assert first.question == record().question
    assert (second.outcome, second.detail) == ("failed", "no answer in 60 s")
    assert [each.case_id for each in read_answers(store, "r1", case_ids=["b"])] == ["b"]


def test_texts_keep_every_character(runs: Path, store: Path, use: Tools) -> None:
    odd = 'nul \x00 esc \x1b quote " \\ newline \n bidi \u202e emoji \U0001f600'
    ingest(
        store,
        read_journal(
            write_run(runs, info(), [record(outcome=Answered(reply=replace(REPLY, text=odd)))], use)
        ),
    )
    assert read_answers(store, "r1")[0].text == odd


def test_rebuilding_gives_the_same_store(runs: Path, store: Path, use: Tools) -> None:
    for name in ("r1", "r2"):
        ingest(store, read_journal(write_run(runs, info(name), [record("a"), failed("b")], use)))
    before = everything(store)
    store.write_bytes(b"no database at all")
    with pytest.raises(StoreError, match=r"cannot be opened as a store .* `harness rebuild`"):
        list_runs(store)
    assert rebuild(store, runs) == ()
    assert everything(store) == before


def test_rebuilding_goes_on_past_a_damaged_journal(runs: Path, store: Path, use: Tools) -> None:
    write_run(runs, info("r1"), [record()], use)
    (runs / "r0.jsonl").write_text("damaged\n")
    warnings = rebuild(store, runs)
    assert "r0.jsonl:1" in warnings[0]
    assert [each.info.run_id for each in list_runs(store)] == ["r1"]


def test_there_is_nothing_to_read_before_the_first_run(store: Path) -> None:
    with pytest.raises(UsageError, match="no results yet; run a suite first"):
        list_runs(store)
    assert not store.exists()


def test_a_store_of_a_newer_version_is_left_alone(runs: Path, store: Path, use: Tools) -> None:
    ingest(store, read_journal(write_run(runs, info(), [], use)))
    with duck.writing(store) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES (99, 'later', 'x', now()::TIMESTAMP)")
    with pytest.raises(StoreError, match=r"newer version of harness .* update harness"):
        list_runs(store)


def test_a_migration_that_was_changed_is_noticed(runs: Path, store: Path, use: Tools) -> None:
    ingest(store, read_journal(write_run(runs, info(), [], use)))
    with duck.writing(store) as connection:
        connection.execute("UPDATE schema_migrations SET sha256 = 'x'")
    with pytest.raises(StoreError, match="not the one of this version"):
        list_runs(store)


def test_the_file_can_be_read_by_older_versions_and_compresses_texts(
    runs: Path, store: Path, use: Tools
) -> None:
    cases = [f"c{number}" for number in range(300)]
    long = [record(each, outcome=Answered(reply=replace(REPLY, text=each * 400))) for each in cases]
    ingest(store, read_journal(write_run(runs, info(cases=cases), long, use)))
    with duck.reading(store) as connection:
        tags = connection.execute(
            "SELECT tags FROM duckdb_databases() WHERE database_name = 'harness'"
        ).fetchall()
        kinds = connection.execute(
            "SELECT DISTINCT compression FROM pragma_storage_info('trials')"
            " WHERE column_name IN ('question', 'answer') AND segment_type = 'VARCHAR'"
        ).fetchall()
    assert tags[0][0]["storage_version"] == "v1.2.0+"
    assert kinds == [("ZSTD",)]


def test_a_reader_waits_for_a_writer_only_so_long(
    runs: Path, store: Path, use: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(store, read_journal(write_run(runs, info(), [], use)))
    monkeypatch.setattr(duck, "_READER_PATIENCE", 0.1)
    with duckdb.connect(str(store)), pytest.raises(StoreBusy, match="is using it; wait"):
        list_runs(store)


def test_writers_in_one_process_queue(runs: Path, store: Path, use: Tools) -> None:
    journals = [read_journal(write_run(runs, info(f"r{n}"), [record()], use)) for n in range(4)]
    threads = [threading.Thread(target=ingest, args=(store, journal)) for journal in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list_runs(store)) == 4


@pytest.mark.parametrize("name", ["select", """table"'; drop table runs; --""", "null", "%"])
def test_no_word_of_sql_is_special_in_a_name(runs: Path, store: Path, use: Tools, name: str) -> None:
    about = replace(info(cases=[name]), suite=name)
    odd = replace(record(name), tags=(name,), cluster=name)
    ingest(store, read_journal(write_run(runs, about, [odd], use)))
    assert read_side(store, "r1").observations[0].tags == (name,)
    assert [each.info.suite for each in list_runs(store, suite=name)] == [name]
    assert read_answers(store, "r1", case_ids=[name])[0].case_id == name


def test_the_views_agree_with_each_other(runs: Path, store: Path, use: Tools) -> None:
    records = [record("a", 1), record("a", 2, score=0.0), failed("b", 1), record("b", 2)]
    ingest(store, read_journal(write_run(runs, info(repeats=2), records, use)))
    assert run_sql(store, "SELECT cost_usd, attempts FROM v_runs").rows == ((3 * CENT, 4),)
    assert run_sql(store, "SELECT sum(cost_usd), count(*) FROM v_calls").rows == ((3 * CENT, 4),)
    assert run_sql(store, "SELECT cost_usd, runs FROM v_cost_daily").rows == ((3 * CENT, 1),)
    assert run_sql(store, "SELECT count(*), sum(cost_usd) FROM v_trials").rows == ((4, 3 * CENT),)
    assert run_sql(store, "SELECT case_id, measured, passed FROM v_flaky").rows == (("a", 2, 1),)
    history = run_sql(store, "SELECT case_id, planned, measured, mean_score FROM v_case_history").rows
    assert history == (("a", 2, 2, 0.5), ("b", 2, 1, 1.0))
    assert run_sql(store, "SELECT count(*) FROM v_grades").rows == ((3,),)


def test_the_steps_of_a_conversation_come_back_as_they_were(tmp_path: Path, use: Tools) -> None:
    steps = (
        Step(number=1, turn=1, kind="model", text="Hm.", latency=Seconds(0.5), input_tokens=Tokens(9)),
        Step(
            number=2, turn=1, kind="tool", tool="f", arguments="{}", error=ToolError.TIMEOUT, flags=("cycle",)
        ),
    )
    lost = Failed(fault=Fault(kind=Kind.TOOL_LOOP, detail="it goes in circles"))
    one = replace(record("a", outcome=lost), steps=steps, cost=CENT, grading=grading(0.0))
    store = stored(tmp_path / "h.duckdb", info(cases=("a", "b")), [one, record("b")], use)

    a, b = read_answers(store, "r1")
    assert (a.steps, b.steps) == (steps, ())
    assert read_talks(store, "r1") == Talks(
        turns=1, tool_calls=1, errors=(("timeout", 1),), flags=(("cycle", 1),)
    )
    [seen, _] = read_side(store, "r1").observations
    assert (seen.score, seen.missing, seen.cost is None, seen.latency) == (0.0, None, False, None)


def test_a_store_from_before_the_steps_gets_them(
    tmp_path: Path, use: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "h.duckdb"
    before = tuple(each for each in duck.migrations() if "steps" not in each.name)
    with monkeypatch.context() as patched:
        patched.setattr(duck, "migrations", lambda: before)
        with duck.writing(store):
            pass
    stored(store, info(cases=("a",)), [record("a")], use)

    assert run_sql(store, "SELECT count(*) FROM v_steps").rows == ((0,),)
