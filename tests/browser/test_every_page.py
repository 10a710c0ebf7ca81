"""What holds for every page, whatever it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from tests.browser import checks
from tests.browser.kinds import KINDS, page_of
from tests.browser.visits import NARROW, PLAIN, WIDE, Look, Open, Opened, open_first, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
every_kind = pytest.mark.parametrize("kind", KINDS)
both_widths = pytest.mark.parametrize("look", [NARROW, WIDE], ids=["narrow", "wide"])


def has_cases(made: Opened) -> bool:
    return made.page.locator('[data-part="table"]').count() == 1


def assert_fit_for_everybody(made: Opened) -> None:
    """In light and in dark."""
    for scheme in SCHEMES:
        made.page.emulate_media(color_scheme=scheme)
        assert checks.violations(made.page) == [], scheme
    assert checks.sideways(made.page) == []
    assert checks.headings(made.page) == []
    assert made.quiet(), (made.console, made.requests)


@every_kind
@both_widths
def test_it_is_quiet_fits_and_bars_nobody(opened: Open, kind: str, look: Look) -> None:
    assert_fit_for_everybody(opened(page_of(kind), look=look))


@every_kind
@both_widths
def test_an_open_case_fits_and_bars_nobody(opened: Open, kind: str, look: Look) -> None:
    made = opened(page_of(kind), look=look)
    if has_cases(made):
        open_first(made)
    assert_fit_for_everybody(made)


@every_kind
def test_filters_in_use_bar_nobody(opened: Open, kind: str) -> None:
    made = opened(page_of(kind))
    if not has_cases(made):
        return
    for each in made.page.locator('[data-part="filters"] select').all():
        if each.is_visible():
            each.select_option(index=1)
    made.page.fill('[data-part="find"]', "nothing is called like this")
    wait_for(made.page, lambda: made.text("shown").startswith("0 of"))
    assert_fit_for_everybody(made)


@every_kind
def test_the_keyboard_alone_reaches_everything_and_shows_where_it_is(opened: Open, kind: str) -> None:
    made = opened(page_of(kind))
    assert checks.keyboard(made.page) == []


@every_kind
def test_the_keyboard_reaches_everything_in_a_case_and_comes_back(opened: Open, kind: str) -> None:
    made = opened(page_of(kind))
    if not has_cases(made):
        return
    made.page.keyboard.press("j")
    before = made.page.evaluate("document.activeElement.textContent")
    made.page.keyboard.press("Enter")
    wait_for(made.page, lambda: made.is_open() and bool(made.text("case-body").strip()))
    assert checks.keyboard(made.page) == []
    made.page.keyboard.press("Escape")
    wait_for(made.page, lambda: not made.is_open())
    assert made.page.evaluate("document.activeElement.textContent") == before


@every_kind
def test_nothing_moves_for_who_does_not_want_it(opened: Open, kind: str) -> None:
    made = opened(page_of(kind), look=Look(motion="reduce"))
    assert checks.moving(made.page) == []


@every_kind
def test_it_can_be_read_at_four_times_the_size(opened: Open, kind: str) -> None:
    made = opened(page_of(kind), look=replace(PLAIN, width=320))
    assert checks.sideways(made.page) == []


@every_kind
def test_without_scripts_it_says_the_same_and_fits(opened: Open, kind: str) -> None:
    with_them = opened(page_of(kind)).page.inner_text("h1")
    for look in (NARROW, WIDE):
        made = opened(page_of(kind), look=replace(look, scripts=False))
        assert made.page.inner_text("h1") == with_them
        assert made.page.locator("tbody tr").count() > 0
        assert made.quiet(), (made.console, made.requests)


@every_kind
def test_on_paper_there_is_the_verdict_and_nothing_to_press(opened: Open, kind: str) -> None:
    made = opened(page_of(kind), look=replace(PLAIN, media="print"))
    # The heads of the list stay: on paper the buttons that sort are its words.
    pressed = [
        each
        for each in made.page.locator("button:not(thead button), input, select").all()
        if each.is_visible()
    ]
    assert (made.page.is_visible("h1"), len(pressed)) == (True, 0)
    assert made.page.pdf().startswith(b"%PDF")
    assert made.quiet(), (made.console, made.requests)
