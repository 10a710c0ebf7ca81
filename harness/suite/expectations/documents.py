"""Expectations of answers that are documents of some language: XML, HTML, SQL, code; and of what they refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Xml(Expectation):
    """The answer is well-formed XML that has these elements."""

    grader: ClassVar[str] = "xml"
    elements: tuple[str, ...] = ()
    """Ways from the root: `order/items/item`."""
    anywhere: bool = False
    """Whether it is enough that XML stands somewhere in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Html(Expectation):
    """The answer is HTML: elements HTML knows, closed in order, and no text outside of them."""

    grader: ClassVar[str] = "html"
    anywhere: bool = False
    """Whether it is enough that an element of HTML stands somewhere in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Expectation):
    """The answer has `count` code blocks of a language, or one or more, and all of them parse."""

    grader: ClassVar[str] = "code"
    language: str
    count: int | None = None
    parses: bool = True
    """Whether they must parse; false for languages nobody here can parse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls(Expectation):
    """The URLs of the answer lead to allowed hosts alone, and there are so many of them."""

    grader: ClassVar[str] = "urls"
    allow: tuple[str, ...] | None = None
    """Hosts; `*.example.com` is every host below example.com. None: all but those of `deny`."""
    deny: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations(Expectation):
    """Every citation of the answer names one of the sources."""

    grader: ClassVar[str] = "citations"
    of_text: ClassVar[bool] = False
    of: tuple[str, ...] = ()
    """The sources by name; empty beside `of_inputs`."""
    of_inputs: str | None = None
    """A JSONPath into the inputs of the case that selects the names."""
    pattern: str | None = None
    """An RE2 pattern of citations, whose first group is the name; None: what stands in square brackets."""
    all_of_them: bool = False
    """Whether every source must be cited."""
    least: int = 1
    """Different sources that must be cited at least."""
