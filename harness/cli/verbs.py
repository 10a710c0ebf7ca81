"""Commands with verbs of their own, such as `harness prompts list`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import cast

Do = Callable[[argparse.Namespace], int]


class Verbs:
    """The verbs of one command. `run` does the one that was typed."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._verbs = parser.add_subparsers(metavar="verb", required=True, title="verbs")

    def add(self, name: str, summary: str, do: Do, example: str) -> argparse.ArgumentParser:
        """A verb that is done by `do`; gives its parser, for its arguments."""
        parser = self._verbs.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"example:\n  harness {example}\n",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        parser.set_defaults(do=do)
        return parser


def run(args: argparse.Namespace) -> int:
    """Do the verb that was typed."""
    return cast("Do", args.do)(args)


def add_json(*parsers: argparse.ArgumentParser) -> None:
    """`--json`, for everything that only reads."""
    for parser in parsers:
        parser.add_argument("--json", action="store_true", help="print it as JSON")
