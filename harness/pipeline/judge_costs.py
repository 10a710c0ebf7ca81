"""What judges would be asked for a plan, and what that may cost at most: known before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from harness.call.estimate import most_prompt_tokens
from harness.call.exchange import Request
from harness.experts.judges import About
from harness.grade.canaries import canaries
from harness.grade.judging import Told as ToldJudge
from harness.grade.judging import asks, judge_request, question_of
from harness.grade.opinion import opinion_key
from harness.plan import Plan
from harness.providers.prices import worst_case
from harness.suite.expectation import all_parts
from harness.suite.expectations.judged import Agrees, Judged, Prefers
from harness.suite.judge import Judge, members_of
from harness.trial import Trial
from harness.units import Tokens, Usd

_WIDE = 4
"""Tokens that one token of an answer may become for a judge with another tokenizer, escapes included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCosts:
    """What judging a plan takes."""

    calls: int
    """About answers, if every trial has one."""
    canaries: int
    """Of judges that have not been tried yet, at most."""
    worst_usd: Usd | None
    """A bound for all of these, retries that may be billed aside; None: a judge is UNPRICED."""


def judge_costs(plan: Plan, on: date) -> JudgeCosts:
    """The calls of all judges, and their worst case. A plan whose cases ask none has none."""
    judges = tuple(members_of(plan.judges.values()))
    if not judges or not plan.trials:
        return JudgeCosts(calls=0, canaries=0, worst_usd=Usd(Decimal(0)))
    costs = [_calls(trial, on) for trial in plan.trials]
    tried = [_canaries(judge, plan.trials[0], on) for judge in judges]
    known = [amount for _, amount in (*costs, *tried) if amount is not None]
    return JudgeCosts(
        calls=sum(count for count, _ in costs),
        canaries=sum(count for count, _ in tried),
        worst_usd=Usd(sum(known, Decimal(0))) if len(known) == len(costs) + len(tried) else None,
    )


def _calls(trial: Trial, on: date) -> tuple[int, Decimal | None]:
    """How often judges are asked about one trial, and what that may cost."""
    wanted = {opinion_key(each): each for each in all_parts(trial.case.expect) if isinstance(each, Judged)}
    count, total = 0, Decimal(0)
    for key, expectation in wanted.items():
        for judge in expectation.by.members:
            request = _request(judge, expectation, trial, key)
            most = Tokens(most_prompt_tokens(request) + _WIDE * trial.request.max_tokens)
            one = worst_case(request, judge.model, on, most)
            if one is None:
                return count, None
            count += len(asks(judge))
            total += one * len(asks(judge))
    return count, total


def _request(judge: Judge, expectation: Judged, trial: Trial, key: str) -> Request:
    """What it would be sent about an answer that is empty."""
    what = ToldJudge(
        question=question_of(trial.case.inputs),
        answer="",
        criteria=expectation.criteria,
        reference=expectation.reference if isinstance(expectation, Agrees) else None,
        over=expectation.over if isinstance(expectation, Prefers) else None,
    )
    first = asks(judge)[0]
    about = About(trial=trial.request.origin, key=key[:8])
    return judge_request(judge, what, first, about.origin(judge, first))


def _canaries(judge: Judge, trial: Trial, on: date) -> tuple[int, Decimal | None]:
    every, total = canaries(judge), Decimal(0)
    about = About(trial=trial.request.origin, key="canary")
    for each in every:
        request = judge_request(judge, each.told, each.ask, about.origin(judge, each.ask))
        one = worst_case(request, judge.model, on)
        if one is None:
            return len(every), None
        total += one
    return len(every), total
