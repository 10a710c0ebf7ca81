"""What one command took: seconds by the clock and on the processor, and the most memory it held."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024
"""Units of `ru_maxrss` in a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """One process."""

    seconds: float
    processor: float
    """Seconds on the processor; what stays the same where others use the machine too."""
    memory: float
    """Peak resident set, MB."""

    def __str__(self) -> str:
        return f"{self.seconds:6.2f} s  ({self.processor:6.2f} s of processor)  {self.memory:5.0f} MB"


def run(words: list[str], folder: Path, *, expected: tuple[int, ...] = (0,)) -> Took:
    """Run a command to its end. Raises RuntimeError where it ends otherwise than expected."""
    start = time.perf_counter()
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(words, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        raise RuntimeError(f"{words} ended with {process.returncode}:\n{(folder / 'output.txt').read_text()}")
    return Took(
        seconds=time.perf_counter() - start,
        processor=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / _PER_MB,
    )
