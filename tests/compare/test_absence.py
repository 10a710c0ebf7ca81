"""Why trials have no score: the most frequent reasons first, and what nobody had to ask is not missing."""

from __future__ import annotations

from dataclasses import replace

from harness.compare.absence import absence, reasons_of
from harness.compare.observation import DECIDED, Side
from tests.compare.build import observation, side_of


def lost(**reasons: int) -> Side:
    """A side with ten answers, and so many trials lost for each reason."""
    kept = [observation(f"kept-{number}", 1.0) for number in range(10)]
    gone = [
        replace(observation(f"{why}-{number}", None), missing=why.replace("_decided", ": decided"))
        for why, count in reasons.items()
        for number in range(count)
    ]
    return side_of([*kept, *gone])


def test_the_most_frequent_reason_comes_first() -> None:
    assert reasons_of(lost(timeout=2, over_budget=7)) == (("over_budget", 7), ("timeout", 2))


def test_a_sentence_names_three_reasons_and_counts_the_rest() -> None:
    told = absence("candidate", lost(a=5, b=4, c=3, d=2, e=1))
    assert told == "15 of 25 trials of the candidate have no score: 5 x a, 4 x b, 3 x c, 3 x other"


def test_what_a_clear_verdict_made_needless_is_not_missing() -> None:
    assert DECIDED == "skipped: decided"
    assert reasons_of(lost(skipped_decided=9, timeout=1)) == (("timeout", 1),)
    assert absence("baseline", lost()) == "0 of 10 trials of the baseline have no score"


def test_trials_of_which_nothing_is_known_are_counted() -> None:
    torn = lost(timeout=1)
    torn = replace(torn, accounting=replace(torn.accounting, planned=20))
    assert absence("candidate", torn) == (
        "10 of 20 trials of the candidate have no score: 9 x not recorded, 1 x timeout"
    )
