"""A page does what it can wherever a CI system puts it, and asks for nothing there either."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.hosting import POLICIES, served
from tests.browser.kinds import KINDS, page_of
from tests.browser.visits import PLAIN, open_first, seen, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.loopback]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", POLICIES)
def test_the_verdict_and_the_worst_cases_are_there_wherever_it_is_served(
    browser: Browser, kind: str, host: str
) -> None:
    with served(page_of(kind), POLICIES[host]) as server, seen(browser, PLAIN) as context:
        made = watched(context)
        made.page.goto(server.url)
        assert made.page.is_visible("h1")
        assert made.page.locator("tbody tr").count() > 0
        assert (server.asked, made.dialogs, made.left) == (["/report.html"], [], [])


@pytest.mark.parametrize("host", ["none", "scripts in a box"])
def test_where_scripts_may_run_every_case_opens(browser: Browser, host: str) -> None:
    with served(page_of("regressed"), POLICIES[host]) as server, seen(browser, PLAIN) as context:
        made = watched(context)
        made.page.goto(f"{server.url}#two-parcels")
        assert made.is_open()
        made.page.keyboard.press("Escape")
        open_first(made)
        assert made.quiet(), (made.console, made.dialogs, made.requests)
