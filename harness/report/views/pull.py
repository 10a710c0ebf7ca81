"""What a pull request is told of several verdicts: small, whole, and the same whoever makes it.

A job that has the runs makes it of views (`harness.report.views.briefs`), one that has nothing but an artifact makes
it of JSON that it does not trust (`harness.github`). Either way every text may be hostile, and every surface sends it
through `harness.report.safe`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from harness.gate.verdict import Status
from harness.report.views.overview import headline_of
from harness.report.views.parts import SYNTHETIC
from harness.report.views.rows import AccountingRow, FindingRow, Listing

_GRAVEST = (Status.REGRESSED, Status.NOT_MEASURED, Status.INCONCLUSIVE, Status.PASS)
"""Whose cases come first: a case that blocks says more than one of a suite that could not be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBrief:
    """One case that became worse, in a few lines."""

    case_id: str
    change: str
    before: str
    """`3/3` passed."""
    after: str
    place: str
    """`file:line:col`; empty where nobody knows."""
    because: str
    """What a rule says of this very case; empty where none does."""
    evidence: tuple[str, ...]
    """What the first answer that is worse did not meet, at most three."""
    diff: tuple[str, ...]
    """Lines that begin with `-`, `+` or a blank, short; empty where no texts are known, or they are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteBrief:
    """One verdict, in a row of a table and a few lines."""

    suite: str
    status: Status
    points: str
    """The change in points; empty where nothing was measured."""
    bounds: str
    short: str
    """What stands beside the status word."""
    cost: str
    told: str
    """Two sentences, with what others wrote between backticks."""
    findings: tuple[FindingRow, ...]
    notes: tuple[str, ...]
    """How it came to the verdict, and what else was measured, a line each."""
    accounting: tuple[AccountingRow, ...]
    listings: tuple[Listing, ...]
    cases: tuple[CaseBrief, ...]
    """The worst, worst first: all that became worse, or as many as were brought along."""
    worse: int
    """How many became worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """Everything a pull request is told."""

    headline: str
    synthetic: str
    suites: tuple[SuiteBrief, ...]
    """Worst first."""
    command: str
    """What reproduces it."""
    commit: str
    """Which was judged; empty where it goes without saying."""
    links: tuple[tuple[str, str], ...]
    """What to call them, and addresses of ours: never what a model or an artifact says."""

    def worst(self) -> Iterator[tuple[SuiteBrief, CaseBrief]]:
        """The cases, gravest suites first; suites of one status take turns, so that none hides another's."""
        ordered = sorted(self.suites, key=_gravity)
        for _, equals in groupby(ordered, key=_gravity):
            lists = [[(suite, case) for case in suite.cases] for suite in equals]
            yield from (each for turn in zip_longest(*lists) for each in turn if each is not None)


def make_pull(
    suites: Sequence[SuiteBrief],
    *,
    command: str,
    synthetic: bool,
    commit: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> Pull:
    """Worst suite first. Raises ValueError without any: no verdict at all is not a verdict."""
    if not suites:
        raise ValueError("a pull request is told of at least one verdict")
    order = list(Status)
    ordered = sorted(suites, key=lambda each: (order.index(each.status), each.suite))
    return Pull(
        headline=headline_of([each.status for each in ordered]),
        synthetic=SYNTHETIC if synthetic else "",
        suites=tuple(ordered),
        command=command,
        commit=commit,
        links=tuple(links),
    )


def _gravity(suite: SuiteBrief) -> int:
    return _GRAVEST.index(suite.status)
