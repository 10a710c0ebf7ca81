"""Two mappings laid side by side, losing nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

Key = TypeVar("Key")
Left = TypeVar("Left")
Right = TypeVar("Right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing(Generic[Key, Left, Right]):
    """Every key of either side is in exactly one of the three."""

    pairs: Mapping[Key, tuple[Left, Right]]
    only_baseline: Mapping[Key, Left]
    only_candidate: Mapping[Key, Right]


def pair(baseline: Mapping[Key, Left], candidate: Mapping[Key, Right]) -> Pairing[Key, Left, Right]:
    """Pair what both sides have; name what only one has. The order is that of the sides."""
    return Pairing(
        pairs=MappingProxyType({k: (b, candidate[k]) for k, b in baseline.items() if k in candidate}),
        only_baseline=MappingProxyType({k: b for k, b in baseline.items() if k not in candidate}),
        only_candidate=MappingProxyType({k: c for k, c in candidate.items() if k not in baseline}),
    )
