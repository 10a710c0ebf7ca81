"""Nothing is lost where two mappings are paired."""

from hypothesis import given
from hypothesis import strategies as st

from harness.compare.pairing import pair

SIDES = st.dictionaries(st.text(max_size=2), st.integers())


@given(SIDES, SIDES)
def test_every_key_of_either_side_is_in_exactly_one_part(
    baseline: dict[str, int], candidate: dict[str, int]
) -> None:
    result = pair(baseline, candidate)
    assert result.pairs.keys() | result.only_baseline.keys() == baseline.keys()
    assert result.pairs.keys() | result.only_candidate.keys() == candidate.keys()
    assert len(result.pairs) + len(result.only_baseline) == len(baseline)
    assert len(result.pairs) + len(result.only_candidate) == len(candidate)


@given(SIDES, SIDES)
def test_every_value_stays_on_its_side(baseline: dict[str, int], candidate: dict[str, int]) -> None:
    result = pair(baseline, candidate)
    assert {**{k: b for k, (b, _) in result.pairs.items()}, **result.only_baseline} == baseline
    assert {**{k: c for k, (_, c) in result.pairs.items()}, **result.only_candidate} == candidate


@given(SIDES, SIDES)
def test_swapping_the_sides_swaps_the_parts(baseline: dict[str, int], candidate: dict[str, int]) -> None:
    one, other = pair(baseline, candidate), pair(candidate, baseline)
    assert one.only_baseline == other.only_candidate
    assert {k: (c, b) for k, (b, c) in one.pairs.items()} == other.pairs
