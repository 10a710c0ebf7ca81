"""Every key of a suite's `gate:`, with its meaning."""

from __future__ import annotations

from typing import Final

from harness.suite.forms.kinds import (
    POINTS,
    SHARE,
    SHARE_OR_OFF,
    Schema,
    described,
    may,
    need,
    one_of,
    shape,
    whole,
)
from harness.suite.notation.fields import Shape

MOST_REPEATS: Final = 1000


def _or_off(of: Shape) -> Schema:
    return {"anyOf": [described(of), {"const": "off"}]}


QUALITY = shape(
    "quality", {"margin": need("The largest drop in mean score that passes: 5pt, 5% or 0.05.", POINTS)}
)
COST = shape(
    "cost", {"max_increase": need("The largest rise in cost that passes: 10%, 0.10 or off.", SHARE_OR_OFF)}
)
LATENCY = shape(
    "latency",
    {"max_increase": need("The largest rise in latency that passes: 15%, 0.15 or off.", SHARE_OR_OFF)},
)
KILL_SWITCH = shape(
    "'kill_switch'",
    {
        "evalue": may(
            "Evidence at which everything stops: it is reached by chance at most once in so many gates; 100.",
            {"type": "number", "exclusiveMinimum": 1},
        ),
        "every": may("Cases between two looks at it; 10.", whole(1)),
    },
)
LOOKS = shape(
    "'looks'",
    {
        "waves": may(
            "A look after every case was asked so often; [1, 2, 3, 5].",
            {"type": "array", "minItems": 1, "items": whole(1, MOST_REPEATS)},
        ),
        "within_first_wave": may(
            "And after these shares of the first wave, in large suites; [25%, 50%].",
            {"type": "array", "items": SHARE},
        ),
        "large_suite": may("Cases from which a suite is large; 200.", whole(2)),
        "slice_samples": may(
            "An early PASS needs so many samples of every tested slice, or all of its own; 60.", whole(1)
        ),
        "kill_switch": may("When a catastrophe ends a gate between two looks.", described(KILL_SWITCH)),
    },
)
REPEATS = shape(
    "'repeats'",
    {
        "mean": may("Repeats of a case on average; 2.2.", {"type": "number", "minimum": 1}),
        "max": may("Of the flakiest cases; 5.", whole(1, MOST_REPEATS)),
        "min": may("Of cases that always do the same; 1.", whole(1, MOST_REPEATS)),
        "min_in_slice": may("Of cases in a tested slice; 2.", whole(1, MOST_REPEATS)),
    },
)
CONFIRM = shape(
    "'confirm'",
    {
        "alpha": may("One-sided error rate of the fresh samples alone; 10%.", SHARE),
        "repeats": may("Fresh samples of every case and side; 4.", whole(1, MOST_REPEATS)),
        "slice_repeats": may(
            "The same, where a slice is to be confirmed, of its cases; 5.", whole(1, MOST_REPEATS)
        ),
    },
)
CASES = shape(
    "'cases'",
    {
        "repeats": may("Fresh samples of every suspect and side; 8.", whole(1, MOST_REPEATS)),
        "alpha": may("Error rate over all suspects together; 1%.", SHARE),
    },
)
BANK = shape(
    "'bank'",
    {
        "min_samples": may("Samples that every case needs; 5.", whole(1)),
        "target": may("Samples that a measurement aims at; 10.", whole(1)),
        "max_age_days": may("Days after which a sample counts no more; 14.", whole(1, 3650)),
    },
)
JUDGES = shape(
    "'judges'",
    {
        "min_kappa": may("Cohen's kappa against people, at least; above chance.", SHARE),
        "min_tpr": may("Of what people call good, the share that a judge calls good, at least.", SHARE),
        "min_tnr": may("The same of what people call bad.", SHARE),
        "max_age_days": may("Days after which a calibration counts no more.", whole(1, 3650)),
    },
)
GATE = shape(
    "the gate",
    {
        "alpha": may("One-sided error rate of each bound, above 0 and below 0.5.", SHARE),
        "quality": may("Rules for the mean score.", described(QUALITY)),
        "cost": may("Rules for the cost, or off.", _or_off(COST)),
        "latency": may("Rules for the latency, or off.", _or_off(LATENCY)),
        "slices": may(
            "What to test on its own: [tag], or off.",
            {"anyOf": [{"type": "array", "items": {"const": "tag"}}, {"const": "off"}]},
        ),
        "min_cases": may("Fewer cases than this never pass.", whole(2)),
        "looks": may(
            "When a live gate looks at what it has, and may stop; off: once, when everything is asked.",
            _or_off(LOOKS),
        ),
        "repeats": may(
            "How often a candidate's cases are asked where a bank says how flaky each is.", described(REPEATS)
        ),
        "confirm": may(
            "Fresh samples that must show a regression too; off: it blocks at once.", _or_off(CONFIRM)
        ),
        "cases": may(
            "Asks single cases that look broken again, on both sides; off: no single case blocks.",
            _or_off(CASES),
        ),
        "bank": may(
            "When old samples stand for the baseline; off: both sides are always asked.", _or_off(BANK)
        ),
        "judges": may(
            "calibrated: judges decide only where `harness calibrate --judge` found that they agree with people, and "
            "the verdict allows for their known faults; off.",
            {"anyOf": [described(JUDGES), {"enum": ["calibrated", "off"]}]},
        ),
        "on_inconclusive": may(
            "block: INCONCLUSIVE ends with 3; warn: with 0 and a warning. Nothing else is changed by it; block.",
            one_of("block", "warn"),
        ),
    },
)
