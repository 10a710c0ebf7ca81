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
SELECT verdict_id, decided_at, status, candidate_run_id, alpha, policy, (
  SELECT list(DISTINCT struct_pack(case_id, case_digest)) FROM trials
  WHERE run_id = candidate_run_id AND case_digest <> ''
) FROM verdicts
WHERE question_digest = ? AND decided_at >= ? AND status <> 'NOT_MEASURED' AND candidate_run_id <> ?
ORDER BY decided_at, verdict_id
"""

ALIKE = 0.5
"""Share of all cases of two questions that must be the same for one to be the other asked again."""


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
    is_same: bool = True
    """Whether the cases and the rules were the very same; otherwise it was the same question in other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked now, to be held against what was asked before."""

    digest: str
    """Of candidate and baseline: see `question_digest`."""
    cases: Mapping[str, str]
    """Digest of each case, by id."""
    policy: Policy


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


HOW = frozenset({"alpha", "repeats", "judged"})
"""What was known of judges, and rules that say how a question is asked, and how surely it is to be answered: no part of what is asked."""


def question_digest(candidate: BankKey, baseline: BankKey) -> str:
    """Equal where the same candidate is held against the same baseline, whatever the cases and the rules."""
    return digest(cast("Json", {"candidate": asdict(candidate), "baseline": asdict(baseline)}))


def _what(policy: Policy) -> Mapping[str, object]:
    """The rules without those that say how."""
    return {name: said for name, said in asdict(policy).items() if name not in HOW}


def spell_policy(policy: Policy) -> str:
    """The rules as canonical JSON."""
    return canonical(cast("Json", asdict(policy)))


def read_policy(text: str) -> Policy:
    """The rules that `spell_policy` wrote; what they did not say yet is as by default. Raises ValueError."""
    from pydantic import TypeAdapter

    return TypeAdapter(Policy).validate_json(text)


def earlier_tries(
    store: str | Path, asked: Asked, *, now: datetime, days: int, besides: str = ""
) -> tuple[Try, ...]:
    """Every verdict of this question in so many days, oldest first; not those of the candidate run `besides`.

    A verdict that measured nothing was no try. One of other cases is the same question where at least half of all
    cases are the same: one more case, or another number in the rules, is no new throw of the dice. Where nobody
    knows any more which cases it was of, it was of these. Raises StoreBusy.
    """
    if not Path(store).exists():
        return ()
    with reading(store) as connection:
        rows = connection.execute(
            _TRIES, [asked.digest, moment(now - timedelta(days=days)), besides]
        ).fetchall()
    cases, rules = frozenset(asked.cases.items()), _what(asked.policy)
    found: list[Try] = []
    for row in rows:
        then = frozenset((case["case_id"], case["case_digest"]) for case in row[6] or ()) or cases
        if len(then & cases) < ALIKE * len(then | cases):
            continue
        same = then == cases and (row[5] is None or _what(read_policy(row[5])) == rules)
        found.append(
            Try(
                verdict_id=row[0],
                decided_at=row[1].replace(tzinfo=UTC),
                status=row[2],
                candidate_run=row[3],
                alpha=row[4],
                is_same=same,
            )
        )
    return tuple(found)


def alpha_left(tries: Iterable[Try], alpha: float) -> Again | Stands:
    """What a question that was asked before may still cost: alpha, alpha/2, alpha/4, ..., 2 alpha in all.

    The very same answers looked at twice are one try. What regressed on other cases or by other rules is a try too,
    and does not stand: an expectation may have been wrong.
    """
    known = {each.candidate_run: each for each in tries}
    stands = next((each for each in known.values() if each.status == "REGRESSED" and each.is_same), None)
    if stands is not None:
        return Stands(by=stands)
    return Again(alpha=alpha / 2 ** len(known), tries=len(known))
