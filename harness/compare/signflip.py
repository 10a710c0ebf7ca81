"""Which of several overlapping means fell, by flipping the signs of whole clusters at once.

Source: step-down minimum of P or maximum of T, Westfall and Young 1993, algorithm 4.1, with sign flips for
resampling (STATISTICS 12.7). If nothing changed, a cluster's differences are as likely to have the other sign;
one flip turns all slices of a cluster together, so whatever correlation the slices have is in every flip.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import float64, floating, integer
    from numpy.typing import NDArray

    Floats = NDArray[float64]
    Whole = NDArray[floating[Any]]
    Bits = NDArray[integer[Any]]

TIE = 1e-9
"""Statistics that differ by less are equal: thirds do not sum to exactly one."""
MOST_CLUSTERS = 16_384
"""Above this many, clusters are added up in this many groups, which are flipped as one: see `max_t`."""
KEPT = 50_000
"""The p of tables with at most so many numbers are kept for the next time they are asked for."""
CHUNK = 256
"""Clusters whose signs are in memory at once."""
SIXTEENTHS = 16
"""Sums of scores of 0 and 1 over 1, 2, 4, 8 or 16 repeats are whole numbers of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxT:
    """One-sided p of every column, small where it fell. All tuples are in the order of the columns."""

    raw: tuple[float, ...]
    """Of the column alone."""
    adjusted: tuple[float, ...]
    """For all columns together: where none fell, the chance that any of these is at most p is at most p."""
    flips: int
    """How many flips were counted."""
    exact: bool
    """Whether those were all there are; else they were drawn, and every p has one added, so that none is 0."""


def max_t(sums: Sequence[Sequence[float]] | Floats, *, flips: int, seed: str) -> MaxT:
    """Step-down adjusted lower-tail p of T_s = sum_g C_gs / sqrt(sum_g C_gs^2).

    `sums` are the weighted differences of cluster g summed over what of it is in slice s: finite, G rows, S columns.
    All 2^G sign flips are counted where those are at most `flips` + 1, else `flips` drawn ones; clusters without any
    difference do not count to G, as a flip does not change them. A column without any difference has p = 1.

    Equal sums, flips and seed give equal p on every machine: the sums are first rounded to whole numbers of a unit
    (2^-30 or so of their total) that leaves every partial sum exact, in whatever order a matrix product takes them.
    From `MOST_CLUSTERS` on clusters are flipped in groups, cluster i with all i + k MOST_CLUSTERS. Sums of clusters
    are as symmetric as clusters, so the p stay right; some sixteen thousand independent signs lose no power to
    speak of, and time and memory stay flat. Raises ValueError for fewer than one flip or sums that are not finite.
    """
    import numpy as np

    table = np.asarray(sums, dtype=np.float64)
    if flips < 1 or not np.isfinite(table).all():
        raise ValueError("a sign flip test needs finite sums and at least one flip")
    if not table.size:
        return MaxT(raw=(1.0,) * table.shape[-1], adjusted=(1.0,) * table.shape[-1], flips=1, exact=True)
    return _max_t(_Sums(table), flips, seed) if table.size <= KEPT else _tested(table, flips, seed)


class _Sums:
    """A table that is equal to those with the same numbers."""

    __slots__ = ("digest", "table")

    def __init__(self, table: Floats) -> None:
        self.table = table
        self.digest = sha256(repr(table.shape).encode() + table.tobytes()).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sums) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(maxsize=32)
def _max_t(sums: _Sums, flips: int, seed: str) -> MaxT:
    """A live gate replays its looks whenever it is asked: all but the last one are known by then."""
    return _tested(sums.table, flips, seed)


def _tested(table: Floats, flips: int, seed: str) -> MaxT:
    import numpy as np

    whole = _whole_numbers(_grouped(table[table.any(axis=1)]))
    exact = len(whole) <= math.log2(flips + 1)
    signs = _every_sign(len(whole)) if exact else _drawn_signs(len(whole), flips, seed)
    flipped = _flipped(whole, signs, 1 << len(whole) if exact else flips)
    norms = np.sqrt(np.einsum("gs,gs->s", whole, whole, dtype=np.float64))
    return _counted(whole.sum(axis=0, dtype=np.float64), flipped, norms, exact=exact)


def _counted(seen: Floats, flipped: Floats, norms: Floats, *, exact: bool) -> MaxT:
    """From the sums as they are and as flipped (one row per flip) to p: Westfall and Young's step-down.

    The columns are taken from the highest T down; each competes with all that lie above it and its own. A column
    without any difference competes with none.
    """
    import numpy as np

    constant = norms == 0
    scale = np.where(constant, 1.0, norms)
    t, drawn = seen / scale, flipped / scale
    drawn[:, constant] = np.inf
    order = np.argsort(-t, kind="stable")
    lowest = np.minimum.accumulate(drawn[:, order], axis=1)
    extra = 0 if exact else 1
    of = len(flipped) + extra
    raw = ((drawn <= t + TIE).sum(axis=0) + extra) / of
    steps = ((lowest <= t[order] + TIE).sum(axis=0) + extra) / of
    adjusted = np.empty_like(raw)
    adjusted[order] = np.maximum.accumulate(steps[::-1])[::-1]
    raw[constant] = adjusted[constant] = 1.0
    return MaxT(raw=tuple(raw.tolist()), adjusted=tuple(adjusted.tolist()), flips=len(flipped), exact=exact)


def _flipped(whole: Whole, signs: Iterator[Bits], rows: int) -> Floats:
    """Sums of every column under every flip: one matrix product per chunk of clusters.

    A sign is 1 or 0, and sum(sign C) over signs of 1 and -1 is twice that over signs of 1 and 0, less sum(C).
    """
    import numpy as np

    total: Floats = np.zeros((rows, whole.shape[1]))
    for start, chunk in zip(range(0, len(whole), CHUNK), signs, strict=True):
        total += chunk.astype(whole.dtype) @ whole[start : start + CHUNK]
    flipped: Floats = 2 * total - whole.sum(axis=0, dtype=np.float64)
    return flipped


def _every_sign(clusters: int) -> Iterator[Bits]:
    """All flips of a few clusters, a row each, as bits: there are fewer clusters than a chunk holds."""
    import numpy as np

    if clusters:
        yield np.arange(1 << clusters)[:, None] >> np.arange(clusters) & 1


def _drawn_signs(clusters: int, flips: int, seed: str) -> Iterator[Bits]:
    """Random bits, a row per flip, for one chunk of clusters after the other.

    From the raw stream of a bit generator, which numpy promises not to change.
    """
    import numpy as np

    stream = np.random.PCG64(int.from_bytes(sha256(seed.encode()).digest(), "big"))
    for start in range(0, clusters, CHUNK):
        raw = stream.random_raw(flips * CHUNK // 64).astype("<u8").view(np.uint8)
        bits = np.unpackbits(raw.reshape(flips, CHUNK // 8), axis=1)
        yield bits[:, : min(CHUNK, clusters - start)]


def _grouped(table: Floats) -> Floats:
    """At most `MOST_CLUSTERS` rows: neighbours, which may share a slice, end up in different groups."""
    import numpy as np

    if len(table) <= MOST_CLUSTERS:
        return table
    groups = np.zeros((MOST_CLUSTERS, table.shape[1]))
    for start in range(0, len(table), MOST_CLUSTERS):
        part = table[start : start + MOST_CLUSTERS]
        groups[: len(part)] += part
    return groups


def _whole_numbers(table: Floats) -> Whole:
    """The same in units in which every number is whole, and every sum of any of them exact in its type.

    Single precision holds whole numbers up to 2^24: enough for most suites, and twice as fast.
    """
    import numpy as np

    largest = float(np.abs(table).sum(axis=0).max(initial=0.0))
    if largest == 0:
        return table
    sixteenths = table * SIXTEENTHS
    if largest * SIXTEENTHS < 2**24 and bool((sixteenths == np.rint(sixteenths)).all()):
        return sixteenths.astype(np.float32)
    return np.rint(np.ldexp(table, 51 - math.frexp(largest)[1]))
