"""`python -m tests.benchmarks`: a verdict on 2 x 100,000 stored rows with 50 tags, beside other people's tools."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measured import Took, run
from tests.benchmarks.rows import RATES, TAGS, write_rows

ROOT = Path(__file__).parents[2]
HARNESS = [sys.executable, "-m", "harness"]
VERDICTS = (0, 1, 3)


def main(argv: Sequence[str]) -> int:
    """Measure, and print. Nothing is asserted: what a machine takes is its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="of each side (default: 100,000)")
    rows = int(parser.parse_args(argv).rows)
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_rows(folder, rows)
        run([*HARNESS, "init", "."], folder)
        sys.stdout.write(f"2 x {rows:,} rows, {TAGS} tags, {os.cpu_count()} cores\n")
        for side in RATES:
            words = ["import", "results", str(files[side]), "--suite", "large", "--run", side]
            _say(f"harness import results, {side}", run([*HARNESS, *words], folder))
        for flips in (999, 4999, 19_999):
            words = ["tests.benchmarks.decision", "reports/harness.duckdb", *RATES, str(flips)]
            _say(f"read, compare, judge ({flips:,} sign flips)", run([sys.executable, "-m", *words], folder))
        _say(
            "harness compare --json", run([*HARNESS, "compare", *RATES, "--json"], folder, expected=VERDICTS)
        )
        _say("harness compare, for people", run([*HARNESS, "compare", *RATES], folder, expected=VERDICTS))
        for other, what in (
            ("scipy", "scipy: one permutation test, 4,999 flips"),
            ("pandas", "pandas: means by tag, nothing tested"),
        ):
            _say(what, run([sys.executable, "-m", "tests.benchmarks.others", other, name], folder))
    return 0


def _say(what: str, took: Took) -> None:
    sys.stdout.write(f"{what:46} {took}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
