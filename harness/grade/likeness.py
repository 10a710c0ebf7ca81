"""Measures of how like one text is to another, each in [0, 1], on lists of words.

ROUGE-N and ROUGE-L: Lin 2004, as F1. BLEU: Papineni et al. 2002 for one sentence, with exponential smoothing and the
orders the sentence has (Chen and Cherry 2014; sacrebleu's `sentence_bleu`). GLEU: Wu et al. 2016. METEOR: Banerjee and
Lavie 2005, on words as they are: stems and synonyms would need word lists of a language. All of them are
checked against sacrebleu, rouge-score and NLTK in the tests.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

Words = Sequence[str]

_ORDERS: Final = 4
"""The longest runs of words that BLEU and GLEU count."""
_ALPHA: Final = 0.9
_BETA: Final = 3.0
_GAMMA: Final = 0.5
"""METEOR: the weight of precision, and how the penalty for scattered words grows."""


def rouge(found: Words, wanted: Words, order: int) -> float:
    """ROUGE-N: F1 of the runs of `order` words."""
    ours, theirs = _runs(found, order), _runs(wanted, order)
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def rouge_l(found: Words, wanted: Words) -> float:
    """ROUGE-L: F1 of the longest common subsequence."""
    from rapidfuzz.distance import LCSseq

    return _f1(LCSseq.similarity(found, wanted), len(found), len(wanted))


def bleu(found: Words, wanted: Words) -> float:
    """BLEU of one sentence. A wanted text of two words is compared in runs of one and two."""
    total, orders, halvings = 0.0, 0, 0
    for order in range(1, min(_ORDERS, len(found)) + 1):
        ours = _runs(found, order)
        shared = (ours & _runs(wanted, order)).total()
        if shared == 0:
            halvings += 1
        total += math.log((shared or 0.5**halvings) / ours.total())
        orders = order
    if halvings == orders:  # nothing in common
        return 0.0
    penalty = min(0.0, 1 - len(wanted) / len(found))
    return min(1.0, math.exp(penalty + total / orders))


def gleu(found: Words, wanted: Words) -> float:
    """GLEU: the smaller of precision and recall of runs of one to four words."""
    shared = ours_in_all = theirs_in_all = 0
    for order in range(1, _ORDERS + 1):
        ours, theirs = _runs(found, order), _runs(wanted, order)
        shared += (ours & theirs).total()
        ours_in_all, theirs_in_all = ours_in_all + ours.total(), theirs_in_all + theirs.total()
    return shared / max(ours_in_all, theirs_in_all, 1)


def meteor(found: Words, wanted: Words) -> float:
    """METEOR of equal words: their harmonic mean, mostly recall, less where they stand scattered."""
    pairs = _aligned(found, wanted)
    if not pairs:
        return 0.0
    precision, recall = len(pairs) / len(found), len(pairs) / len(wanted)
    mean = precision * recall / (_ALPHA * precision + (1 - _ALPHA) * recall)
    chunks = 1 + sum((ours + 1, theirs + 1) != following for (ours, theirs), following in pairwise(pairs))
    scattered: float = (chunks / len(pairs)) ** _BETA
    return mean * (1 - _GAMMA * scattered)


def f1(found: Words, wanted: Words) -> float:
    """F1 of the words; two texts without any are alike."""
    if not found or not wanted:
        return float(not found and not wanted)
    return _f1((Counter(found) & Counter(wanted)).total(), len(found), len(wanted))


def _runs(words: Words, order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(order)), strict=False))


def _f1(shared: int, ours: int, theirs: int) -> float:
    return 2 * shared / (ours + theirs) if shared else 0.0


def _aligned(found: Words, wanted: Words) -> list[tuple[int, int]]:
    """Positions of equal words, each used once, the last ones first; in order of `found`."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(wanted):
        places.setdefault(word, []).append(place)
    pairs = [
        (place, left.pop()) for place, word in reversed(tuple(enumerate(found))) if (left := places.get(word))
    ]
    return pairs[::-1]
