"""The errors a user can meet, and the exit status each one ends the command with.

```
HarnessError                 70  a bug of ours: nothing else may end here
├── UsageError                2  the command line asks for something that cannot be done
├── FilesRejected             2  files with mistakes, all of them at once
├── StoreError                4  what was recorded cannot be read or written
│   ├── StoreBusy             4  another process is writing
│   └── JournalDamaged        4  a run's journal is broken in the middle
├── Interrupted             130  the user stopped the run; what was finished is kept
│   └── Terminated          143  somebody else did, with SIGTERM
└── CallFailed               70  one model call failed (harness.call.fault); `run` turns it into an outcome
```

A message says the place, the problem and the remedy, in that order and in one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file the user wrote. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.line == 0:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one file, with what to do about it."""

    place: Place
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.what}"
        return f"{text}; {self.remedy}" if self.remedy else text


class HarnessError(Exception):
    """The root of everything this package raises on purpose."""

    exit_status: ClassVar[int] = 70


class UsageError(HarnessError):
    """The command line, or a call of the public functions, asks for something that cannot be done."""

    exit_status = 2


class FilesRejected(HarnessError):
    """Files with mistakes in them: every mistake of every file, in the order of the files."""

    exit_status = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StoreError(HarnessError):
    """What was recorded cannot be read or written."""

    exit_status = 4


class StoreBusy(StoreError):
    """Another process holds the store for writing."""


class JournalDamaged(StoreError):
    """A journal is broken somewhere else than at its tail."""


class Interrupted(HarnessError):
    """The user stopped a run. Everything that was finished is on disk."""

    exit_status = 130


class Terminated(Interrupted):
    """SIGTERM stopped a run: a scheduler's, or a CI job's that was cancelled."""

    exit_status = 143
