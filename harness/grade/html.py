"""The grader of HTML: elements that HTML knows, closed in order, and no text outside of them.

Read by a scanner of our own in linear time: the parser of the standard library needs a minute for 200,000 characters of `<!--`, and those that mend what they
read like a browser find nothing wrong with anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from harness.grade.decision import Decision, Undecidable, printable, quoted
from harness.grade.html_names import CLOSED_BY_ITSELF, KNOWN, RAW, VOID
from harness.suite.expectations.documents import Html

LONGEST: Final = 200_000
"""Characters of HTML that are read."""
DEEPEST: Final = 500
_ELEMENT: Final = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?=[\s/>])[^<>]*+>")
_START: Final = re.compile(r"""<([A-Za-z][^\s/<>]*+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_END: Final = re.compile(r"</([A-Za-z][^\s/<>]*+)\s*+>")
_DOCTYPE: Final = re.compile(r"<!doctype\s[^<>]*+>", re.IGNORECASE)


class _WrongError(Exception):
    """The first thing that is wrong."""


@dataclass(slots=True)
class _Elements:
    """What stands open."""

    open: list[str] = field(default_factory=list[str])
    seen: int = 0

    def start(self, name: str) -> None:
        self.seen += 1
        is_foreign = "-" in name or "svg" in self.open or "math" in self.open
        if name not in KNOWN and not is_foreign:
            raise _WrongError(f"<{printable(name, 40)}>, which is no element of HTML")
        if name in CLOSED_BY_ITSELF and self.open[-1:] == [name]:
            self.open.pop()
        if name not in VOID:
            self.open.append(name)
        if len(self.open) > DEEPEST:
            raise _WrongError(f"HTML nested more than {DEEPEST} levels deep")

    def end(self, name: str) -> None:
        while self.open and self.open[-1] != name and self.open[-1] in CLOSED_BY_ITSELF:
            self.open.pop()
        if not self.open or self.open.pop() != name:
            raise _WrongError(f"</{printable(name, 40)}>, which closes nothing")

    def text(self, data: str) -> None:
        if not self.open and data.strip():
            raise _WrongError(f"text outside of every element: {quoted(data.strip(), 40)}")

    def finish(self) -> None:
        left = [each for each in self.open if each not in CLOSED_BY_ITSELF]
        if left:
            raise _WrongError(f"<{printable(left[-1], 40)}>, which is not closed")
        if not self.seen:
            raise _WrongError("no element")


def html(wanted: Html, text: str) -> Decision:
    """Whether the answer is HTML, or has an element of it. Raises Undecidable for what is too long to be read."""
    if len(text) > LONGEST:
        raise Undecidable(f"a text of {len(text):,} characters, and HTML is read up to {LONGEST:,}")
    if wanted.anywhere:
        element = next((each for each in _ELEMENT.finditer(text) if each[1].lower() in KNOWN), None)
        found = f"no element of HTML in {quoted(text)}" if element is None else f"<{element[1].lower()}>"
        return Decision(met=element is not None, found=found)
    wrong = why_no_html(text)
    return Decision(met=wrong is None, found=wrong or "HTML")


def why_no_html(text: str) -> str | None:
    """The first thing that is wrong with `text` as HTML; None where nothing is."""
    elements = _Elements()
    try:
        position = 0
        while (start := text.find("<", position)) >= 0:
            elements.text(text[position:start])
            position = _tag(text, start, elements)
        elements.text(text[position:])
        elements.finish()
    except _WrongError as wrong:
        return str(wrong)
    return None


def _tag(text: str, start: int, elements: _Elements) -> int:
    """Take in what begins with `<` at `start`, and say where it ends."""
    if text.startswith("<!--", start):
        return _behind(text, "-->", start + 4, "a comment")
    if doctype := _DOCTYPE.match(text, start):
        return doctype.end()
    if end := _END.match(text, start):
        elements.end(end[1].lower())
        return end.end()
    if (tag := _START.match(text, start)) is None:
        raise _WrongError(f"a tag that is none: {quoted(text[start : start + 40])}")
    name = tag[1].lower()
    elements.start(name)
    if tag[2].endswith("/") and name not in KNOWN:
        elements.end(name)
    if name in RAW and name in elements.open:
        return _raw(text, name, tag.end())
    return tag.end()


def _raw(text: str, name: str, start: int) -> int:
    """Where the text of an element ends that has no tags inside."""
    end = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE).search(text, start)
    if end is None:
        raise _WrongError(f"<{name}>, which is not closed")
    return end.start()


def _behind(text: str, sign: str, start: int, what: str) -> int:
    end = text.find(sign, start)
    if end < 0:
        raise _WrongError(f"{what} that is not closed")
    return end + len(sign)
