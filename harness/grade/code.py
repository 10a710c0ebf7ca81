"""The grader of code blocks. Nothing is run: Python, JSON, YAML, XML and HTML are parsed, in bounded time."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from harness.grade.decision import Decision, Undecidable, printable
from harness.grade.fences import Block, blocks
from harness.grade.html import why_no_html
from harness.grade.reading import read_json
from harness.grade.xml import why_no_xml
from harness.suite.expectations.documents import Code

LONGEST: Final = 1 << 20
"""Characters of a text in which blocks are looked for."""
LONGEST_PYTHON: Final = 50_000
LONGEST_YAML: Final = 20_000
DEEPEST: Final = 100
_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "py": "python",
        "python3": "python",
        "yml": "yaml",
        "js": "javascript",
        "ts": "typescript",
        "sh": "bash",
        "shell": "bash",
    }
)
"""What languages are also called."""


def code(wanted: Code, text: str) -> Decision:
    """Whether there are enough blocks of the language, and all of them parse. Raises Undecidable for what is too long."""
    if len(text) > LONGEST:
        raise Undecidable(f"a text of {len(text):,} characters, and code is looked for in {LONGEST:,}")
    language = named(wanted.language)
    found = [each for each in blocks(text) if named(each.language) == language]
    is_enough = bool(found) if wanted.count is None else len(found) == wanted.count
    told = f"{len(found)} {printable(language, 40)} {'block' if len(found) == 1 else 'blocks'}"
    if not is_enough:
        return Decision(met=False, found=told)
    for number, block in enumerate(found, start=1):
        wrong = _wrong(block, PARSERS[language] if wanted.parses else None)
        if wrong is not None:
            return Decision(met=False, found=f"{told}; block {number}: {wrong}")
    return Decision(met=True, found=told)


def named(language: str) -> str:
    """The name of a language, by any of its names."""
    return _NAMES.get(language.lower(), language.lower())


def _wrong(block: Block, parse: Callable[[str], str | None] | None) -> str | None:
    if not block.is_closed:
        return "its fence is not closed"
    if not block.code.strip():
        return "it is empty"
    return None if parse is None else parse(block.code)


def _python(source: str) -> str | None:
    """CPython's own parser: bounded in depth, and nothing is compiled or run."""
    _bounded(source, LONGEST_PYTHON)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of strange escapes: they would be printed
            ast.parse(textwrap.dedent(source))
    except SyntaxError as error:
        return f"line {error.lineno or 1}: {printable(str(error.msg), 120)}"
    except ValueError as error:
        return printable(str(error), 120)
    except (RecursionError, MemoryError):
        raise Undecidable("Python that is nested too deeply") from None
    return None


def _json(source: str) -> str | None:
    try:
        read_json(source)
    except Undecidable as error:
        return error.found
    return None


def _yaml(source: str) -> str | None:
    """Events alone: no value is made of them, so an alias costs nothing."""
    import yaml

    _bounded(source, LONGEST_YAML)
    depth = 0
    try:
        for event in yaml.parse(source, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise Undecidable(f"YAML nested more than {DEEPEST} levels deep")
    except (yaml.YAMLError, ValueError) as error:
        return printable(" ".join(str(error).split()), 120)
    return None


def _bounded(source: str, most: int) -> None:
    if len(source) > most:
        raise Undecidable(f"a block of {len(source):,} characters, and such a block is read up to {most:,}")


PARSERS: Final[Mapping[str, Callable[[str], str | None]]] = MappingProxyType(
    {"python": _python, "json": _json, "yaml": _yaml, "xml": why_no_xml, "html": why_no_html}
)
"""What is wrong with a text of a language; None where nothing is. Each raises Undecidable for what would take too long."""
