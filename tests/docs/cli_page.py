"""`docs/cli.md`: what every command says of itself."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from unittest.mock import patch

from harness.cli.main import COMMANDS, parser_of, top_parser

_HEAD = """\
# The commands

Made from `--help` by `python -m tests.docs.generate`. Data goes to stdout, talk to stderr. What each exit status means,
and what to do about it, is in [messages](messages.md).

"""


def page() -> str:
    """The page, at a width of 100 columns."""
    with patch.dict(os.environ, {"COLUMNS": "100", "NO_COLOR": "1"}):
        contents = "".join(
            f"- [`harness {name}`](#harness-{name}): {COMMANDS[name][1]}\n" for name in COMMANDS
        )
        sections = "\n".join(_section(parser, level) for parser, level in _parsers())
        return f"{_HEAD}{contents}\n{sections}"


def _parsers() -> Iterator[tuple[argparse.ArgumentParser, int]]:
    yield top_parser(), 2
    for name in COMMANDS:
        first, *verbs = parsers_of(name)
        yield first, 2
        yield from ((verb, 3) for verb in verbs)


def parsers_of(name: str) -> list[argparse.ArgumentParser]:
    """The parser of a command, and those of its verbs."""
    parser = parser_of(name)
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [parser, *(verb for action in found for verb in action.choices.values())]


def _section(parser: argparse.ArgumentParser, level: int) -> str:
    return f"{'#' * level} {parser.prog}\n\n```text\n{parser.format_help().rstrip()}\n```\n"
