"""How things look: the colours of the pages on light and on dark ground, and marks that need no colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.report.charts.chart import Role, Shape

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS: dict[Shape, str] = {"circle": "o", "square": "s", "diamond": "D", "ring": "o"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """Colours on one ground, as `#rrggbb`. Each has a contrast of at least 4.5 to it, but for `line` and `wash`."""

    ink: str
    quiet: str
    line: str
    wash: str
    """Of what lies beyond the margin."""
    red: str
    green: str
    amber: str
    violet: str

    def of(self, role: Role) -> str:
        """The colour of a role."""
        return {
            "before": self.quiet,
            "quiet": self.quiet,
            "after": self.ink,
            "one": self.ink,
            "good": self.green,
            "bad": self.red,
            "unsure": self.amber,
            "none": self.violet,
        }[role]


LIGHT = Ink(
    ink="#1b1e23",
    quiet="#59606c",
    line="#e1e4e9",
    wash="#fbe3e1",
    red="#b3261e",
    green="#1a6e3c",
    amber="#805300",
    violet="#5a4a8c",
)
DARK = Ink(
    ink="#e7e9ec",
    quiet="#a3aab5",
    line="#3a3f47",
    wash="#45211e",
    red="#ff8f85",
    green="#74d39b",
    amber="#efbb62",
    violet="#bcaaf2",
)


def ink_on(ax: Axes) -> Ink:
    """What can be read on the ground of these axes; where that is transparent, on white."""
    from matplotlib.colors import to_rgba

    red, green, blue, alpha = to_rgba(ax.get_facecolor())
    return DARK if alpha > 0.5 and 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.4 else LIGHT
