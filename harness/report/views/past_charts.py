"""A suite's past as it is drawn: scores with their intervals over time, and dollars by day."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from harness.gate.verdict import Status
from harness.report import words
from harness.report.charts.chart import Bar, Chart, Dot, Role, Rule, Shape, Table
from harness.report.charts.scale import Scale, Tick, linear, moments
from harness.report.charts.spelling import dollars, percents
from harness.report.views.past import CHOSEN, PastDay, PastRun, PastSuite

DAYS = 60
"""Days with a cost that a chart shows: the newest."""
_ROOM = 0.14
"""Share of the width between two rules with names."""
_LABELS = 6
"""Runs whose day stands below the axis, at most."""
_LOOKS: dict[Status, Role] = {
    Status.PASS: "good",
    Status.REGRESSED: "bad",
    Status.INCONCLUSIVE: "unsure",
    Status.NOT_MEASURED: "none",
}
_SHAPES: dict[Status, Shape] = {
    Status.PASS: "circle",
    Status.REGRESSED: "diamond",
    Status.INCONCLUSIVE: "square",
    Status.NOT_MEASURED: "ring",
}
_KEY: dict[Role, str] = {
    "good": "passed as candidate",
    "bad": "regressed",
    "unsure": "inconclusive",
    "none": "not measured",
    "quiet": "not judged",
}


def score_chart(name: str, past: PastSuite) -> Chart | None:
    """Every run in sight that asked all cases and has a score; None where there is none."""
    runs = [run for run in past.runs if run.score is not None and run.info.purpose not in CHOSEN]
    if not runs:
        return None
    dots = tuple(_dot(place, run) for place, run in enumerate(runs, start=1))
    looks = {each.role for each in dots}
    ends = [end for run in runs if run.score is not None for end in (run.score.lower, run.score.upper)]
    return Chart(
        name=f"{name}-scores",
        title="Score of every run",
        says=_says(runs),
        x=_one_after_the_other(runs),
        y=linear(ends, "mean score, 95 %", percents, most=4),
        table=_numbers(runs),
        dots=dots,
        rules=tuple(_firsts(runs)),
        key=tuple((role, said) for role, said in _KEY.items() if role in looks),
    )


def cost_chart(name: str, past: PastSuite) -> Chart | None:
    """The newest days that cost something; None where there is none."""
    days = [day for day in past.days if day.cost][-DAYS:]
    if not days:
        return None
    left = len([day for day in past.days if day.cost]) - len(days)
    starts = [datetime(day.day.year, day.day.month, day.day.day, tzinfo=UTC) for day in days]
    return Chart(
        name=f"{name}-costs",
        title="Cost per day",
        says=f"{words.count(len(days), 'day')} from {days[0].day} to {days[-1].day}",
        x=moments([starts[0], starts[-1] + timedelta(days=1)]),
        y=linear([float(day.cost or 0) for day in days], "US dollars", dollars, most=3, from_zero=True),
        table=Table(
            heads=("day", "runs", "cost"),
            rows=tuple((str(day.day), str(day.runs), words.dollars(day.cost)) for day in reversed(days)),
            more=left,
        ),
        bars=tuple(_bar(day, start) for day, start in zip(days, starts, strict=True)),
        height=140,
    )


def _one_after_the_other(runs: Sequence[PastRun]) -> Scale:
    """Each run as far from the next, however much time lies between: both sides of a gate start in one moment."""
    every = math.ceil(len(runs) / _LABELS)
    days = {f"{run.info.started_at:%Y-%m-%d}" for run in runs}
    form = "{0.day} {0:%b}" if len(days) > 1 else "{0:%H:%M}"
    named = range(1, len(runs) + 1, every)
    return Scale(
        title="runs, the newest last",
        low=0.5,
        high=len(runs) + 0.5,
        ticks=tuple(
            Tick(value=float(place), label=form.format(runs[place - 1].info.started_at)) for place in named
        ),
    )


def _dot(place: int, run: PastRun) -> Dot:
    score = run.score
    assert score is not None  # noqa: S101 - chosen for it
    status = Status(run.verdicts[0].status) if run.verdicts else None
    said = "" if status is None else f", {status.value.replace('_', ' ')}"
    return Dot(
        name=f"{run.info.started_at:%Y-%m-%d %H:%M} {run.variant}: {words.percent(score.mean)}{said}",
        role="quiet" if status is None else _LOOKS[status],
        x=float(place),
        y=score.mean,
        low=score.lower,
        high=score.upper,
        shape="ring" if status is None else _SHAPES[status],
    )


def _says(runs: Sequence[PastRun]) -> str:
    means = [run.score.mean for run in runs if run.score is not None]
    many = f"{words.count(len(runs), 'run')} from {runs[0].info.started_at:%Y-%m-%d} to {runs[-1].info.started_at:%Y-%m-%d}"
    return f"{many}; the newest {words.percent(means[-1])}, the lowest {words.percent(min(means))}, the highest {words.percent(max(means))}"


def _numbers(runs: Sequence[PastRun]) -> Table:
    """The newest first; the table of runs below has the others."""
    newest = tuple(reversed(runs))[:12]
    return Table(
        heads=("run", "variant", "score", "95 %"),
        rows=tuple(
            (
                f"{run.info.started_at:%Y-%m-%d %H:%M}",
                run.variant,
                words.percent(score.mean),
                f"{words.percent(score.lower)} to {words.percent(score.upper)}",
            )
            for run in newest
            if (score := run.score) is not None
        ),
        more=len(runs) - len(newest),
    )


def _firsts(runs: Sequence[PastRun]) -> Iterator[Rule]:
    """Where a prompt, a model or graders ran for the first time, with a name where there is room for it."""
    known = set(_news(runs[0]))
    room, free = _ROOM * len(runs), 0.0
    for place, run in enumerate(runs, start=1):
        new = [name for name in _news(run) if name not in known]
        if not new:
            continue
        known.update(new)
        label = " on ".join(name for _, name in new) if place >= free else ""
        free = place + room if label else free
        yield Rule(name=label, at=place - 0.5)


def _news(run: PastRun) -> tuple[tuple[str, str], ...]:
    """What can be new of a run, each with a short name of it."""
    info = run.info
    if info.mode == "imported":
        return ()
    return (
        (info.prompt_digest, info.prompt_version),
        (info.model_id, info.model),
        (info.graders, "other graders"),
    )


def _bar(day: PastDay, start: datetime) -> Bar:
    left = start.timestamp()
    cost = float(day.cost or 0)
    return Bar(
        name=f"{day.day}: {words.dollars(day.cost)}, {words.count(day.runs, 'run')}",
        role="one",
        left=left + 7200,
        right=left + 79200,
        top=cost,
    )
