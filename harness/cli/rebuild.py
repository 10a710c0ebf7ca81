"""`harness rebuild`: the store again, from the journals."""

from __future__ import annotations

import argparse

from harness.cli.console import say, tell
from harness.pipeline.auditing import audit
from harness.report.words import count
from harness.settings import read_settings

_EPILOG = """\
Journals are the source of truth; the store is made of them. Use it when the store is damaged, or was deleted.

example:
  harness rebuild
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command has the same shape
    from harness.store.ingest import rebuild
    from harness.store.read import list_runs

    settings = read_settings()
    for warning in rebuild(settings.store, settings.runs):
        say(warning)
    runs = len(list_runs(settings.store))
    audit(settings, "store_rebuilt", {"runs": runs})
    tell(f"{count(runs, 'run')} in {settings.store}")
    return 0
