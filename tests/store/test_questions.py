"""A question is decided once, however often it is asked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.store.bank_rules import key_of
from harness.store.decisions import StoredVerdict, write_verdict
from harness.store.journal import Tools
from harness.store.questions import (
    Again,
    Asked,
    Stands,
    Try,
    alpha_left,
    earlier_tries,
    question_digest,
    read_policy,
    spell_policy,
)
from harness.suite.policy import BankRules, Looks, Policy, Repeats
from tests.store.samples import MOMENT, info, record, stored

CASES = {"a": "d" * 64}
BEFORE = key_of(info())
AFTER = key_of(replace(info(), prompt_digest="q" * 64))
QUESTION = question_digest(AFTER, BEFORE)
ASKED = Asked(digest=QUESTION, cases=CASES, policy=Policy())
OPEN = st.sampled_from(["PASS", "INCONCLUSIVE"])


def tried(
    status: str, *, days_ago: float = 0, run: str = "r", question: str | None = QUESTION
) -> StoredVerdict:
    return StoredVerdict(
        suite="triage",
        baseline_run="r0",
        candidate_run=run,
        decided_at=MOMENT - timedelta(days=days_ago),
        status=status,
        label=None,
        document="{}",
        question_digest=question,
        alpha=0.05,
    )


def tries(store: Path, *verdicts: StoredVerdict, besides: str = "") -> tuple[Try, ...]:
    for each in verdicts:
        write_verdict(store, each)
    return earlier_tries(store, ASKED, now=MOMENT, days=14, besides=besides)


def test_a_question_asked_for_the_first_time_may_be_wrong_as_often_as_the_policy_says(store: Path) -> None:
    assert alpha_left(tries(store), 0.05) == Again(alpha=0.05, tries=0)


def test_a_regression_stands_however_often_one_asks_again(store: Path) -> None:
    found = tries(store, tried("REGRESSED", run="r1"), tried("PASS", run="r2"))
    stands = alpha_left(found, 0.05)
    assert isinstance(stands, Stands)
    assert (stands.by.candidate_run, stands.by.alpha) == ("r1", 0.05)


def test_the_second_try_has_half_the_error_rate_and_the_third_a_quarter(store: Path) -> None:
    assert alpha_left(tries(store, tried("INCONCLUSIVE", run="r1")), 0.05) == Again(alpha=0.025, tries=1)
    assert alpha_left(tries(store, tried("PASS", run="r2")), 0.05) == Again(alpha=0.0125, tries=2)


def test_the_very_same_answers_looked_at_twice_are_one_try(store: Path) -> None:
    once, again = tried("PASS", run="r1"), tried("PASS", run="r1", days_ago=1)
    assert alpha_left(tries(store, once, again), 0.05) == Again(alpha=0.025, tries=1)
    assert tries(store, besides="r1") == ()


def test_what_measured_nothing_or_is_long_ago_or_asked_nothing_new_was_no_try(store: Path) -> None:
    verdicts = (
        tried("NOT_MEASURED", run="r1"),
        tried("REGRESSED", run="r2", days_ago=14.5),
        tried("REGRESSED", run="r3", question=None),
        tried("REGRESSED", run="r4", question="another"),
    )
    assert tries(store, *verdicts) == ()


@given(st.lists(OPEN, max_size=40), st.floats(0.001, 0.25))
def test_all_tries_together_are_wrong_at_most_twice_as_often_as_one(
    statuses: list[str], alpha: float
) -> None:
    spent, known = 0.0, list[Try]()
    for number, status in enumerate(statuses):
        left = alpha_left(known, alpha)
        assert isinstance(left, Again)
        spent += left.alpha
        known.append(
            Try(verdict_id="", decided_at=MOMENT, status=status, candidate_run=str(number), alpha=left.alpha)
        )
    assert spent <= 2 * alpha


def test_another_candidate_or_baseline_is_another_question() -> None:
    assert len({QUESTION, question_digest(BEFORE, AFTER), question_digest(AFTER, AFTER)}) == 3


@pytest.fixture
def judged(store: Path, use: Tools) -> Path:
    """A store where the candidate has regressed on ten cases."""
    records = [replace(record(case), case_digest="d" * 64) for case in TEN]
    stored(store, replace(info("r", cases=TEN)), records, use)
    write_verdict(store, replace(tried("REGRESSED"), policy=spell_policy(Policy())))
    return store


TEN = tuple(f"c{i}" for i in range(10))
REGRESSED = Asked(digest=QUESTION, cases=dict.fromkeys(TEN, "d" * 64), policy=Policy(alpha=0.01))


def left(store: Path, asked: Asked) -> Again | Stands:
    return alpha_left(earlier_tries(store, asked, now=MOMENT, days=14), 0.05)


def test_what_regressed_on_these_very_cases_by_these_very_rules_stands(judged: Path) -> None:
    assert isinstance(left(judged, REGRESSED), Stands)
    assert isinstance(
        left(judged, replace(REGRESSED, policy=Policy(repeats=Repeats(mean=5, most=5)))), Stands
    )


@pytest.mark.parametrize(
    "asked",
    [
        replace(REGRESSED, cases={**REGRESSED.cases, "dummy": "d" * 64}),
        replace(REGRESSED, cases={**REGRESSED.cases, "c0": "e" * 64}),
        replace(REGRESSED, cases=dict.fromkeys(TEN[:6], "d" * 64)),
        replace(REGRESSED, policy=Policy(min_cases=21)),
    ],
)
def test_a_dummy_case_or_another_number_in_the_rules_is_no_new_throw_of_the_dice(
    judged: Path, asked: Asked
) -> None:
    assert left(judged, asked) == Again(alpha=0.025, tries=1)


def test_a_question_about_mostly_other_cases_is_another_one(judged: Path) -> None:
    few = replace(REGRESSED, cases=dict.fromkeys(TEN[:4], "d" * 64))
    many = replace(REGRESSED, cases=dict.fromkeys((*TEN, *map(str, range(11))), "d" * 64))
    assert left(judged, few) == left(judged, many) == Again(alpha=0.05, tries=0)


def test_rules_come_back_as_they_were() -> None:
    other = Policy(
        looks=None,
        confirm=None,
        rerun=None,
        bank=BankRules(days=7),
        repeats=Repeats(mean=1.5),
        cost_margin=None,
    )
    for policy in (Policy(), Policy(looks=Looks(waves=(1, 4))), other):
        assert read_policy(spell_policy(policy)) == policy
    assert read_policy("{}") == Policy()
