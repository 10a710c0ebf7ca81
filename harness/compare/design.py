"""What a live gate will ask, in what order, and when it looks at the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.compare.evidence import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """What a design needs to know of a case."""

    case_id: str
    tags: tuple[str, ...] = ()
    cluster: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the numbers, once the first `after` entries of the order have ended."""

    after: int
    fraction: float
    """Information in (0, 1]: the variance planned for the last look over that planned for this one."""
    z_regress: float
    """A drop is flagged where its one-sided p is at most Phi(-z); infinite: never at this look."""
    z_pass: float
    """Harm beyond the margin is excluded where its one-sided p is at most Phi(-z)."""
    slice_alpha: float
    """A slice is flagged where its adjusted p is at most this: what this look adds to the errors spent."""
    wave: int
    """Repeats that the cases have had by then, or as many as they get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Fixed before anything is asked. Equal cases, bank, policy and seed give an equal design."""

    repeats: Mapping[str, int]
    """How often each case is asked at most, by case id; each at least 1."""
    order: tuple[Key, ...]
    """Every (case, repeat) in the order of asking, repeats from 1. Without a bank each entry stands for two trials:
    one of either side."""
    looks: tuple[Look, ...]
    """In order; the last one comes after the whole order."""
    banked: bool
    """Whether old samples stand for the baseline, so that the candidate alone is asked."""
    seed: str
