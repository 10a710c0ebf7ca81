"""All suites of an upgrade on one page: what to do about each, why, what it costs, and its worst cases."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.compare.comparison import Comparison
from harness.gate.verdict import Status, Verdict
from harness.report import words
from harness.report.charts.chart import Chart, Role, Table
from harness.report.charts.rows import Forest, ForestRow
from harness.report.charts.scale import symmetric
from harness.report.charts.spelling import points as spell_points
from harness.report.views.advice import Advice
from harness.report.views.case import AnswerView, CaseRow
from harness.report.views.differences import short_diff
from harness.report.views.drawn import SliceRow
from harness.report.views.offers import Offered
from harness.report.views.pareto import cheapest_that_holds, offers_table, pareto_chart
from harness.report.views.parts import SYNTHETIC, ReportView
from harness.report.views.upgrade import Upgrade, UpgradeRow, price_change, shared
from harness.suite.lifecycle import ending

WORST = 3
"""Cases of each suite whose answers are shown."""
_ROLES: dict[Status, Role] = {
    Status.PASS: "good",
    Status.REGRESSED: "bad",
    Status.INCONCLUSIVE: "unsure",
    Status.NOT_MEASURED: "none",
}
_DO = {Advice.GO: "may go", Advice.STAY: "should stay", Advice.UNDECIDED: "undecided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What is known of one suite that was asked on both models."""

    comparison: Comparison
    verdict: Verdict
    report: ReportView
    """With the answers of its worst cases alone."""
    offered: Offered
    runs: tuple[str, str]
    """Ids of what runs now, and of the new model's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstCase:
    """A case that became worse, with one answer of each side held against the other."""

    row: CaseRow
    before: AnswerView | None
    after: AnswerView | None
    diff: tuple[str, ...]
    """What differs, as `short_diff` has it: each line begins with `-`, `+` or a blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteMove:
    """One suite that would get another model."""

    row: UpgradeRow
    anchor: str
    """Of its place on the page; ours."""
    because: tuple[str, ...]
    """What speaks for the advice, in sentences."""
    cheapest: str
    """The cheapest model known to hold for it; empty: not known."""
    report: ReportView | None
    """None: it was not asked on both models."""
    bad_slices: tuple[SliceRow, ...]
    slices_note: str
    worst: tuple[WorstCase, ...]
    more_worse: int
    """Cases that became worse beyond those."""
    pareto: Chart | None
    offers: Table | None
    """The same as numbers, where they cannot be drawn."""
    left_out: tuple[str, ...]
    command: str
    """What writes the whole comparison of this suite as a page; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """One model: what it costs and how long it lives."""

    name: str
    prices: tuple[str, ...]
    """US dollars of a million tokens, in the order of `heads`."""
    change: str
    """Of the new model against this one; empty for itself."""
    life: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradePage:
    """All suites of one command."""

    upgrade: Upgrade
    headline: str
    lead: tuple[tuple[str, tuple[str, ...]], ...]
    """`may go`, and the suites; only what there is."""
    synthetic: str
    moves: tuple[SuiteMove, ...]
    """Those to stay with first, then undecided ones."""
    forest: Forest | None
    """Effects of all suites on one axis; None where none was measured."""
    heads: tuple[str, ...]
    prices: tuple[PriceRow, ...]
    notes: tuple[str, ...]


def make_upgrade_page(upgrade: Upgrade, weighed: Mapping[str, Weighed]) -> UpgradePage:
    """The page of these rows. `weighed` is by suite, and has those that were asked on both models."""
    order = tuple(Advice)
    made = [_move(number, row, weighed.get(row.suite)) for number, row in enumerate(upgrade.rows, start=1)]
    moves = tuple(sorted(made, key=lambda each: order.index(each.row.advised.advice)))
    prices = tuple(_prices(upgrade))
    return UpgradePage(
        upgrade=upgrade,
        headline=_headline(moves),
        lead=tuple(_lead(moves)),
        synthetic=SYNTHETIC if upgrade.synthetic else "",
        moves=moves,
        forest=_forest(moves, weighed),
        heads=("input", "output", "cache write, 5 min", "cache write, 1 h", "cache read"),
        prices=prices,
        notes=tuple(shared(upgrade)),
    )


def _headline(moves: Sequence[SuiteMove]) -> str:
    """Like `2 of 5 suites may go, 1 is undecided and 2 should stay.`, or `The suite may go.` of a single one."""
    counts = Counter(each.row.advised.advice for each in moves)
    told = [_told(advice, counts[advice]) for advice in reversed(Advice) if counts[advice]]
    many = len(moves)
    if many == 1:
        return f"The suite{told[0][1:]}."
    first = f"{told[0].split(' ', 1)[0]} of {many} suites {told[0].split(' ', 1)[1]}"
    return f"{words.listing([first, *told[1:]])}."


def _told(advice: Advice, count: int) -> str:
    verb = ("is " if count == 1 else "are ") if advice is Advice.UNDECIDED else ""
    return f"{count} {verb}{_DO[advice]}"


def _lead(moves: Sequence[SuiteMove]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for advice in reversed(Advice):
        named = tuple(each.row.suite for each in moves if each.row.advised.advice is advice)
        if named:
            yield _DO[advice], named


def _move(number: int, row: UpgradeRow, found: Weighed | None) -> SuiteMove:
    if found is None:
        return SuiteMove(
            row=row, anchor=f"_u{number}", because=row.advised.because, cheapest="", report=None, bad_slices=(),
            slices_note="", worst=(), more_worse=0, pareto=None, offers=None, left_out=(), command="",
        )  # fmt: skip
    report, offers = found.report, found.offered.offers
    bad = tuple(each for each in report.slices if each.status is Status.REGRESSED)
    pareto = pareto_chart(f"u{number}", offers)
    alone = offers_table(offers) if offers and pareto is None else None
    cheapest = cheapest_that_holds(offers)
    return SuiteMove(
        row=row,
        anchor=f"_u{number}",
        because=(report.headline, report.known, *row.advised.because),
        cheapest="" if cheapest is None else cheapest.name,
        report=report,
        bad_slices=bad,
        slices_note=_slices_note(report, bad),
        worst=tuple(_worst(each) for each in report.worst[:WORST]),
        more_worse=max(0, len(report.worst) - WORST),
        pareto=pareto,
        offers=alone,
        left_out=found.offered.left_out,
        command=_command(found.runs),
    )


def _slices_note(report: ReportView, bad: Sequence[SliceRow]) -> str:
    looked = words.count(len(report.slices), "slice")
    if not report.slices:
        return ""
    return f"{len(bad)} of {looked} regressed." if bad else f"None of {looked} regressed."


def _command(runs: tuple[str, str]) -> str:
    return f"harness report {shlex.quote(runs[0])} {shlex.quote(runs[1])} --html report.html"


def _worst(row: CaseRow) -> WorstCase:
    """The pair that shows it best: passed before, and not now."""
    pairs = [each for each in row.pairs if each.baseline is not None and each.candidate is not None]
    told = next(
        (
            each
            for each in pairs
            if each.baseline and each.baseline.passed and each.candidate and not each.candidate.passed
        ),
        next(iter([*pairs, *row.pairs]), None),
    )
    before, after = (None, None) if told is None else (told.baseline, told.candidate)
    texts = ("" if each is None else each.text for each in (before, after))
    return WorstCase(row=row, before=before, after=after, diff=short_diff(*texts))


def _forest(moves: Sequence[SuiteMove], weighed: Mapping[str, Weighed]) -> Forest | None:
    """Suites with a number each, in the order of the page. A margin is drawn where all have the same one."""
    measured = [
        (move, found.comparison.quality, found.verdict)
        for move in moves
        if (found := weighed.get(move.row.suite)) is not None
        and found.comparison.quality is not None
        and found.verdict.status is not Status.NOT_MEASURED
    ]
    if not measured:
        return None
    margins = {verdict.policy.quality_margin for _, _, verdict in measured}
    margin = -margins.pop() if len(margins) == 1 else None
    ends = [end for _, quality, _ in measured for end in (quality.lower, quality.upper)]
    return Forest(
        name="suites",
        title="Change of quality by suite",
        heads=("suite", "points"),
        scale=symmetric([*ends, margin or 0.0], "points", spell_points, limit=1.0),
        zero=0.0,
        margin=margin,
        rows=tuple(
            ForestRow(
                name=move.row.suite,
                role=_ROLES[verdict.status],
                lower=quality.lower,
                point=quality.difference,
                upper=quality.upper,
                cells=(move.row.quality,),
            )
            for move, quality, verdict in measured
        ),
    )


def _prices(upgrade: Upgrade) -> Iterator[PriceRow]:
    """The new model first; routes have no price of their own."""
    new = next(iter(upgrade.standings), None)
    for each in upgrade.standings:
        row = each.prices[0] if each.prices else None
        amounts = (
            ()
            if row is None
            else (row.input, row.output, row.cache_write_5m, row.cache_write_1h, row.cache_read)
        )
        yield PriceRow(
            name=each.pin.id,
            prices=tuple(f"${amount:f}" for amount in amounts) or ("no price",),
            change="" if new is None or each is new else price_change(each, new),
            life=ending(each),
        )
