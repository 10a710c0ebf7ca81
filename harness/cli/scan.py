"""`harness scan`: secrets in what is about to be handed on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

from harness.cli.console import say, tell, tell_json
from harness.observe.scan import Finding, Scan
from harness.pipeline.scanning import scan_project
from harness.report.safe import term
from harness.report.words import count
from harness.settings import read_settings
from harness.units import Json

_EPILOG = """\
Looks for the secrets of this environment, in every spelling, and for what has the form of a key: in text files,
DuckDB, Parquet, gzip, zip and zstd. Without PATHS: fixtures, reports, prompts and evals. Secrets are not shown.

A line that is no secret may say so and why: `harness:allow-secret a made-up key of the tutorial`

exit status: 0 nothing was found, 1 a secret was, 2 nothing was scanned, or a file could not be read

examples:
  harness scan
  harness scan reports/gate.html --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument(
        "--personal", action="store_true", help="also e-mail, phone, card and account numbers"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(args: argparse.Namespace) -> int:
    found = scan_project(read_settings(), cast("list[Path]", args.paths), personal=bool(args.personal))
    open_ones = [each for each in found.findings if each.reason is None]
    if args.json:
        tell_json(_document(found))
    else:
        for each in open_ones:
            tell(term(f"{_place(each)}: {each.rule}, {each.tag}"))
    for unread in found.unread:
        say(term(f"harness: {unread}; nobody has looked into it"))
    say(_summary(found, len(open_ones)))
    if open_ones:
        return 1
    return 2 if found.unread else 0


def _summary(found: Scan, open_ones: int) -> str:
    size = f"{found.bytes / 1e6:,.1f} MB" if found.bytes >= 1e5 else f"{found.bytes:,} bytes"
    looked = f"{count(found.files, 'file')}, {size} looked at"
    allowed = len(found.findings) - open_ones
    more = f", {allowed} more allowed by a mark" if allowed else ""
    if not open_ones:
        return f"no secret found{more}; {looked}"
    return (
        f"{count(open_ones, 'secret')} found{more}; {looked}\n"
        "take each out of its file, and withdraw the key it belongs to: whoever has the file has the key"
    )


def _place(each: Finding) -> str:
    inside = f" ({each.inside})" if each.inside else ""
    return f"{each.file}:{each.line}:{each.column}{inside}"


def _document(found: Scan) -> dict[str, Json]:
    findings: list[Json] = [
        {
            "file": each.file,
            "inside": each.inside or None,
            "line": each.line,
            "column": each.column,
            "rule": each.rule,
            "tag": each.tag,
            "allowed_because": each.reason,
        }
        for each in found.findings
    ]
    return {
        "schema": 1,
        "files": found.files,
        "bytes": found.bytes,
        "findings": findings,
        "unread": list(found.unread),
    }
