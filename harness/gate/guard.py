"""Single cases that broke altogether are caught by asking them again on both sides (PEERS 7, the second guard).

A suspect is asked twice first, then twice more, and cleared where that shows no collapse; only the others get
all their fresh answers. Stopping early where nothing shows can only make a false alarm rarer, so Fisher's p of all fresh
answers stays valid. It has to be below alpha over the number of suspects: whatever made them suspects, the chance
that any unbroken one is called broken is at most alpha (Bonferroni), 1 % by default, for all cases of a suite.

A must-pass case that failed once has regressed where two of three fresh answers fail too: with a pass rate of
0.99 and 20 such cases that happens to one suite in 1,600 by chance (STATISTICS 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.compare.arrays import sides_of
from harness.compare.asked import Asked, average
from harness.compare.evidence import Evidence
from harness.compare.exact import fell_p
from harness.compare.wording import percent
from harness.gate.fresh import fresh, lacking
from harness.gate.parts import RerunCase
from harness.gate.suspects import COLLAPSE, ROUNDING, fails
from harness.gate.verdict import Finding, Status
from harness.suite.policy import Rerun

Pair = tuple[Asked | None, Asked | None]
"""Fresh answers of one case, baseline first; None where there are none."""
CLEARING = (2, 4)
"""Numbers of fresh answers of either side at which a suspect may be cleared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The cases that are asked again."""

    suspects: tuple[str, ...]
    """Ids of those that look broken; empty where single cases of different models are not held against them."""
    must_pass: tuple[str, ...]
    """Ids of those that must never fail and did."""


def same_model(evidence: Evidence) -> bool:
    """Whether both sides ask one model, as far as is known. Another model moves single cases both ways."""
    before, after = sides_of(evidence)
    return before.model_id == after.model_id != ""


def still_to_ask(watched: Watched, evidence: Evidence, rules: Rerun) -> dict[str, int]:
    """Fresh answers that each side should have in the end, by case id, where it has fewer; empty: all is there."""
    wanted = _numbers(watched, evidence, rules)
    return lacking(fresh(evidence.rerun, wanted), wanted)


def judged_again(watched: Watched, evidence: Evidence, rules: Rerun) -> tuple[RerunCase, ...]:
    """What the fresh answers say of each case, those that regressed first."""
    before, after = fresh(evidence.rerun, _numbers(watched, evidence, rules))
    needed = rules.alpha / max(1, len(watched.suspects))
    found = [
        _judged(case, (before.get(case), after.get(case)), watched, needed, rules)
        for case in sorted({*watched.suspects, *watched.must_pass})
    ]
    return tuple(sorted(found, key=lambda each: (not each.regressed, each.p, each.case_id)))


def _numbers(watched: Watched, evidence: Evidence, rules: Rerun) -> dict[str, int]:
    """How many fresh answers each case should have by now: a few more wherever those that are there do not clear it."""
    most = max(rules.repeats, rules.must_pass[1])
    before, after = fresh(evidence.rerun, dict.fromkeys({*watched.suspects, *watched.must_pass}, most))
    wanted = dict.fromkeys(watched.must_pass, rules.must_pass[1])
    for case in watched.suspects:
        number = _number((before.get(case), after.get(case)), rules)
        wanted[case] = max(number, wanted.get(case, 0))
    return wanted


def _number(pair: Pair, rules: Rerun) -> int:
    for number in (each for each in CLEARING if each < rules.repeats):
        if not _collapsed(*(_first(side, number) for side in pair)):
            return number
    return rules.repeats


def _first(side: Asked | None, number: int) -> Asked | None:
    """Nothing, while there are fewer."""
    if side is None or len(side.trials) < number:
        return None
    return Asked(case_id=side.case_id, trials=side.trials[:number])


def findings_of(reruns: Sequence[RerunCase]) -> tuple[Finding, ...]:
    """One for each case that regressed, and for each that is no better than it looked."""
    return tuple(
        Finding(
            rule=f"case: {each.case_id}",
            status=Status.REGRESSED if each.regressed else Status.INCONCLUSIVE,
            because=_because(each),
        )
        for each in reruns
        if each.regressed or each.unresolved
    )


def _judged(case: str, pair: Pair, watched: Watched, needed: float, rules: Rerun) -> RerunCase:
    theirs, ours = (side.scores if side else () for side in pair)
    p = fell_p(theirs, ours)
    fell, failed = _fell(case, pair, watched, rules), _failed(case, pair, watched, rules)
    return RerunCase(
        case_id=case,
        must_pass=case in watched.must_pass,
        baseline=average(theirs) if theirs else None,
        baseline_answers=len(theirs),
        candidate=average(ours) if ours else None,
        candidate_answers=len(ours),
        p=p,
        needed=needed,
        regressed=failed is True or (fell is True and p < needed),
        unresolved=(fell is not False and p >= needed) or failed is None,
    )


def _fell(case: str, pair: Pair, watched: Watched, rules: Rerun) -> bool | None:
    """Whether a suspect is as bad afresh as it looked; None: too few fresh answers have a score."""
    if case not in watched.suspects:
        return False
    enough = min(*CLEARING, rules.repeats)
    if any(side is None or len(side.scores) < enough for side in pair):
        return None
    return _collapsed(*pair)


def _failed(case: str, pair: Pair, watched: Watched, rules: Rerun) -> bool | None:
    """Whether a must-pass case failed too many of its fresh answers; None: too few have a score to tell.

    What counts are its first fresh answers, however many more a suspect gets.
    """
    if case not in watched.must_pass:
        return False
    least, of = rules.must_pass
    answers = pair[1].trials[:of] if pair[1] else ()
    failed = sum(map(fails, answers))
    passed = sum(answer.score is not None for answer in answers) - failed
    if failed >= least:
        return True
    return False if passed > of - least else None


def _collapsed(before: Asked | None, after: Asked | None) -> bool:
    """Whether the fresh means are as far apart as those of a broken case. Not where one side has none."""
    if before is None or after is None or before.score is None or after.score is None:
        return False
    return before.score - after.score >= COLLAPSE - ROUNDING


def _because(each: RerunCase) -> str:
    now = f"{percent(each.candidate or 0.0)} of {each.candidate_answers} fresh answers"
    then = "none of the baseline" if each.baseline is None else f"{percent(each.baseline)} of the baseline's"
    told = f"{now}, {then} {each.baseline_answers}"
    if each.regressed and each.must_pass:
        return f"a must-pass case failed, and failed again: {told}"
    if each.regressed:
        return f"this case broke: {told} (p {each.p:.2g}; below {each.needed:.2g} blocks)"
    if not each.baseline_answers or not each.candidate_answers:
        return "this case may have broken, and nothing fresh could be asked of it; ask it again"
    return f"this case may have broken: {told} (p {each.p:.2g}; below {each.needed:.2g} blocks); ask it again"
