"""`python -m tests.benchmarks.report`: the page of 10,000 cases on two sides, and of 100, beside a naive one."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measured import run
from tests.benchmarks.stored_pages import RUNS, write_store
from tests.benchmarks.texts import answers
from tests.browser.chromium import launched
from tests.browser.timing import filtered, memory, open_page, opened_case, scrolled

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
Line = tuple[str, str]


def main(argv: Sequence[str]) -> int:
    """Measure, and print. Nothing is asserted: what a machine takes is its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.report", description=__doc__)
    parser.add_argument("cases", nargs="*", type=int, default=[100, 10_000])
    parser.add_argument("--keep", type=Path, help="a folder for the pages; default: they are thrown away")
    args = parser.parse_args(argv)
    os.environ["PYTHONPATH"] = str(ROOT)
    for cases in args.cases:
        sys.stdout.write(f"\n{cases:,} cases x 2, {os.cpu_count()} cores\n")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) if args.keep is None else args.keep / str(cases)
            for what, measured in measure(folder, cases):
                sys.stdout.write(f"{what:44} {measured}\n")
                sys.stdout.flush()
    return 0


def measure(folder: Path, cases: int) -> Iterator[Line]:
    """Every figure of one size, as it is found."""
    folder.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "harness", "init", "."], folder)
    write_store(folder / "reports/harness.duckdb", cases)
    took = run([sys.executable, "-m", "tests.benchmarks.built", "built.html"], folder)
    steps = json.loads((folder / "output.txt").read_text())
    yield "compare and judge", f"{steps['compare']:6.2f} s of processor"
    yield "read the answers and make the view", f"{steps['view']:6.2f} s of processor"
    yield "render the page", f"{steps['render']:6.2f} s of processor  (naive: {steps['naive']:.2f} s)"
    yield "the process of both pages, at most", f"{took.memory:6.0f} MB"
    yield "harness report A B --html", str(run(_command(), folder))
    yield from _looked_at(folder, sorted(steps["cases"]))


def _command() -> list[str]:
    return [sys.executable, "-m", "harness", "report", *RUNS, "--html", "page.html"]


def _looked_at(folder: Path, case_ids: list[str]) -> Iterator[Line]:
    """Both pages in browsers of their own, so that no memory is another's."""
    page, naive = folder / "page.html", folder / "naive-built.html"
    yield "size of the page", f"{_megabytes(page):6.2f} MB  (naive: {_megabytes(naive):.2f} MB)"
    with launched() as browser:
        plain = browser.new_page()
        slow, heavy = open_page(plain, naive), memory(browser)
    with launched() as browser:
        made = browser.new_page()
        first = open_page(made, page)
        yield "first view: drawn", f"{first.paint:6.2f} s   (naive: {slow.paint:.2f} s)"
        yield "first view: usable", f"{first.ready:6.2f} s   (naive: {slow.ready:.2f} s)"
        yield "memory of the renderer", f"{memory(browser):6.0f} MB  (naive: {heavy:.0f} MB)"
        yield from _used(made, case_ids)
        yield "memory after all of that", f"{memory(browser):6.0f} MB"


def _used(page: Page, case_ids: list[str]) -> Iterator[Line]:
    """Every filter, a search in the answers, a case, the end of the page. The worst of three, where it is repeated."""
    for part in _selects(page):
        options = page.locator(f'[data-part="filters"] [data-part="{part}"] option').all()
        values = [str(each.get_attribute("value")) for each in options]
        times = [filtered(page, part, value) for value in [*values[1:4], ""]]
        yield f"filter: {part}", f"{1000 * max(times):6.0f} ms"
    times = [filtered(page, "find", text) for text in ("prose", "json-0", "")]
    yield "filter: text of ids, tags, first words", f"{1000 * max(times):6.0f} ms"
    deep = answers(len(case_ids) * 3 // 5)[1].split("\n\n")[1][60:200]  # of prose, and of one answer alone
    yield "search in every answer", f"{1000 * filtered(page, 'find', deep, '1 of'):6.0f} ms"
    filtered(page, "find", "")
    times = [opened_case(page, case_ids[len(case_ids) * part // 4]) for part in range(4)]
    yield "open a case", f"{1000 * max(times):6.0f} ms"
    yield "scroll to the end, two frames", f"{1000 * scrolled(page):6.0f} ms"


def _selects(page: Page) -> list[str]:
    found = page.locator('[data-part="filters"] select').all()
    return [str(each.get_attribute("data-part")) for each in found if each.is_visible()]


def _megabytes(file: Path) -> float:
    return file.stat().st_size / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
