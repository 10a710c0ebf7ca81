"""Which tags are slices of their own."""

from __future__ import annotations

from harness.compare.tagging import group_tags

CLUSTERS = [f"k{i}" for i in range(12)]


def test_small_tags_are_merged_where_that_is_enough() -> None:
    tags = [("big",)] * 8 + [("tiny",), ("tiny", "small"), ("small",), ()]
    found = group_tags(tags, CLUSTERS, 3)
    assert found.members == {"big": tuple(range(8)), "other": (8, 9, 10)}
    assert found.untested == ()


def test_tags_too_small_even_together_are_named() -> None:
    found = group_tags([("big", "big")] * 8 + [("tiny",), ("small",), (), ()], CLUSTERS, 3)
    assert found.members == {"big": tuple(range(8))}
    assert found.untested == ("small", "tiny")


def test_cases_of_one_cluster_do_not_make_a_tag_large() -> None:
    assert group_tags([("big",)] * 8, ["one"] * 8, 2).members == {}


def test_a_tag_called_other_keeps_its_name() -> None:
    tags = [("other",)] * 4 + [("a",)] * 2 + [("b",)] * 2 + [()] * 4
    assert set(group_tags(tags, CLUSTERS, 4).members) == {"other", "other tags"}
