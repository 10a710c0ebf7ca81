"""Upgrades of several suites, built by hand: the test data of their page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from harness.compare.comparison import Score
from harness.gate.verdict import Status
from harness.report.views.comparison import make_view
from harness.report.views.offers import Offered
from harness.report.views.pareto import Offer
from harness.report.views.upgrade import Upgrade, UpgradeRow, measured_row, refused_row
from harness.report.views.upgrade_page import UpgradePage, Weighed, make_upgrade_page
from harness.suite.lifecycle import Standing
from tests.report import examples
from tests.values import model_pin, price_row

NOW = "v2 on claude-opus-5-5"


def standing(name: str, *, cheaper: int = 1, days_left: int | None = None) -> Standing:
    row = price_row()
    halved = replace(row, input=row.input / cheaper, output=row.output / cheaper)
    ends = None if days_left is None else date(2027, 1, 1)
    return Standing(
        pin=replace(model_pin(name), retires_on=ends),
        retired=False,
        days_left=days_left,
        prices=(halved,),
        price_age=3,
        used_by=("triage",),
    )


OPUS, SONNET = standing("opus-5-5", days_left=40), standing("sonnet-5-5", cheaper=2)


def offer(name: str, part: str, mean: float, cost: float | None, status: Status | None = None) -> Offer:
    return Offer(
        name=name,
        part=part,  # type: ignore[arg-type]  # test data: one of three words
        score=Score(mean=mean, lower=max(0.0, mean - 0.05), upper=min(1.0, mean + 0.04)),
        cost=cost,
        p50=0.81,
        status=status,
        asked="2026-11-21",
    )


def offers(status: Status, other: str = "haiku-5-5") -> Offered:
    return Offered(
        offers=(
            offer("opus-5-5", "now", 0.912, 4.7),
            offer("sonnet-5-5", "new", 0.86, 2.4, status),
            offer(other, "other", 0.8, 0.9, Status.PASS),
            offer("haiku-4-5", "other", 0.78, 1.1),
        ),
        left_out=(f"{other}: asked other cases",),
    )


def _weighed(status: str, suite: str) -> tuple[UpgradeRow, Weighed]:
    made = {
        "regressed": (examples.comparison(), examples.REGRESSED),
        "inconclusive": (examples.unsure(), examples.INCONCLUSIVE),
        "pass": (examples.well(), examples.PASS),
        "not_measured": (examples.outage(), examples.NOT_MEASURED),
    }
    comparison, verdict = made[status]
    named = replace(comparison, candidate=replace(comparison.candidate, suite=suite))
    row = measured_row(NOW, named, verdict, remedy="record it", document=None, leaving=OPUS)
    report = make_view(named, verdict, examples.ANSWERS, examples.HEADING)
    found = offers(verdict.status) if status != "not_measured" else Offered(offers=(), left_out=())
    runs = ("20261121-before", "20261121-after")
    return row, Weighed(comparison=named, verdict=verdict, report=report, offered=found, runs=runs)


def upgrade(rows: tuple[UpgradeRow, ...], to: str = "sonnet-5-5", *, synthetic: bool = False) -> Upgrade:
    return Upgrade(
        to=to,
        rows=rows,
        already=("greeting",),
        status=Status.REGRESSED,
        alpha=0.0125,
        standings=(SONNET, OPUS),
        synthetic=synthetic,
    )


def page(*, synthetic: bool = False) -> UpgradePage:
    """One suite for every status, and one that the new model does not take."""
    made = {
        f"suite-{status}": _weighed(status, f"suite-{status}")
        for status in ("pass", "regressed", "inconclusive", "not_measured")
    }
    unfit = refused_row("unfit", NOW, ["max_tokens 50 is above the model's 10; lower it"], OPUS)
    rows = (*(row for row, _ in made.values()), unfit)
    weighed = {suite: found for suite, (_, found) in made.items()}
    return make_upgrade_page(upgrade(rows, synthetic=synthetic), weighed)


def hostile_page(text: str) -> UpgradePage:
    """Every name, reason and answer says `text`."""
    report = examples.hostile_view(text)
    row, found = _weighed("regressed", text)
    named = replace(row, now=text, because=text, slices=text)
    unfit = refused_row(f"{text} 2", text, [text], standing("opus-5-5"))
    weighed = replace(found, report=report, offered=offers(Status.REGRESSED, text), runs=(text, text))
    pins = tuple(replace(each, pin=replace(each.pin, id=text)) for each in (SONNET, OPUS))
    made = replace(upgrade((named, unfit), text), already=(text,), standings=pins)
    return make_upgrade_page(made, {text: weighed})
