"""Earlier runs of the same suite, with their scores and verdicts, as a chart in which this page's runs are marked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.compare.comparison import Score
from harness.report import words
from harness.report.charts.chart import Chart, Dot, Role, Shape, Table
from harness.report.charts.scale import Scale, Tick, linear
from harness.report.charts.spelling import percents

MOST_RUNS = 30
"""Of which a page tells."""
_LABELS = 5
"""Runs whose date stands below the axis, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRun:
    """One run of the suite."""

    run_id: str
    started: datetime
    """UTC."""
    what: str
    """`v2 on opus-5`, or the name of an imported run."""
    mode: str
    score: Score
    verdict: str
    """Of the gate, with this run as the candidate; empty: nobody asked it."""
    same_suite: bool = True
    """Whether its cases are those of the newest run."""
    synthetic: bool = False
    place: str = ""
    """`baseline`, `candidate` or `run` on the page it is shown on; empty: another run."""


def earlier_chart(runs: Sequence[EarlierRun]) -> Chart | None:
    """The runs, oldest first; None where there is no other run than the page's own."""
    if not any(not each.place for each in runs):
        return None
    shown = list(runs)[-MOST_RUNS:]
    ends = [end for each in shown for end in (each.score.lower, each.score.upper)]
    edited = any(not each.same_suite for each in shown)
    return Chart(
        name="earlier",
        title="Earlier runs of this suite",
        says=(
            f"Mean scores of {words.count(len(shown), 'run')} with 95 % intervals, oldest first; the runs of this "
            f"page are filled.{' Before a diamond the suite had other cases.' if edited else ''}"
        ),
        x=_axis(shown),
        y=_upright(ends),
        table=_table(shown),
        dots=tuple(_dot(number, each, shown) for number, each in enumerate(shown, 1)),
        key=_key(shown),
    )


def _axis(runs: Sequence[EarlierRun]) -> Scale:
    """A run after the other, however much time lay between them."""
    every = max(1, math.ceil(len(runs) / _LABELS))
    named = range(len(runs), 0, -every)
    days = Counter(f"{each.started:%Y-%m-%d}" for each in runs)
    form = "{:%d %b}" if max(days.values()) < len(runs) else "{:%H:%M}"
    ticks = [Tick(value=float(n), label=form.format(runs[n - 1].started).lstrip("0")) for n in named]
    return Scale(title="runs, the newest last", low=0.5, high=len(runs) + 0.5, ticks=tuple(ticks[::-1]))


def _upright(ends: Sequence[float]) -> Scale:
    """As much of 0 to 100 % as the intervals need."""
    found = linear([max(0.0, min(1.0, end)) for end in ends], "mean score", percents, most=5)
    ticks = tuple(tick for tick in found.ticks if -1e-9 <= tick.value <= 1 + 1e-9)
    return Scale(title=found.title, low=ticks[0].value, high=ticks[-1].value, ticks=ticks)


def _dot(number: int, each: EarlierRun, runs: Sequence[EarlierRun]) -> Dot:
    before = runs[number - 2] if number > 1 else each
    return Dot(
        name=": ".join(filter(None, [f"{each.started:%Y-%m-%d %H:%M}, {each.what}", _said(each)])),
        role=_role(each),
        x=float(number),
        y=each.score.mean,
        low=each.score.lower,
        high=each.score.upper,
        shape=_shape(each, is_edited=each.same_suite and not before.same_suite),
    )


def _shape(each: EarlierRun, *, is_edited: bool) -> Shape:
    if is_edited:
        return "diamond"
    if each.verdict == "REGRESSED":
        return "square"
    return "circle" if each.place else "ring"


def _role(each: EarlierRun) -> Role:
    if each.verdict == "REGRESSED":
        return "bad"
    return "after" if each.place in {"candidate", "run"} else "before"


def _said(each: EarlierRun) -> str:
    return ", ".join(
        filter(None, [words.percent(each.score.mean), each.verdict.replace("_", " "), each.place])
    )


def _key(runs: Sequence[EarlierRun]) -> tuple[tuple[Role, str], ...]:
    roles = {_role(each) for each in runs}
    named: tuple[tuple[Role, str], ...] = (
        ("bad", "regressed"),
        ("before", "other runs"),
        ("after", "this page"),
    )
    return tuple(each for each in named if each[0] in roles)


def _table(runs: Sequence[EarlierRun]) -> Table:
    rows = tuple(
        (
            f"{each.started:%Y-%m-%d %H:%M}",
            each.what,
            f"{words.percent(each.score.mean)} ({100 * each.score.lower:.1f} to {100 * each.score.upper:.1f})",
            each.verdict.replace("_", " "),
            ", ".join(
                filter(
                    None,
                    [
                        each.mode,
                        "synthetic" * each.synthetic,
                        "" if each.same_suite else "other cases",
                        each.place and f"this page's {each.place}",
                    ],
                )
            ),
        )
        for each in reversed(runs)
    )
    return Table(heads=("Started (UTC)", "What", "Score (95 %)", "Verdict", "Notes"), rows=rows)
