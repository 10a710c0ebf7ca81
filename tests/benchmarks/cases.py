"""Prints what large suites cost: `python -m tests.benchmarks.cases [CASES]`. Times are those of this machine."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.suite.files import GOOD
from tests.suite.sources import HEAD
from tests.suite.test_large_suites import TEXT

_CHECK = ("check", [sys.executable, "-m", "harness", "check", "--quiet"])
_COLLECT = (
    "pytest evals --collect-only",
    [sys.executable, "-m", "pytest", "evals", "--collect-only", "-q", "-p", "no:randomly"],
)


def main(cases: int) -> None:
    """Write a suite of so many cases, check it, and collect a tenth of it."""
    for count, (name, command) in ((cases, _CHECK), (max(1, cases // 10), _COLLECT)):
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), count)
            began = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            took = time.perf_counter() - began
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        sys.stdout.write(f"{name}: {count:,} cases, {took:.2f} s, at most {most} MB so far\n")


def _write(folder: Path, cases: int) -> None:
    lines = "".join(
        f'{{"id": "n{n}", "tags": ["a"], "inputs": {{"ticket": "{n}: {TEXT}"}}}}\n' for n in range(cases)
    )
    files = {**GOOD, "evals/triage.yaml": f"{HEAD}cases:\n  - file: many.jsonl\n", "evals/many.jsonl": lines}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
