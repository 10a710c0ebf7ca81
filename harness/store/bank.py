"""The bank: old samples of a baseline, so that a gate asks the candidate alone.

A run comes into it because somebody declared it good, or by a rule that does not look at its score: fresh
samples that a gate asked of the baseline. It leaves when it is old, expired or stale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness.compare.observation import Observation, Side
from harness.record import RunInfo
from harness.store.bank_rules import BankKey, JoinedAs, Member, choose, difference, key_of, short
from harness.store.decisions import decide
from harness.store.duck import reading
from harness.store.pooling import pool
from harness.store.read import read_infos, read_side
from harness.store.rows import moment
from harness.suite.policy import BankRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NAMED = 5
"""How many cases a message names."""

_MEMBERS = """
SELECT b.run_id, b.added_at, b.joined_as, b.left_at, b.left_why FROM bank AS b
WHERE b.suite = ? AND b.run_id IN (SELECT run_id FROM runs)
ORDER BY b.added_at, b.run_id
"""

_CANDIDATES = "SELECT DISTINCT candidate_run_id FROM verdicts WHERE ? IS NULL OR suite = ?"

_HOLES = """
SELECT r.run_id FROM runs AS r JOIN trials AS t USING (run_id)
WHERE list_contains(?::VARCHAR[], r.run_id)
GROUP BY r.run_id, r.purpose, r.first_repeat
HAVING count(*) FILTER (t.outcome = 'degraded') > 0
  OR count(*) FILTER (t.score IS NULL AND (r.purpose <> 'screen' OR t.repeat = r.first_repeat)) > 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Old samples that stand for a baseline."""

    key: BankKey
    side: Side
    """One side of all samples; `runs` says where they come from, oldest first."""
    members: tuple[Member, ...]
    samples: Mapping[str, int]
    """How many there are of each case."""
    left_out: tuple[str, ...] = ()
    """Cases the runs have, and the baseline does not, or not any more as they asked them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why old samples may not stand for the baseline, so that it has to be asked."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The baseline that samples are sought of."""

    key: BankKey
    cases: Mapping[str, str]
    """Digest of each of its cases, by case id."""
    shared: frozenset[str]
    """The cases it shares with the candidate: those that must have their samples."""


Read = Callable[[str], Side]
"""How a run is read as a side, by its id: as it is stored, or with its answers graded anew."""


def find_bank(
    store: str | Path, wanted: Wanted, rules: BankRules, now: datetime, read: Read | None = None
) -> Bank | Refused:
    """All the samples there are of a baseline, or why they will not do. Raises StoreBusy, StoreError.

    Every whole, unsubstituted live or recorded run of this very key that is in the bank and younger than the
    rules say: none is taken or left for its score. With a `read` that grades anew, runs that other graders graded
    count as well, by what the graders of the key say of their answers.
    """
    if not Path(store).exists():
        return Refused(reasons=("no samples are kept yet",))
    members = list_members(store, wanted.key.suite)
    choice = choose(members, wanted.key, rules, now, graded_anew=read is not None)
    if not choice.members:
        return Refused(reasons=choice.reasons or ("no run of this baseline is in the bank",))
    take = read_with(store, wanted.key.graders, read)
    sides = [take(each.info.run_id) for each in choice.members]
    first_waves = [_is_cut_short(each.info) for each in choice.members]
    side = pool(sides, first_waves)
    left_out = sorted({each.case_id for each in side.observations if not _is_wanted(each, wanted)})
    side = pool(sides, first_waves, left_out) if left_out else side
    samples = Counter(each.case_id for each in side.observations)
    lacking = short(samples, wanted.shared, rules)
    if lacking:
        return Refused(reasons=(_too_few(lacking, rules), *choice.reasons))
    return Bank(key=wanted.key, side=side, members=choice.members, samples=samples, left_out=tuple(left_out))


def _is_wanted(one: Observation, wanted: Wanted) -> bool:
    return wanted.cases.get(one.case_id) == one.case_digest


def _too_few(lacking: Sequence[str], rules: BankRules) -> str:
    named = ", ".join(lacking[:_NAMED])
    more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
    return f"fewer than {rules.least} samples of {named}{more}"


def read_with(store: str | Path, graders: str, anew: Read | None) -> Read:
    """How to read a run: as it is stored where these graders graded it or nobody grades `anew`."""

    def read(run_id: str) -> Side:
        side = read_side(store, run_id)
        return side if anew is None or side.graders == graders else anew(run_id)

    return read


def pool_runs(
    store: str | Path, run_ids: Sequence[str], left_out: Sequence[str] = (), read: Read | None = None
) -> Side:
    """The side that `find_bank` made of these runs, oldest first. Raises UsageError when one of them is gone."""
    sides = [read_side(store, each) if read is None else read(each) for each in run_ids]
    with reading(store) as connection:
        infos = read_infos(connection, run_ids)
    return pool(sides, [_is_cut_short(infos[each]) for each in run_ids], left_out)


def _is_cut_short(info: RunInfo) -> bool:
    """Whether a gate could end the run early for what it saw, so that only its first wave is no selection."""
    return info.purpose == "screen"


def list_members(store: str | Path, suite: str) -> tuple[Member, ...]:
    """Every run that is or was in the bank of a suite, in the order in which they came."""
    with reading(store) as connection:
        return _members(connection, suite)


def _members(connection: DuckDBPyConnection, suite: str) -> tuple[Member, ...]:
    rows = connection.execute(_MEMBERS, [suite]).fetchall()
    infos = read_infos(connection, [row[0] for row in rows])
    return tuple(
        Member(
            info=infos[row[0]],
            joined_at=row[1].replace(tzinfo=UTC),
            joined_as=row[2],
            left_at=None if row[3] is None else row[3].replace(tzinfo=UTC),
            left_why=row[4],
        )
        for row in rows
    )


def join(store: str | Path, infos: Sequence[RunInfo], joined_as: JoinedAs, at: datetime) -> tuple[str, ...]:
    """Put what a gate asked of its baseline into the bank; gives the ids of the runs that came in.

    All of them come in, whatever they say, but for those that are not whole or not live, that were the candidate
    of a verdict, that are or were there already, and for reruns of single cases: how many answers those get depends
    on what the first ones said. Raises StoreBusy, StoreError.
    """
    with reading(store) as connection:
        fit = fit_to_join(connection, infos)
    if fit:
        decide(
            store,
            {"kind": "joined", "suite": infos[0].suite, "runs": list(fit), "as": joined_as, "at": moment(at)},
        )
    return fit


def fit_to_join(connection: DuckDBPyConnection, infos: Sequence[RunInfo]) -> tuple[str, ...]:
    """Which of these runs may come into the bank. No score is looked at, only whether there is one."""
    asked = [each.run_id for each in infos if each.mode in ("live", "record") and each.purpose != "rerun"]
    known = connection.execute(
        "SELECT run_id FROM bank WHERE left_at IS NULL OR left_why <> 'expired'"
    ).fetchall()
    holes = connection.execute(_HOLES, [asked]).fetchall()
    barred = {row[0] for row in (*known, *holes)} | candidates(connection)
    return tuple(each for each in asked if each not in barred)


def candidates(connection: DuckDBPyConnection, suite: str | None = None) -> frozenset[str]:
    """Runs that were the candidate of a verdict: they passed, or not, for their score, and stand for nothing else."""
    return frozenset(row[0] for row in connection.execute(_CANDIDATES, [suite, suite]).fetchall())


def judged_runs(store: str | Path, suite: str) -> frozenset[str]:
    """`candidates`, of a store that may not be there yet."""
    if not Path(store).exists():
        return frozenset()
    with reading(store) as connection:
        return candidates(connection, suite)


def mark_stale(store: str | Path, key: BankKey, why: str, at: datetime) -> tuple[str, ...]:
    """Let every sample of this key leave the bank for good; gives the runs they came from. Never some of them."""
    leaving = [
        each.info.run_id
        for each in list_members(store, key.suite)
        if each.left_at is None and not difference(key_of(each.info), key)
    ]
    if leaving:
        decide(
            store,
            {"kind": "left", "suite": key.suite, "runs": leaving, "why": f"stale: {why}", "at": moment(at)},
        )
    return tuple(leaving)
