"""Everything that is stored, as pandas frames that are read when they are first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.notebook import markup
from harness.notebook.contrast import Contrast
from harness.notebook.place import StoredAt
from harness.notebook.plots import histories
from harness.notebook.verdict_rows import verdict_rows
from harness.pipeline.looking_back import past_suites
from harness.report.safe import term
from harness.report.views.past import PastSuite
from harness.report.words import count, listing
from harness.store.frames import Choice, read_frame
from harness.store.read import find_run
from harness.store.typed import Money

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

_RUNS = 200
"""Runs of one suite that a plot shows."""


class Lab:
    """What `harness.load` gives: each frame is a documented view of the store (`docs/schema.md`), typed.

    A frame is read when it is first asked for and kept; `refresh` forgets them all. Changing a frame changes neither
    the store nor what is given the next time. Moments are UTC, money is `float64` in US dollars, `tags` are tuples.
    """

    def __init__(self, where: StoredAt, suites: Sequence[str] | None = None) -> None:
        """Of the suites that are named; None: of all."""
        self._where = where
        self._suites = suites
        self._kept: dict[str, DataFrame] = {}

    @property
    def store(self) -> Path:
        """The file that all of it is read from."""
        return self._where.store

    @property
    def runs(self) -> DataFrame:
        """`v_runs`: one row for each run, with everything that can be counted in it."""
        return self._view("v_runs")

    @property
    def models(self) -> DataFrame:
        """`v_models`: what each model did in each run."""
        return self._view("v_models")

    @property
    def trials(self) -> DataFrame:
        """`v_trials`: one row for each case and repeat of each run; texts are in `answers`."""
        return self._view("v_trials")

    @property
    def answers(self) -> DataFrame:
        """`v_answers`: what was asked and what was answered. The texts are as they came: hostile."""
        return self._view("v_answers")

    @property
    def grades(self) -> DataFrame:
        """`v_grades`: what each grader said of each answer, and its evidence."""
        return self._view("v_grades")

    @property
    def calls(self) -> DataFrame:
        """`v_calls`: every request on the wire."""
        return self._view("v_calls")

    @property
    def steps(self) -> DataFrame:
        """`v_steps`: every step of the conversations with tools or further turns."""
        return self._view("v_steps")

    @property
    def case_history(self) -> DataFrame:
        """`v_case_history`: how each case did, run by run."""
        return self._view("v_case_history")

    @property
    def flaky(self) -> DataFrame:
        """`v_flaky`: unchanged cases that one variant both passed and failed."""
        return self._view("v_flaky")

    @property
    def cost_daily(self) -> DataFrame:
        """`v_cost_daily`: what each day cost."""
        return self._view("v_cost_daily")

    @property
    def verdicts(self) -> DataFrame:
        """`v_verdicts`: what the gate said, with its documents."""
        return self._view("v_verdicts")

    @property
    def comparisons(self) -> DataFrame:
        """One row for each stored verdict: effect, bounds, margin, ratios of cost and latency, accounting."""
        if "comparisons" not in self._kept:
            self._kept["comparisons"] = verdict_rows(self.verdicts)
        return self._kept["comparisons"].copy(deep=False)

    def frame(
        self,
        view: str,
        *,
        columns: Sequence[str] | None = None,
        run: str | Sequence[str] | None = None,
        money: Money = "float",
    ) -> DataFrame:
        """A view (`trials` or `v_trials`), or some of its columns, read now and not kept.

        `run` names runs by id or a unique beginning of it. `money="decimal"` gives exact amounts. A million trials are
        0.3 GB with all columns and take 1.4 GB to read; name the columns you need. Raises UsageError for a name that
        there is not, StoreBusy, StoreError.
        """
        names = None if run is None else [run] if isinstance(run, str) else run
        ids = None if names is None else [find_run(self._where.store, each).run_id for each in names]
        name = view if view.startswith("v_") else f"v_{view}"
        choice = Choice(columns=columns, suites=self._suites, run_ids=ids, money=money)
        return read_frame(self._where.store, name, choice)

    def compare(self, baseline: str, candidate: str) -> Contrast:
        """Two runs, by the rules of the candidate's suite; each by its id or a unique beginning of it.

        Nothing is asked and nothing is kept. Raises UsageError with the candidates for a name that is not one run's,
        FilesRejected for mistakes in the project, StoreBusy, StoreError.
        """
        return Contrast(self._where.compare(baseline, candidate))

    def plot_history(self, suite: str | None = None, ax: Axes | None = None) -> Axes:
        """The mean score of the newest 200 runs of a suite, and what was new when; of the only suite where none is named.

        Raises UsageError for a suite without runs, and where matplotlib is not installed.
        """
        return histories.plot_history(self._past(suite), ax)

    def plot_cost_daily(self, suite: str | None = None, ax: Axes | None = None) -> Axes:
        """What each day cost that asked a model of this suite."""
        return histories.plot_cost_daily(self._past(suite), ax)

    def refresh(self) -> None:
        """Forget what was read: the next look sees what was stored since."""
        self._kept.clear()

    def _view(self, name: str) -> DataFrame:
        if name not in self._kept:
            self._kept[name] = self.frame(name)
        return self._kept[name].copy(deep=False)

    def _past(self, suite: str | None) -> PastSuite:
        seen = [name for name, *_ in self._suites_seen()]
        if suite is None and len(seen) != 1:
            raise UsageError(f"which suite? there are runs of {listing(seen) or 'none'}")
        found, _ = past_suites(self._where.store, suite or seen[0], limit=_RUNS)
        if not found:
            raise UsageError(f"no run of {suite!r}; there are runs of {listing(seen) or 'none'}")
        return found[0]

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
