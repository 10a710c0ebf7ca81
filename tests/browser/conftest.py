"""A browser for the tests of pages. On a machine without one they are skipped; in CI that is a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.report.page import html
from harness.report.views.parts import ReportView, RunView
from tests.browser.chromium import CHROMIUM, REMEDY, launched
from tests.browser.visits import PLAIN, Look, Open, Opened, seen, wait_until_usable, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module, and gone after it: its driver leaves an event loop running, beside which no other can run."""
    if CHROMIUM is None:
        lacks = f"there is no chromium on this machine; {REMEDY}"
        if os.environ.get("CI"):
            pytest.fail(lacks)
        pytest.skip(lacks)
    with launched() as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    contexts = []

    def visit(what: ReportView | RunView | str, *, hash_part: str = "", look: Look = PLAIN) -> Opened:
        path = tmp_path / "report.html"
        path.write_text(rendered(what), encoding="utf-8")
        context = seen(browser, look)
        contexts.append(context)
        made = watched(context)
        made.page.emulate_media(media=look.media)
        made.page.goto(path.as_uri() + hash_part)
        made.page.wait_for_load_state()
        if look.scripts:
            wait_until_usable(made.page)
        return made

    yield visit
    for context in contexts:
        context.close()


def rendered(what: ReportView | RunView | str) -> str:
    if isinstance(what, str):
        return what
    return html.render_run(what) if isinstance(what, RunView) else html.render(what)
