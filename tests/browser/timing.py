"""How long a page takes to do what was asked of it, measured inside the page, and the memory of its process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.visits import wait_until_usable

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FIRST_VIEW = """() => {
  const navigation = performance.getEntriesByType('navigation')[0];
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const usable = performance.getEntriesByName('usable')[0];
  return {ready: usable ? usable.startTime : navigation.domContentLoadedEventEnd, paint: paint ? paint.startTime : null};
}"""
_SETTLED = """([part, value, wanted]) => new Promise((done, fail) => {
  const shown = document.querySelector('[data-part="shown"]');
  const asked = document.querySelector(`[data-part="${part}"]`);
  const started = performance.now();
  const seen = new MutationObserver(() => {
    if (wanted && !shown.textContent.startsWith(wanted)) return;
    seen.disconnect();
    document.body.getBoundingClientRect();
    done(performance.now() - started);
  });
  seen.observe(shown, {childList: true, characterData: true, subtree: true});
  setTimeout(() => fail(new Error(`${part}: nothing happened, ${shown.textContent}`)), 120000);
  asked.value = value;
  asked.dispatchEvent(new Event(asked.tagName === 'SELECT' ? 'change' : 'input', {bubbles: true}));
})"""
_OPENED = """(id) => new Promise((done, fail) => {
  const started = performance.now();
  setTimeout(() => fail(new Error('the case did not open')), 20000);
  const look = () => {
    if (document.querySelector('[data-part="case-title"]').textContent === id
        && document.querySelector('[data-part="case-body"] .answer')) {
      document.body.getBoundingClientRect();
      done(performance.now() - started);
    } else setTimeout(look, 1);
  };
  location.hash = '#' + encodeURIComponent(id);
  look();
})"""
_SCROLLED = """() => new Promise((done) => {
  const started = performance.now();
  scrollTo(0, document.documentElement.scrollHeight);
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started)));
})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstView:
    """From the start of the navigation, seconds."""

    paint: float
    """Until something with contents is drawn."""
    ready: float
    """Until the scripts have run, the cases are unpacked and the page can be used."""
    wall: float
    """By the clock of whoever opened it."""


def open_page(page: Page, path: Path) -> FirstView:
    """Open a file and wait until it is there."""
    started = time.perf_counter()
    page.goto(path.resolve().as_uri())
    wait_until_usable(page)
    wall = time.perf_counter() - started
    page.wait_for_timeout(300)  # the paint is reported a little later
    found: dict[str, Any] = page.evaluate(_FIRST_VIEW)
    return FirstView(paint=(found["paint"] or 0.0) / 1000, ready=found["ready"] / 1000, wall=wall)


def filtered(page: Page, part: str, value: str, wanted: str = "") -> float:
    """Seconds from a change of a filter until the rows are there. `wanted`: how the number of cases shown begins."""
    return float(page.evaluate(_SETTLED, [part, value, wanted])) / 1000


def opened_case(page: Page, case_id: str) -> float:
    """Seconds until a case shows its answers; it is closed again."""
    took = float(page.evaluate(_OPENED, case_id)) / 1000
    page.keyboard.press("Escape")
    return took


def scrolled(page: Page) -> float:
    """Seconds until the end of the page is drawn: two frames at least."""
    return float(page.evaluate(_SCROLLED)) / 1000


def memory(browser: Browser) -> float:
    """Megabytes that the largest process of a page keeps: its own and its share of what several use."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return max(_proportional(each["id"]) for each in processes if each["type"] == "renderer")


def _proportional(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
