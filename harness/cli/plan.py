"""`harness plan`: what a gate or a run would ask, before it asks."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import cast

from harness.cli import choices, detect
from harness.cli.console import tell, tell_json
from harness.clock import today
from harness.pipeline.detecting import Planned, detection_of, known_of, samples_in_bank
from harness.pipeline.estimating import Estimate, estimate
from harness.pipeline.gating import Question, plan_sides, variant_choice
from harness.pipeline.judge_costs import JudgeCosts
from harness.pipeline.routing import Routed
from harness.report.safe import term
from harness.report.words import count, dollars, seconds
from harness.settings import Settings, read_settings
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import GitTree, WorkingTree
from harness.units import Json

_EPILOG = """\
Sends nothing. `worst` is a bound no bill can exceed; `expected` comes from earlier runs of the suite.

examples:
  harness plan triage
  harness plan triage --repeats 5 --tag urdu
  harness plan triage --detect 5pt            cases, repeats, calls and dollars that find a drop of 5 points
  harness plan triage --candidate @route:by-size         which cases each rule of the route gets
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("suite", nargs="*", help="suites to plan (default: every suite)")
    parser.add_argument("--baseline", metavar="VERSION[@MODEL]", help="compare with this variant")
    parser.add_argument("--candidate", metavar="VERSION[@MODEL]", help="judge this variant")
    parser.add_argument("--base", metavar="REF", help="compare with the files of this commit")
    parser.add_argument("--repeats", type=int, metavar="N", help="ask every case N times")
    choices.add_selection(parser)
    detect.add_detect(parser)
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def run(args: argparse.Namespace) -> int:
    wanted = detect.wanted(args)
    settings = read_settings()
    project = read_project(WorkingTree(settings.root), today(), data_only=settings.data_only)
    ref = cast("str | None", args.base)
    base = (
        None
        if ref is None
        else read_project(GitTree(settings.root, ref), today(), data_only=settings.data_only)
    )
    names = cast("list[str]", args.suite) or sorted(project.suites)
    planned = [_planned(_question(name, args, settings), project, base, settings) for name in names]
    found = [None if wanted is None else detection_of(*wanted, each) for each in planned]
    documents = [_document(each, project) for each in planned]
    for document, detection in zip(documents, found, strict=True):
        if detection is not None:
            document["detect"] = detect.document(detection)
    if args.json:
        listed: list[Json] = [*documents]
        tell_json(listed[0] if len(listed) == 1 else listed)
        return 0
    for document, each, detection in zip(documents, planned, found, strict=True):
        _show(document, each)
        if detection is not None:
            detect.show(detection, each.plans[0].suite.policy.quality_margin)
    return 0


def _question(name: str, args: argparse.Namespace, settings: Settings) -> Question:
    return Question(
        suite=name,
        baseline=variant_choice(cast("str | None", args.baseline)),
        candidate=variant_choice(cast("str | None", args.candidate)),
        mode=settings.mode,
        repeats=cast("int | None", args.repeats),
        selection=choices.selection(args),
        base=cast("str | None", args.base),
    )


def _planned(question: Question, project: Project, base: Project | None, settings: Settings) -> Planned:
    plans = plan_sides(question, project, base, settings)
    on = today()
    sides = estimate(plans[0], settings, on), estimate(plans[1], settings, on)
    banked = samples_in_bank(plans, settings)
    return Planned(plans=plans, sides=sides, known=known_of(plans, settings), banked=banked)


def _document(planned: Planned, project: Project) -> dict[str, Json]:
    baseline, candidate = planned.sides
    suite = project.suites[planned.plans[1].suite.name]
    return {
        "suite": suite.name,
        "budget_usd": None if suite.budget is None else f"{suite.budget:f}",
        "baseline": _side(baseline),
        "candidate": _side(candidate),
        "margin": planned.policy.quality_margin,
        "mde": planned.smallest_drop,
        "bank": None
        if planned.banked is None
        else {"samples": planned.banked, "mde": planned.smallest_with_bank},
    }


def _side(side: Estimate) -> dict[str, Json]:
    return {
        "variant": side.variant,
        "cases": side.cases,
        "clusters": side.clusters,
        "repeats": side.repeats,
        "trials": side.trials,
        "worst_usd": None if side.worst_usd is None else f"{side.worst_usd:f}",
        "expected_usd": None if side.expected_usd is None else f"{side.expected_usd:f}",
        "expected_wall_s": side.expected_wall,
        "earlier_runs": side.earlier_runs,
        "judges": None
        if side.judges is None
        else {
            "calls": side.judges.calls,
            "canaries": side.judges.canaries,
            "worst_usd": None if side.judges.worst_usd is None else f"{side.judges.worst_usd:f}",
        },
        "route": None
        if side.route is None
        else {"name": side.route, "rules": [_rule(each) for each in side.routed]},
    }


def _rule(routed: Routed) -> dict[str, Json]:
    sizes = None if routed.sizes is None else {"least": routed.sizes[0], "most": routed.sizes[1]}
    return {
        "rule": routed.rule,
        "model": routed.model.name,
        "model_id": routed.model.id,
        "cases": routed.cases,
        "trials": routed.trials,
        "worst_usd": None if routed.worst_usd is None else f"{routed.worst_usd:f}",
        "prompt_tokens": sizes,
    }


def _show(document: dict[str, Json], planned: Planned) -> None:
    budget = document["budget_usd"]
    tell(f"{document['suite']}   budget {'none' if budget is None else f'${budget} for each run'}")
    for name, side in zip(("baseline", "candidate"), planned.sides, strict=True):
        tell(f"  {name:<10} {_words(cast('dict[str, Json]', document[name]))}")
        if side.judges is not None:
            tell(f"{'':<13}{_judged(side.judges)}")
        for line in _routed(side.routed):
            tell(term(f"{'':<13}{line}"))
    margin = planned.policy.quality_margin
    tell(
        f"  smallest drop this would find (4 times in 5): {100 * planned.smallest_drop:.1f} points; "
        f"the margin is {100 * margin:g}"
    )
    if planned.smallest_with_bank is not None:
        tell(
            f"  with the bank ({planned.banked} samples of every case; the baseline is not asked): "
            f"{100 * planned.smallest_with_bank:.1f} points"
        )


def _judged(judges: JudgeCosts) -> str:
    """What of it judges are."""
    worst = (
        "UNPRICED" if judges.worst_usd is None else f"{dollars(f'{judges.worst_usd:f}')} of the worst case"
    )
    tried = f", up to {judges.canaries} with canaries first" if judges.canaries else ""
    return f"judges: {count(judges.calls, 'call')}{tried}, {worst}"


def _routed(rules: Sequence[Routed]) -> Iterator[str]:
    """A line for every rule: its model, and what it gets."""
    name = max((len(each.model.name) for each in rules), default=0)
    for each in rules:
        yield f"{each.model.name:<{name}}  {each.rule}: {_share(each)}"


def _share(routed: Routed) -> str:
    if routed.sizes is None:
        return "no case"
    least, most = routed.sizes
    sizes = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    worst = "UNPRICED" if routed.worst_usd is None else f"worst {dollars(f'{routed.worst_usd:f}')}"
    parts = (count(routed.cases, "case"), count(routed.trials, "trial"), worst, f"prompts of {sizes} tokens")
    return ", ".join(parts)


def _words(side: dict[str, Json]) -> str:
    worst = side["worst_usd"]
    parts = [
        f"{side['variant']}: {side['cases']} cases x {side['repeats']} = {side['trials']} trials",
        "UNPRICED" if worst is None else f"worst {dollars(cast('str', worst))}",
    ]
    expected, wall = side["expected_usd"], side["expected_wall_s"]
    if expected is None or wall is None:
        parts.append("expected: no earlier run to tell from")
    else:
        parts.append(f"expected {dollars(cast('str', expected))} and {seconds(cast('float', wall))} live")
    return ", ".join(parts)
