"""What must hold after every run against the stand-in, whatever went wrong: one assertion for all tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from harness.call.fault import Kind
from harness.store.past import Journal, read_journal
from harness.trial import Failed
from tests.standin import StandIn

NEVER_ARRIVED = frozenset({Kind.UNREACHABLE.value})
ASKS = frozenset({"live", "record"})
"""Modes of a run that send anything."""
MAY_HAVE_ARRIVED = frozenset({"cancelled"})
"""An attempt that was given up may have been before or after the request reached the server."""


def assert_accounts_agree(servers: Iterable[StandIn], paths: Iterable[Path]) -> None:
    """Requests, attempts, money and outcomes of these journals agree with the servers' own logs and bills.

    The journals hold everything that was asked of the servers. What a killed process had under way is known
    by its reservations alone, so there the journal of requests is exact but for those.
    """
    journals = [journal for path in paths if (journal := read_journal(path)).info.mode in ASKS]
    for journal in journals:
        _assert_whole(journal)
    requests, bill = 0, Decimal(0)
    for server in servers:
        requests, bill = requests + server.attempts, bill + server.bill.total
    _assert_counted(requests, journals)
    _assert_paid(bill, journals)


def _assert_counted(requests: int, journals: Sequence[Journal]) -> None:
    """Every request is an attempt of the journals, and every attempt was a request."""
    faults = Counter(
        attempt.fault
        for journal in journals
        for record in (*journal.records, *journal.superseded)
        for attempt in record.attempts
    )
    attempts = faults.total() - sum(faults[kind] for kind in NEVER_ARRIVED)
    unsure = sum(faults[kind] for kind in MAY_HAVE_ARRIVED)
    lost = sum(len(journal.unrecorded) + len(journal.open) for journal in journals)
    assert attempts - unsure <= requests <= attempts + lost, (requests, faults, lost)


def _assert_whole(journal: Journal) -> None:
    """Every planned trial has one outcome, none of them is a bug of ours, and only a crash loses a settlement."""
    bugs = [
        record.outcome.fault.detail
        for record in journal.records
        if isinstance(record.outcome, Failed) and record.outcome.fault.kind is Kind.BUG
    ]
    assert not bugs
    if b'"kind":"resumed"' not in Path(journal.path).read_bytes():
        assert len(journal.records) == journal.info.planned
        assert not journal.open
        assert not journal.unrecorded


def _assert_paid(bill: Decimal, journals: Sequence[Journal]) -> None:
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
