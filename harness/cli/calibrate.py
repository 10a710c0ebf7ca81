"""`harness calibrate`: what a suite's gate does where nothing changed; with `--judge`, how far a judge can be trusted."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Iterator
from typing import cast

from harness.cli import calibrate_judge
from harness.cli.console import tell, tell_json
from harness.cli.counting import counted
from harness.cli.table import Column, number, room, table
from harness.errors import UsageError
from harness.gate.calibration import Calibration, FlakyCase, OldTried, Rate, WayTried
from harness.pipeline.calibrating import Calibrated, Calibrating, calibrate_suite
from harness.report.safe import term
from harness.report.words import count, margin, percent
from harness.settings import read_settings
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.units import Json

_EPILOG = """\
Asks nothing: answers are drawn from what is stored of one variant, twice, as if a change had changed nothing, and
the gate's own code judges them. `stopped` is after confirmation on fresh answers, `flagged` before it; the
intervals are 95 %. Cost and latency are not played.

examples:
  harness calibrate triage
  harness calibrate triage --threshold 90%          beside a fixed threshold that you have
  harness calibrate bfcl --run before --json        from an imported run with repeats
  harness calibrate --judge tone --labels people.csv --mode live --budget 2
  harness calibrate --judge tone --run triage-v2-opus-5-5-20261121T101500-ab12

With --judge, labels are held against verdicts: agreement (Cohen's kappa, TPR, TNR beside a constant judge), what the
true rate is, position and length bias, self-consistency, judge errors, and drift since the last time, each with its
size. The file has the columns label in [0, 1] (or pass, fail) and answer or item; where there question, criterion,
criteria, reference, other, cluster and length. Where it has a column judged (with position and error), those are the
judge's verdicts; else the judge is asked, from recordings unless --mode says live or record. What was found is kept, and
`gate: {judges: calibrated}` asks for it.
"""
_MOST = 100_000
_SHOWN = 5
_WAYS = {"bank": "with a bank of old samples", "both": "both sides asked", "once": "one look, nothing fresh"}
_MEANT = {
    "bank": " (with its bank)",
    "both": " (both sides asked)",
    "once": " (one look, nothing fresh asked)",
}
_GATE_HEADS = (
    Column(head="this gate"),
    number("stopped"),
    number("flagged"),
    number("PASS"),
    number("INCONCLUSIVE"),
    number("calls/case"),
)
_OLD_HEADS = (Column(head="another gate, same answers"), number("stopped"))
_FLAKY_HEADS = (Column(head="flakiest case"), number("score"), number("answers"), number("flakiness"))


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("suite", nargs="?", help="the suite to calibrate")
    parser.add_argument(
        "--run", metavar="RUN", help="use the answers of this run (default: the baseline, all its runs)"
    )
    parser.add_argument(
        "--repeats", type=int, metavar="N", help="of each case and side (default: as the suite says)"
    )
    parser.add_argument("--threshold", metavar="SHARE", help="a fixed threshold to try beside it: 90%%")
    parser.add_argument(
        "--runs", type=int, default=200, metavar="N", help="changes of nothing to try (default: 200)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="equal seeds give equal figures (default: 1)"
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    calibrate_judge.configure(parser)


def run(args: argparse.Namespace) -> int:
    if args.judge is not None:
        return calibrate_judge.run(args)
    calibrate_judge.refuse(args)
    if args.suite is None:
        raise UsageError("what is to be calibrated? name a suite, or a judge with --judge NAME")
    asked = Calibrating(
        suite=cast("str", args.suite),
        run=cast("str | None", args.run),
        rehearsals=_within("--runs", cast("int", args.runs), _MOST),
        seed=abs(cast("int", args.seed)),
        repeats=None if args.repeats is None else _within("--repeats", cast("int", args.repeats), 100),
        threshold=_threshold(cast("str | None", args.threshold)),
    )
    settings = read_settings()
    project = read_project(WorkingTree(settings.root), data_only=settings.data_only)
    with counted(f"calibrating {term(asked.suite)}", asked.rehearsals) as told:
        done = calibrate_suite(asked, project, settings, told)
    if args.json:
        tell_json(document(done))
    else:
        _show(done)
    return 0


def _within(flag: str, value: int, most: int) -> int:
    if not 1 <= value <= most:
        raise UsageError(f"{flag} {value}: must be between 1 and {most:,}")
    return value


def _threshold(text: str | None) -> float | None:
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%", text)
    share = -1.0 if found is None else float(found[1]) / 100
    if not 0 <= share <= 1:
        raise UsageError(f"--threshold {text}: not a share up to 100%; write for instance --threshold 90%")
    return share


def document(done: Calibrated) -> dict[str, Json]:
    """Everything that was found, for other programs."""
    result, samples = done.result, done.samples
    return {
        "schema": 1,
        "suite": done.suite,
        "variant": samples.label,
        "from_bank": samples.banked,
        "from_runs": list(samples.runs),
        "synthetic": samples.synthetic,
        "cases": len(samples.cases),
        "answers": samples.answers,
        "mean": result.mean,
        "rehearsals": result.rehearsals,
        "seed": result.seed,
        "repeats": result.repeats,
        "gates": [_way(each) for each in result.ways],
        "other_gates": [_old(each) for each in result.old],
        "noise": {"standard_deviation": result.spread, "floor": result.floor},
        "flakiest": [_flaky(each) for each in result.flakiest],
    }


def _way(tried: WayTried) -> dict[str, Json]:
    return {
        "way": tried.way,
        "stopped": _rate(tried.stopped),
        "flagged": _rate(tried.flagged),
        "suspected": _rate(tried.suspected),
        "passed": _rate(tried.passed),
        "inconclusive": _rate(tried.inconclusive),
        "calls_per_case": tried.calls_per_case,
    }


def _old(tried: OldTried) -> dict[str, Json]:
    return {"gate": tried.gate.key, "says": tried.gate.name, "stopped": _rate(tried.stopped)}


def _rate(rate: Rate) -> dict[str, Json]:
    return {"share": rate.share, "lower": rate.lower, "upper": rate.upper}


def _flaky(case: FlakyCase) -> dict[str, Json]:
    return {
        "case_id": case.case_id,
        "mean": case.mean,
        "samples": case.samples,
        "flakiness": case.flakiness,
    }


def _show(done: Calibrated) -> None:
    result, samples = done.result, done.samples
    made_up = ", which were made up" if samples.synthetic else ""
    tell(
        term(
            f"{done.suite}   nothing changed, {result.rehearsals:,} times: drawn from {count(samples.answers, 'answer')} "
            f"of {samples.label} to {count(len(samples.cases), 'case')}{made_up}"
        )
    )
    for line in _sentences(done):
        tell(f"  {line}")
    old = [(each.gate.name, _share(each.stopped)) for each in result.old]
    tell("\n" + table(_GATE_HEADS, [_gate_row(each) for each in result.ways], fit=room()))
    tell("\n" + table(_OLD_HEADS, old, fit=room()))
    if result.flakiest:
        rows = [_flaky_row(each) for each in result.flakiest[:_SHOWN]]
        tell("\n" + table(_FLAKY_HEADS, rows, fit=room()))


def _sentences(done: Calibrated) -> Iterator[str]:
    result = done.result
    ours = result.ways[0]
    yield (
        f"On an unchanged prompt this gate{_MEANT[ours.way]} would stop {often(ours.stopped.share)} pull requests "
        f"(95 %: {percent(ours.stopped.lower)} to {percent(ours.stopped.upper)}). {_beside(result)}"
    )
    yield (
        f"Differences below {_up(result.floor)} points are noise: with {count(result.repeats, 'repeat')} on both sides "
        "19 of 20 differences between equal sides are smaller."
    )
    if ours.passed.share < 0.5:
        yield (
            f"It would say PASS to {often(ours.passed.share)} only: too few cases or repeats for a margin of "
            f"{margin(done.policy.quality_margin)} points. See: harness plan {done.suite} --detect "
            f"{margin(done.policy.quality_margin)}pt"
        )


def _beside(result: Calibration) -> str:
    """What a fixed threshold made of it: the user's own, or the one nearest to the usual score."""
    fixed = next(each for each in result.old if each.gate.threshold is not None)
    share = margin(fixed.gate.threshold or 0.0)
    return f"A threshold of {share} % would have stopped {often(fixed.stopped.share)}."


def often(share: float) -> str:
    """A share as people count: `41 in 100`, `3 in 1,000`."""
    if 0 < share < 0.0995:
        return f"{round(1000 * share)} in 1,000"
    return f"{round(100 * share)} in 100"


def _up(share: float) -> str:
    """Points, rounded up: what is called noise is."""
    return f"{math.ceil(share * 1000 - 1e-9) / 10:.1f}"


def _gate_row(tried: WayTried) -> tuple[str, ...]:
    shares = (tried.stopped, tried.flagged, tried.passed, tried.inconclusive)
    return (_WAYS[tried.way], *map(_share, shares), f"{tried.calls_per_case:.1f}")


def _share(rate: Rate) -> str:
    return f"{percent(rate.share)} ({100 * rate.lower:.1f} to {100 * rate.upper:.1f})"


def _flaky_row(case: FlakyCase) -> tuple[str, ...]:
    return (case.case_id, percent(case.mean), f"{case.samples:,}", f"{case.flakiness:.2f}")
