"""Both runs of a project's store as a page: `python -m tests.benchmarks.built FILE`; says what each step took, as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from harness.compare.comparison import compare
from harness.gate.judge import judge
from harness.pipeline.comparing import Compared, answers_of
from harness.report.page import html
from harness.settings import read_settings
from harness.store.read import find_run, read_side
from harness.suite.policy import Policy
from tests.benchmarks.naive import naive_page
from tests.benchmarks.stored_pages import RUNS


def main(file: Path) -> None:
    """Compare, read the answers, make the view, render it; and the naive page beside it."""
    settings, policy = read_settings(), Policy()
    infos = [find_run(settings.store, name) for name in RUNS]
    before, after = (read_side(settings.store, name) for name in RUNS)
    comparison = compare(before, after, policy)
    verdict = judge(comparison, policy)
    times = [time.perf_counter()]
    answers = dict(answers_of(settings.store, *infos))
    times.append(time.perf_counter())
    view = Compared(
        baseline=infos[0], candidate=infos[1], comparison=comparison, verdict=verdict, answers=answers
    ).view()
    times.append(time.perf_counter())
    page = html.render(view)
    times.append(time.perf_counter())
    file.write_text(page, encoding="utf-8")
    naive = naive_page(view)
    times.append(time.perf_counter())
    file.with_name(f"naive-{file.name}").write_text(naive, encoding="utf-8")
    steps = ("read", "view", "render", "naive")
    took = {step: later - sooner for step, sooner, later in zip(steps, times, times[1:], strict=False)}
    sys.stdout.write(json.dumps({**took, "cases": [row.case_id for row in view.cases]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
