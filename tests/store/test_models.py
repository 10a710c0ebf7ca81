"""What a run asked of each model, as the store tells it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from harness.record import Record, RunInfo
from harness.store.answers import read_answers
from harness.store.ingest import ingest
from harness.store.journal import Tools, resume_journal, start_journal
from harness.store.past import read_journal
from harness.store.read import find_run, read_side
from harness.store.sql import run_sql
from tests.doubles import go
from tests.store.samples import CENT, failed, info, record, reserved, settled

OPUS, HAIKU = "claude-opus-5-5", "claude-haiku-5-5"


def asked_of(model: str, made: Record) -> Record:
    return replace(made, question=f'{{"model":"{model}"}}')


def routed(*cases: str) -> RunInfo:
    return replace(
        info(cases=cases),
        model="route:by-tag",
        model_id=f"{HAIKU}, {OPUS}",
        route='{"name":"by-tag"}',
        route_digest="d" * 64,
    )


def test_what_was_paid_twice_lost_or_never_settled_stands_with_its_model(
    runs: Path, store: Path, use: Tools
) -> None:
    """Superseded, unrecorded and unsettled money included, the models come to what the run comes to."""
    journal = start_journal(runs, routed("a", "b", "c", "d"), use)
    go(journal.append(asked_of(HAIKU, failed("a"))))
    journal.note(replace(settled("b"), model=HAIKU))
    journal.note(reserved("c"))
    journal.close()
    again, _past = resume_journal(runs, "r1", use)
    go(again.append(asked_of(HAIKU, record("a"))))
    go(again.append(asked_of(OPUS, record("c"))))
    again.end("interrupted", {})
    ingest(store, read_journal(journal.path))

    counts = "SELECT requested_model, planned, answered, skipped FROM v_models ORDER BY 1 NULLS LAST"
    assert run_sql(store, counts).rows == ((HAIKU, 1, 1, 0), (OPUS, 1, 1, 0), (None, 2, 0, 2))
    whole = run_sql(store, "SELECT planned, cost_usd, cost_uncertain_usd FROM v_runs").rows
    parts = "SELECT sum(planned), sum(cost_usd), sum(cost_uncertain_usd) FROM v_models"
    assert run_sql(store, parts).rows == whole
    costs = "SELECT cost_usd, cost_uncertain_usd FROM v_models ORDER BY requested_model NULLS LAST LIMIT 2"
    assert run_sql(store, costs).rows == ((2 * CENT, CENT), (CENT, Decimal("0.05")))

    assert {each.case_id: each.model for each in read_answers(store, "r1")} == {
        "a": HAIKU, "b": None, "c": OPUS, "d": None,
    }  # fmt: skip
    side = read_side(store, "r1")
    assert side.label == "v1 by route by-tag"
    assert [(each.model, each.case_ids) for each in side.models] == [
        ("", ("b", "d")),
        (HAIKU, ("a",)),
        (OPUS, ("c",)),
    ]
    assert sum(Decimal(each.cost_usd or 0) for each in side.models) == Decimal(side.cost_usd or 0)


def test_a_repeat_that_was_never_asked_belongs_to_the_model_of_its_case(
    runs: Path, store: Path, use: Tools
) -> None:
    journal = start_journal(runs, replace(routed("a"), repeats=2, planned=2), use)
    go(journal.append(asked_of(HAIKU, record("a"))))
    journal.end("interrupted", {})
    ingest(store, read_journal(journal.path))
    [only] = read_side(store, "r1").models
    assert (only.model, only.planned, only.answered) == (HAIKU, 2, 1)


def test_a_run_of_one_model_has_no_shares_but_one_row(runs: Path, store: Path, use: Tools) -> None:
    journal = start_journal(runs, info(cases=("a", "b")), use)
    go(journal.append(asked_of(OPUS, record("a"))))
    journal.end("interrupted", {})
    ingest(store, read_journal(journal.path))
    assert read_side(store, "r1").models == ()
    assert [each.model for each in read_answers(store, "r1")] == [None, None]
    rows = run_sql(store, "SELECT requested_model, planned, answered FROM v_models").rows
    assert rows == ((OPUS, 2, 1),)


def test_what_a_run_was_routed_by_comes_back_from_the_store(runs: Path, store: Path, use: Tools) -> None:
    journal = start_journal(runs, routed("a"), use)
    journal.end("finished", {})
    ingest(store, read_journal(journal.path))
    found = find_run(store, "r1")
    assert (found.route, found.route_digest) == ('{"name":"by-tag"}', "d" * 64)
    assert (found.asked, found.variant) == ("route by-tag", "v1 by route by-tag")
