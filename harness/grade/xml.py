"""The grader of XML.

It is read by expat without its dangers: a document type is refused, and with it every entity of its own, so that nothing is expanded or
fetched. Nesting goes 100 deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from harness.grade.decision import Decision, Undecidable, printable, quoted
from harness.suite.expectations.documents import Xml

LONGEST: Final = 1 << 20
"""Characters of markup that are read."""
MOST_WORK: Final = 2 * LONGEST
_EACH: Final = 256
"""What any beginning costs, in characters."""
DEEPEST: Final = 100
MOST_WAYS: Final = 10_000
"""Different ways from the root to an element that are kept."""
_BEGINNING: Final = re.compile(r"<[A-Za-z_:]")


class _RefusedError(Exception):
    """What XML must not have here; says why."""


class _DoneError(Exception):
    """The root is closed."""


@dataclass(slots=True)
class _Reading:
    """What expat met so far."""

    stops: bool
    """Whether reading ends with the root."""
    way: list[str] = field(default_factory=list[str])
    ways: set[str] = field(default_factory=set[str])

    def start(self, name: str, _attributes: object) -> None:
        self.way.append(name)
        if len(self.way) > DEEPEST:
            raise _RefusedError(f"XML nested more than {DEEPEST} levels deep")
        if len(self.ways) < MOST_WAYS:
            self.ways.add("/".join(self.way))

    def end(self, _name: str) -> None:
        self.way.pop()
        if self.stops and not self.way:
            raise _DoneError

    def doctype(self, *_said: object) -> None:
        raise _RefusedError("a document type, which is not read")


def xml(wanted: Xml, text: str) -> Decision:
    """Whether the answer is XML with the wanted elements. Raises Undecidable where that would take too much work."""
    if len(text) > LONGEST:
        raise Undecidable(f"a text of {len(text):,} characters, and XML is read up to {LONGEST:,}")
    if not wanted.anywhere:
        return _whole(wanted, text)
    missing: str | None = None
    for ways in _somewhere(text):
        missing = next((each for each in wanted.elements if each not in ways), None)
        if missing is None:
            return Decision(met=True, found="well-formed XML")
    if missing is None:
        return Decision(met=False, found=f"no XML in {quoted(text)}")
    return Decision(met=False, found=f"XML without {printable(missing)}")


def why_no_xml(text: str) -> str | None:
    """What is wrong with `text` as XML; None where nothing is."""
    return _read(text, _Reading(stops=False))


def _whole(wanted: Xml, text: str) -> Decision:
    reading = _Reading(stops=False)
    wrong = _read(text, reading)
    if wrong is not None:
        return Decision(met=False, found=f"{quoted(text)}, which is not XML: {wrong}")
    missing = [each for each in wanted.elements if each not in reading.ways]
    if missing:
        return Decision(met=False, found=f"XML without {printable(missing[0])}")
    return Decision(met=True, found="well-formed XML")


def _read(text: str, reading: _Reading) -> str | None:
    try:
        _parse(text.strip(), reading)
    except (expat.ExpatError, UnicodeEncodeError, _RefusedError) as error:
        return printable(str(error), 120)
    return None


def _somewhere(text: str) -> Iterator[set[str]]:
    """The ways of every outermost piece of XML in the text. Raises Undecidable where that takes too much work."""
    work, beginning = 0, _BEGINNING.search(text)
    while beginning is not None:
        start, reading = beginning.start(), _Reading(stops=True)
        parser = expat.ParserCreate()
        end = start + 1
        try:
            _parse(text[start:], reading, parser)
        except _DoneError:
            end = start + len(text[start:].encode()[: parser.CurrentByteIndex].decode())
            yield reading.ways
        except (expat.ExpatError, UnicodeEncodeError, _RefusedError):
            pass
        work += parser.CurrentByteIndex + (len(text) - start) // 8 + _EACH
        if work > MOST_WORK:
            raise Undecidable("more beginnings of XML than are looked at")
        beginning = _BEGINNING.search(text, end)


def _parse(text: str, reading: _Reading, parser: expat.XMLParserType | None = None) -> None:
    parser = expat.ParserCreate() if parser is None else parser
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.Parse(text.encode(), True)  # noqa: FBT003 - that it is all there is
