"""What statistics see of a run, and of runs and stores that were made before there was a bank."""

from dataclasses import fields, replace
from pathlib import Path

import duckdb

from harness.call.exchange import Usage
from harness.compare.observation import Observation
from harness.grade.grade import Grading
from harness.store.duck import migrations
from harness.store.ingest import ingest
from harness.store.journal import Tools
from harness.store.lines import dump_info, dump_record, load_info, load_record
from harness.store.past import read_journal
from harness.store.read import find_run, read_side
from harness.trial import Answered
from harness.units import Tokens
from tests.doubles import REPLY
from tests.store.samples import MOMENT, failed, info, record, stored, write_run


def test_statistics_see_tokens_attempts_and_who_answered(store: Path, use: Tools) -> None:
    usage = Usage(
        input_tokens=Tokens(7),
        output_tokens=Tokens(5),
        cache_write_5m_tokens=Tokens(2),
        cache_write_1h_tokens=Tokens(1),
        cache_read_tokens=Tokens(4),
    )
    answered = Answered(reply=replace(REPLY, usage=usage, served_model="claude-opus-5-5"))
    records = [replace(record("a", outcome=answered), must_pass=True), failed("b")]
    side = read_side(stored(store, info(), records, use), "r1")
    seen, missed = side.observations
    assert side.model_id == "claude-opus-5-5"
    assert (seen.input_tokens, seen.output_tokens) == (7, 5)
    assert (seen.cache_write_tokens, seen.cache_read_tokens) == (3, 4)
    assert (seen.attempts, seen.served_model, seen.must_pass) == (1, "claude-opus-5-5", True)
    assert (missed.input_tokens, missed.served_model, missed.must_pass) == (None, None, False)


def test_statistics_see_a_value_of_its_own_kind_in_every_field(store: Path, use: Tools) -> None:
    records = [replace(record("a"), tags=("x", "y")), replace(record("a", 2), tags=("x", "y")), failed("b")]
    side = read_side(stored(store, info(repeats=2), records, use), "r1")
    assert [replace(each) for each in side.observations] == list(side.observations)
    seen = side.observations[0]
    kinds: dict[str, object] = {field.name: type(getattr(seen, field.name)) for field in fields(Observation)}
    assert set(kinds.values()) <= {str, int, float, bool, tuple, type(None)}
    assert (kinds["repeat"], kinds["score"], kinds["must_pass"], kinds["tags"]) == (int, float, bool, tuple)
    assert {type(tag) for tag in seen.tags} == {str}
    assert side.observations[1].tags is seen.tags


def test_statistics_see_whether_an_answer_reached_the_threshold_of_its_case(store: Path, use: Tools) -> None:
    near = replace(record("a", score=0.7), grading=Grading(grades=(), score=0.7, passed=True))
    side = read_side(stored(store, info(), [near, failed("b")], use), "r1")
    assert [(o.score, o.passed) for o in side.observations] == [(0.7, True), (None, None)]


def test_a_run_of_fresh_samples_plans_just_those(store: Path, use: Tools) -> None:
    about = replace(
        info(cases=["a", "b"], repeats=2), purpose="confirm", first_repeat=4, times=(2, 1), planned=3
    )
    assert list(about.keys) == [("a", 4), ("b", 4), ("a", 5)]
    stored(store, about, [record("a", 4)], use)
    assert [(o.case_id, o.repeat, o.missing) for o in read_side(store, "r1").observations] == [
        ("a", 4, None),
        ("a", 5, "skipped: interrupted"),
        ("b", 4, "skipped: interrupted"),
    ]
    assert find_run(store, "r1") == about


def test_a_journal_from_before_there_was_a_purpose_is_still_read() -> None:
    header = dump_info(info())
    for name in ("purpose", "first_repeat", "times"):
        del header[name]
    assert load_info(header) == info()
    line = dump_record(record(), str)
    del line["must_pass"]
    assert load_record(line) == record()


def test_a_store_from_before_there_was_a_bank_is_brought_up_to_date(
    runs: Path, store: Path, use: Tools
) -> None:
    with duckdb.connect(str(store)) as old:
        old.execute(
            "CREATE TABLE schema_migrations (version BIGINT, name VARCHAR, sha256 VARCHAR, applied_at TIMESTAMP)"
        )
        for step in migrations()[:3]:
            old.execute(step.text)
            old.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, ?, now()::TIMESTAMP)",
                [step.version, step.name, step.sha256],
            )
        columns = (
            "run_id, suite, suite_digest, prompt, prompt_version, prompt_digest, model, model_id, params, prices, graders, mode,"
            " harness_version, sdk_version, session"
        )
        old.execute(
            f"INSERT INTO runs ({columns}, repeats, planned, case_ids, started_at, synthetic, ended, wall_s)"  # noqa: S608 - columns from the line above
            f" VALUES ({', '.join(['?'] * 15)}, 1, 2, ['a', 'b'], ?, false, true, 1)",
            [*(getattr(info("r0"), name) for name in columns.split(", ")), MOMENT.replace(tzinfo=None)],
        )
    earlier = find_run(store, "r0")
    assert (earlier.purpose, earlier.first_repeat, earlier.times) == ("", 1, ())
    ingest(store, read_journal(write_run(runs, info(), [record("a"), record("b")], use)))
    assert len(read_side(store, "r1").observations) == 2
