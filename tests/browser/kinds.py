"""Every kind of page there is, as its file: whatever holds for a page is checked on all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from harness.report.page import html
from harness.report.page.history import render_history
from harness.report.page.upgrade import render_upgrade
from harness.report.views.history import make_history
from tests.report import charted, examples, past, test_html, test_process, test_steps, upgraded


def _comparison(status: str) -> Callable[[], str]:
    return lambda: html.render(examples.views()[status])


KINDS: Mapping[str, Callable[[], str]] = {
    **{status: _comparison(status) for status in ("regressed", "inconclusive", "pass", "not_measured")},
    "live": lambda: html.render(test_process.view()),
    "charted": lambda: html.render(charted.comparison()),
    "charted_run": lambda: html.render_run(charted.run()),
    "many": lambda: html.render(test_html.large(450)),
    "run": lambda: test_html.run_page(synthetic=True),
    "conversation": lambda: html.render_run(
        test_steps.view(test_steps.MODEL, test_steps.CALL, test_steps.USER)
    ),
    "upgrade": lambda: render_upgrade(upgraded.page(synthetic=True)),
    "history": lambda: render_history(make_history([past.suite()])),
    "histories": lambda: render_history(make_history([past.suite(), past.suite("extract")], ["older"])),
}


@cache
def page_of(kind: str) -> str:
    """The file of one kind."""
    return KINDS[kind]()
