"""What YAML's parser stumbled over, in words that say what to do."""

from __future__ import annotations

import yaml

from harness.errors import Place, Problem

_SAID = (
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
        "a colon and a space in the middle of text",
        "quote the text, or mend the indentation",
    ),
    ("cannot start any token", "", "text cannot start with this character", "quote the text"),
    ("", "flow", "a bracket is still open here", "close it, or add the comma that is missing"),
    ("incompatible", "", "the file asks for another version of YAML", "remove the `%YAML` line"),
    ("", "", "this line does not fit the ones above it", "mend the indentation or the punctuation"),
)
"""Part of the parser's problem, part of its context, our problem, our remedy: the first that fits."""


def explain(file: str, lines: list[str], error: yaml.MarkedYAMLError) -> Problem:
    """The mistake at its place. A tab is named as such wherever it is what broke the line."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(Place(file, 1, 1), "the file is not YAML", "check it with an editor")
    line = lines[mark.line] if mark.line < len(lines) else ""
    margin = line[: len(line) - len(line.lstrip())]
    if "\t" in margin or line[mark.column : mark.column + 1] == "\t":
        place = Place(file, mark.line + 1, line.index("\t") + 1)
        return Problem(place, "a tab cannot indent YAML", "use spaces")
    said, where = str(error.problem), str(error.context)
    found = next(row for row in _SAID if row[0] in said and row[1] in where)
    if found[0] == "end of stream" and error.context_mark is not None:
        mark = error.context_mark
    return Problem(Place(file, mark.line + 1, mark.column + 1), found[2], found[3])
