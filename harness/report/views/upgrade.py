"""The pre-upgrade report: every suite on the model that runs now and on another one, in one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.compare.change import Change
from harness.compare.comparison import Comparison, Ratio
from harness.gate.verdict import Finding, Status, Verdict
from harness.report import words
from harness.report.views.advice import Advised, advised, unfit
from harness.report.views.figures import why_latency_is_not_gated
from harness.suite.lifecycle import Standing, ending
from harness.suite.model import PriceRow
from harness.units import Json

HEADS = ("suite", "now", "quality, points", "slices", "cost", "latency", "verdict", "worse cases")
PRICES = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
_UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeRow:
    """One suite. Texts are for people; `document` is the whole verdict."""

    suite: str
    now: str
    """The variant that runs now: `v2 on claude-opus-5-5`."""
    status: Status
    label: str | None
    because: str
    """Why it is not PASS, with what would help; empty beside a PASS."""
    quality: str
    slices: str
    cost: str
    latency: str
    worse: int | None
    """Cases that became worse; None where nothing was measured."""
    document: Json
    advised: Advised
    """What to do about it."""

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of `HEADS`."""
        said = self.status.value if self.label is None else f"{self.status.value}, {self.label}"
        worse = "" if self.worse is None else str(self.worse)
        return (self.suite, self.now, self.quality, self.slices, self.cost, self.latency, said, worse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """All suites of one command."""

    to: str
    """Short name of the model."""
    rows: tuple[UpgradeRow, ...]
    already: tuple[str, ...]
    """Suites that ask this model now."""
    status: Status
    alpha: float | None
    """One-sided error rate of each suite, so that all together keep theirs; None where they have different ones."""
    standings: tuple[Standing, ...]
    """The model, and those that run now, on the day of the report."""
    synthetic: bool


def measured_row(
    now: str,
    comparison: Comparison,
    verdict: Verdict,
    *,
    remedy: str,
    document: Json,
    leaving: Standing | None = None,
) -> UpgradeRow:
    """A suite that was asked on both models.

    `remedy`: what helps where nothing was measured. `document`: the whole verdict, for programs. `leaving`: how long
    the model that runs now still lives; None: a route has no life of its own.
    """
    is_measured = verdict.status is not Status.NOT_MEASURED and comparison.quality is not None
    gated = not why_latency_is_not_gated(comparison, verdict)
    return UpgradeRow(
        suite=comparison.candidate.suite,
        now=now,
        status=verdict.status,
        label=verdict.label,
        because=_because(verdict, remedy),
        quality=_quality(comparison) if is_measured else _UNMEASURED,
        slices=_slices(verdict) if is_measured else "",
        cost=_change(comparison.cost) if is_measured else "",
        latency=_latency(comparison.latency, is_gated=gated) if is_measured else "",
        worse=_worse(comparison) if is_measured else None,
        document=document,
        advised=advised(comparison, verdict, leaving),
    )


def refused_row(suite: str, now: str, reasons: Sequence[str], leaving: Standing | None = None) -> UpgradeRow:
    """A suite that cannot be asked of the new model at all."""
    because = "; ".join(reasons)
    return UpgradeRow(
        suite=suite,
        now=now,
        status=Status.NOT_MEASURED,
        label=None,
        because=because,
        quality=_UNMEASURED,
        slices="",
        cost="",
        latency="",
        worse=None,
        document=None,
        advised=unfit(because, leaving),
    )


def facts(upgrade: Upgrade) -> Iterator[str]:
    """What is known of the models themselves: how long they live, and what they cost."""
    for each in upgrade.standings:
        yield f"{each.pin.id} {ending(each)}{_dearness(each)}"
    new, *old = upgrade.standings
    for each in old:
        said = price_change(each, new)
        if said:
            yield f"prices of {new.pin.id} against {each.pin.id}: {said}"
    yield from shared(upgrade)


def shared(upgrade: Upgrade) -> Iterator[str]:
    """What holds for all suites together."""
    if upgrade.already:
        yield f"already on {upgrade.to}: {', '.join(upgrade.already)}"
    if upgrade.alpha is not None and len(upgrade.rows) > 1:
        count = len(upgrade.rows)
        yield f"{count} suites decide together, so each is tested at {100 * upgrade.alpha:.3g} %"


def _because(verdict: Verdict, remedy: str) -> str:
    worst: Finding = verdict.findings[0]
    if worst.status is Status.PASS:
        return ""
    return f"{worst.because}; {remedy}" if worst.status is Status.NOT_MEASURED and remedy else worst.because


def _quality(comparison: Comparison) -> str:
    quality = comparison.quality
    if quality is None:
        return _UNMEASURED
    bounds = f"{words.points(quality.lower)} to {words.points(quality.upper)}"
    return f"{words.points(quality.difference)} ({bounds})"


def _slices(verdict: Verdict) -> str:
    """The slices that regressed by name, else how many were tested."""
    bad = [name for name, status in verdict.slices if status is Status.REGRESSED]
    return ", ".join(bad) if bad else f"{len(verdict.slices)} ok"


def _change(ratio: Ratio | None) -> str:
    return "unpriced" if ratio is None else words.change(ratio.ratio)


def _latency(ratio: Ratio | None, *, is_gated: bool) -> str:
    if ratio is None:
        return ""
    return words.change(ratio.ratio) + ("" if is_gated else " (advisory)")


def _worse(comparison: Comparison) -> int:
    return sum(each.change in {Change.REGRESSED, Change.BROKE} for each in comparison.changes)


def _dearness(standing: Standing) -> str:
    if not standing.prices:
        return ", has no price"
    row = standing.prices[0]
    return f", ${row.input:f} in and ${row.output:f} out per million tokens"


def price_change(old: Standing, new: Standing) -> str:
    """What the new model costs more or less than an old one, in words; empty where one has no price."""
    if not old.prices or not new.prices:
        return ""
    told = ((name, price_ratio(old.prices[0], new.prices[0], name)) for name in ("input", "output"))
    return ", ".join(f"{name} {words.change(float(ratio))}" for name, ratio in told if ratio is not None)


def price_ratio(old: PriceRow, new: PriceRow, name: str) -> Decimal | None:
    """New over old of one price of the lowest tier; None where there was none."""
    before, after = _amount(old, name), _amount(new, name)
    return after / before if before else None


def _amount(row: PriceRow, name: str) -> Decimal:
    amounts = (row.input, row.output, row.cache_write_5m, row.cache_write_1h, row.cache_read)
    return amounts[PRICES.index(name)]
