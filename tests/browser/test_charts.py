"""The charts as people see them: on their axes, legible in every width, scheme and on paper."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.kinds import page_of
from tests.browser.visits import NARROW, WIDE, Look, Open

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
pages = pytest.mark.parametrize("kind", ["charted", "charted_run"])
widths = pytest.mark.parametrize("look", [NARROW, WIDE], ids=["narrow", "wide"])

_OUTSIDE = """() => {
  const wrong = [];
  for (const plot of document.querySelectorAll('svg.axes, svg.row-plot, svg.plot')) {
    const room = plot.getBoundingClientRect();
    for (const drawn of plot.querySelectorAll('polyline, rect.bar, line.reach, line.interval, circle, g.dot')) {
      const box = drawn.getBoundingClientRect();
      if (box.left < room.left - 9 || box.right > room.right + 9 || box.top < room.top - 9 || box.bottom > room.bottom + 9)
        wrong.push(`${drawn.tagName} ${drawn.getAttribute('class')}: ${JSON.stringify(box)} of ${JSON.stringify(room)}`);
    }
  }
  return wrong;
}"""
_TEXTS = """() => [...document.querySelectorAll('svg.axes, svg.ticks')].map((plot) => [
  plot.closest('[data-chart], section')?.getAttribute('data-chart') ?? '',
  [...plot.querySelectorAll('text')].filter((each) => getComputedStyle(each).display !== 'none').map((each) => {
    const box = each.getBoundingClientRect();
    return [each.textContent, box.left, box.top, box.right, box.bottom, parseFloat(getComputedStyle(each).fontSize)];
  }),
])"""


def overlapping(texts: list[list[Any]]) -> list[tuple[str, str]]:
    """Pairs of labels that cover each other."""
    found: list[tuple[str, str]] = []
    for number, (name, left, top, right, bottom, _) in enumerate(texts):
        for other, left2, top2, right2, bottom2, _ in texts[number + 1 :]:
            if left < right2 and left2 < right and top + 2 < bottom2 and top2 + 2 < bottom:
                found.append((name, other))
    return found


@pages
@widths
def test_everything_lies_on_its_axes(opened: Open, kind: str, look: Look) -> None:
    made = opened(page_of(kind), look=look)
    assert made.page.locator("svg.axes").count() >= 3
    assert made.page.evaluate(_OUTSIDE) == []


@pages
@widths
def test_no_label_covers_another_and_all_can_be_read(opened: Open, kind: str, look: Look) -> None:
    made = opened(page_of(kind), look=look)
    for name, texts in made.page.evaluate(_TEXTS):
        assert len(texts) >= 2, name
        assert overlapping(texts) == [], name
        assert all(size >= 11 for *_, size in texts)
        assert all(left >= 0 and right <= look.width for _, left, _, right, _, _ in texts), name


@pages
def test_every_chart_has_a_name_and_its_numbers_as_a_table(opened: Open, kind: str) -> None:
    made = opened(page_of(kind))
    for figure in made.page.locator("figure.chart").all():
        plot = figure.locator("svg[role=img]")
        named = plot.evaluate(
            "(plot) => plot.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id)?.textContent)"
        )
        assert all(named), figure.get_attribute("data-chart")
        summary = figure.locator("details.numbers summary")
        assert not figure.locator("details.numbers table").is_visible()
        summary.click()
        assert figure.locator("details.numbers table").is_visible()
        assert figure.locator("details.numbers tbody tr").count() >= 2
    assert made.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert made.quiet()


def test_open_tables_of_numbers_fit_a_narrow_page_too(opened: Open) -> None:
    made = opened(page_of("charted"), look=NARROW)
    for summary in made.page.locator("details.numbers summary, details.folded summary").all():
        summary.click()
    assert made.page.evaluate("document.documentElement.scrollWidth") <= 390


@pages
def test_sides_differ_by_more_than_their_colour(opened: Open, kind: str) -> None:
    made = opened(page_of(kind))
    looks = made.page.evaluate(
        "() => [...document.querySelectorAll('svg.lines polyline')].map((each) => [each.getAttribute('class'), getComputedStyle(each).strokeDasharray])"
    )
    dashes = dict(looks)
    assert len(set(dashes.values())) == len(dashes), dashes


@pages
def test_lines_stay_thin_however_far_a_chart_is_stretched(opened: Open, kind: str) -> None:
    made = opened(page_of(kind), look=WIDE)
    effects = made.page.evaluate(
        "() => [...document.querySelectorAll('svg.lines polyline')].map((each) => getComputedStyle(each).vectorEffect)"
    )
    assert set(effects) == {"non-scaling-stroke"}


def test_contents_and_first_cases_lead_where_they_say(opened: Open) -> None:
    made = opened(page_of("charted"))
    for link in made.page.locator("nav.contents a").all():
        link.click()
        target = made.page.evaluate("document.querySelector(location.hash)?.textContent ?? ''")
        assert target.strip(), link.inner_text()
        assert not made.is_open()


def test_many_slices_are_folded_away_and_unfold(opened: Open) -> None:
    made = opened(page_of("charted"))
    folded = made.page.locator("details.folded")
    assert not folded.locator("table").is_visible()
    folded.locator("summary").click()
    assert folded.locator("tbody tr").count() >= 3


def test_on_paper_charts_are_whole_and_their_folded_numbers_are_not_mentioned(opened: Open) -> None:
    made = opened(page_of("charted"), look=Look(media="print"))
    assert all(each.is_visible() for each in made.page.locator("svg.axes").all())
    assert not made.page.locator("details.numbers summary").first.is_visible()
    assert not made.page.locator("nav.contents").is_visible()
