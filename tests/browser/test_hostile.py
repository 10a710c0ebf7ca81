"""The hostile corpus in a real browser: nothing runs, nothing is asked for, and every text is shown as text."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from harness.compare.comparison import Change
from harness.report import safe
from harness.report.page import html
from harness.report.page.upgrade import render_upgrade
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from tests.browser.visits import Look, Open, Opened, open_first, wait_for, wait_for_case
from tests.report import examples, test_history, upgraded
from tests.report.hostile import CORPUS, NAMES, PAYLOADS
from tests.report.test_hostile import comparison_of, run_of

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
CHOSEN = """(tag) => {
  const asked = document.querySelector('[data-part="tag"]');
  asked.value = tag;
  asked.dispatchEvent(new Event('change', {bubbles: true}));
}"""
SHOWN = tuple(each for each in CORPUS if each.strip())


def named_like(names: tuple[str, ...]) -> str:
    """A page whose cases and tags are called like this, and nothing else."""
    changes = tuple(examples.change(name, Change.REGRESSED, 1.0, 0.0, (name,)) for name in names)
    answers = {
        name: CaseAnswers(
            baseline=(examples.answer(name, 1, f"before {number}"),),
            candidate=(examples.answer(name, 1, f"after {number}", passed=False),),
        )
        for number, name in enumerate(names)
    }
    return html.render(make_view(examples.comparison(changes=changes), examples.REGRESSED, answers))


def walked(made: Opened, count: int) -> set[str]:
    """Open every case one after the other, as the keyboard does it; gives their titles."""
    open_first(made)
    titles = {made.text("case-title")}
    for _ in range(count - 1):
        before = made.text("case-title")
        made.page.keyboard.press("j")
        wait_for(made.page, lambda before=before: made.text("case-title") != before)  # type: ignore[misc]
        wait_for(made.page, lambda: bool(made.text("case-body").strip()))
        titles.add(made.text("case-title"))
    return titles


def test_no_hostile_answer_does_anything_when_its_case_is_open(opened: Open) -> None:
    made = opened(comparison_of(SHOWN))
    assert len(walked(made, len(SHOWN))) == len(SHOWN)
    assert made.quiet(), (made.console, made.dialogs, made.requests)


def test_no_hostile_answer_does_anything_in_a_run(opened: Open) -> None:
    made = opened(run_of(SHOWN))
    assert len(walked(made, len(SHOWN))) == len(SHOWN)
    assert made.quiet(), (made.console, made.dialogs, made.requests)


def test_no_hostile_name_does_anything_on_the_pages_without_cases(opened: Open) -> None:
    for text in (*PAYLOADS[:-1], *NAMES[:3]):
        for page in (render_upgrade(upgraded.hostile_page(text)), test_history.hostile(text)):
            made = opened(page)
            assert made.page.is_visible("h1")
            assert made.quiet(), (text, made.console, made.dialogs, made.requests)
            made.page.close()


def test_without_scripts_nothing_is_done_either(opened: Open) -> None:
    for kind in (comparison_of, run_of):
        made = opened(kind(SHOWN[:40]), look=Look(scripts=False))
        assert made.quiet(), (made.console, made.dialogs, made.requests)


def test_no_text_is_wider_than_the_window(opened: Open) -> None:
    made = opened(comparison_of([*SHOWN, *PAYLOADS]), look=Look(width=390))
    assert made.page.evaluate("document.documentElement.scrollWidth") <= 390
    open_first(made)
    assert made.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_case_is_found_by_its_tag_whatever_that_says(opened: Open) -> None:
    names = tuple(name for name in NAMES if name.strip())
    made = opened(named_like(names))
    for name in map(safe.visible, names):
        made.page.evaluate(CHOSEN, name)  # playwright's own way takes `a ` for ` a`, and a label for a value
        wait_for(made.page, lambda: made.rows() == 1)
        assert made.page.locator('[data-part="table"] tbody .id').text_content() == name
        made.page.click('[data-part="reset"]')
    assert made.quiet(), (made.console, made.dialogs, made.requests)


def test_a_link_leads_to_its_case_whatever_that_is_called(opened: Open) -> None:
    names = tuple(name for name in NAMES if name.strip() and safe.visible(name) == name)
    page = named_like(names)
    made = opened(page)
    for name in names[:40]:
        made.page.evaluate("(name) => { location.hash = '#' + encodeURIComponent(name) }", name)
        wait_for_case(made, " ".join(name.split()))
        made.page.keyboard.press("Escape")
        wait_for(made.page, lambda: not made.is_open())
    for name in ("__proto__", "constructor", "%", "#", "_cases", "a b"):
        again = opened(page, hash_part=f"#{quote(name, safe='')}")
        wait_for_case(again, name)
        assert again.quiet(), (again.console, again.dialogs, again.requests)


def test_a_tampered_address_opens_nothing_and_breaks_nothing(opened: Open) -> None:
    page = named_like(("a", "b"))
    for part in (
        "#%",
        "#%E0%A4%A",
        "#__proto__",
        "#constructor",
        "#<img src=x onerror=alert(1)>",
        "#a%00",
        "##",
        "#a&b=c",
    ):
        made = opened(page, hash_part=part)
        assert not made.is_open()
        assert made.quiet(), (part, made.console, made.dialogs, made.requests)
