"""The grader of numbers: the last number written in a text, or the number at a path.

Numbers are read in the English style: `,` groups thousands (also lakhs, 12,34,567) and `.` starts the
fraction. `12,50` is therefore two numbers, of which 50 is the last. A minus sign counts where it can only
be one (`-5`, `-$5`, `$-5`, U+2212), not in `3-5` or `2026-11-21`; `- 5` is a list. Currency signs and `%`
are left out: `15%` is 15. `1.5e6` is understood; fractions, words and powers are not. Digits of every script count
(Arabic, Urdu, Devanagari ...), with the Arabic decimal, thousands and percent signs. Everything is compared
as Decimal, so 0.1 + 0.2 holds no surprise.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal
from typing import Final

from harness.grade.decision import Decision, Undecidable, printable, quoted
from harness.grade.path import value_at
from harness.grade.reading import shown
from harness.suite.expectations.number import Number
from harness.units import Json

LONGEST: Final = 400
"""Characters of one number. The pattern below only ever sees a few more, which bounds its backtracking."""

_REACH: Final = 4_000
"""Characters before the end of a number that are looked at; marks of direction may stand between its digits."""
_DIGITS: Final = re.compile(r"\d+")
_SIGNS: Final = {"−": "-", "٫": ".", "٬": ",", "٪": "%"}
_LAST: Final = re.compile(
    r"""
    (?: (?<![\w)\]%+-]) (?P<sign>[+-]) (?:\$\ ?)? )?
    (?P<digits>
        (?<![0-9]) (?<![0-9][.,]) [0-9]{1,3} (?:,[0-9]{2,3})* ,[0-9]{3} (?:\.[0-9]+)?
      | (?<![0-9]) (?<![0-9]\.) [0-9]+ \. [0-9]+
      | (?<![\w.]) \.[0-9]+
      | (?<![0-9]) [0-9]+
    )
    (?P<exponent> [eE][+-]?[0-9]{1,3} )?
    \Z
    """,
    re.VERBOSE,
)
_EXACT: Final = Context(prec=1000)


def number(wanted: Number, text: str) -> Decision:
    """Whether the number is near enough to the wanted one, or in the wanted range."""
    found = last_number(text) if wanted.path is None else _number_in(value_at(wanted.path, text))
    met = _is_in_range(wanted, found) if wanted.value is None else _is_near(wanted, wanted.value, found)
    return Decision(met=met, found=printable(str(found)))


def _is_near(wanted: Number, near: float, found: Decimal) -> bool:
    """Whether it is within `tolerance` or `relative`, whichever is wider."""
    value, tolerance, relative = (Decimal(repr(each)) for each in (near, wanted.tolerance, wanted.relative))
    allowed = max(tolerance, _EXACT.multiply(relative, abs(value)))
    return abs(_EXACT.subtract(found, value)) <= allowed


def _is_in_range(wanted: Number, found: Decimal) -> bool:
    is_enough = wanted.least is None or found >= Decimal(repr(wanted.least))
    return is_enough and (wanted.most is None or found <= Decimal(repr(wanted.most)))


def last_number(text: str) -> Decimal:
    """The last number written in `text`. Raises Undecidable where there is none."""
    end = _behind_last_digit(text)
    start = max(0, end - _REACH)
    plain = "".join(_plain(each) for each in text[start:end])[-LONGEST - 8 :]
    if not plain:
        raise Undecidable(f"no number in {quoted(text)}")
    if start > 0 and len(plain) < LONGEST:
        raise Undecidable("a number among thousands of marks that cannot be seen")
    match = _LAST.search(plain)
    if match is None or len(match[0]) > LONGEST:
        raise Undecidable(f"a number of more than {LONGEST} digits")
    sign = "-" if match["sign"] == "-" else ""
    return Decimal(sign + match["digits"].replace(",", "") + (match["exponent"] or ""))


def _behind_last_digit(text: str) -> int:
    """Where the last digit of any script ends; 0 where there is none. Looks from the end, a piece at a time."""
    for end in range(len(text), 0, -_REACH):
        start = max(0, end - _REACH)
        found = [each.end() for each in _DIGITS.finditer(text, start, end)]
        if found:
            return found[-1]
    return 0


def _number_in(value: Json) -> Decimal:
    if isinstance(value, str):
        return last_number(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    raise Undecidable(f"{shown(value)}, which is not a number")


def _plain(character: str) -> str:
    """`character` as ASCII where it is a digit, a sign or a currency; marks of direction are left out."""
    if character.isascii():
        return character
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Sc":
            return "$"
        case "Cf":
            return ""
        case _:
            return _SIGNS.get(character, character)
