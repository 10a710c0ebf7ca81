"""Where a comparison comes from and what to do with it: accounting, provenance, policy, next steps."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from typing import cast

from harness.compare.comparison import Comparison
from harness.compare.needs import Decide
from harness.compare.observation import Accounting, Side
from harness.gate.phrases import to_decide
from harness.gate.verdict import Status, Verdict
from harness.record import RunInfo
from harness.report import words
from harness.report.charts.rows import Segment, Stack
from harness.report.views.cases import WORSE
from harness.report.views.one_case import show_command
from harness.report.views.parts import Heading
from harness.report.views.rows import AccountingRow, Fact, Listing, Step
from harness.suite.policy import Policy

_ASK = "run what is missing, then decide"
_REPEATS = re.compile(r" --repeats [0-9]+")


def accounting_sentence(numbers: Accounting) -> str:
    """`120 planned = 119 answered + 1 failed`: what is zero is left out, but never what is answered."""
    parts = [f"{numbers.answered:,} answered"]
    others = (("degraded", numbers.degraded), ("failed", numbers.failed), ("skipped", numbers.skipped))
    parts += [f"{amount:,} {name}" for name, amount in others if amount]
    return f"{numbers.planned:,} planned = {' + '.join(parts)}"


def accounting_row(side: str, label: str, numbers: Accounting) -> AccountingRow:
    """The accounting of one side."""
    stack = Stack(
        segments=(
            Segment(name="answered", role="before", amount=numbers.answered),
            Segment(name="degraded", role="unsure", amount=numbers.degraded),
            Segment(name="failed", role="bad", amount=numbers.failed),
            Segment(name="skipped", role="none", amount=numbers.skipped),
        )
    )
    return AccountingRow(side=side, label=label, sentence=accounting_sentence(numbers), stack=stack)


def variants(heading: Heading, comparison: Comparison) -> str:
    """What is compared, without saying anything twice: `prompt v2 → v3 on claude-opus-5-5`."""
    before, after = heading.baseline, heading.candidate
    if before is None or after is None or _is_imported(comparison):
        return f"{comparison.baseline.label} → {comparison.candidate.label}"
    if _ask_the_same(before, after):
        where = after.variant.removeprefix(f"{after.prompt_version} ")
        if before.prompt_digest == after.prompt_digest:
            return f"prompt {after.variant}, asked twice"
        if before.prompt_version == after.prompt_version:
            return f"prompt {after.prompt_version}, edited, {where}"
        return f"prompt {before.prompt_version} → {after.variant}"
    if before.prompt_version == after.prompt_version:
        return f"{before.asked} → {_edited(before, after)}, prompt {after.prompt_version}"
    return f"prompt {before.variant} → {after.variant}"


def _ask_the_same(before: RunInfo, after: RunInfo) -> bool:
    return (before.model_id, before.route) == (after.model_id, after.route)


def _edited(before: RunInfo, after: RunInfo) -> str:
    """Whom the candidate asks, with a word about a route of the same name that is another by now."""
    return f"{after.asked}, edited" if before.asked == after.asked else after.asked


def _is_imported(comparison: Comparison) -> bool:
    """Whether a side was graded elsewhere: it has a name, but no prompt of ours, and cannot be asked again."""
    return "imported" in {comparison.baseline.mode, comparison.candidate.mode}


def versions(heading: Heading, comparison: Comparison) -> str:
    """What is compared in as few words as a single line has room for."""
    before, after = heading.baseline, heading.candidate
    if before is None or after is None or _is_imported(comparison):
        return f"{comparison.baseline.label} → {comparison.candidate.label}"
    if _ask_the_same(before, after):
        return f"{before.prompt_version} → {after.prompt_version}"
    if before.prompt_version == after.prompt_version:
        return f"{before.model} → {after.model}"
    return f"{before.prompt_version} on {before.model} → {after.prompt_version} on {after.model}"


def size(comparison: Comparison, heading: Heading) -> str:
    """How large and how dear it was: `96 cases, 192 trials, $0.11, 41 s`.

    A live gate counts all it asked for this verdict (`40 cases, 131 calls, $0.11`), and no samples of the bank.
    """
    sides, bought = (comparison.baseline, comparison.candidate), heading.background.bought
    trials = words.count(sum(each.accounting.planned for each in sides), "trial")
    cost = heading.background.cost_usd if bought else words.total([each.cost_usd for each in sides])
    parts = [
        words.count(len(comparison.changes), "case"),
        words.count(heading.background.calls, "call") if bought else trials,
        words.money(cost, heading.rate, _day(heading)),
    ]
    if heading.wall is not None:
        parts.append(words.seconds(heading.wall))
    return ", ".join(parts)


def _day(heading: Heading) -> date | None:
    return None if heading.candidate is None else heading.candidate.started_at.date()


def listings(comparison: Comparison) -> tuple[Listing, ...]:
    """Cases one side never asked, and cases edited in between. Only those lists that are not empty."""
    candidates = (
        ("only in the baseline", comparison.only_baseline),
        ("only in the candidate", comparison.only_candidate),
        ("edited in between, not compared", comparison.changed),
        ("with unmeasured trials", tuple(each.case_id for each in comparison.changes if each.missing)),
    )
    return tuple(Listing(title=title, case_ids=ids) for title, ids in candidates if ids)


def decide_sentence(decide: Decide | None, cases: int) -> str:
    """What an INCONCLUSIVE verdict needs; empty where nothing is to be decided."""
    ways = to_decide(decide, cases)
    return f"To decide: {ways}." if ways else ""


def next_steps(comparison: Comparison, verdict: Verdict, heading: Heading) -> tuple[Step, ...]:
    """Commands that lead on from here, most useful first."""
    suite, decide = shlex.quote(comparison.candidate.suite), verdict.decide
    runs = f"{shlex.quote(comparison.baseline.run_id)} {shlex.quote(comparison.candidate.run_id)}"
    is_live = heading.candidate is not None and heading.candidate.mode == "live"
    flags = heading.flags or (" --mode live" if is_live else "")
    steps: list[Step] = []
    ours = not _is_imported(comparison)
    if ours and is_cut_short(verdict):
        why = "go on where it stopped, with more budget or time if those had ended"
        steps.append(Step(command=f"harness gate {suite}{flags}", why=why))
    elif ours and verdict.status is Status.INCONCLUSIVE and decide is not None and decide.repeats:
        command = f"harness gate {suite}{_REPEATS.sub('', flags)} --repeats {decide.repeats}"
        steps.append(Step(command=command, why="ask again until it can be decided"))
    if ours and verdict.status is Status.NOT_MEASURED:
        why = "resume the runs first; then this decides, and asks nothing twice" if is_live else _ASK
        steps.append(Step(command=f"harness gate {suite}{flags}", why=why))
    worst = next((each for each in comparison.changes if each.change in WORSE), None)
    if ours and worst is not None and verdict.status is not Status.PASS:
        command = show_command(comparison.candidate.suite, worst.case_id)
        steps.append(Step(command=command, why="see both answers side by side"))
    if heading.report is None and verdict.status is not Status.PASS:
        command = f"harness report {runs} --html reports/{suite}.html"
        both = ", with both answers side by side" if ours else ""
        steps.append(Step(command=command, why=f"see every case{both}"))
    return tuple(steps)


def is_cut_short(verdict: Verdict) -> bool:
    """Whether a live gate ended before it was done."""
    looks, tried = verdict.sequential, verdict.confirmation
    return (looks is not None and looks.cut_short) or (tried is not None and bool(tried.lacking))


def provenance(comparison: Comparison, heading: Heading) -> tuple[Fact, ...]:
    """Both sides, fact by fact: (name, (baseline, candidate))."""
    sides = (comparison.baseline, comparison.candidate)
    infos = (heading.baseline, heading.candidate)
    pairs = [_side_facts(side, info) for side, info in zip(sides, infos, strict=True)]
    names = list(dict.fromkeys(name for facts in pairs for name in facts))
    return tuple(Fact(name=name, values=tuple(facts.get(name, "–") for facts in pairs)) for name in names)


def run_facts(info: RunInfo) -> tuple[Fact, ...]:
    """Everything a single run is pinned to."""
    facts = {"mode": _mode(info.mode, synthetic=info.synthetic), **_info_facts(info)}
    facts["graders"] = grader_words(info.graders)
    return tuple(Fact(name=name, values=(value,)) for name, value in {"run": info.run_id, **facts}.items())


def policy_facts(policy: Policy) -> tuple[Fact, ...]:
    """The numbers that turned the comparison into a verdict."""
    off = "not gated"
    cost, latency = policy.cost_margin, policy.latency_margin
    facts = {
        "quality": f"a drop of {words.margin(policy.quality_margin)} points or more must be excluded",
        "each bound holds with": words.level(policy.alpha),
        "cost": off if cost is None else f"at most {words.change(1 + cost)}",
        "latency": off if latency is None else f"at most {words.change(1 + latency)}",
        "slices": f"from {policy.min_slice_clusters} cases on" if policy.slices else off,
        "fewest cases": f"{policy.min_cases:,}",
        "most unmeasured trials": words.percent(policy.max_missing),
        "fewest shared cases": words.percent(policy.min_shared),
    }
    return tuple(Fact(name=name, values=(value,)) for name, value in facts.items())


def grader_words(graders: str) -> str:
    """Canonical JSON of grader versions as `equals 1, matches 2`."""
    try:
        value: object = json.loads(graders)
    except (ValueError, RecursionError):
        return graders
    if not isinstance(value, dict):
        return graders
    named = cast("dict[str, object]", value)
    return ", ".join(f"{name} {version}" for name, version in sorted(named.items())) or "none"


def _side_facts(side: Side, info: RunInfo | None) -> dict[str, str]:
    facts = {"run": side.run_id, "what": side.label, "mode": _mode(side.mode, synthetic=side.synthetic)}
    if info is not None:
        facts |= _info_facts(info)
    cost = words.UNKNOWN if side.cost_usd is None else f"${side.cost_usd}"
    return facts | {"graders": grader_words(side.graders), "cost": cost.replace(words.UNKNOWN, "unpriced")}


def _info_facts(info: RunInfo) -> dict[str, str]:
    ours = {
        "prompt": f"{info.prompt} {info.prompt_version} ({info.prompt_digest[:12]})",
        "model": info.model_id,
        **({} if info.route is None else {"route": info.route}),
        "parameters": info.params,
    }
    kept = {"model": info.model_id, "condition": info.params} if info.model_id else {"condition": info.params}
    sdk = f", SDK {info.sdk_version}" if info.sdk_version else ""
    return (kept if info.mode == "imported" else ours) | {
        "cases": f"{len(info.case_ids):,} × {info.repeats:,} = {info.planned:,} trials",
        "started": f"{info.started_at:%Y-%m-%d %H:%M:%S} UTC",
        "harness": f"{info.harness_version}{sdk}",
    }


def _mode(mode: str, *, synthetic: bool) -> str:
    return f"{mode}, synthetic recordings" if synthetic else mode
