"""The grader of likeness: how like the answer is to a text, by one of several measures.

Comparing two long texts takes time that grows with the product of their lengths, so there is an end: beyond it nothing is
decided, and the expectation fails, negated or not. That is a matter of the answer; who writes a suite is told while it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar, assert_never

from harness.grade import likeness
from harness.grade.decision import Decision, Undecidable, quoted
from harness.grade.path import text_at
from harness.grade.spelling import composed, folded
from harness.grade.words import answer_words, bleu_words, words
from harness.suite.expectations.similarity import Similarity

T = TypeVar("T", bound=Sequence[str])

LONGEST: Final = 100_000
"""Characters of an answer that is compared."""
MOST_PAIRS: Final = 10**9
"""Pairs of characters, or of words for ROUGE-L, that are compared: 30,000 with 30,000."""


def similarity(wanted: Similarity, text: str) -> Decision:
    """The likeness to the text of `to` that is most like the answer. Raises Undecidable for an answer too long."""
    found = text_at(wanted.path, text)
    if len(found) > LONGEST:
        raise Undecidable(f"a text of {len(found):,} characters, and at most {LONGEST:,} are compared")
    if wanted.most_edits is not None:
        edits = min(_edits(found, each, wanted) for each in wanted.to)
        return Decision(met=edits <= wanted.most_edits, found=f"{edits:,} edits in {quoted(found)}")
    score = max(_score(found, each, wanted) for each in wanted.to)
    return Decision(met=score >= 1.0, found=f"{score:.4g} by {wanted.by} in {quoted(found)}", score=score)


def _score(found: str, to: str, wanted: Similarity) -> float:  # noqa: PLR0911 - one line for every measure
    match wanted.by:
        case "levenshtein":
            longest = max(len(_spelled(found, wanted)), len(_spelled(to, wanted)))
            return 1.0 - _edits(found, to, wanted) / longest if longest else 1.0
        case "rouge_1" | "rouge_2":
            return likeness.rouge(words(found), words(to), int(wanted.by[-1]))
        case "rouge_l":
            return likeness.rouge_l(*_comparable(words(found), words(to)))
        case "bleu":
            return likeness.bleu(bleu_words(_spelled(found, wanted)), bleu_words(_spelled(to, wanted)))
        case "gleu":
            return likeness.gleu(bleu_words(_spelled(found, wanted)), bleu_words(_spelled(to, wanted)))
        case "meteor":
            return likeness.meteor(words(found), words(to))
        case "f1":
            return likeness.f1(answer_words(found), answer_words(to))
        case _:
            assert_never(wanted.by)


def _edits(found: str, to: str, wanted: Similarity) -> int:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(*_comparable(_spelled(found, wanted), _spelled(to, wanted)))


def _spelled(text: str, wanted: Similarity) -> str:
    return folded(text) if wanted.ignore_case else composed(text)


def _comparable(found: T, to: T) -> tuple[T, T]:
    if len(found) * len(to) > MOST_PAIRS:
        raise Undecidable(f"a text of {len(found):,}, too long to compare with one of {len(to):,}")
    return found, to
