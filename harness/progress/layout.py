"""The words of a `Progress` as lines of a terminal, as wide as it is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.progress.state import Progress
from harness.progress.words import TOGETHER, Span, details, figures, side_words
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
    is_wide = screen.width >= _WIDE
    is_table = is_wide and len(progress.sides) > 1
    label = max([len(name), *(len(_label(side)) for side in progress.sides if is_table)])
    width = len(f"{progress.planned:,}")
    reach = _reach(progress.done, progress.planned, width)
    found = [Span(_plain(span.text, screen), span.style) for span in figures(progress, now)]
    room = screen.width - label - len(reach)
    share = screen.width // _BAR_SHARE - (label - len(name))  # the figures need their room more than the bar
    length = min(share if is_wide else room - len(_GAP), _BAR_AT_MOST)
    bar = _bar(progress.done, progress.planned, screen, length)
    beside = _fitting(found, room - sum(len(span.text) for span in bar)) if is_wide else ()
    below = () if is_wide else _filled(found, screen.width)
    rows = _rows(progress, screen, (label, length, width)) if is_table else ()
    indent = label + len(_GAP) if is_wide else len(_GAP)
    unusual = (
        (Span(" " * indent), Span(line, span.style))
        for span in details(progress, now, sides=not is_table)
        for line in _wrapped(_plain(span.text, screen), screen.width - indent)
    )
    return ((Span(f"{name:<{label}}", "bold"), *bar, Span(reach), *beside), *below, *rows, *unusual)


def _rows(progress: Progress, screen: Screen, sizes: tuple[int, int, int]) -> Iterator[Line]:
    """A line for each side: how far it is, and how its trials ended so far."""
    label, length, width = sizes
    for name, side in progress.sides.items():
        bar = _bar(side.done, side.planned, screen, length)
        reach = _reach(side.done, side.planned, width)
        room = screen.width - label - sum(len(span.text) for span in bar) - len(reach)
        told = _cut(_plain(side_words(side), screen), room - len(_GAP))
        yield (
            Span(f"{_plain(_label(name), screen):<{label}}"),
            *bar,
            Span(reach),
            *([Span(f"{_GAP}{told}", "dim")] if told else []),
        )


def _label(side: str) -> str:
    return f"  {side or 'run'}"


def _reach(done: int, planned: int, width: int) -> str:
    """`   50/180`, as wide for every line of a table."""
    return f"{_GAP}{done:>{width},}/{planned:<{width},}"


def _bar(done: int, planned: int, screen: Screen, length: int) -> Line:
    """Always of the same length on the same screen, so that it does not jump. None where it would be too short."""
    if length < _BAR_AT_LEAST:
        return ()
    full, empty = ("#", "-") if screen.is_ascii else ("━", "─")
    share = done / planned if planned else 1.0
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
