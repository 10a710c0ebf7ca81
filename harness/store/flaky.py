"""Cases that the same variant both passed and failed, over everything that was ever asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.compare.exact import Tally
from harness.measure.estimate import Estimate
from harness.measure.repeats import flakiness_of, pass_rate_of
from harness.store.duck import reading

_FLAKY = """
SELECT suite, case_id, prompt_version, model_id, passed, measured, mean_score FROM v_flaky
WHERE $suite IS NULL OR suite = $suite
ORDER BY flakiness DESC, suite, case_id, prompt_version, model_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """One unchanged case as one variant answered it, all runs together; replays are none."""

    suite: str
    case_id: str
    prompt_version: str
    model_id: str
    tally: Tally
    mean: float

    @property
    def variant(self) -> str:
        """What was asked, for people; imported results name no prompt."""
        return f"{self.prompt_version} on {self.model_id}" if self.prompt_version else self.model_id

    @property
    def pass_rate(self) -> Estimate:
        return pass_rate_of(self.tally)

    @property
    def flakiness(self) -> Estimate:
        return flakiness_of(self.tally)


def read_flaky(store: str | Path, suite: str | None) -> tuple[PastCase, ...]:
    """The flakiest first. Raises UsageError where there is no store, StoreBusy."""
    with reading(store) as connection:
        rows = connection.execute(_FLAKY, {"suite": suite}).fetchall()
    return tuple(
        PastCase(
            suite=row[0],
            case_id=row[1],
            prompt_version=row[2],
            model_id=row[3],
            tally=Tally(passed=row[4], asked=row[5]),
            mean=row[6],
        )
        for row in rows
    )
