"""What is stored as pandas frames, read when they are first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.notebook.place import StoredAt
from harness.notebook.verdict_rows import verdict_rows
from harness.store.frames import Choice, read_frame
from harness.store.read import find_run
from harness.store.typed import Money

if TYPE_CHECKING:
    from pandas import DataFrame


class Stored:
    """Each frame is a documented view of the store (`docs/schema.md`), typed.

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

    def refresh(self) -> None:
        """Forget what was read: the next look sees what was stored since."""
        self._kept.clear()

    def _view(self, name: str) -> DataFrame:
        if name not in self._kept:
            self._kept[name] = self.frame(name)
        return self._kept[name].copy(deep=False)
