"""The pages in a real browser, in short: what every run of the tests looks at. `make browser` looks at everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import checks
from tests.browser.hosting import POLICIES, served
from tests.browser.kinds import page_of
from tests.browser.test_hostile import named_like, walked
from tests.browser.visits import NARROW, PLAIN, Open, open_first, seen, wait_for, watched
from tests.report.hostile import COMMANDS, LINKS, MARKUP, TERMINAL, UNICODE
from tests.report.test_hostile import comparison_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.loopback
IN_SHORT = ("regressed", "run", "upgrade", "history")


@pytest.mark.parametrize("kind", IN_SHORT)
def test_a_page_fits_keeps_to_itself_and_bars_nobody(opened: Open, kind: str) -> None:
    made = opened(page_of(kind), look=NARROW)
    assert checks.violations(made.page) == []
    assert checks.headings(made.page) == []
    assert checks.sideways(made.page) == []
    made.page.set_viewport_size({"width": 1440, "height": 800})
    made.page.emulate_media(color_scheme="dark")
    assert checks.sideways(made.page) == []
    assert checks.violations(made.page) == []
    if made.page.locator('[data-part="dialog"]').count():
        open_first(made)
        assert checks.violations(made.page) == []
    made.page.emulate_media(media="print")
    assert made.page.is_visible("h1")
    assert made.quiet(), (made.console, made.dialogs, made.requests)


def test_keys_filters_and_links_lead_to_a_case(opened: Open) -> None:
    made = opened(page_of("regressed"), hash_part="#two-parcels")
    wait_for(made.page, lambda: made.is_open() and made.text("case-title") == "two-parcels")
    made.page.keyboard.press("Escape")
    made.page.select_option('[data-part="tag"]', "urdu")
    wait_for(made.page, lambda: made.rows() == 2)
    made.page.keyboard.press("/")
    made.page.keyboard.type("double")
    wait_for(made.page, lambda: made.rows() == 1)
    made.page.keyboard.press("Escape")
    open_first(made)
    assert made.text("case-title") == "double-charge-ur"
    assert made.page.locator("dialog ins, dialog del").count() > 0
    made.page.keyboard.press("Escape")
    wait_for(made.page, lambda: not made.is_open())
    assert made.page.evaluate("document.activeElement.textContent") == "double-charge-ur"
    assert made.quiet(), (made.console, made.dialogs, made.requests)


def test_hostile_answers_and_names_do_nothing(opened: Open) -> None:
    texts = (*MARKUP, *LINKS[:6], *UNICODE[:8], TERMINAL[0], COMMANDS[0])
    made = opened(comparison_of(texts))
    assert len(walked(made, len(texts))) == len(texts)
    assert made.quiet(), (made.console, made.dialogs, made.requests)
    names = ("__proto__", "constructor", "_cases", "%")
    again = opened(named_like(names))
    assert walked(again, len(names)) == set(names)
    assert again.quiet(), (again.console, again.dialogs, again.requests)


def test_a_page_is_of_use_where_a_host_forbids_its_scripts(browser: Browser) -> None:
    with served(page_of("regressed"), POLICIES["a box"]) as server, seen(browser, PLAIN) as context:
        made = watched(context)
        made.page.goto(server.url)
        assert made.page.inner_text("h1").startswith("REGRESSED")
        assert made.page.locator("tbody[id] details").count() == 8
        assert (server.asked, made.left) == (["/report.html"], [])
