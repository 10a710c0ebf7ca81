"""A process to be killed: it runs a small run, says what was acknowledged, and dies at the step it is told.

Usage: killed.py FOLDER STEP (0: never) [resume]
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from harness.store.disk import SystemDisk
from harness.store.ingest import ingest
from harness.store.journal import JournalWriter, resume_journal, start_journal, tools
from harness.store.past import Key, read_journal
from tests.store.samples import info, record, reserved, settled

CASES = tuple(f"c{number}" for number in range(12))


class Deadly(SystemDisk):
    """Kills its own process before or in the middle of the n-th operation."""

    def __init__(self, step: int) -> None:
        self.left = step

    def write(self, file: int, data: bytes) -> int:
        if self._is_over():
            os.write(file, data[: len(data) // 3])
            os.kill(os.getpid(), signal.SIGKILL)
        return super().write(file, data)

    def sync(self, file: int) -> None:
        if self._is_over():
            os.kill(os.getpid(), signal.SIGKILL)
        super().sync(file)

    def _is_over(self) -> bool:
        self.left -= 1
        return self.left == 0


async def one(journal: JournalWriter, case_id: str) -> None:
    """Ask, pay, keep; and say on stdout what cannot be lost any more."""
    journal.note(reserved(case_id))
    os.write(1, f"sent {case_id}\n".encode())
    await asyncio.sleep(0.001)
    journal.note(settled(case_id))
    await journal.append(record(case_id))
    os.write(1, f"kept {case_id}\n".encode())


async def work(folder: Path, *, step: int, resume: bool) -> None:
    use = tools(str, disk=Deadly(step))
    finished: frozenset[Key] = frozenset()
    if resume:
        journal, past = resume_journal(folder / "runs", "r1", use)
        finished = past.finished
    else:
        journal = start_journal(folder / "runs", info(cases=CASES), use)
    waiting = [each for each in CASES if (each, 1) not in finished]
    for start in range(0, len(waiting), 3):
        await asyncio.gather(*(one(journal, each) for each in waiting[start : start + 3]))
    journal.end("complete", {})


if __name__ == "__main__":
    home = Path(sys.argv[1])
    asyncio.run(work(home, step=int(sys.argv[2]), resume="resume" in sys.argv))
    ingest(home / "harness.duckdb", read_journal(home / "runs" / "r1.jsonl"))
    os.write(1, b"ingested\n")
