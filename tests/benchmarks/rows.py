"""Two sides of many cases with many tags, as files to import and as values."""

from __future__ import annotations

from pathlib import Path

from harness.compare.observation import Accounting, Observation, Side

TAGS = 50
RATES = {"before": 0.85, "after": 0.848}
_ROWS = """
COPY (
  SELECT 'case-' || lpad(CAST(i AS VARCHAR), 7, '0') AS case_id,
    CAST(hash(i, '{side}') % 1000 < {pass_rate} AS DOUBLE) AS score,
    't' || CAST(i % {tags} AS VARCHAR) || '|t' || CAST((i * 7 + 3) % {tags} AS VARCHAR) AS tags,
    0.001 + (hash(i, '{side}', 1) % 1000) / 1e6 AS cost_usd, 0.5 + (hash(i, '{side}', 2) % 1000) / 1000 AS latency_s
  FROM range({rows}) AS t(i)
) TO '{file}' (FORMAT parquet)
"""


def write_rows(folder: Path, rows: int) -> dict[str, Path]:
    """A Parquet file per side, always with the same contents."""
    import duckdb

    files = {side: folder / f"{side}.parquet" for side in RATES}
    for side, file in files.items():
        duckdb.execute(
            _ROWS.format(side=side, pass_rate=int(1000 * RATES[side]), tags=TAGS, rows=rows, file=file)
        )
    return files


def made(name: str, cases: int) -> Side:
    """The same without a file; which cases fail is different on each side."""
    step = 7 if name == "before" else 11
    observations = tuple(
        Observation(
            case_id=f"case-{i:07}",
            repeat=1,
            score=float(i * step % 20 > 2),
            missing=None,
            cost=0.001 + i % 10 / 1e4,
            latency=0.5 + i % 7 / 10,
            cluster=f"case-{i:07}",
            tags=(f"t{i % TAGS}", f"t{(i * 7 + 3) % TAGS}"),
        )
        for i in range(cases)
    )
    return Side(
        run_id=name,
        suite="large",
        label=name,
        observations=observations,
        accounting=Accounting(planned=cases, answered=cases, degraded=0, failed=0, skipped=0),
        graders="",
        cost_usd=None,
        session="",
        mode="imported",
    )
