"""A verdict takes time in proportion to the rows, and memory that no number of sign flips changes."""

import time

from harness.compare.comparison import compare
from harness.compare.signflip import max_t
from harness.gate.judge import judge
from harness.suite.policy import Policy
from tests.benchmarks.rows import made


def seconds(cases: int, policy: Policy) -> float:
    """On the processor, the best of three, with other flips each time: small tables are kept."""
    before, after = made("before", cases), made("after", cases)
    times: list[float] = []
    for seed in ("a", "b", "c"):
        start = time.process_time()
        judge(compare(before, after, policy, seed), policy)
        times.append(time.process_time() - start)
    return min(times)


def test_twice_the_rows_take_less_than_three_times_as_long() -> None:
    policy = Policy(flips=499)
    seconds(500, policy)  # what is imported on the way is not what is measured
    assert seconds(8000, policy) < 3 * seconds(4000, policy)


def test_memory_of_the_test_of_slices_grows_with_flips_and_slices_alone() -> None:
    import tracemalloc

    import numpy as np

    sums = np.random.default_rng(1).choice([-1.0, 0.0, 1.0], size=(20_000, 5))
    tracemalloc.start()
    max_t(sums, flips=199, seed="x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    every_sign_at_once = 199 * 20_000
    assert peak < every_sign_at_once + 3 * sums.nbytes
