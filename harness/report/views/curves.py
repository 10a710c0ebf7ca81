"""Claimed confidence against what was right, as a curve: of one run, or of both sides."""

from __future__ import annotations

from collections.abc import Sequence

from harness.compare.observation import Observation
from harness.measure.bins import Bin, bins_of, curve_of
from harness.measure.claims import claims_of
from harness.report import words
from harness.report.charts.chart import Chart, Dot, Line, Role, Table
from harness.report.charts.scale import shares

Side = tuple[str, Role, tuple[Bin, ...]]
"""Its name, how it looks, and its curve."""


def compared_claims(before: Sequence[Observation], after: Sequence[Observation]) -> Chart | None:
    """Both sides; None where neither claims anything."""
    return _chart([("baseline", "before", curve(before)), ("candidate", "after", curve(after))])


def run_claims(observations: Sequence[Observation]) -> Chart | None:
    """One run; None where it claims nothing."""
    return _chart([("run", "one", curve(observations))])


def curve(observations: Sequence[Observation]) -> tuple[Bin, ...]:
    """The answers in bins of about equal mass, by what they claim; empty where none claims anything."""
    claims = claims_of(observations)
    return curve_of(bins_of(claims)) if claims else ()


def _chart(sides: Sequence[Side]) -> Chart | None:
    known = [side for side in sides if side[2]]
    if not known:
        return None
    return Chart(
        name="claims",
        title="Claimed confidence, and what was right",
        says=(
            "Each point holds answers that claim about the same, with a 95 % interval. On the dotted line claims are "
            "true; below it answers are too sure of themselves."
        ),
        x=shares("confidence that answers claim"),
        y=shares("share of them that is right"),
        table=_table(known),
        lines=(
            Line(name="claims are true", role="quiet", points=((0.0, 0.0), (1.0, 1.0))),
            *(Line(name=name, role=role, points=_points(bins)) for name, role, bins in known),
        ),
        dots=tuple(_dot(name, role, each) for name, role, bins in known for each in bins),
        key=(*((role, name) for name, role, _ in known), ("quiet", "claims are true")),
        height=240,
    )


def _points(bins: Sequence[Bin]) -> tuple[tuple[float, float], ...]:
    return tuple((each.claimed, each.right.value) for each in bins)


def _dot(name: str, role: Role, each: Bin) -> Dot:
    return Dot(
        name=f"{name}: {words.count(each.answers, 'answer')} claim {_claims(each)}, {_right(each)} are right",
        role=role,
        x=each.claimed,
        y=each.right.value,
        low=each.right.lower,
        high=each.right.upper,
        shape="ring" if role == "before" else "circle",
    )


def _table(sides: Sequence[Side]) -> Table:
    rows = [
        (*([name] if len(sides) > 1 else []), _claims(each), f"{each.answers:,}", _right(each))
        for name, _, bins in sides
        for each in bins
    ]
    heads = ("Claimed", "Answers", "Right (95 %)")
    return Table(heads=("Side", *heads) if len(sides) > 1 else heads, rows=tuple(rows))


def _claims(each: Bin) -> str:
    """`0.80 to 0.90`."""
    return f"{each.lowest:.2f}" + ("" if each.lowest == each.highest else f" to {each.highest:.2f}")


def _right(each: Bin) -> str:
    right = each.right
    return f"{words.percent(right.value)} ({100 * right.lower:.1f} to {100 * right.upper:.1f})"
