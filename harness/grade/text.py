"""Graders of text: `equals`, `contains`, `starts_with`, `ends_with`, `matches`.

Text is compared in Unicode normal form C, so that an accented letter equals itself however it is spelled.
`ignore_case` folds case the Unicode way (`ß` equals `SS`). Keys of objects are compared as they are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from decimal import Decimal

from harness.grade.decision import Decision, quoted
from harness.grade.path import text_at, value_at
from harness.grade.pattern import is_found
from harness.grade.reading import read_json, shown
from harness.grade.spelling import composed, folded
from harness.suite.expectations.text import Contains, EndsWith, Equals, Matches, StartsWith
from harness.units import Json


def equals(wanted: Equals, text: str) -> Decision:
    """Whether the text, or the value at the path, is the wanted value.

    Numbers are equal by value (1 and 1.0), true is not 1, lists and objects are equal member by member.
    Without a path a string is compared with the text, anything else with the answer read as JSON.
    """
    found = _found(wanted, text)
    spell = functools.partial(_spelling, ignore_case=wanted.ignore_case, strip=wanted.strip)
    return Decision(met=_comparable(wanted.value, spell) == _comparable(found, spell), found=shown(found))


def contains(wanted: Contains, text: str) -> Decision:
    """Whether the text has every one of `all_of` and, where there are any, one of `any_of`."""
    found = text_at(wanted.path, text)
    spell = functools.partial(_spelling, ignore_case=wanted.ignore_case, strip=False)
    within = spell(found)
    missing = [each for each in wanted.all_of if spell(each) not in within]
    has_one = not wanted.any_of or any(spell(each) in within for each in wanted.any_of)
    without = f", without {quoted(missing[0])}" if missing else ""
    return Decision(met=has_one and not missing, found=quoted(found) + without)


def starts_with(wanted: StartsWith, text: str) -> Decision:
    """Whether the text, without the white space before it, starts with one of the wanted."""
    found = text_at(wanted.path, text)
    spell = functools.partial(_spelling, ignore_case=wanted.ignore_case, strip=True)
    within = spell(found)
    return Decision(met=any(within.startswith(spell(each)) for each in wanted.any_of), found=quoted(found))


def ends_with(wanted: EndsWith, text: str) -> Decision:
    """Whether the text, without the white space after it, ends with one of the wanted."""
    found = text_at(wanted.path, text)
    spell = functools.partial(_spelling, ignore_case=wanted.ignore_case, strip=True)
    within = spell(found)
    return Decision(met=any(within.endswith(spell(each)) for each in wanted.any_of), found=quoted(found))


def matches(wanted: Matches, text: str) -> Decision:
    """Whether the pattern is found somewhere in the text."""
    found = text_at(wanted.path, text)
    met = is_found(wanted.pattern, found, ignore_case=wanted.ignore_case)
    return Decision(met=met, found=quoted(found))


def _found(wanted: Equals, text: str) -> Json:
    if wanted.path is not None:
        return value_at(wanted.path, text)
    return text if isinstance(wanted.value, str) else read_json(text)


def _spelling(text: str, *, ignore_case: bool, strip: bool) -> str:
    if strip:
        text = text.strip()
    return folded(text) if ignore_case else composed(text)


def _comparable(value: Json, spell: Callable[[str], str]) -> object:
    """`value` in a form in which `==` is the equality of JSON; constants are wrapped, since True == 1."""
    if value is None or isinstance(value, bool):
        return (value,)
    if isinstance(value, str):
        return spell(value)
    if isinstance(value, int | float):
        return Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: _comparable(each, spell) for key, each in value.items()}
    return [_comparable(each, spell) for each in value]
