"""Requests that were on the wire when their process died are attempts as well."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.exchange import Origin
from harness.events import AttemptStarted, Reserved, Settled
from harness.store.crashed import OnTheWire, origin_of
from harness.store.ingest import ingest
from harness.store.journal import JournalWriter, Tools, resume_journal, start_journal
from harness.store.past import Journal, read_journal
from harness.store.read import run_totals
from harness.units import FREE, Usd
from tests.doubles import go
from tests.store.samples import info, record, reserved, settled

CENT = Usd(Decimal("0.01"))


def sent(case: str, number: int = 1) -> AttemptStarted:
    like = reserved(case)
    return AttemptStarted(origin=like.origin, model=like.model, attempt=number)


def crashed(journal: Journal) -> list[tuple[str, int, str | None, Usd, Usd]]:
    return [
        (each.case_id, each.repeat, each.attempt.fault, each.attempt.cost, each.attempt.cost_uncertain)
        for each in journal.crashed
    ]


def killed(runs: Path, use: Tools, *lines: AttemptStarted | Reserved | Settled) -> JournalWriter:
    journal = start_journal(runs, info(), use)
    for line in lines:
        journal.note(line)
    journal.close()
    return journal


async def kept(journal: JournalWriter) -> None:
    await journal.append(record("a"))


def test_a_request_that_was_in_flight_may_have_cost_its_worst_case(runs: Path, use: Tools) -> None:
    past = read_journal(killed(runs, use, reserved("a"), sent("a")).path)
    assert crashed(past) == [("a", 1, "crashed", FREE, reserved("a").amount)]


def test_a_request_whose_answer_was_not_recorded_cost_what_it_cost(runs: Path, use: Tools) -> None:
    past = read_journal(killed(runs, use, reserved("a"), sent("a"), settled("a")).path)
    assert crashed(past) == [("a", 1, "crashed", settled("a").cost, settled("a").uncertain)]


def test_a_reservation_that_was_never_sent_is_no_attempt(runs: Path, use: Tools) -> None:
    assert crashed(read_journal(killed(runs, use, reserved("a")).path)) == []


def test_a_request_without_a_price_is_an_attempt_all_the_same(runs: Path, use: Tools) -> None:
    assert crashed(read_journal(killed(runs, use, sent("a")).path)) == [("a", 1, "crashed", FREE, FREE)]


def test_a_request_with_a_record_is_told_of_by_it(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    for line in (reserved("a"), sent("a"), settled("a")):
        journal.note(line)
    go(kept(journal))
    journal.close()
    assert crashed(read_journal(journal.path)) == []


def test_every_crash_of_a_trial_is_counted_and_so_is_the_attempt_that_made_it(
    runs: Path, use: Tools, store: Path
) -> None:
    killed(runs, use, reserved("a"), sent("a"))
    again, _ = resume_journal(runs, "r1", use)
    again.note(reserved("a"))
    again.note(sent("a"))
    again.close()
    last, past = resume_journal(runs, "r1", use)
    assert len(past.crashed) == 2
    for line in (reserved("a"), sent("a"), settled("a")):
        last.note(line)
    go(kept(last))
    last.end("finished", {})

    past = read_journal(last.path)
    ingest(store, past)
    assert [each[0] for each in crashed(past)] == ["a", "a"]
    assert run_totals(store, "r1").attempts == 2 + len(record("a").attempts)


def test_a_record_before_the_header_is_no_journal() -> None:
    with pytest.raises(ValueError, match="before the header"):
        origin_of(None, record("a"))


@given(case=st.text(min_size=1, max_size=12), repeat=st.integers(1, 99))
def test_a_case_of_any_name_gets_its_attempts_back(case: str, repeat: int) -> None:
    run = info()
    origin = Origin(suite=run.suite, case=case, prompt=run.prompt, version=run.prompt_version, repeat=repeat)
    wire = OnTheWire()
    wire.sent(str(origin), run.model_id, 1)
    [found] = wire.crashed(run, (), ())
    assert found.key == (case, repeat)
