"""How long answers took, as a distribution: of one run, or of both sides of a comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise

from harness.compare.comparison import Comparison
from harness.compare.observation import Observation
from harness.gate.verdict import Verdict
from harness.report import words
from harness.report.charts.chart import Chart, Dot, Line, Role, Table
from harness.report.charts.distribution import ecdf, quantile
from harness.report.charts.scale import shares, spread
from harness.report.charts.spelling import seconds
from harness.report.views.drawn import Figure
from harness.report.views.figures import why_latency_is_not_gated

_QUANTILES = (0.5, 0.9, 0.95, 0.99)
_MARKED = (0.5, 0.95)
_UP = "share of answers that took at most this long"
_ACROSS = "time of one answer, without retries and waiting"

Side = tuple[str, Role, list[float]]
"""Its name, how it looks, and its times in seconds, ascending."""


def compared_latency(comparison: Comparison, verdict: Verdict) -> Chart | None:
    """Both sides; None where a side has no times, or where all of them are one: a recording's, say."""
    sides: tuple[tuple[str, Role, Iterable[Observation]], ...] = (
        ("baseline", "before", comparison.baseline.observations),
        ("candidate", "after", comparison.candidate.observations),
    )
    found: list[Side] = [(name, role, times_of(seen, comparison.held)) for name, role, seen in sides]
    if (
        not all(times for _, _, times in found)
        or len({end for _, _, ts in found for end in (ts[0], ts[-1])}) < 2
    ):
        return None
    why = why_latency_is_not_gated(comparison, verdict)
    return _chart(found, f"Not gated: {why}." if why else "Gated: times count towards the verdict.")


def run_latency(observations: Iterable[Observation]) -> Chart | None:
    """One run; None where it has no times, or where all of them are one."""
    times = times_of(observations)
    return _chart([("run", "one", times)], "") if times and times[0] < times[-1] else None


def latency_figure(observations: Iterable[Observation]) -> Figure | None:
    """How long the middle answer of one run took, and how long slow ones did; None where it has no times."""
    times = times_of(observations)
    if not times:
        return None
    slow = f"p95 {words.seconds(quantile(times, 0.95))}, slowest {words.seconds(times[-1])}"
    middle = f"{words.seconds(quantile(times, 0.5))}"
    return Figure(
        name="latency",
        value=middle,
        detail=f"half of {words.count(len(times), 'answer')} took at most this long",
        extra=slow,
        status=None,
    )


def times_of(observations: Iterable[Observation], held: Collection[str] = ()) -> list[float]:
    """Seconds of every measured answer that has a time, ascending; cases that are `held` are left out."""
    return sorted(
        each.latency
        for each in observations
        if each.score is not None
        and each.latency is not None
        and 0 < each.latency < float("inf")
        and each.case_id not in held
    )


def _chart(sides: list[Side], gated: str) -> Chart:
    ends = [time for _, _, times in sides for time in (times[0], times[-1])]
    said = [
        f"p{round(100 * share)} {' → '.join(words.seconds(quantile(times, share)) for _, _, times in sides)}"
        for share in _MARKED
    ]
    return Chart(
        name="latency",
        title="How long answers took",
        says=" ".join(filter(None, [f"{words.listing(said)}.", gated])),
        x=spread(ends, _ACROSS, seconds),
        y=shares(_UP),
        table=_table(sides),
        lines=tuple(Line(name=name, role=role, points=ecdf(times)) for name, role, times in sides),
        dots=tuple(_dot(side, share) for side in sides for share in _MARKED),
        key=tuple((role, f"{name}, {len(times):,} answers") for name, role, times in sides),
    )


def _dot(side: Side, share: float) -> Dot:
    name, role, times = side
    at = quantile(times, share)
    said = f"{name}: {100 * share:.0f} % of the answers took at most {words.seconds(at)}"
    return Dot(name=said, role=role, x=at, y=share, shape="ring" if role == "before" else "circle")


def _table(sides: list[Side]) -> Table:
    columns = [[quantile(times, share) for share in _QUANTILES] for _, _, times in sides]
    rows = [
        (
            f"p{round(100 * share)}",
            *(words.seconds(column[number]) for column in columns),
            *(
                words.change(after[number] / before[number] if before[number] else None)
                for before, after in pairwise(columns)
            ),
        )
        for number, share in enumerate(_QUANTILES)
    ]
    names = [name.capitalize() for name, _, _ in sides]
    return Table(heads=("Of all answers", *names, *(["Change"] if len(sides) > 1 else [])), rows=tuple(rows))
