"""What a page tells beside its own runs, read from the store: the runs before them, and the small print of the bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from harness.compare.comparison import Comparison
from harness.gate.verdict import Status
from harness.record import RunInfo
from harness.report.views.cost import RunBill
from harness.report.views.earlier import MOST_RUNS, EarlierRun
from harness.report.views.past import CHOSEN
from harness.report.views.plots import Surroundings
from harness.store.bills import Bill, read_bills
from harness.store.lookback import read_verdict_heads
from harness.store.read import runs_until
from harness.store.scores import read_scores


def around_pair(
    store: Path, pair: tuple[RunInfo, RunInfo], comparison: Comparison, status: Status
) -> Surroundings:
    """Around a comparison of the baseline and the candidate, with what the gate said of it. Raises StoreBusy."""
    runs = [each.runs or (each.run_id,) for each in (comparison.baseline, comparison.candidate)]
    bills = read_bills(store, [each for ids in runs for each in ids])
    places = {**dict.fromkeys((*runs[0], pair[0].run_id), "baseline"), pair[1].run_id: "candidate"}
    return Surroundings(
        earlier=_earlier(store, pair, places, {pair[1].run_id: status.value}),
        bills=tuple(_bill([bills[each] for each in ids if each in bills]) for ids in runs),
    )


def around_run(store: Path, info: RunInfo) -> Surroundings:
    """Around one run. Raises StoreBusy."""
    return Surroundings(
        earlier=_earlier(store, (info,), {info.run_id: "run"}, {}),
        bills=tuple(_bill([each]) for each in read_bills(store, [info.run_id]).values()),
    )


def _earlier(
    store: Path, shown: Sequence[RunInfo], places: Mapping[str, str], known: Mapping[str, str]
) -> tuple[EarlierRun, ...]:
    """The runs of the suite up to the last one shown, oldest first; those that are shown are always among them."""
    newest, own = shown[-1], {each.run_id: each for each in shown}
    found = runs_until(store, newest, limit=MOST_RUNS, left_out=CHOSEN)
    others = [each for each in found if each.run_id not in own][len(own) - MOST_RUNS :]
    runs = sorted([*others, *own.values()], key=lambda each: (each.started_at, each.run_id))
    ids = [each.run_id for each in runs]
    scores = read_scores(store, ids)
    said = {each.candidate_run: each.status for each in reversed(read_verdict_heads(store, ids))} | dict(
        known
    )
    return tuple(
        EarlierRun(
            run_id=each.run_id,
            started=each.started_at,
            what=each.run_id if each.mode == "imported" else each.variant,
            mode=", ".join(filter(None, [each.mode, each.purpose])),
            score=scores[each.run_id],
            verdict=said.get(each.run_id, ""),
            same_suite=each.suite_digest == newest.suite_digest,
            synthetic=each.synthetic,
            place=places.get(each.run_id, ""),
        )
        for each in runs
        if each.run_id in scores
    )


def _bill(parts: Sequence[Bill]) -> RunBill:
    """Of all runs that a side is made of."""
    judged = [each.judges for each in parts if each.judges is not None]
    total = sum(judged, Decimal(0)) if len(judged) == len(parts) else None
    return RunBill(
        uncertain_usd=f"{sum((each.uncertain for each in parts), Decimal(0)):f}",
        judges_usd=None if total is None else f"{total:f}",
        judge_calls=sum(each.judge_calls for each in parts),
    )
