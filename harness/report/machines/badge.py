"""A verdict as a badge: a small SVG of our own, which loads nothing, or the JSON that shields.io reads from an address."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import combining, east_asian_width

from harness.gate.verdict import Status
from harness.report import safe
from harness.report.views.overview import make_overview
from harness.report.views.parts import ReportView, RunView

Form = Literal["svg", "json"]
MAX_LABEL = 40
"""Characters of a name on a badge."""
_PLAIN = "#2f5f9e"
_COLOURS: dict[Status, str] = {
    Status.PASS: "#1a7f37",
    Status.REGRESSED: "#b3261e",
    Status.INCONCLUSIVE: "#8a5a00",
    Status.NOT_MEASURED: "#57606a",
}
"""Under white text each has a contrast of 4.5 or more, on light pages and on dark ones."""
_LEFT = "#32383f"
_WIDTHS = {**dict.fromkeys("ijlftr.,:;!|'()[]- ", 4.3), **dict.fromkeys("mwMW%@−+—", 9.6)}
_SMALL, _LARGE, _WIDE, _PAD = 6.6, 7.6, 11.5, 7.0
"""Pixels at a size of 11: a small letter, a capital or digit, a character of twice the width; and the padding."""
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="20" viewBox="0 0 {width:g} 20" role="img" aria-label="{title}">
<title>{title}</title>
<clipPath id="r"><rect width="{width:g}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left:g}" height="20" fill="{dark}"/><rect x="{left:g}" width="{right:g}" height="20" fill="{colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle">
<text x="{at_left:g}" y="14" textLength="{long_left:g}" lengthAdjust="spacingAndGlyphs">{label}</text>
<text x="{at_right:g}" y="14" textLength="{long_right:g}" lengthAdjust="spacingAndGlyphs">{message}</text>
</g>
</svg>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What stands on it. `label` may be hostile."""

    label: str
    message: str
    colour: str
    is_bad: bool
    title: str


def badge_of(reports: Sequence[ReportView]) -> Badge:
    """The badge of one verdict, or of several together; at least one."""
    overview = make_overview(reports)
    view, *others = reports
    bad = overview.status in {Status.REGRESSED, Status.NOT_MEASURED}
    if others:
        label, message, said = "harness", overview.headline, overview.headline
    else:
        points = "" if view.effect is None else f" {view.effect.points} pt"
        label, message = view.suite, f"{view.status.replace('_', ' ')}{points}"
        said = f"{message}. {view.headline}"
    title = f"{label}: {said} {overview.synthetic}".strip()
    return Badge(label=label, message=message, colour=_COLOURS[overview.status], is_bad=bad, title=title)


def badge_of_run(view: RunView) -> Badge:
    """The badge of one run: how many of its cases passed every time. It is no verdict, and has no colour of one."""
    message = f"{len(view.cases) - len(view.worst):,} of {len(view.cases):,} passed"
    title = f"{view.suite}: {view.headline} {view.synthetic}".strip()
    return Badge(label=view.suite, message=message, colour=_PLAIN, is_bad=False, title=title)


def render(badge: Badge, form: Form) -> str:
    """The file."""
    label, message = _short(badge.label), safe.one_line(badge.message)
    if form == "json":
        document = {
            "schemaVersion": 1,
            "label": label,
            "message": message,
            "color": badge.colour.removeprefix("#"),
            "isError": badge.is_bad,
        }
        return safe.json_text(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"
    left, right = _length(label), _length(message)
    return _SVG.format(
        width=left + right + 4 * _PAD,
        left=left + 2 * _PAD,
        right=right + 2 * _PAD,
        at_left=left / 2 + _PAD,
        at_right=left + right / 2 + 3 * _PAD,
        long_left=left,
        long_right=right,
        dark=_LEFT,
        colour=badge.colour,
        label=html.escape(label),
        message=html.escape(message),
        title=html.escape(safe.one_line(badge.title)),
    )


def _short(text: str) -> str:
    line = safe.one_line(text[: 4 * MAX_LABEL]) or "harness"
    return line if len(line) <= MAX_LABEL else f"{line[: MAX_LABEL - 1]}…"


def _length(text: str) -> float:
    """About how many pixels it takes; the drawn text is fitted to it."""
    return round(sum(map(_width, text)), 1)


def _width(character: str) -> float:
    if combining(character):
        return 0.0
    if east_asian_width(character) in "WF":
        return _WIDE
    return _WIDTHS.get(character, _LARGE if character.isupper() or character.isdigit() else _SMALL)
