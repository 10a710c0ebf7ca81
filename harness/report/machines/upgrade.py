"""The pre-upgrade report as other programs read it."""

from __future__ import annotations

from harness.report.machines.document import SCHEMA
from harness.report.views.upgrade import PRICES, Upgrade, price_ratio
from harness.suite.lifecycle import Standing
from harness.units import Json


def upgrade_document(upgrade: Upgrade) -> dict[str, Json]:
    """What other programs read."""
    new, *old = upgrade.standings or (None,)
    return {
        "schema": SCHEMA,
        "to": upgrade.to,
        "status": upgrade.status.value,
        "alpha_per_suite": upgrade.alpha,
        "models": [_model(each) for each in upgrade.standings],
        "price_change": [] if new is None else [_prices(each, new) for each in old],
        "already": list(upgrade.already),
        "suites": [
            {
                "suite": each.suite,
                "now": each.now,
                "status": each.status.value,
                "because": each.because or None,
                "worse_cases": each.worse,
                "advice": each.advised.advice.value,
                "verdict": each.document,
            }
            for each in upgrade.rows
        ],
        "synthetic": upgrade.synthetic,
    }


def _model(standing: Standing) -> Json:
    pin = standing.pin
    return {
        "model": pin.name,
        "id": pin.id,
        "lifecycle": "retired" if standing.retired else pin.lifecycle,
        "retires_on": None if pin.retires_on is None else str(pin.retires_on),
        "days_left": standing.days_left,
    }


def _prices(old: Standing, new: Standing) -> Json:
    """New over old of the lowest tier; null where one of them has no price."""
    both = old.prices and new.prices
    ratios = {
        name: float(ratio)
        if both and (ratio := price_ratio(old.prices[0], new.prices[0], name)) is not None
        else None
        for name in PRICES
    }
    return {"from": old.pin.name, "to": new.pin.name, "ratios": ratios}
