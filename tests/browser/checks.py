"""What holds for every page, as functions that give what is wrong: nothing, if all is well."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.visits import tabbed

if TYPE_CHECKING:
    from playwright.sync_api import Page

_AXE = """async () => {
  const found = await axe.run(document, {
    resultTypes: ['violations'],
    rules: {'target-size': {enabled: true}, 'color-contrast-enhanced': {enabled: false}},
  });
  return found.violations.map((each) => ({
    rule: each.id, help: each.help,
    where: each.nodes.slice(0, 3).map((node) => node.target.join(' ') + ': ' + (node.any[0]?.message ?? node.all[0]?.message ?? '')),
    count: each.nodes.length,
  }));
}"""
_HEADINGS = """() => {
  const scope = document.querySelector('dialog[open]') ?? document;
  return [...scope.querySelectorAll('h1,h2,h3,h4,h5,h6')]
    .filter((each) => each.checkVisibility() && (scope !== document || !each.closest('dialog')))
    .map((each) => [Number(each.tagName[1]), each.textContent.trim()]);
}"""
_SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > room + 1);
  return wide.slice(0, 3).map((each) => `${each.tagName} ${each.className} ends at ${each.getBoundingClientRect().right} of ${room}`);
}"""
_REACHABLE = """() => {
  const scope = document.querySelector('dialog[open]') ?? document;
  const all = [...scope.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]')]
    .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.disabled && (scope !== document || !each.closest('dialog')));
  all.forEach((each, number) => each.setAttribute('data-visit', String(number)));
  return all.map((each) => `${each.tagName} ${each.textContent.trim().slice(0, 30) || each.getAttribute('data-part') || ''}`);
}"""
_FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const drawn = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  const box = at.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return !drawn ? `${at.outerHTML.slice(0, 80)} shows no focus` : inside ? '' : `${at.outerHTML.slice(0, 80)} has the focus out of sight`;
}"""
_MOVING = """() => [
  ...document.getAnimations().map((each) => `an animation of ${each.effect?.target?.tagName}`),
  ...[...document.querySelectorAll('*')]
    .filter((each) => getComputedStyle(each).transitionDuration.split(',').some((time) => parseFloat(time) > 0.01))
    .map((each) => `${each.tagName} ${each.className} takes ${getComputedStyle(each).transitionDuration}`),
]"""


@cache
def _axe() -> str:
    import axe_playwright_python

    return Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now, best practices included."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(f"() => {{ {_axe()} }}")
    found: list[dict[str, Any]] = page.evaluate(_AXE)
    return [f"{each['rule']} ({each['count']} x): {each['help']}: {each['where']}" for each in found]


def headings(page: Page) -> list[str]:
    """One `h1` where no case is open, and no level left out."""
    found: list[tuple[int, str]] = page.evaluate(_HEADINGS)
    wrong = [f"the heading {text!r} has no words" for _, text in found if not text]
    levels = [level for level, _ in found]
    if page.locator("dialog[open]").count() == 0 and levels.count(1) != 1:
        wrong.append(f"{levels.count(1)} first headings")
    return wrong + [
        f"h{after} {text!r} follows h{before}"
        for before, (after, text) in zip(levels, found[1:], strict=False)
        if after > before + 1
    ]


def sideways(page: Page) -> list[str]:
    """What is wider than the window."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


def keyboard(page: Page) -> list[str]:
    """What Tab does not reach, and what does not show that it has the focus."""
    there: list[str] = page.evaluate(_REACHABLE)
    reached: set[str] = set()
    wrong: list[str] = []
    for at in tabbed(page):
        if at in reached:
            break
        reached.add(at)
        if said := page.evaluate(_FOCUS):
            wrong.append(said)
    return wrong + [f"Tab never reaches {name}" for at, name in enumerate(there) if str(at) not in reached]


def moving(page: Page) -> list[str]:
    """What moves although nobody wants to see it move."""
    found: list[str] = page.evaluate(_MOVING)
    return found
