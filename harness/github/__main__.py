"""`python -m harness.github`: show the verdicts of another job's artifact on its pull request."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from harness.errors import UsageError
from harness.github.comment import Ask, Occasion, ask_github, find_report, render, render_nothing, upsert
from harness.github.verdicts import read_verdicts
from harness.report.safe import term


def main(argv: Sequence[str], ask: Ask = ask_github) -> int:
    """Comment, and say where. Exit status 0 also where no open pull request has this commit any more."""
    parser = argparse.ArgumentParser(prog="python -m harness.github", description=__doc__, allow_abbrev=False)
    parser.add_argument("verdict", type=Path, help="what `harness gate --json` printed; not trusted")
    parser.add_argument("--repository", required=True, metavar="OWNER/NAME")
    parser.add_argument("--sha", required=True, metavar="COMMIT", help="the head that was gated, in full")
    parser.add_argument("--run-url", required=True, metavar="URL", help="where its log is")
    parser.add_argument(
        "--base", default="origin/main", metavar="REF", help="for the command that reproduces it"
    )
    parser.add_argument(
        "--report", metavar="NAME", help="link that run's artifact of this name as the report"
    )
    parser.add_argument(
        "--author",
        default="github-actions[bot]",
        metavar="LOGIN",
        help="who the token of this job belongs to",
    )
    parser.add_argument("--print", action="store_true", help="print the comment; ask GitHub nothing")
    args = parser.parse_args(argv)
    try:
        occasion = Occasion(
            repository=cast("str", args.repository),
            sha=cast("str", args.sha),
            run_url=cast("str", args.run_url),
            base=cast("str", args.base),
            author=cast("str", args.author),
        )
        if args.report is not None and not args.print:
            occasion = replace(occasion, report=find_report(cast("str", args.report), occasion, ask))
        body = _body(cast("Path", args.verdict), occasion)
        said = body if args.print else _told(upsert(body, occasion, ask))
    except UsageError as error:
        sys.stderr.write(f"harness.github: {term(str(error))}\n")
        return error.exit_status
    sys.stdout.write(said)
    return 0


def _body(path: Path, occasion: Occasion) -> str:
    try:
        return render(read_verdicts(path), occasion)
    except UsageError as error:
        return render_nothing(f"{error}; see the run", occasion)


def _told(numbers: Sequence[int]) -> str:
    return (
        "".join(f"commented on #{number}\n" for number in numbers) or "no open pull request has this commit\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
