"""Two answers say the same, or they do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from harness.record import Record
from harness.store.ingest import ingest
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.store.said import read_said
from harness.trial import Answered
from tests.doubles import REPLY
from tests.store.samples import info, record, write_run


def answering(*texts: str, claimed: float | None = None) -> list[Record]:
    """One case, asked once for every text."""
    records: list[Record] = []
    for repeat, text in enumerate(texts, 1):
        made = record("a", repeat)
        grading = replace(made.grading, answer_confidence=claimed)
        records.append(replace(made, outcome=Answered(reply=replace(REPLY, text=text)), grading=grading))
    return records


def kinds(runs: Path, store: Path, use: Tools, records: list[Record]) -> list[int]:
    """How often each answer was given, the commonest first."""
    ingest(store, read_journal(write_run(runs, info(cases=["a"], repeats=len(records)), records, use)))
    return sorted(Counter(read_said(store, "r1").values()).values(), reverse=True)


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        (("yes", " yes\n", "no"), [2, 1]),
        (("a  b", "a b", "ab"), [2, 1]),
        (('{"x": 1, "y": 2}', '{"y":2,"x":1}', '{"x": 2}'), [2, 1]),
        (("1.0", "1.0", "one"), [2, 1]),
        (("[" * 50_000, "[" * 50_000), [2]),
        (("9" * 9_000, "9" * 9_000), [2]),
        (("\ud800", "x"), [1, 1]),
    ],
)
def test_answers_are_the_same_where_they_say_the_same(
    runs: Path, store: Path, use: Tools, texts: tuple[str, ...], counts: list[int]
) -> None:
    assert kinds(runs, store, use, answering(*texts)) == counts


def test_the_confidence_an_answer_claims_is_no_part_of_what_it_says(
    runs: Path, store: Path, use: Tools
) -> None:
    sure = answering('{"queue": "a", "sure": 0.9}', '[{"queue": "a", "sure": "90%"}]', claimed=0.9)
    other = answering(
        "x", "x", '{"queue": "a", "sure": 0.5, "by": "me"}', '{"queue": "a", "sure": true}', claimed=0.5
    )
    assert kinds(runs, store, use, [*sure, *other[2:]]) == [1, 1, 1, 1]
    said = read_said(store, "r1")
    assert len(said) == 4


def test_two_answers_that_differ_in_their_claim_alone_are_one(runs: Path, store: Path, use: Tools) -> None:
    [one] = answering('{"queue": "a", "sure": 0.9}', claimed=0.9)
    other = replace(answering("", '{"queue": "a", "sure": 0.7}', claimed=0.7)[1])
    assert kinds(runs, store, use, [one, other]) == [2]


def test_a_case_that_was_answered_once_has_nothing_to_say(runs: Path, store: Path, use: Tools) -> None:
    assert kinds(runs, store, use, answering("yes")) == []
