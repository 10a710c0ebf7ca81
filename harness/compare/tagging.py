"""Which cases make up which slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Slices that are large enough to be tested, and the tags that are in none."""

    members: Mapping[str, tuple[int, ...]]
    """Places of the cases of each slice, ascending; tags in order of the alphabet, the merged ones last."""
    untested: tuple[str, ...]


def group_tags(tags: Sequence[tuple[str, ...]], clusters: Sequence[str], min_clusters: int) -> Grouping:
    """Every tag with at least `min_clusters` clusters; the others merged into `other`, if that is enough.

    `tags` and `clusters` are those of the cases, in one order.
    """
    places: dict[str, list[int]] = {}
    for i, names in enumerate(tags):
        for tag in set(names):
            places.setdefault(tag, []).append(i)
    large = {
        tag: tuple(places[tag]) for tag in sorted(places) if _clusters(places[tag], clusters) >= min_clusters
    }
    small = tuple(tag for tag in sorted(places) if tag not in large)
    rest = sorted({i for tag in small for i in places[tag]})
    if not small or _clusters(rest, clusters) < min_clusters:
        return Grouping(members=large, untested=small)
    return Grouping(members={**large, _name_of_rest(places): tuple(rest)}, untested=())


def _clusters(places: Sequence[int], clusters: Sequence[str]) -> int:
    return len({clusters[i] for i in places})


def _name_of_rest(tags: Mapping[str, object]) -> str:
    """`other`, unless a tag is called that."""
    name = "other"
    while name in tags:
        name = f"{name} tags"
    return name
