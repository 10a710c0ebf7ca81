"""`python -m tests.characteristics`: simulate, keep the figures, and write the tables of `docs/statistics.md`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: two processes share two cores as they are

from tests.characteristics.cells import Cell, cells
from tests.characteristics.mixtures import available
from tests.characteristics.results import RESULTS, Result, load, save
from tests.characteristics.simulate import Counts, simulate
from tests.characteristics.tables import line
from tests.docs import statistics_page

BATCH = 25
"""Runs that one process does at a time."""


def main(argv: Sequence[str]) -> int:
    """Simulate what is asked for; what is not stays as it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.characteristics", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="of a cell with a share of 1 (default: 1000)")
    parser.add_argument("--only", default="", metavar="TEXT", help="cells whose name has this in it")
    parser.add_argument("--missing", action="store_true", help="only cells without figures")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dry", action="store_true", help="print the figures, and keep nothing")
    args = parser.parse_args(argv)
    kept = dict(load())
    wanted = [cell for cell in cells() if str(args.only) in cell.name and cell.mixture in available()]
    if args.missing:
        wanted = [cell for cell in wanted if cell.name not in kept]
    if not wanted:
        parser.error(f"--only {args.only}: there is no such cell")
    start = time.monotonic()
    with ProcessPoolExecutor(int(args.processes)) as pool:
        for cell, counts in _simulated(pool, wanted, int(args.runs)):
            result = Result(cell=cell, counts=counts)
            sys.stdout.write(f"{time.monotonic() - start:7.0f} s  {line(result)}\n")
            sys.stdout.flush()
            kept[cell.name] = result
            if not args.dry:
                save(kept)
    if not args.dry:
        statistics_page.PAGE.write_text(statistics_page.page(), encoding="utf-8")
        sys.stdout.write(f"written: {RESULTS.name}, {statistics_page.PAGE.name}\n")
    return 0


def _simulated(pool: ProcessPoolExecutor, wanted: Sequence[Cell], runs: int) -> Iterator[tuple[Cell, Counts]]:
    for cell in wanted:
        many = max(1, round(cell.share * runs))
        batches = [range(start, min(start + BATCH, many)) for start in range(0, many, BATCH)]
        total: Counter[str] = Counter()
        for counts in pool.map(simulate, [cell] * len(batches), batches):
            total.update(counts)
        yield cell, dict(sorted(total.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
