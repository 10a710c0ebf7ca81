"""Both runs of a project's store as a page: `python -m tests.benchmarks.built FILE`.

Says, as JSON, how many seconds of the processor each step took: they stay the same where others use the machine too.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from harness.pipeline.comparing import compare_runs, stored_run
from harness.report.page import html
from harness.settings import read_settings
from harness.suite.policy import Policy
from tests.benchmarks.naive import naive_page
from tests.benchmarks.stored_pages import RUNS


def main(file: Path) -> None:
    """Compare, read the answers and make the view, render it; and the naive page beside it."""
    settings = read_settings()
    before, after = (stored_run(name, settings) for name in RUNS)
    times = [time.process_time()]
    compared = compare_runs(before, after, Policy(), settings)
    times.append(time.process_time())
    view = compared.view()
    times.append(time.process_time())
    page = html.render(view)
    times.append(time.process_time())
    file.write_text(page, encoding="utf-8")
    naive = naive_page(view)
    times.append(time.process_time())
    file.with_name(f"naive-{file.name}").write_text(naive, encoding="utf-8")
    steps = ("compare", "view", "render", "naive")
    took = {step: later - sooner for step, sooner, later in zip(steps, times, times[1:], strict=False)}
    sys.stdout.write(json.dumps({**took, "cases": [row.case_id for row in view.cases]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
