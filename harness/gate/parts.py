"""What a verdict carries beside its findings: the looks, the confirmation, the suspects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.compare.design import Look

OVERALL = "quality"
"""The rule of overall quality."""
SLICE = "slice: "
"""How the rule of a slice begins; its name follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookTaken:
    """What one look saw, beside what it would have taken to decide."""

    look: Look
    cases: int
    """Cases measured on both sides by then."""
    difference: float
    """Candidate minus baseline, in [-1, 1]."""
    p_regress: float
    p_noninferior: float
    flagged: tuple[str, ...]
    """`quality`, `slice: urdu`: what regressed at this look, before any confirmation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequential:
    """How a live gate came to its verdict."""

    look: int
    """Number of the look that decided, from 1; 0: the kill-switch did, before any."""
    looks: tuple[LookTaken, ...]
    """Those that were taken, in order; the last one is the one that decided, unless the kill-switch did."""
    planned: int
    """Looks there would have been at most."""
    fraction: float
    """Share of the planned information that was in."""
    alpha: float
    """One-sided, of all looks together."""
    seed: str
    killed_at: int | None
    """Pairs of first answers after which the kill-switch stopped it; None: it did not."""
    e_value: float
    """The largest that the kill-switch saw; 1 where it never looked."""
    stopped_early: bool
    """Whether trials that were planned did not have to be asked."""
    asked: int
    """Trials the screen needed, of both sides where both were asked."""
    saved: int
    """Trials that were planned beyond those."""
    cut_short: bool = False
    """Whether the asking ended before any look decided: then `saved` are trials that are still to be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One flagged regression in fresh answers alone. Shares in [-1, 1]."""

    rule: str
    """`quality`, `slice: urdu`."""
    cases: int
    baseline: float
    candidate: float
    difference: float
    lower: float
    """One-sided bounds at the confirmation's alpha."""
    upper: float
    p: float
    """One-sided, for a drop."""
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What fresh answers of both sides said."""

    baseline_run: str
    candidate_run: str
    baseline_answers: int
    """Measured ones."""
    candidate_answers: int
    alpha: float
    """What p may be at most."""
    hypotheses: tuple[Hypothesis, ...]
    wanted: int = 0
    """Answers that each side was to give; 0: not known."""
    lacking: str = ""
    """Why it cannot say "it did not show again": what is missing of those answers; empty: it can."""

    @property
    def confirmed(self) -> bool:
        """Whether any of them showed again."""
        return any(each.confirmed for each in self.hypotheses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A single case whose drop is unlikely to be chance."""

    case_id: str
    baseline: float
    """Mean score."""
    baseline_answers: int
    candidate: float
    candidate_answers: int
    p: float
    """Exact and one-sided: how likely so low a share of the case's answers falls to the candidate by chance."""
    p_adjusted: float
    """Benjamini and Hochberg: share of false suspects among those up to this one."""
    must_pass: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunCase:
    """A suspect in fresh answers of both sides."""

    case_id: str
    must_pass: bool
    baseline: float | None
    """Mean score of the fresh answers; None where none was measured."""
    baseline_answers: int
    candidate: float | None
    candidate_answers: int
    p: float
    """Fisher's exact test, one-sided; for scores between 0 and 1 its counterpart on the scores themselves."""
    needed: float
    """What p had to be below."""
    regressed: bool
    unresolved: bool = False
    """Whether it is still as bad as it looked, or could not be asked, and yet nothing is proved."""

    @property
    def failed_before(self) -> bool:
        """Whether the baseline does no better in its fresh answers: then the case is bad, and nothing broke it."""
        return self.baseline is not None and self.candidate is not None and self.baseline <= self.candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class BankCheck:
    """Fresh answers of the baseline against its old ones, over the same cases."""

    cases: int
    difference: float
    """Fresh minus old."""
    p: float
    """Two-sided."""
    stale: bool
    """Whether that is too unlikely to be chance: what serves the model has changed, or the suite was not the same."""


class Cause(StrEnum):
    """What a change may come from."""

    PROMPT = "prompt"
    MODEL = "model"
    VARIANT = "variant"
    """Prompt and model, which changed together."""
    PROVIDER = "provider"
    GRADERS = "graders"
    SUITE = "suite"
    UNKNOWN = "unknown"
    """Nothing that was measured tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One cause that shows, with the numbers it shows in."""

    cause: Cause
    because: str
    """One sentence for people."""
    cases: int | None = None
    """Cases it was seen in."""
    difference: float | None = None
    """Of scores, in [-1, 1]; of token counts, relative."""
    p: float | None = None
