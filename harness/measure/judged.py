"""What a judge said of answers that people labelled: the rows a calibration is made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.compare.asked import average
from harness.compare.interval import Value

Position = Literal["", "first", "second"]
"""Where the answer stood that the score is of; empty: it was judged alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judging of one answer. An answer may be judged several times, in both orders, by several criteria."""

    item: str
    """The answer: equal for every judging of the same one, under the same question."""
    cluster: str
    """Items that belong together share it: those of one case, say."""
    criterion: str
    """Empty: the whole."""
    score: float | None
    """What the judge says, in [0, 1]; None: it said nothing that can be read."""
    label: float | None
    """What people say of it, in [0, 1]; None: nobody looked at it."""
    length: int | None = None
    """Characters of the answer; None: not known."""
    other_length: int | None = None
    """Of a pair, characters of the answer it was held against; None: it was judged alone."""
    position: Position = ""
    error: str = ""
    """Why there is no score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One answer by one criterion, with all its judgings."""

    item: str
    cluster: str
    criterion: str
    label: float | None
    doublings: float | None
    """How often 1 has to be doubled for its characters; of a pair, those of the other answer. None: not known."""
    judgings: tuple[Judged, ...]

    @property
    def score(self) -> float | None:
        """The mean of the judgings: both orders weigh alike, however often each was tried."""
        sides = [self.at("first"), self.at("second"), self.at("")]
        means = tuple(average(each) for each in sides if each)
        return average(means) if means else None

    def at(self, position: Position) -> tuple[float, ...]:
        """The scores it got in this position."""
        return tuple(
            each.score for each in self.judgings if each.position == position and each.score is not None
        )

    def as_value(self, number: float) -> Value:
        """A number of this item, with its cluster."""
        return Value(value=number, cluster=self.cluster)


def items_of(rows: Iterable[Judged]) -> tuple[Item, ...]:
    """The rows item by item and criterion by criterion, in order of both. Raises ValueError for two labels of one."""
    groups: dict[tuple[str, str], list[Judged]] = {}
    for each in rows:
        groups.setdefault((each.criterion, each.item), []).append(each)
    return tuple(_item(groups[key]) for key in sorted(groups))


def _item(judgings: Sequence[Judged]) -> Item:
    first = judgings[0]
    labels = {each.label for each in judgings}
    if len(labels) > 1:
        raise ValueError(f"{first.item} has two labels for criterion {first.criterion!r}")
    return Item(
        item=first.item,
        cluster=first.cluster,
        criterion=first.criterion,
        label=first.label,
        doublings=_doublings(first),
        judgings=tuple(judgings),
    )


def _doublings(judged: Judged) -> float | None:
    if judged.length is None:
        return None
    return math.log2(max(1, judged.length)) - math.log2(max(1, judged.other_length or 1))
