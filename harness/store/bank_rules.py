"""Which old runs may stand for a baseline that is not asked again. Nothing here looks at a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from harness.record import RunInfo
from harness.suite.policy import BankRules

JoinedAs = Literal["blessed", "measured", "screen", "confirm", "rerun"]
"""How a run came into the bank: somebody declared it good, or a gate asked it beside a candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankKey:
    """What samples must share to be samples of the same thing; each case has its digest on top."""

    suite: str
    prompt_digest: str
    model_id: str
    params: str
    graders: str
    route_digest: str | None
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A run in the bank, or one that was in it."""

    info: RunInfo
    joined_at: datetime
    """UTC."""
    joined_as: JoinedAs
    left_at: datetime | None = None
    """UTC; None: it is in the bank."""
    left_why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the rules make of the members: those that stand for the baseline, and why others do not."""

    members: tuple[Member, ...]
    """Oldest run first."""
    reasons: tuple[str, ...]


def key_of(info: RunInfo) -> BankKey:
    """What a run's samples are samples of."""
    return BankKey(
        suite=info.suite,
        prompt_digest=info.prompt_digest,
        model_id=info.model_id,
        params=info.params,
        graders=info.graders,
        route_digest=info.route_digest,
        synthetic=info.synthetic,
    )


def choose(
    members: Sequence[Member], key: BankKey, rules: BankRules, now: datetime, *, graded_anew: bool = False
) -> Choice:
    """Every member of this key that is young enough and has not left; never some of them.

    `graded_anew`: whoever reads them grades their answers by the graders of the key, whoever did so first.
    """
    keys = [
        replace(key_of(each.info), graders=key.graders) if graded_anew else key_of(each.info)
        for each in members
    ]
    judged = [
        (each, _against(each, difference(own, key), rules, now))
        for each, own in zip(members, keys, strict=True)
    ]
    fitting = (each for each, reason in judged if not reason)
    counted = Counter(reason for _, reason in judged if reason)
    return Choice(
        members=tuple(sorted(fitting, key=lambda each: (each.info.started_at, each.info.run_id))),
        reasons=tuple(f"{n} run{'s' * (n > 1)} in the bank: {reason}" for reason, n in counted.most_common()),
    )


def _against(member: Member, other: str, rules: BankRules, now: datetime) -> str:
    """Why a member may not stand for the baseline; empty: it may. `other` is in what its key differs."""
    if other:
        return other
    if member.left_at is not None and member.left_at <= now:
        return f"{member.left_why} ({member.left_at:%Y-%m-%d})"
    if now - member.info.started_at > timedelta(days=rules.days):
        return f"older than {rules.days} days"
    return ""


_WORDS = {
    "suite": "of another suite",
    "prompt_digest": "of another prompt",
    "model_id": "of another model",
    "params": "asked with other parameters",
    "route_digest": "routed otherwise",
    "graders": "graded by other graders",
    "synthetic": "made-up replies beside real ones",
}


def difference(one: BankKey, other: BankKey) -> str:
    """The first thing in which two keys differ, in words; empty where they are equal."""
    return next((said for name, said in _WORDS.items() if getattr(one, name) != getattr(other, name)), "")


def short(samples: Mapping[str, int], shared: Iterable[str], rules: BankRules) -> tuple[str, ...]:
    """The shared cases with fewer samples than the rules ask for, each with how many it has."""
    return tuple(
        f"{case} ({samples.get(case, 0)})" for case in sorted(shared) if samples.get(case, 0) < rules.least
    )
