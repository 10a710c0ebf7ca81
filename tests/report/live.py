"""A verdict as a live gate comes to it, with everything that can be in one: the reports' fullest test data."""

from __future__ import annotations

from dataclasses import replace

from harness.compare.comparison import Comparison, Ratio, compare
from harness.compare.design import Look
from harness.compare.needs import Decide
from harness.compare.observation import Observation, Side
from harness.gate.judge import judge
from harness.gate.parts import (
    BankCheck,
    Cause,
    Confirmation,
    Hypothesis,
    LookTaken,
    RerunCase,
    Sequential,
    Suspect,
    Why,
)
from harness.gate.verdict import Verdict
from harness.report.views.background import Background, BankAge, Bought
from harness.suite.policy import Policy
from tests.compare.build import side_of

POLICY = Policy()
CASES = 40


def _asked(number: int, score: float, candidate: bool) -> Observation:  # noqa: FBT001 - one of two sides
    return Observation(
        case_id=f"case-{number:02}",
        repeat=1,
        score=score,
        missing=None,
        cost=0.0012 if candidate else 0.001 + 0.00001 * (number % 3),
        latency=0.9 + 0.01 * (number % 5) + (0.1 if candidate else 0.0),
        cluster=f"talk-{number // 2}" if number < 6 else f"case-{number:02}",
        tags=("urdu",) if number % 4 == 0 else ("plain",),
        case_digest="as it was",
    )


def side(name: str, *broken: int) -> Side:
    asked = [_asked(n, 0.0 if n in broken else 1.0, name == "after") for n in range(CASES)]
    return replace(side_of(asked, name), cost_usd="0.0480" if name == "after" else "0.0404")


def comparison() -> Comparison:
    """Eight of ten cases in Urdu break, and one other mends."""
    return compare(side("before", 7), side("after", 0, 4, 8, 12, 16, 20, 24, 28), POLICY, "seed-1")


def _look(wave: int, fraction: float, flagged: tuple[str, ...]) -> LookTaken:
    return LookTaken(
        look=Look(
            after=40 * wave, fraction=fraction, z_regress=2.47, z_pass=2.14, slice_alpha=0.006, wave=wave
        ),
        cases=CASES,
        difference=-0.175,
        p_regress=0.008,
        p_noninferior=0.93,
        flagged=flagged,
    )


SEQUENTIAL = Sequential(
    look=2,
    looks=(_look(1, 0.35, ()), _look(2, 0.6, ("quality", "slice: urdu"))),
    planned=4,
    fraction=0.6,
    alpha=0.05,
    seed="run-7",
    killed_at=None,
    e_value=3.25,
    stopped_early=True,
    asked=80,
    saved=120,
)
CONFIRMATION = Confirmation(
    baseline_run="before-again",
    candidate_run="after-again",
    baseline_answers=120,
    candidate_answers=118,
    alpha=0.1,
    hypotheses=(
        Hypothesis(
            rule="quality", cases=40, baseline=0.98, candidate=0.81, difference=-0.17, lower=-0.25, upper=-0.09,
            p=0.004, confirmed=True,
        ),
        Hypothesis(
            rule="slice: urdu", cases=10, baseline=1.0, candidate=0.2, difference=-0.8, lower=-1.0, upper=-0.6,
            p=0.001, confirmed=True,
        ),
    ),
)  # fmt: skip
SUSPECTS = (
    Suspect(
        case_id="case-00", baseline=1.0, baseline_answers=10, candidate=0.0, candidate_answers=2, p=0.0152,
        p_adjusted=0.04, must_pass=False,
    ),
    Suspect(
        case_id="case-04", baseline=1.0, baseline_answers=10, candidate=0.0, candidate_answers=1, p=0.0909,
        p_adjusted=0.09, must_pass=True,
    ),
)  # fmt: skip
RERUNS = (
    RerunCase(
        case_id="case-00", must_pass=False, baseline=1.0, baseline_answers=8, candidate=0.0, candidate_answers=8,
        p=0.00008, needed=0.005, regressed=True,
    ),
    RerunCase(
        case_id="case-04", must_pass=True, baseline=None, baseline_answers=0, candidate=1 / 3, candidate_answers=3,
        p=1.0, needed=0.005, regressed=True,
    ),
)  # fmt: skip
BANK = BankCheck(cases=40, difference=-0.01, p=0.4, stale=False)

BACKGROUND = Background(
    bought=(
        Bought(purpose="screen", calls=80, cost_usd="0.05"),
        Bought(purpose="confirm", calls=120, cost_usd="0.07"),
        Bought(purpose="rerun", calls=6, cost_usd="0.003"),
    ),
    bank=BankAge(runs=2, fewest=9, most=10, oldest_days=9.5, newest_days=3.25),
)

CAUSES = (
    Why(
        cause=Cause.PROMPT, because="your prompt: both sides were asked in turns, and it is all that differs"
    ),
)


def verdict(made: Comparison | None = None) -> Verdict:
    """The verdict on `comparison`, confirmed, with suspects asked again."""
    return replace(
        judge(made or comparison(), POLICY),
        sequential=SEQUENTIAL,
        confirmation=CONFIRMATION,
        triage=SUSPECTS,
        reruns=RERUNS,
        bank=BANK,
        latency_control=Ratio(n=40, ratio=1.03, lower=0.99, upper=1.07),
        causes=CAUSES,
        decide=Decide(cases=210, repeats=0, cost_usd="0.38"),
    )
