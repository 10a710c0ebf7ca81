"""What YAML's parser stumbled over, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from harness.errors import Place, Problem

Row = tuple[str, str, str, str]
_COLON = ("a colon and a space in the middle of text", "quote the text, or mend the indentation")


@dataclass(frozen=True, slots=True)
class Quote:
    """The last quoted text before a mistake."""

    place: Place
    line: int
    column: int
    """Where it ends, both from 0."""


_SAID: tuple[Row, ...] = (
    ("end of stream", "quoted", "the quote that opens here is never closed", "close it"),
    (
        "",
        "quoted",
        "double quotes do not know this escape",
        "use single quotes, or write the backslash twice",
    ),
    (
        "mapping values",
        "",
        *_COLON,
    ),
    ("cannot start any token", "", "text cannot start with this character", "quote the text"),
    ("", "flow", "a bracket is still open here", "close it, or add the comma that is missing"),
    ("incompatible", "", "the file asks for another version of YAML", "remove the `%YAML` line"),
    ("", "", "this line does not fit the ones above it", "mend the indentation or the punctuation"),
)
"""Part of the parser's problem, part of its context, our problem, our remedy: the first that fits."""


_CONFLICT = ("<<<<<<< ", ">>>>>>> ")


def explain(file: str, lines: list[str], error: yaml.MarkedYAMLError, quote: Quote | None = None) -> Problem:
    """The mistake at its place. What broke the line is named: a tab, a merge conflict, a quote left open."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(Place(file, 1, 1), "the file is not YAML", "check it with an editor")
    conflict = next((number for number, line in enumerate(lines, 1) if line.startswith(_CONFLICT)), None)
    if conflict is not None:
        return Problem(Place(file, conflict, 1), "a merge conflict was left in the file", "resolve it")
    line = lines[mark.line] if mark.line < len(lines) else ""
    margin = line[: len(line) - len(line.lstrip())]
    if "\t" in margin or line[mark.column : mark.column + 1] == "\t":
        place = Place(file, mark.line + 1, line.index("\t") + 1)
        return Problem(place, "a tab cannot indent YAML", "use spaces")
    if quote is not None and quote.line == mark.line and not line[quote.column : mark.column].strip():
        return _after(quote, Place(file, mark.line + 1, mark.column + 1))
    return _said(file, lines, error, mark)


def _after(quote: Quote, place: Place) -> Problem:
    """Text right behind a quote: on another line than it began, the quote was meant to end earlier."""
    if quote.line + 1 != quote.place.line:
        return Problem(quote.place, "the quote that opens here is not closed on its line", "close it")
    return Problem(place, "text stands behind a closing quote", "quote all of it; a ' in '...' is written ''")


def _said(file: str, lines: list[str], error: yaml.MarkedYAMLError, mark: yaml.Mark) -> Problem:
    said, where = str(error.problem), str(error.context)
    found = next(row for row in _SAID if row[0] in said and row[1] in where)
    opened = error.context_mark
    in_brackets = str(error.context).endswith(("flow mapping", "flow sequence"))
    if opened is not None and in_brackets and _has_left(lines, opened, mark):
        place = Place(file, opened.line + 1, opened.column + 1)
        return Problem(place, "the bracket that opens here is not closed", "close it")
    if opened is not None and found[0] == "end of stream":
        mark = opened
    elif (
        found[1] == "flow"
        and lines[mark.line : mark.line + 1]
        and lines[mark.line][mark.column :].startswith(":")
    ):
        return Problem(Place(file, mark.line + 1, mark.column + 1), _COLON[0], _COLON[1])
    return Problem(Place(file, mark.line + 1, mark.column + 1), found[2], found[3])


def _has_left(lines: list[str], opened: yaml.Mark, mark: yaml.Mark) -> bool:
    """Whether what follows a bracket stands no deeper than the line that opens it, or there is nothing more."""
    if mark.line >= len(lines) or not lines[mark.line].strip():
        return True
    first, later = lines[opened.line], lines[mark.line]
    depth = len(first) - len(first.lstrip(" -"))
    return mark.line > opened.line and len(later) - len(later.lstrip()) <= depth
