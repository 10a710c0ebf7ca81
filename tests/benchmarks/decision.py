"""One gate decision from the store, as a process: two runs read, compared and judged, and nothing shown."""

from __future__ import annotations

import sys

from harness.compare.collector import uncollected
from harness.compare.comparison import compare
from harness.gate.judge import judge
from harness.store.read import read_side
from harness.suite.policy import Policy


def main(argv: list[str]) -> int:
    """`python -m tests.benchmarks.decision STORE BASELINE CANDIDATE FLIPS`: the verdict."""
    store, baseline, candidate, flips = argv
    policy = Policy(flips=int(flips))
    with uncollected():
        verdict = judge(compare(read_side(store, baseline), read_side(store, candidate), policy), policy)
    sys.stdout.write(f"{verdict.status}, {len(verdict.slices)} slices\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
