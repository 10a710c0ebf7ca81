"""A store with two runs of many cases, each with an answer as a model writes it, graded, tagged, some in conversations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from harness.call.exchange import Reply, StopReason, Usage
from harness.call.fault import Fault, Kind
from harness.call.step import Step
from harness.grade.grade import Grade, Grading
from harness.record import Attempt, Record, RunInfo
from harness.store.ingest import ingest
from harness.store.past import Journal
from harness.trial import Answered, Failed
from harness.units import FREE, Seconds, Tokens, Usd
from tests.benchmarks.texts import KINDS, answers, question, sentence
from tests.values import run_info

TAGS = (
    "urdu",
    "german",
    "refund",
    "orders",
    "billing",
    "angry",
    "long",
    "polite",
    "parcel",
    "address",
    "vip",
    "spam",
)
RUNS = ("before", "after")
_STARTED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_CENT = Usd(Decimal("0.004321"))


def write_store(store: Path, cases: int) -> None:
    """Both runs into the store. What the answers say, and which are wrong, is the same every time."""
    for side, name in enumerate(RUNS):
        records = tuple(_record(number, side) for number in range(cases))
        ingest(store, _journal(_info(name, [each.case_id for each in records]), records))


def _info(name: str, case_ids: list[str]) -> RunInfo:
    version = f"v{RUNS.index(name) + 1}"
    return run_info(
        run_id=name,
        suite="large",
        prompt_version=version,
        prompt_digest=version[-1] * 64,
        graders='{"contains":1,"equals":1,"rubric":1}',
        planned=len(case_ids),
        case_ids=tuple(case_ids),
        started_at=_STARTED,
        synthetic=True,
    )


def _journal(info: RunInfo, records: tuple[Record, ...]) -> Journal:
    return Journal(
        path=f"runs/{info.run_id}.jsonl",
        info=info,
        records=records,
        superseded=(),
        imported=(),
        settled=(),
        unrecorded=(),
        open=(),
        crashed=(),
        ended="complete",
        wall=Seconds(600.0),
        warnings=(),
        lines=len(records) + 2,
        size=0,
    )


def _record(number: int, side: int) -> Record:
    chance = Random(f"record {number} {side}")
    case_id = (
        f"{KINDS[number % len(KINDS)]}-{sentence(Random(number)).split()[0].strip(',.').lower()}-{number:05}"
    )
    failed = chance.random() < 0.01
    grades = () if failed else tuple(_grades(number, side, chance))
    score = sum(each.score for each in grades) / len(grades) if grades else None
    attempts = tuple(_attempts(chance, failed))
    return Record(
        case_id=case_id,
        repeat=1,
        case_digest=f"{number:064x}",
        cluster=case_id,
        tags=(TAGS[number % 12], TAGS[number * 7 % 11]),
        weight=1.0,
        case_place=f"evals/large.yaml:{number * 6 + 20}:5",
        question=question(number, f"v{side + 1}"),
        outcome=_failed() if failed else Answered(reply=_reply(answers(number)[side], chance)),
        grading=Grading(grades=grades, score=score, passed=None if score is None else score == 1.0),
        attempts=attempts,
        started_at=_STARTED,
        cost=FREE if failed else _CENT,
        cost_uncertain=FREE,
        price_row="opus-2026-09-22",
        steps=tuple(_steps(chance)) if number % 10 == 0 else (),
    )


def _failed() -> Failed:
    return Failed(fault=Fault(kind=Kind.OVERLOADED, detail="overloaded_error: try again later"))


def _reply(text: str, chance: Random) -> Reply:
    return Reply(
        text=text,
        stop_reason=StopReason.END_TURN,
        usage=Usage(input_tokens=Tokens(chance.randrange(300, 900)), output_tokens=Tokens(len(text) // 4)),
        served_model="claude-opus-5-5",
        latency=Seconds(round(chance.lognormvariate(0.3, 0.4), 3)),
        source="live",
    )


def _grades(number: int, side: int, chance: Random) -> Iterator[Grade]:
    """Two exact ones and a judge's of each answer; the candidate is a little worse."""
    queue = chance.choice(("refunds", "orders", "billing"))
    for place, (grader, criterion) in enumerate((("contains", ""), ("equals", ""), ("rubric", "tone"))):
        good = chance.random() > (0.03, 0.04)[side]
        exact = f"found {queue!r}" if good else f"wanted {queue!r}, found {sentence(chance)[:60]!r}"
        yield Grade(
            grader=grader,
            version=1,
            score=1.0 if good else 0.0,
            passed=good,
            evidence=f"The judge: {sentence(chance)[:120]}" if criterion else exact,
            place=f"evals/large.yaml:{number * 6 + 21 + place}:9",
            weight=1.0,
            confidence=0.9 if criterion else 1.0,
            criterion=criterion,
        )


def _attempts(chance: Random, failed: bool) -> Iterator[Attempt]:  # noqa: FBT001 - how it ended
    last = Attempt(
        number=1,
        latency=Seconds(0.8),
        fault="overloaded" if failed else None,
        detail="overloaded_error" if failed else None,
        status=529 if failed else 200,
        request_id=f"req_{chance.getrandbits(40):010x}",
        cost=FREE if failed else _CENT,
        cost_uncertain=FREE,
    )
    if failed or chance.random() < 0.03:
        yield replace(last, fault="overloaded", status=529, cost=FREE, detail="overloaded_error")
        last = replace(last, number=2, retry_wait=Seconds(2.0))
    yield last


def _steps(chance: Random) -> Iterator[Step]:
    """A question of the model to a tool, the tool's answer, and what the model makes of it; twice."""
    for turn in (1, 2):
        number = 3 * turn - 2
        yield Step(number=number, turn=turn, kind="model", text=sentence(chance), latency=Seconds(0.7))
        yield Step(
            number=number + 1, turn=turn, kind="tool", tool="lookup_order",
            arguments=f'{{"order":{chance.randrange(10**6)}}}', text=sentence(chance),
        )  # fmt: skip
        yield Step(number=number + 2, turn=turn, kind="model", text=sentence(chance), latency=Seconds(0.5))
