"""Records, runs and strategies the tests of the store share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from hypothesis import strategies as st

from harness.call.exchange import Reply, StopReason, ToolCall, Usage
from harness.call.fault import Fault, Kind
from harness.call.step import Step
from harness.events import Reserved, Settled
from harness.grade.grade import Grade, Grading
from harness.record import Attempt, Record, RunInfo
from harness.store.ingest import ingest
from harness.store.journal import Tools, resume_journal, start_journal
from harness.store.past import read_journal
from harness.suite.tool import ToolError
from harness.trial import Answered, Degraded, Failed, Outcome, Skipped
from harness.units import FREE, Seconds, Tokens, Usd
from tests.doubles import REPLY
from tests.values import run_info

MOMENT = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
CENT = Usd(Decimal("0.010000001"))


def info(run_id: str = "r1", *, cases: Sequence[str] = ("a", "b"), repeats: int = 1) -> RunInfo:
    return run_info(
        run_id=run_id,
        prices='[{"input":"4"}]',
        repeats=repeats,
        planned=len(cases) * repeats,
        case_ids=tuple(cases),
        started_at=MOMENT,
        budget=Usd(Decimal("2.00")),
    )


def attempt(*, fault: str | None = None, cost: Usd = CENT, uncertain: Usd = FREE) -> Attempt:
    return Attempt(
        number=1,
        latency=Seconds(0.5),
        fault=fault,
        detail=None,
        status=200,
        request_id="req_1",
        cost=cost,
        cost_uncertain=uncertain,
    )


def grading(score: float | None) -> Grading:
    if score is None:
        return Grading(grades=(), score=None, passed=None)
    grade = Grade(
        grader="equals",
        version=1,
        score=score,
        passed=score == 1.0,
        evidence="wanted x, found y",
        place="evals/triage.yaml:9:9",
        weight=1.0,
    )
    return Grading(grades=(grade,), score=score, passed=score == 1.0)


def record(
    case_id: str = "a", repeat: int = 1, *, outcome: Outcome | None = None, score: float | None = 1.0
) -> Record:
    ended = outcome or Answered(reply=REPLY)
    tried = isinstance(ended, Answered | Degraded)
    return Record(
        case_id=case_id,
        repeat=repeat,
        case_digest="d" * 64,
        cluster=case_id,
        tags=("refund",),
        weight=1.0,
        case_place="evals/triage.yaml:5:5",
        question='{"max_tokens":400,"model":"claude-opus-5-5","output_config":{"effort":"low"}}',
        outcome=ended,
        grading=grading(score if isinstance(ended, Answered) else None),
        attempts=(attempt(),) if tried else (),
        started_at=MOMENT,
        cost=CENT if tried else FREE,
        cost_uncertain=FREE,
        price_row="opus-2026-09-22",
    )


def failed(case_id: str = "a", repeat: int = 1, *, uncertain: Usd = CENT) -> Record:
    base = record(case_id, repeat, outcome=Failed(fault=Fault(kind=Kind.TIMEOUT, detail="no answer in 60 s")))
    again = attempt(fault="timeout", cost=FREE, uncertain=uncertain)
    return replace(base, attempts=(again,), cost_uncertain=uncertain)


def reserved(case_id: str = "a", repeat: int = 1, *, number: int = 1, amount: str = "0.05") -> Reserved:
    return Reserved(
        origin=f"triage/{case_id}#{repeat}@triage-v1",
        model="claude-opus-5-5",
        attempt=number,
        amount=Usd(Decimal(amount)),
    )


def settled(case_id: str = "a", repeat: int = 1, *, number: int = 1, uncertain: Usd = FREE) -> Settled:
    return Settled(
        origin=f"triage/{case_id}#{repeat}@triage-v1",
        model="claude-opus-5-5",
        attempt=number,
        cost=CENT,
        uncertain=uncertain,
    )


def write_run(
    runs: Path, about: RunInfo, records: Sequence[Record], use: Tools, *, why: str = "complete"
) -> Path:
    """A whole run: every record acknowledged, and ended."""

    async def work() -> Path:
        journal = start_journal(runs, about, use)
        await asyncio.gather(*(journal.append(each) for each in records))
        journal.end(why, {"answered": len(records)})
        return journal.path

    return asyncio.run(work())


def stored(store: Path, about: RunInfo, records: Sequence[Record], use: Tools) -> Path:
    """A store with one whole run in it; its journal lies beside it."""
    ingest(store, read_journal(write_run(store.parent / "runs", about, records, use)))
    return store


async def resume_with(runs: Path, use: Tools, *records: Record) -> None:
    """Another process goes on with r1 and ends it."""
    journal, _ = resume_journal(runs, "r1", use)
    for each in records:
        await journal.append(each)
    journal.end("complete", {})


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_SHARE = st.floats(0, 1)
_LENGTH = st.floats(0, 1e6).map(Seconds)
_MONEY = st.decimals(0, 100, places=9).map(Usd)
_COUNT = st.integers(0, 10**9).map(Tokens)


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(each) for key, each in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    return value


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_OBJECT = st.dictionaries(_TEXT, _JSON, max_size=3).map(_frozen)
_REPLIES = st.builds(
    Reply,
    text=_TEXT,
    stop_reason=st.sampled_from(StopReason),
    usage=st.builds(Usage, input_tokens=_COUNT, output_tokens=_COUNT, cache_read_tokens=_COUNT),
    served_model=_TEXT,
    latency=_LENGTH,
    source=st.sampled_from(["live", "replay", "batch"]),
    tool_calls=st.lists(st.builds(ToolCall, id=_TEXT, name=_TEXT, arguments=_OBJECT), max_size=2).map(tuple),
    blocks=st.lists(_OBJECT, max_size=2).map(tuple),
    first_token=st.none() | _LENGTH,
    request_id=st.none() | _TEXT,
)
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Answered, reply=_REPLIES),
    st.builds(Degraded, reply=_REPLIES, why=_TEXT),
    st.builds(Failed, fault=st.builds(Fault, kind=st.sampled_from(Kind), detail=_TEXT)),
    st.builds(Skipped, why=_TEXT, detail=_TEXT),
)
_GRADES = st.builds(
    Grade,
    grader=_TEXT,
    version=st.integers(1, 9),
    score=_SHARE,
    passed=st.booleans(),
    evidence=_TEXT,
    place=_TEXT,
    weight=_SHARE,
    confidence=_SHARE,
)
_STEPS = st.builds(
    Step,
    number=st.integers(1, 9),
    turn=st.integers(1, 9),
    kind=st.sampled_from(["model", "tool", "user"]),
    text=_TEXT,
    tool=st.none() | _TEXT,
    arguments=st.none() | _TEXT,
    error=st.none() | st.sampled_from(ToolError),
    flags=st.lists(st.sampled_from(["cycle", "empty_result", "not_run"]), max_size=2).map(tuple),
    latency=_LENGTH,
    input_tokens=_COUNT,
)
RECORDS: st.SearchStrategy[Record] = st.builds(
    Record,
    case_id=st.sampled_from(["a", "b", "c", "d"]),
    repeat=st.integers(1, 2),
    case_digest=_TEXT,
    cluster=_TEXT,
    tags=st.lists(_TEXT, max_size=3).map(tuple),
    weight=st.floats(0.01, 100),
    case_place=_TEXT,
    question=_TEXT,
    outcome=OUTCOMES,
    grading=st.builds(
        Grading,
        grades=st.lists(_GRADES, max_size=2).map(tuple),
        score=st.none() | _SHARE,
        passed=st.none() | st.booleans(),
    ),
    attempts=st.lists(
        st.builds(
            Attempt,
            number=st.integers(1, 5),
            latency=_LENGTH,
            fault=st.none() | _TEXT,
            detail=st.none() | _TEXT,
            status=st.none() | st.integers(100, 599),
            request_id=st.none() | _TEXT,
            cost=_MONEY,
            cost_uncertain=_MONEY,
            retry_wait=_LENGTH,
        ),
        max_size=2,
    ).map(tuple),
    started_at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    cost=st.none() | _MONEY,
    cost_uncertain=_MONEY,
    price_row=st.none() | _TEXT,
    steps=st.lists(_STEPS, max_size=3).map(tuple),
)
