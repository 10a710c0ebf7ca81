"""One browser for all tests of pages. Without a browser they are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.report.page import html
from harness.report.views.parts import ReportView, RunView
from tests.browser.chromium import CHROMIUM, REMEDY, launched
from tests.browser.visits import Open, Opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(f"needs chromium; {REMEDY}")
    pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with launched() as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    contexts = []

    def visit(
        view: ReportView | RunView, *, hash_part: str = "", scripts: bool = True, width: int = 1280
    ) -> Opened:
        path = tmp_path / "report.html"
        page = html.render_run(view) if isinstance(view, RunView) else html.render(view)
        path.write_text(page, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        contexts.append(context)
        made = Opened(context.new_page())
        made.page.on("console", lambda message: made.console.append(message.text))
        made.page.on("pageerror", lambda error: made.console.append(str(error)))
        made.page.on("request", lambda request: made.requests.append(request.url[:60]))
        made.page.on("dialog", made.refuse)
        made.page.goto(path.as_uri() + hash_part)
        made.page.wait_for_load_state()
        return made

    yield visit
    for context in contexts:
        context.close()
