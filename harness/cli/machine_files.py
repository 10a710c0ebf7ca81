"""The files that machines read: `--junit`, `--sarif` and `--badge`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from harness import __version__
from harness.cli.console import write
from harness.errors import Problem, UsageError
from harness.report.views.parts import ReportView, RunView

if TYPE_CHECKING:
    from harness.report.machines.sarif_log import Origin

_FAMILIES = ("xunit2", "xunit1")
_BADGES: dict[str, Literal["svg", "json"]] = {".svg": "svg", ".json": "json"}


def add_machine_files(parser: argparse.ArgumentParser) -> None:
    """Files for CI systems, code scanning and a README."""
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML here")
    parser.add_argument(
        "--junit-family",
        choices=_FAMILIES,
        default=_FAMILIES[0],
        help="xunit2 holds to Jenkins' schema (the default); xunit1 has file, line and properties in each test case",
    )
    parser.add_argument(
        "--sarif", type=Path, metavar="FILE", help="write SARIF 2.1.0 here, for code scanning"
    )
    parser.add_argument(
        "--badge", type=Path, metavar="FILE", help="write a badge here: .svg, or .json for shields.io"
    )


def machine_files(args: argparse.Namespace) -> Iterator[Path]:
    """The files that were asked for. Raises UsageError for a badge of no known form."""
    badge = cast("Path | None", args.badge)
    if badge is not None and badge.suffix.lower() not in _BADGES:
        raise UsageError(f"--badge {badge}: name it .svg or .json, which says how it is written")
    yield from (cast("Path", each) for each in (args.junit, args.sarif, badge) if each is not None)


def write_verdicts(views: Sequence[ReportView], args: argparse.Namespace, folder: str) -> None:
    """Verdicts to every file that was asked for. `folder` is where the project lies in its repository."""
    from harness.report.machines import badge, junit, sarif

    if args.junit is not None:
        write(args.junit, junit.render(views, args.junit_family))
    if args.sarif is not None:
        write(args.sarif, sarif.render(views, _origin(folder)))
    if args.badge is not None:
        write(args.badge, badge.render(badge.badge_of(views), _form(args.badge)))


def write_run(view: RunView, args: argparse.Namespace, folder: str) -> None:
    """One run to every file that was asked for."""
    from harness.report.machines import badge, junit, sarif

    if args.junit is not None:
        write(args.junit, junit.render_run(view, args.junit_family))
    if args.sarif is not None:
        write(args.sarif, sarif.render_run(view, _origin(folder)))
    if args.badge is not None:
        write(args.badge, badge.render(badge.badge_of_run(view), _form(args.badge)))


def write_check(file: Path, problems: Sequence[Problem], warnings: Sequence[Problem], folder: str) -> None:
    """What is wrong with files as SARIF."""
    from harness.report.machines import sarif

    write(file, sarif.render_check(problems, warnings, _origin(folder)))


def _origin(folder: str) -> Origin:
    from harness.report.machines.sarif_log import Origin

    return Origin(version=__version__, folder=folder)


def _form(file: Path) -> Literal["svg", "json"]:
    return _BADGES[file.suffix.lower()]
