"""Several runs of the same thing as one side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from harness.compare.observation import Accounting, ModelShare, Observation, Side


def pool(sides: Sequence[Side], first_waves: Sequence[bool], left_out: Iterable[str] = ()) -> Side:
    """Several runs of one key, oldest first, as one side. Repeats are numbered through, case by case.

    A case is what the newest run says it is: samples of an earlier text of it are left out, like all of the
    cases in `left_out`. Of a run that a gate could end early (`first_waves`) only the first repeat counts: all
    that came after depends on what was seen before. Raises ValueError for no sides.
    """
    if not sides:
        raise ValueError("a pool needs at least one run")
    newest = sides[-1]
    latest = {each.case_id: each for side in sides for each in side.observations if each.case_digest}
    gone = frozenset(left_out)
    kept: list[Observation] = []
    numbers: Counter[str] = Counter()
    for side, first_only in zip(sides, first_waves, strict=True):
        first = min((each.repeat for each in side.observations), default=1)
        for each in side.observations:
            now = latest.get(each.case_id, each)
            other = each.case_digest != now.case_digest or each.case_id in gone
            if other or (first_only and each.repeat != first):
                continue
            numbers[each.case_id] += 1
            kept.append(_as_of(each, now, numbers[each.case_id]))
    kept.sort(key=lambda each: (each.case_id, each.repeat))
    return replace(
        newest,
        observations=tuple(kept),
        accounting=_accounting(kept),
        cost_usd=_sum([side.cost_usd for side in sides]),
        session="",
        runs=tuple(side.run_id for side in sides),
        models=_models(sides),
    )


def _accounting(kept: Sequence[Observation]) -> Accounting:
    """A latency is that of an answer, and nothing else has one."""
    answered = sum(each.latency is not None for each in kept)
    degraded = sum(each.missing == "degraded" for each in kept)
    skipped = sum(each.missing is not None and each.missing.startswith("skipped: ") for each in kept)
    return Accounting(
        planned=len(kept),
        answered=answered,
        degraded=degraded,
        failed=len(kept) - answered - degraded - skipped,
        skipped=skipped,
    )


def _as_of(one: Observation, now: Observation, repeat: int) -> Observation:
    """Where a case belongs is said by the newest run: its tags may have changed, and its answers are the same."""
    return (
        one
        if one is now and repeat == one.repeat
        else replace(
            one,
            repeat=repeat,
            cluster=now.cluster,
            tags=now.tags,
            weight=now.weight,
            must_pass=now.must_pass,
            quarantine=now.quarantine,
        )
    )


def _sum(costs: Sequence[str | None]) -> str | None:
    known = [Decimal(each) for each in costs if each is not None]
    return format(sum(known, Decimal(0)).normalize(), "f") if len(known) == len(costs) else None


def _models(sides: Sequence[Side]) -> tuple[ModelShare, ...]:
    """What the runs sent to each model, together."""
    shares: dict[str, list[ModelShare]] = {}
    for share in (each for side in sides for each in side.models):
        shares.setdefault(share.model, []).append(share)
    pooled = (
        ModelShare(
            model=model,
            case_ids=tuple(sorted({case for share in each for case in share.case_ids})),
            planned=sum(share.planned for share in each),
            answered=sum(share.answered for share in each),
            cost_usd=_sum([share.cost_usd for share in each]),
        )
        for model, each in shares.items()
    )
    return tuple(sorted(pooled, key=lambda share: (-len(share.case_ids), share.model)))
