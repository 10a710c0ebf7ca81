"""The store stays small: a fraction of the texts in it, however many runs there are."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.record import Record
from harness.store.answers import read_answers
from harness.store.ingest import ingest
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.store.read import list_runs
from harness.store.shrink import shrink
from harness.trial import Answered
from tests.doubles import REPLY
from tests.store.samples import info, record, write_run

CASES = tuple(f"c{number}" for number in range(1000))
CHANCE = random.Random(7)  # noqa: S311 - filler, not a secret
WORDS = ["".join(CHANCE.choices("etaoinshrdlu", k=CHANCE.randint(2, 9))) for _ in range(3000)]
SYSTEM = " ".join(CHANCE.choices(WORDS, k=120))


def prose(words: int) -> str:
    return " ".join(CHANCE.choices(WORDS, k=words))


def talkative(case_id: str) -> Record:
    """A trial with 1.5 KB of text, half of it the system text all trials share."""
    reply = replace(REPLY, text=prose(60))
    question = f'{{"messages":[{{"content":"{prose(50)}"}}],"system":"{SYSTEM}"}}'
    return replace(record(case_id, outcome=Answered(reply=reply)), question=question)


def characters(records: Sequence[Record]) -> int:
    replies = [each.outcome.reply.text for each in records if isinstance(each.outcome, Answered)]
    return sum(len(each.question) for each in records) + sum(map(len, replies))


def test_a_store_is_less_than_half_of_its_texts(runs: Path, store: Path, use: Tools) -> None:
    texts = 0
    for name in ("r1", "r2", "r3"):
        records = [talkative(each) for each in CASES]
        texts += characters(records)
        ingest(store, read_journal(write_run(runs, info(name, cases=CASES), records, use)))
    assert store.stat().st_size / texts < 0.45


def test_a_store_that_is_shrunk_says_the_same(runs: Path, store: Path, use: Tools) -> None:
    for name in ("r1", "r2"):
        records = [talkative(each) for each in CASES[:300]]
        ingest(store, read_journal(write_run(runs, info(name, cases=CASES[:300]), records, use)))
    before, size = read_answers(store, "r1"), store.stat().st_size
    shrink(store)
    assert store.stat().st_size <= size
    assert read_answers(store, "r1") == before
    assert [each.info.run_id for each in list_runs(store)] == ["r1", "r2"]
