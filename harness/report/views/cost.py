"""What both sides cost, side by side, and where a change of cost comes from: a waterfall from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from harness.compare.comparison import Comparison, CostSplit
from harness.compare.cost_split import part_words
from harness.compare.observation import ModelShare, Observation, Side
from harness.report import words
from harness.report.charts.chart import Table
from harness.report.charts.rows import BarRow, Bars
from harness.report.charts.scale import Scale, linear
from harness.report.charts.spelling import dollars
from harness.report.views.drawn import Figure

_SMALL = 0.005
"""Parts below this share of the baseline's cost are drawn as one."""
_UNSEEN = Decimal("0.002")
"""And below this one, all of these together are not drawn."""
_COUNTED: tuple[tuple[str, Callable[[Observation], int | None]], ...] = (
    ("Requests", lambda each: each.attempts),
    ("Input tokens", lambda each: each.input_tokens),
    ("Output tokens", lambda each: each.output_tokens),
    ("Tokens written to the cache", lambda each: each.cache_write_tokens),
    ("Tokens read from the cache", lambda each: each.cache_read_tokens),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBill:
    """Money of one run that its trials alone do not tell. Exact dollars, as text."""

    uncertain_usd: str
    """What the provider may have billed on top."""
    judges_usd: str | None
    """Part of what the run cost; None: a judge is unpriced."""
    judge_calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostView:
    """What a page says of money."""

    table: Table
    """A column for each side."""
    bars: Bars | None
    """From the baseline to the candidate, cause by cause; of a routed run model by model. None: nothing to draw."""
    notes: tuple[str, ...] = ()


def compared_cost(comparison: Comparison, bills: Sequence[RunBill]) -> CostView | None:
    """Both sides; None where neither has a price. `bills` are of the baseline and the candidate, or empty."""
    sides = comparison.baseline, comparison.candidate
    if all(each.cost_usd is None for each in sides):
        return None
    split = comparison.cost_split
    rows = [*_table_rows(sides, bills)]
    if split is not None:
        change = _relative(split.before, split.after)
        rows.insert(0, ("Per case", _amount(split.before), _amount(split.after), change))
    return CostView(
        table=Table(heads=("What", "Baseline", "Candidate", "Change"), rows=tuple(rows)),
        bars=None if split is None else _waterfall(split),
        notes=tuple(_notes(comparison)),
    )


def cost_figure(side: Side) -> Figure | None:
    """What one run cost, in all and per case; None where it has no price."""
    if side.cost_usd is None:
        return None
    cases = len({each.case_id for each in side.observations}) or 1
    each = f"{_amount(Decimal(side.cost_usd) / cases)} per case"
    return Figure(name="cost", value=words.dollars(side.cost_usd), detail=each, extra="", status=None)


def run_cost(side: Side, bills: Sequence[RunBill]) -> CostView | None:
    """One run; None where it has no price."""
    if side.cost_usd is None:
        return None
    cases = len({each.case_id for each in side.observations}) or 1
    rows = [*_table_rows([side], bills)]
    rows.insert(0, ("Per case", _amount(Decimal(side.cost_usd) / cases)))
    return CostView(table=Table(heads=("What", "Run"), rows=tuple(rows)), bars=_by_model(side.models))


def _table_rows(sides: Sequence[Side], bills: Sequence[RunBill]) -> Iterator[tuple[str, ...]]:
    yield _money_row("In all", [each.cost_usd for each in sides])
    if any(each.judge_calls for each in bills):
        yield _money_row("of which judges", [each.judges_usd for each in bills])
        yield _count_row("Calls of judges", [each.judge_calls for each in bills])
    if any(each.uncertain_usd.strip("0.") for each in bills):
        yield _money_row("May be billed on top", [each.uncertain_usd for each in bills])
    for name, read in _COUNTED:
        totals = [sum(read(o) or 0 for o in each.observations) for each in sides]
        if any(totals):
            yield _count_row(name, totals)


def _money_row(name: str, amounts: Sequence[str | None]) -> tuple[str, ...]:
    shown = ["unpriced" if each is None else words.dollars(each) for each in amounts]
    known = [Decimal(each) for each in amounts if each is not None]
    return (name, *shown, *([_relative(*known) if len(known) == 2 else ""] if len(amounts) == 2 else []))


def _count_row(name: str, counted: Sequence[int]) -> tuple[str, ...]:
    change = [_relative(Decimal(counted[0]), Decimal(counted[1]))] if len(counted) == 2 else []
    return (name, *(f"{each:,}" for each in counted), *change)


def _relative(before: Decimal, after: Decimal) -> str:
    return words.change(float(after / before)) if before else ""


def _amount(usd: Decimal) -> str:
    return words.dollars(format(usd, "f"))


def _notes(comparison: Comparison) -> Iterator[str]:
    split, actual = comparison.cost_split, comparison.cost_actual
    if split is not None and split.unknown:
        yield f"Of {words.count(split.unknown, 'case')} nobody wrote down tokens or prices."
    if actual is not None:
        yield f"Prices changed in between: in the dollars that were billed it is {words.change(actual.ratio)}."


def _waterfall(split: CostSplit) -> Bars | None:
    """None where the cost did not change, or nobody knows why."""
    large = sorted((p for p in split.parts if abs(p.points) >= _SMALL), key=lambda p: -abs(p.points))
    if not large or split.unknown == split.n:
        return None
    small = sum((p.usd for p in split.parts if p not in large), Decimal(0))
    steps = [(part_words(part), part.usd) for part in large]
    if abs(small) > split.before * _UNSEEN:
        steps.append(("all else", small))
    levels = [float(each) for each in accumulate((usd for _, usd in steps), initial=split.before)]
    return Bars(
        name="cost",
        title="Where the change of cost comes from",
        heads=("Per case", "Dollars", "Change"),
        scale=_scale(levels),
        rows=(
            _total("baseline", split.before, ""),
            *(
                _step(name, usd, (levels[n], levels[n + 1]), split.before)
                for n, (name, usd) in enumerate(steps)
            ),
            _total("candidate", split.after, _relative(split.before, split.after)),
        ),
    )


def _scale(amounts: Sequence[float]) -> Scale:
    return linear(amounts, "dollars per case", dollars, from_zero=True, most=4)


def _total(side: str, usd: Decimal, change: str) -> BarRow:
    return BarRow(
        name=side,
        role="before" if side == "baseline" else "after",
        start=0.0,
        stop=float(usd),
        cells=(_amount(usd), change),
        is_total=True,
    )


def _step(name: str, usd: Decimal, ends: tuple[float, float], whole: Decimal) -> BarRow:
    amount = f"{'+' if usd > 0 else '−'}{_amount(abs(usd))}"
    points = words.change(1 + float(usd / whole)) if whole else ""
    return BarRow(
        name=name, role="bad" if usd > 0 else "good", start=ends[0], stop=ends[1], cells=(amount, points)
    )


def _by_model(models: Sequence[ModelShare]) -> Bars | None:
    priced = [(each, Decimal(each.cost_usd)) for each in models if each.model and each.cost_usd is not None]
    if len(priced) < 2:
        return None
    return Bars(
        name="models",
        title="What each model cost",
        heads=("Model", "Dollars", "Trials"),
        scale=_scale([float(usd) for _, usd in priced]),
        rows=tuple(
            BarRow(
                name=each.model,
                role="one",
                start=0.0,
                stop=float(usd),
                cells=(_amount(usd), f"{each.planned:,}"),
            )
            for each, usd in priced
        ),
    )
