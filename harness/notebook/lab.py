"""What `harness.load` gives: frames, comparisons of two runs, and plots of a suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.notebook import markup
from harness.notebook.contrast import Contrast
from harness.notebook.plots import histories
from harness.notebook.stored import Stored
from harness.pipeline.looking_back import past_suites
from harness.report.safe import term
from harness.report.views.past import PastSuite
from harness.report.words import count, listing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RUNS = 200
"""Runs of one suite that a plot shows."""


class Lab(Stored):
    """The frames of `Stored`, any two runs beside each other, and what a suite came to over time."""

    def compare(self, baseline: str, candidate: str) -> Contrast:
        """Two runs, by the rules of the candidate's suite; each by its id or a unique beginning of it.

        Nothing is asked and nothing is kept. Raises UsageError with the candidates for a name that is not one run's,
        FilesRejected for mistakes in the project, StoreBusy, StoreError.
        """
        return Contrast(self._where.compare(baseline, candidate), self._where.store)

    def plot_history(self, suite: str | None = None, ax: Axes | None = None) -> Axes:
        """The mean score of the newest 200 runs of a suite, and what was new when; of the only suite where none is named.

        Raises UsageError for a suite without runs, and where matplotlib is not installed.
        """
        return histories.plot_history(self._past(suite), ax)

    def plot_cost_daily(self, suite: str | None = None, ax: Axes | None = None) -> Axes:
        """What each day cost that asked a model of this suite."""
        return histories.plot_cost_daily(self._past(suite), ax)

    def plot_pareto(self, suite: str | None = None, ax: Axes | None = None) -> Axes:
        """Quality against cost of the models that a suite's prompt was asked of, from the newest verdict on two models.

        Raises UsageError where no verdict compared two models of the suite.
        """
        name, verdicts = self._named(suite), self.comparisons
        of_two = verdicts["baseline_model_id"].astype("str") != verdicts["candidate_model_id"].astype("str")
        found = verdicts[(verdicts["suite"] == name) & of_two]
        if found.empty:
            raise UsageError(
                f"no verdict compares two models of {name!r}; name two runs: lab.compare(BASELINE, CANDIDATE).plot_pareto()"
            )
        newest = found.iloc[-1]
        return self.compare(newest["baseline_run_id"], newest["candidate_run_id"]).plot_pareto(ax)

    def _past(self, suite: str | None) -> PastSuite:
        return past_suites(self._where.store, self._named(suite), limit=_RUNS)[0][0]

    def _named(self, suite: str | None) -> str:
        """The suite with this name, or the only one."""
        seen = [name for name, *_ in self._suites_seen()]
        if suite is None and len(seen) == 1:
            return seen[0]
        if suite is None or suite not in seen:
            what = "which suite?" if suite is None else f"no run of {suite!r};"
            raise UsageError(f"{what} there are runs of {listing(seen) or 'none'}")
        return suite

    def _suites_seen(self) -> list[tuple[str, int, str, str]]:
        """Each suite with the number of its runs, the newest of them, and when that began."""
        runs = self.frame("v_runs", columns=["suite", "run_id", "started_at"])
        found: dict[str, tuple[str, int, str, str]] = {}
        for suite, run_id, moment in zip(runs["suite"], runs["run_id"], runs["started_at"], strict=True):
            before = found[suite][1] if suite in found else 0
            found[suite] = (str(suite), before + 1, str(run_id), f"{moment:%Y-%m-%d %H:%M} UTC")
        return [found[suite] for suite in sorted(found)]

    def __repr__(self) -> str:
        told = ", ".join(f"{suite} ({count(number, 'run')})" for suite, number, _, _ in self._suites_seen())
        return term(f"Lab {self._where.store}: {told or 'no runs yet'}")

    def _repr_html_(self) -> str:
        whole = markup.block(f"Results in {self._where.store}")
        seen = self._suites_seen()
        markup.say(whole, "" if seen else "There are no runs yet.")
        rows = [(suite, str(number), newest, moment) for suite, number, newest, moment in seen]
        markup.table(whole, ("suite", "runs", "newest run", "begun"), rows)
        return markup.html(whole)
