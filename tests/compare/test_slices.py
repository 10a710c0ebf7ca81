"""Tags, one by one, with the false alarms held together."""

import random

from harness.compare.asked import by_case
from harness.compare.columns import Pair
from harness.compare.quality import measured_scores
from harness.compare.slices import Slicing, slices_of
from harness.suite.policy import Policy
from tests.compare.build import side, singles, tagged


def pairs(lost: int, tags: dict[str, tuple[str, ...]], n: int = 40) -> list[Pair]:
    """The first `lost` of `n` cases fell from 1 to 0."""
    before = by_case(tagged(side(singles((n, 1.0))), tags).observations)
    after = by_case(tagged(side(singles((lost, 0.0), (n - lost, 1.0))), tags).observations)
    return [(before[k], after[k]) for k in before]


def tags(*ranges: tuple[str, int, int]) -> dict[str, tuple[str, ...]]:
    return {f"case-{i:04}": tuple(tag for tag, first, end in ranges if first <= i < end) for i in range(100)}


def slicing(of: list[Pair]) -> Slicing:
    return slices_of(of, measured_scores, Policy(), "")


def test_every_large_tag_is_tested_worst_first() -> None:
    found = slicing(pairs(9, tags(("urdu", 0, 10), ("french", 10, 30))))
    assert [(s.slice, s.n, round(s.difference, 1)) for s in found.tested] == [
        ("urdu", 10, -0.9),
        ("french", 20, 0.0),
    ]
    assert found.tested[0].p_adjusted == found.overall_p_adjusted == 2**-9
    assert found.tested[1].p_adjusted == 1
    assert found.untested == ()


def test_a_case_may_be_in_several_slices_and_an_untagged_one_is_in_none() -> None:
    found = slicing(pairs(0, tags(("a", 0, 10), ("b", 5, 15))))
    assert {s.slice: s.n for s in found.tested} == {"a": 10, "b": 10}


def test_small_tags_are_merged() -> None:
    found = slicing(pairs(9, tags(("a", 0, 4), ("b", 4, 8), ("c", 8, 10), ("large", 10, 30))))
    assert {s.slice: s.n for s in found.tested} == {"other": 10, "large": 20}
    assert found.untested == ()


def test_a_case_with_a_large_and_a_small_tag_is_in_both_slices() -> None:
    found = slicing(pairs(0, tags(("small", 0, 7), ("tiny", 7, 9), ("large", 0, 30))))
    assert {s.slice: s.n for s in found.tested} == {"other": 9, "large": 30}


def test_tags_too_small_even_together_are_named() -> None:
    found = slicing(pairs(3, tags(("a", 0, 4), ("b", 4, 6))))
    assert found == Slicing(tested=(), untested=("a", "b"))


def test_a_tag_called_other_keeps_its_name() -> None:
    found = slicing(pairs(0, tags(("other", 0, 10), ("a", 10, 16), ("b", 16, 22))))
    assert {s.slice: s.n for s in found.tested} == {"other": 10, "other tags": 12}


def test_clusters_count_not_cases() -> None:
    together = [(b, a) for b, a in pairs(0, tags(("talk", 0, 20))) if "talk" in b.tags]
    found = slices_of(together[:7] * 3, measured_scores, Policy(), "")
    assert found.untested == ("talk",)


def test_the_order_of_the_pairs_changes_nothing() -> None:
    of = pairs(12, tags(("a", 0, 10), ("b", 5, 30), ("c", 0, 3), ("d", 3, 9)))
    shuffled = random.Random(3).sample(of, len(of))  # noqa: S311 - repeatable on purpose
    assert slicing(of) == slicing(shuffled)
