"""What must hold after every run against the stand-in, whatever went wrong: one assertion for all tests."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from harness.call.fault import Kind
from harness.store.past import Journal, read_journal
from harness.trial import Failed
from tests.standin import StandIn

NEVER_ARRIVED = frozenset({Kind.UNREACHABLE.value})
MAY_HAVE_ARRIVED = frozenset({"cancelled"})
"""An attempt that was given up may have been before or after the request reached the server."""


def assert_accounts_agree(server: StandIn, *paths: Path, billed_before: Decimal = Decimal(0)) -> None:
    """Requests, attempts, money and outcomes of these journals agree with the server's own log and bill.

    The journals hold everything that was asked of the server (but for `billed_before`, dollars of earlier runs).
    """
    journals = [read_journal(path) for path in paths]
    faults = Counter(
        attempt.fault
        for journal in journals
        for record in (*journal.records, *journal.superseded)
        for attempt in record.attempts
    )
    attempts = faults.total() - sum(faults[kind] for kind in NEVER_ARRIVED)
    unsure = sum(faults[kind] for kind in MAY_HAVE_ARRIVED)
    assert attempts - unsure <= server.attempts <= attempts, (server.attempts, faults)
    for journal in journals:
        _assert_whole(journal)
    _assert_paid(server.bill.total - billed_before, journals)


def _assert_whole(journal: Journal) -> None:
    """Every planned trial has one outcome, and none of them is a bug of ours."""
    assert len(journal.records) == journal.info.planned
    bugs = [
        record.outcome.fault.detail
        for record in journal.records
        if isinstance(record.outcome, Failed) and record.outcome.fault.kind is Kind.BUG
    ]
    assert not bugs
    assert not journal.open
    assert not journal.unrecorded


def _assert_paid(bill: Decimal, journals: list[Journal]) -> None:
    """What is proved is not more than was billed; with what may have been billed it is not less."""
    proved = sum((each.cost for journal in journals for each in journal.settled), Decimal(0))
    uncertain = sum((journal.cost_uncertain for journal in journals), Decimal(0))
    assert proved <= bill <= proved + uncertain, (proved, bill, uncertain)


def assert_stored(document: Any, path: Path) -> None:
    """The document a command prints says what the journal says."""
    journal = read_journal(path)
    attempts = sum(len(each.attempts) for each in (*journal.records, *journal.superseded))
    proved = sum((each.cost for each in journal.settled), Decimal(0))
    found = document["accounting"]
    assert found["planned"] == journal.info.planned
    assert found["planned"] == sum(found[kind] for kind in ("answered", "degraded", "failed", "skipped"))
    assert document["attempts"] == attempts
    assert Decimal(document["cost_usd"]) == proved
    assert Decimal(document["cost_uncertain_usd"]) == journal.cost_uncertain
