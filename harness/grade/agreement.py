"""Several judgings to one opinion, several judges to one: the score, and how far they agree.

Where half of the judgings or more could not be heard, there is no opinion: the rest would be chosen by accident.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from typing import assert_never

from harness.grade.decision import printable
from harness.grade.judging import Heard, Unheard, Verdict, reason_of
from harness.grade.opinion import Opinion
from harness.suite.judge import Judge, Panel, Preference, Together


def opinion_of(judge: Judge, heard: Sequence[Heard]) -> Opinion:
    """What a judge says after all of its judgings, in their order."""
    judgings = in_both_orders(heard) if isinstance(judge.scale, Preference) else tuple(heard)
    verdicts = [each for each in judgings if isinstance(each, Verdict)]
    if 2 * len(verdicts) <= len(judgings):
        unheard = [each.why for each in judgings if isinstance(each, Unheard)]
        return no_opinion(f"{judge.name}: {_told(unheard, len(judgings))}")
    scores = [each.score for each in verdicts]
    score = together(judge.take, scores)
    heard_share = len(verdicts) / len(judgings)
    said = _reason(verdicts, score, len(judgings))
    return Opinion(score=score, reason=f"{judge.name}: {said}", confidence=agreement(scores) * heard_share)


def in_both_orders(heard: Sequence[Heard]) -> tuple[Heard, ...]:
    """Two asks to one judging: 1 or 0 where both orders say so, 0.5 where they differ or one of them ties."""
    return tuple(_pair(one, two) for one, two in zip(heard[::2], heard[1::2], strict=True))


def _pair(one: Heard, two: Heard) -> Heard:
    if isinstance(one, Unheard):
        return one
    if isinstance(two, Unheard):
        return two
    score = one.score if one.score == two.score else 0.5
    return Verdict(score=score, word=f"{one.word}, swapped {two.word}", reason=one.reason)


def panel_opinion(panel: Panel, opinions: Sequence[Opinion]) -> Opinion:
    """What a panel says, from the opinions of its members, in their order."""
    heard = [each for each in opinions if not each.mistake]
    if 2 * len(heard) <= len(opinions):
        return no_opinion(
            f"{panel.name}: {_told([each.reason for each in opinions if each.mistake], len(opinions))}"
        )
    scores = [each.score for each in heard]
    score = together(panel.take, scores)
    confidence = agreement(scores) * statistics.fmean(each.confidence for each in heard)
    said = "; ".join(each.reason for each in opinions)
    return Opinion(
        score=score,
        reason=f"{panel.name} {score:.3g} ({said})",
        confidence=confidence * len(heard) / len(opinions),
    )


def together(take: Together, scores: Sequence[float]) -> float:
    """One score of several, in [0, 1]. A vote that ties is 0.5."""
    match take:
        case "mean":
            found = statistics.fmean(scores)
        case "median":
            found = statistics.median(scores)
        case "vote":
            yes = sum(score >= 0.5 for score in scores)
            found = 0.5 if 2 * yes == len(scores) else float(2 * yes > len(scores))
        case _:
            assert_never(take)
    return min(1.0, max(0.0, found))


def agreement(scores: Sequence[float]) -> float:
    """How far judgings agree, in [0, 1]: 1 less the mean distance of two of them; 1 where there is only one."""
    pairs = [abs(one - two) for one, two in itertools.combinations(scores, 2)]
    return 1.0 - statistics.fmean(pairs) if pairs else 1.0


def no_opinion(why: str) -> Opinion:
    """A judge that could not be heard: no score, and never the model's fault."""
    return Opinion(score=0.0, reason=why, confidence=0.0, mistake="judge_error")


def _told(unheard: Sequence[str], judgings: int) -> str:
    if judgings == 1:
        return unheard[0]
    return f"{len(unheard)} of {judgings} judgings gave no verdict: {unheard[0]}"


def _reason(verdicts: Sequence[Verdict], score: float, judgings: int) -> str:
    nearest = min(verdicts, key=lambda each: abs(each.score - score))
    if judgings == 1:
        return reason_of(nearest)
    words = ", ".join(printable(each.word) for each in verdicts)
    lost = "" if len(verdicts) == judgings else f", {judgings - len(verdicts)} without a verdict"
    return f"{score:.3g} over {judgings} judgings ({words}{lost}): {reason_of(nearest)}"
