"""What a gate was asked before: a question is decided once, however often it is asked (STATISTICS 0.6).

Whoever asks again until the answer is green finds green. So a REGRESSED stands, and any other answer may be sought
again at half the error rate each time: all tries together are wrong at most twice as often as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from harness.call.canonical import canonical, digest
from harness.store.bank_rules import BankKey
from harness.store.duck import reading
from harness.store.rows import moment
from harness.suite.policy import Policy
from harness.units import Json

_TRIES = """
SELECT verdict_id, decided_at, status, candidate_run_id, alpha FROM verdicts
WHERE question_digest = ? AND decided_at >= ? AND status <> 'NOT_MEASURED' AND candidate_run_id <> ?
ORDER BY decided_at, verdict_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One time that a question was asked and answered."""

    verdict_id: str
    decided_at: datetime
    """UTC."""
    status: str
    """`PASS`, `REGRESSED` or `INCONCLUSIVE`."""
    candidate_run: str
    alpha: float | None
    """One-sided error rate, as it was used; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """The question is decided: the candidate has regressed, and asking again cannot change that."""

    by: Try


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The question may be asked, at this error rate."""

    alpha: float
    """One-sided, in (0, 0.5)."""
    tries: int
    """How often it was asked before."""


HOW = frozenset({"alpha", "repeats"})
"""Rules that say how a question is asked, and how surely it is to be answered: no part of what is asked."""


def question_digest(candidate: BankKey, baseline: BankKey, cases: Mapping[str, str], policy: Policy) -> str:
    """Equal where the same candidate is held against the same baseline, on the same cases, by the same rules.

    `cases` is id to digest. The error rate is no part of it (`alpha_left` says what it is), and neither is how often
    a case is asked: else every other `--repeats` would be another throw of the dice.
    """
    rules = {name: said for name, said in asdict(policy).items() if name not in HOW}
    asked = {
        "candidate": asdict(candidate),
        "baseline": asdict(baseline),
        "cases": dict(cases),
        "policy": rules,
    }
    return digest(cast("Json", asked))


def spell_policy(policy: Policy) -> str:
    """The rules as canonical JSON."""
    return canonical(cast("Json", asdict(policy)))


def read_policy(text: str) -> Policy:
    """The rules that `spell_policy` wrote; what they did not say yet is as by default. Raises ValueError."""
    from pydantic import TypeAdapter

    return TypeAdapter(Policy).validate_json(text)


def earlier_tries(
    store: str | Path, question: str, *, now: datetime, days: int, besides: str = ""
) -> tuple[Try, ...]:
    """Every verdict of this question in so many days, oldest first; not those of the candidate run `besides`.

    A verdict that measured nothing was no try. Raises StoreBusy.
    """
    if not Path(store).exists():
        return ()
    with reading(store) as connection:
        rows = connection.execute(_TRIES, [question, moment(now - timedelta(days=days)), besides]).fetchall()
    return tuple(
        Try(
            verdict_id=row[0],
            decided_at=row[1].replace(tzinfo=UTC),
            status=row[2],
            candidate_run=row[3],
            alpha=row[4],
        )
        for row in rows
    )


def alpha_left(tries: Iterable[Try], alpha: float) -> Again | Stands:
    """What a question that was asked before may still cost: alpha, alpha/2, alpha/4, ..., 2 alpha in all.

    The very same answers looked at twice are one try.
    """
    known = {each.candidate_run: each for each in tries}
    stands = next((each for each in known.values() if each.status == "REGRESSED"), None)
    if stands is not None:
        return Stands(by=stands)
    return Again(alpha=alpha / 2 ** len(known), tries=len(known))
