"""`harness history --flaky`: cases that one and the same variant both passed and failed."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cli.console import say, tell, tell_json
from harness.cli.table import Column, number, room, table, text
from harness.report.machines.measured import estimate_document
from harness.report.words import percent
from harness.store.flaky import PastCase
from harness.units import Json

_HEADS = (
    Column(head="suite"),
    text("case"),
    text("variant"),
    number("passed"),
    number("pass rate"),
    Column(head="95 %"),
    number("flakiness"),
)


def show_flaky(cases: Sequence[PastCase], *, limit: int, as_json: bool) -> None:
    """Tell of the flakiest `limit` cases."""
    shown = cases[:limit]
    if as_json:
        tell_json({"schema": 1, "cases": len(cases), "flaky": [_json(each) for each in shown]})
        return
    if not cases:
        say("no case both passed and failed; replays are left out, as they only repeat what was recorded")
        return
    tell(table(_HEADS, [_row(each) for each in shown], fit=room()))
    if len(cases) > limit:
        say(f"{len(cases) - limit:,} more; see --limit")


def _row(case: PastCase) -> tuple[str, ...]:
    rate, tally = case.pass_rate, case.tally
    return (
        case.suite,
        case.case_id,
        case.variant,
        f"{tally.passed} of {tally.asked}",
        percent(rate.value),
        f"{percent(rate.lower)} to {percent(rate.upper)}",
        f"{case.flakiness.value:.2f}",
    )


def _json(case: PastCase) -> Json:
    return {
        "suite": case.suite,
        "case_id": case.case_id,
        "prompt_version": case.prompt_version,
        "model_id": case.model_id,
        "answers": case.tally.asked,
        "passed": case.tally.passed,
        "mean": case.mean,
        "pass_rate": estimate_document(case.pass_rate),
        "flakiness": estimate_document(case.flakiness),
    }
