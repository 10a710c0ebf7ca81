"""The runs of a gate, found again: what it paid for is used, and what was cut short goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.compare.observation import DECIDED
from harness.pipeline.describing import PINNED
from harness.record import Purpose, RunInfo
from harness.settings import Settings
from harness.store.decisions import list_verdicts
from harness.store.ingest import ingest
from harness.store.past import read_journal
from harness.store.read import list_runs, read_side

BASELINE, CANDIDATE = "baseline", "candidate"
OLDEST = timedelta(days=14)
"""A paid run older than this is not used again: what serves a model may have changed since."""
_DONE = ("finished", "decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Runs that were asked together: one of each side, or the candidate's alone."""

    baseline: RunInfo | None
    candidate: RunInfo
    is_done: bool
    """Whether they came to their end, and were not stopped."""

    @property
    def by_side(self) -> Mapping[str, RunInfo]:
        """The baseline first."""
        before = {} if self.baseline is None else {BASELINE: self.baseline}
        return {**before, CANDIDATE: self.candidate}


def run_name(run_id: str, side: str) -> str:
    """The id of a run of a gate: it says which side it is, since both may ask the same variant."""
    return f"{run_id}.{side}"


def name_of(session: str, purpose: Purpose) -> str:
    """The session in which a gate asks afresh: its runs are found by the session of its first look."""
    return f"{session}.{purpose}"


def sessions(settings: Settings, suite: str) -> tuple[Session, ...]:
    """Everything the gates of a suite asked, the newest first. What a killed process left is put into the store.

    Raises StoreError, StoreBusy.
    """
    _take_in(settings, suite)
    if not settings.store.exists():
        return ()
    found: dict[str, dict[str, tuple[RunInfo, bool]]] = {}
    for summary in list_runs(settings.store, suite=suite):
        info = summary.info
        side = info.run_id.rpartition(".")[2]
        if info.purpose in ("screen", "confirm", "rerun") and side in (BASELINE, CANDIDATE):
            sides = found.setdefault(info.session, {})
            sides[side] = (info, summary.totals.ended in _DONE)
    return tuple(
        Session(
            baseline=sides[BASELINE][0] if BASELINE in sides else None,
            candidate=sides[CANDIDATE][0],
            is_done=all(done for _, done in sides.values()),
        )
        for sides in found.values()
        if CANDIDATE in sides
    )


def has_holes(settings: Settings, session: Session) -> bool:
    """Whether something was asked and brought no answer, so that asking again is not throwing the dice."""
    sides = [read_side(settings.store, each.run_id) for each in session.by_side.values()]
    return any(each.score is None and each.missing != DECIDED for side in sides for each in side.observations)


def _take_in(settings: Settings, suite: str) -> None:
    """Put journals into the store that no process has come to publish."""
    paths = [
        path
        for side in (BASELINE, CANDIDATE)
        for path in sorted(settings.runs.glob(f"{suite}-*.{side}.jsonl"))
    ]
    if not paths:
        return
    known = set[str]()
    if settings.store.exists():
        known = {each.info.run_id for each in list_runs(settings.store, suite=suite)}
    for path in paths:
        if path.stem not in known:
            ingest(settings.store, read_journal(path))


def is_same(info: RunInfo, wanted: RunInfo, now: datetime) -> bool:
    """Whether a run asked what is wanted, and is young enough."""
    same = all(getattr(info, name) == getattr(wanted, name) for name in PINNED)
    return same and info.case_ids == wanted.case_ids and now - info.started_at <= OLDEST


def times_of(info: RunInfo) -> dict[str, int]:
    """How often each case is asked."""
    times = info.times or (info.repeats,) * len(info.case_ids)
    return dict(zip(info.case_ids, times, strict=True))


def status_of(settings: Settings, candidate: RunInfo) -> str | None:
    """What was said of this very run when it was judged last; None: nothing was."""
    kept = list_verdicts(settings.store, suite=candidate.suite)
    return next((each.status for each in kept if each.candidate_run == candidate.run_id), None)
