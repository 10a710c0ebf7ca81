"""The JSON that other programs read: these keys, these types, no NaN."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from harness.compare.needs import Decide
from harness.compare.ways import Way
from harness.report.machines.document import run_document, verdict_document
from harness.report.views.parts import RunTotals
from tests.report import examples

QUALITY = {"n", "clusters", "baseline", "candidate", "difference", "lower", "upper", "margin", "p_regress", "p_noninferior", "mde", "status"}  # fmt: skip
TOP = {"schema", "suite", "status", "label", "summary", "quality", "cost", "latency", "slices", "asked", "sequential", "confirmation", "triage", "reruns", "bank", "causes", "labels", "graders", "judges", "accounting", "models", "findings", "decide", "synthetic"}  # fmt: skip
ACCOUNTING = {"planned", "answered", "degraded", "failed", "skipped"}


@pytest.mark.parametrize("measured", [True, False])
def test_the_keys_are_the_same_whatever_was_measured(*, measured: bool) -> None:
    pair = (
        (examples.comparison(), examples.REGRESSED)
        if measured
        else (examples.outage(), examples.NOT_MEASURED)
    )
    made = verdict_document(*pair)
    assert set(made) == TOP
    assert set(part(made, "quality")) == QUALITY
    assert set(part(made, "cost")) == {
        "ratio",
        "lower",
        "upper",
        "margin",
        "status",
        "baseline_usd",
        "candidate_usd",
        "actual_ratio",
        "split",
    }
    assert set(part(made, "latency")) == {"ratio", "lower", "upper", "gated", "status", "p95", "control"}
    assert set(part(made, "accounting")) == {"baseline", "candidate", "only_baseline", "only_candidate"}
    assert set(part(part(made, "accounting"), "baseline")) == ACCOUNTING


def part(made: object, key: str) -> dict[str, object]:
    assert isinstance(made, dict)
    value = made[key]
    assert isinstance(value, dict)
    return value


def test_it_says_what_the_comparison_says() -> None:
    made = verdict_document(examples.comparison(), examples.REGRESSED)
    assert (made["schema"], made["suite"], made["status"], made["label"]) == (1, "triage", "REGRESSED", None)
    assert part(made, "quality")["margin"] == 0.05
    assert part(made, "quality")["status"] == "REGRESSED"
    assert part(made, "cost")["candidate_usd"] == "0.1680"
    assert part(made, "latency")["gated"] is True
    assert part(made, "accounting")["only_baseline"] == ["old-case"]


def test_slices_findings_and_what_would_decide_are_listed() -> None:
    way = Way(kind="repeats", more=3, of_cases=31, calls=186, cost_usd="0.12", busy=20.0)
    decide = Decide(cases=210, repeats=3, cost_usd="0.38", ways=(way,), excluded=0.12)
    verdict = replace(examples.REGRESSED, decide=decide)
    made = verdict_document(examples.comparison(), verdict)
    slices, findings = made["slices"], made["findings"]
    assert isinstance(slices, list)
    assert isinstance(findings, list)
    assert slices[0] == {
        "slice": "urdu",
        "n": 14,
        "difference": -0.31,
        "p_adjusted": 0.004,
        "status": "REGRESSED",
    }
    assert findings[0] == {
        "rule": "quality",
        "status": "REGRESSED",
        "because": examples.REGRESSED.findings[0].because,
    }
    assert made["decide"] == {
        "cases": 210,
        "repeats": 3,
        "cost_usd": "0.38",
        "excluded": 0.12,
        "ways": [
            {"kind": "repeats", "more": 3, "of_cases": 31, "calls": 186, "cost_usd": "0.12", "busy_s": 20.0}
        ],
    }


def test_what_was_not_measured_is_null_and_says_so() -> None:
    made = verdict_document(examples.outage(), examples.NOT_MEASURED)
    assert part(made, "quality")["difference"] is None
    assert part(made, "quality")["status"] == "NOT_MEASURED"
    assert (part(made, "cost")["ratio"], part(made, "cost")["status"]) == (None, None)
    assert part(made, "latency")["gated"] is False


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_no_number_is_ever_nan_or_infinite(bad: float) -> None:
    quality = replace(examples.QUALITY, lower=bad, mde=bad, p_regress=bad)
    made = verdict_document(examples.comparison(quality=quality), examples.REGRESSED)
    assert part(json.loads(json.dumps(made, allow_nan=False)), "quality")["lower"] is None


def test_a_run_says_where_every_trial_ended_and_what_it_cost() -> None:
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=364, cost_usd=None, cost_uncertain_usd="0.01", wall_s=41.5
    )
    made = run_document(replace(examples.info("v3"), resumed_from="earlier"), totals)
    assert made == {
        "schema": 1, "run_id": "20261121-120000-v3", "suite": "triage", "attempts": 364, "cost_usd": None,
        "cost_uncertain_usd": "0.01", "wall_s": 41.5, "conversations": {"turns": 0, "tool_calls": 0, "errors": {}, "flags": {}}, "resumed_from": "earlier", "synthetic": False,
        "accounting": {"planned": 360, "answered": 358, "degraded": 0, "failed": 2, "skipped": 0},
    }  # fmt: skip
