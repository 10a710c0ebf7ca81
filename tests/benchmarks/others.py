"""The yardsticks: one permutation test by scipy, and the means of every tag by pandas, on the same rows.

`python -m tests.benchmarks.others scipy|pandas|nothing FOLDER`; each is a process of its own, imports included.
"""

from __future__ import annotations

import sys
from pathlib import Path

FLIPS = 4999


def scipy_test(folder: Path) -> float:
    """A one-sided sign-flip test of the overall mean alone: no slices, no bounds, no ratios."""
    import numpy as np
    import pandas as pd
    from scipy.stats import permutation_test

    before, after = (pd.read_parquet(folder / f"{side}.parquet")["score"] for side in ("before", "after"))
    found = permutation_test(
        (np.asarray(after - before),),
        lambda x, axis: x.mean(axis=axis),
        permutation_type="samples",
        n_resamples=FLIPS,
        batch=50,
        alternative="less",
        rng=np.random.default_rng(1),
        vectorized=True,
    )
    return float(found.pvalue)


def pandas_means(folder: Path) -> float:
    """Mean difference by tag: nothing is tested."""
    import pandas as pd

    before, after = (pd.read_parquet(folder / f"{side}.parquet") for side in ("before", "after"))
    both = before.merge(after, on="case_id", suffixes=("_before", "_after"))
    both["difference"] = both["score_after"] - both["score_before"]
    tagged = both.assign(tag=both["tags_after"].str.split("|")).explode("tag")
    return float(tagged.groupby("tag")["difference"].mean().min())


def main(argv: list[str]) -> int:
    """Do one of them."""
    name, folder = argv[0], Path(argv[1])
    if name == "scipy":
        sys.stdout.write(f"{scipy_test(folder)}\n")
    elif name == "pandas":
        sys.stdout.write(f"{pandas_means(folder)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
