"""Whether two sides may be compared at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from harness.compare.observation import Side


def reasons_against(baseline: Side, candidate: Side) -> tuple[str, ...]:
    """Sentences that say why these two must not be compared; none: they may."""
    return (
        *_suites(baseline, candidate),
        *_graders(baseline.graders, candidate.graders),
        *_rows("baseline", baseline),
        *_rows("candidate", candidate),
    )


def graders_differ(baseline: Side, candidate: Side) -> bool:
    """Whether a grader that both sides used was another one on each."""
    return bool(_graders(baseline.graders, candidate.graders))


def _suites(baseline: Side, candidate: Side) -> tuple[str, ...]:
    """An imported run may be called anything; our own runs of two suites are two things."""
    if baseline.suite == candidate.suite or "imported" in (baseline.mode, candidate.mode):
        return ()
    return (f"the baseline ran suite {baseline.suite!r}, the candidate {candidate.suite!r}",)


def _graders(baseline: str, candidate: str) -> tuple[str, ...]:
    """Graders that both sides used must be of one version; one that only new cases use harms nobody."""
    if baseline == candidate:
        return ()
    if not baseline or not candidate:
        side = "candidate" if not candidate else "baseline"
        return (f"the {side} was graded elsewhere, so its scores may mean something else; grade both here",)
    return tuple(
        f"grader {name!r} is {before} in the baseline and {after} in the candidate, and the old answers "
        "could not be graded anew; run the baseline again"
        for name, before, after in changed_graders(baseline, candidate)
    )


def changed_graders(baseline: str, candidate: str) -> tuple[tuple[str, str, str], ...]:
    """Of the graders that both name, those that are others now: name, who it was, and who it is."""
    if baseline == candidate or not baseline or not candidate:
        return ()
    before, after = _versions(baseline), _versions(candidate)
    return tuple(
        (name, before[name], after[name])
        for name in sorted(before.keys() & after.keys())
        if before[name] != after[name]
    )


def identities(graders: str) -> frozenset[tuple[str, str]]:
    """Name and identity of the graders of a run that tell of themselves in words: judges, and code of a user."""
    try:
        parsed: object = json.loads(graders or "{}")
    except ValueError:
        return frozenset()
    told = cast("dict[str, object]", parsed) if isinstance(parsed, dict) else {}
    return frozenset((name, each) for name, each in told.items() if isinstance(each, str))


def _versions(graders: str) -> Mapping[str, str]:
    try:
        parsed: object = json.loads(graders)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        return {"list": graders}
    versions = cast("dict[str, object]", parsed)
    return {name: _told(identity) for name, identity in versions.items()}


def _told(identity: object) -> str:
    """A judge says in words who it is; anything else has a version."""
    return identity if isinstance(identity, str) and " " in identity else f"version {json.dumps(identity)}"


def _rows(name: str, side: Side) -> tuple[str, ...]:
    """Rows = planned = answered + degraded + failed + skipped, each trial once."""
    counts = side.accounting
    rows = len(side.observations)
    ended = counts.answered + counts.degraded + counts.failed + counts.skipped
    distinct = len({(o.case_id, o.repeat) for o in side.observations})
    if counts.planned == ended == rows == distinct:
        return ()
    problem = f"{counts.planned} trials planned, {ended} ended, {rows} kept, {distinct} of them different"
    return (f"the {name} does not add up: {problem}; resume or repeat that run",)
