"""The words of a `Progress` as lines of a terminal, as wide as it is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from harness.progress.state import Progress
from harness.progress.words import TOGETHER, Span, details, figures
from harness.report.safe import term
from harness.units import Seconds

_WIDE = 80
"""From this width on the figures stand beside the bar, and below it on a narrower screen."""
_GAP = "   "
_LONGEST_NAME = 24
_BAR_AT_MOST = 40
_BAR_AT_LEAST = 6
_BAR_SHARE = 6
"""It takes one sixth of a wide screen."""
_LINES_OF_A_DETAIL = 4
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What there is to write on."""

    width: int
    """Columns."""
    is_ascii: bool = False
    """Whether it can show nothing else."""


def lines(title: str, progress: Progress, now: Seconds, screen: Screen) -> tuple[Line, ...]:
    """The first line says how far it is, those below what is unusual.

    No line is longer than the screen is wide, from 20 columns on; there are no control characters in them.
    """
    name = _cut(_plain(title, screen), min(_LONGEST_NAME, screen.width // 3))
    if not progress.sides:
        return ((Span(name, "bold"), Span(f"{_GAP}starting", "dim")),)
    planned = f"{progress.planned:,}"
    reach = f"{_GAP}{progress.done:>{len(planned)},}/{planned}"
    found = [Span(_plain(span.text, screen), span.style) for span in figures(progress, now)]
    room = screen.width - len(name) - len(reach)
    is_wide = screen.width >= _WIDE
    bar = _bar(
        progress, screen, min(screen.width // _BAR_SHARE if is_wide else room - len(_GAP), _BAR_AT_MOST)
    )
    beside = _fitting(found, room - sum(len(span.text) for span in bar)) if is_wide else ()
    below = () if is_wide else _filled(found, screen.width)
    indent = len(name) + len(_GAP) if is_wide else len(_GAP)
    unusual = (
        (Span(" " * indent), Span(line, span.style))
        for span in details(progress, now)
        for line in _wrapped(_plain(span.text, screen), screen.width - indent)
    )
    return ((Span(name, "bold"), *bar, Span(reach), *beside), *below, *unusual)


def _bar(progress: Progress, screen: Screen, length: int) -> Line:
    """Always of the same length on the same screen, so that it does not jump. None where it would be too short."""
    if length < _BAR_AT_LEAST:
        return ()
    full, empty = ("#", "-") if screen.is_ascii else ("━", "─")
    share = progress.done / progress.planned if progress.planned else 1.0
    filled = min(length, int(share * length))
    return (Span(_GAP), Span(full * filled, "green"), Span(empty * (length - filled), "dim"))


def _fitting(found: Sequence[Span], room: int) -> Line:
    """As many figures as there is room for, with a gap before each; the last are left out first."""
    line: list[Span] = []
    for span in found:
        if len(_GAP) + len(span.text) <= room:
            line.append(Span(_GAP + span.text, span.style))
            room -= len(_GAP) + len(span.text)
    return tuple(line)


def _filled(found: Sequence[Span], width: int) -> tuple[Line, ...]:
    """All figures, in their order, on as many lines as they need."""
    done: list[Line] = []
    for span in found:
        [piece] = _fitting([span], width) or (Span(""),)
        if done and sum(len(each.text) for each in done[-1]) + len(piece.text) <= width:
            done[-1] = (*done[-1], piece)
        else:
            done.append((piece,))
    return tuple(done)


def _wrapped(text: str, width: int) -> list[str]:
    found = textwrap.wrap(text, max(10, width), max_lines=_LINES_OF_A_DETAIL)
    return [line.replace(TOGETHER, " ") for line in found]


def _plain(text: str, screen: Screen) -> str:
    safe = term(text)
    if not screen.is_ascii:
        return safe
    return TOGETHER.join(part.encode("ascii", "replace").decode() for part in safe.split(TOGETHER))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: max(1, length - 3)]}..."
