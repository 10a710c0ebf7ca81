"""Write the pages that programs can write, or say which of them are not as they should be (`--check`).

A page that people write has marked parts, which are made anew; the rest of it stays.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.docs import (
    cli_page,
    console,
    decisions_page,
    faults_page,
    files_page,
    json_page,
    log_page,
    schema_page,
    statistics_page,
)
from tests.docs.rooms import ROOT

DOCS = ROOT / "docs"


def plain_pages() -> Mapping[Path, str]:
    """Pages made from the code alone."""
    return {
        DOCS / "cli.md": cli_page.page(),
        DOCS / "schema.md": schema_page.page(),
        DOCS / "files.md": files_page.page(),
        DOCS / "log.md": log_page.page(),
        faults_page.PAGE: faults_page.page(),
        statistics_page.PAGE: statistics_page.page(),
        DOCS / "decisions" / "README.md": decisions_page.page(),
    }


def spoken_pages() -> Iterator[tuple[Path, str]]:
    """Pages with commands in them, each run in a folder of its own."""
    yield json_page.PAGE, json_page.page()
    for path in spoken():
        yield path, console.rerun(path.read_text("utf-8"))


def spoken() -> tuple[Path, ...]:
    """Pages that show what commands say."""
    written = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))
    return tuple(path for path in written if console.rooms_of(path.read_text("utf-8")))


def main(argv: list[str]) -> int:
    """Write, or with `--check` only compare; 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a page differs")
    check = bool(parser.parse_args(argv).check)
    stale = [*_stale(plain_pages().items()), *_stale(spoken_pages())]
    for path, text in stale:
        sys.stdout.write(f"{'differs' if check else 'written'}: {path.relative_to(ROOT)}\n")
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and stale:
        sys.stdout.write("run `python -m tests.docs.generate` and look at what changed\n")
    return 1 if check and stale else 0


def _stale(pages: Iterable[tuple[Path, str]]) -> list[tuple[Path, str]]:
    return [(path, text) for path, text in pages if not path.exists() or path.read_text("utf-8") != text]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
