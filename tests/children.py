"""The processes that a test left behind, or did not."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def running(mark: bytes) -> set[str]:
    """Ids of the processes that this one started, and whose command line holds `mark`."""
    found: set[str] = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            parent = path.with_name("stat").read_text().rpartition(")")[2].split()[1]
            if parent == str(os.getpid()) and mark in path.read_bytes():
                found.add(path.parent.name)
    return found
