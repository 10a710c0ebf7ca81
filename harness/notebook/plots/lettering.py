"""Texts on a plot, shown as the letters they are: nothing in them is a formula, a command of TeX or a line break."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of matplotlib leave keyword arguments open.

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypedDict

from harness.report.safe import one_line

MOST = 60
"""Characters of a name."""
_LACKING = "▯"
"""For a character that no font here has. matplotlib would draw the same, and warn of each one."""


class Plain(TypedDict):
    """What keeps matplotlib from reading a text as anything but letters."""

    parse_math: bool
    usetex: bool


PLAIN: Final[Plain] = {"parse_math": False, "usetex": False}


def lettered(text: str, most: int = MOST) -> str:
    """A text of anybody's on one line, with what cannot be seen named, cut to `most` characters."""
    line = one_line(text[: 4 * most])
    line = line if len(line) <= most else f"{line[: most - 1]}…"
    if line.isascii():
        return line
    from matplotlib import rcParams

    known = _characters(tuple(rcParams["font.family"]), tuple(rcParams["font.sans-serif"]))
    return "".join(each if ord(each) in known else _LACKING for each in line)


@lru_cache(maxsize=8)
def _characters(families: tuple[str, ...], _sans_serif: tuple[str, ...]) -> frozenset[int]:
    """What the fonts have that matplotlib falls back on, in the settings of this moment."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    files = [findfont(FontProperties(family=[each])) for each in families]
    return frozenset(code for file in files for code in get_font(file).get_charmap())
