"""The page in a real browser: quiet, harmless, usable by keyboard."""

from __future__ import annotations

import pytest

from harness.compare.comparison import Change
from harness.report.views.comparison import make_view
from harness.report.views.parts import CaseAnswers, ReportView
from tests.browser.visits import Look, Open, wait_for, wait_for_case
from tests.report import examples, test_steps
from tests.report.hostile import PAYLOADS
from tests.report.test_html import large

# A browser talks to its driver through a loopback socket; the page itself is a file.
pytestmark = [pytest.mark.browser, pytest.mark.loopback]


def many() -> ReportView:
    return large(450)


def test_the_page_loads_quietly_and_alone(opened: Open) -> None:
    made = opened(examples.views()["regressed"])
    assert made.console == []
    assert len([url for url in made.requests if not url.startswith("data:")]) == 1
    assert made.text("shown") == "8 of 8 cases"


def test_thirteen_hostile_answers_do_nothing_at_all(opened: Open) -> None:
    changes = tuple(
        examples.change(f"case-{n}", Change.REGRESSED, 1.0, 0.0, (p,)) for n, p in enumerate(PAYLOADS)
    )
    answers = {
        f"case-{n}": CaseAnswers(
            baseline=(examples.answer(f"case-{n}", 1, f"good {payload}"),),
            candidate=(examples.answer(f"case-{n}", 1, payload, passed=False, detail=payload),),
        )
        for n, payload in enumerate(PAYLOADS)
    }
    made = opened(make_view(examples.comparison(changes=changes), examples.REGRESSED, answers))
    made.page.keyboard.press("j")
    made.page.keyboard.press("Enter")
    for number in range(len(PAYLOADS)):
        wait_for_case(made, f"case-{number}")
        made.page.keyboard.press("j")
    assert (made.dialogs, made.console) == ([], [])
    assert len([url for url in made.requests if not url.startswith("data:")]) == 1


def test_a_hostile_view_in_every_field_is_quiet_too(opened: Open) -> None:
    for payload in PAYLOADS[:-1:3]:
        made = opened(examples.hostile_view(payload))
        made.page.keyboard.press("j")
        made.page.keyboard.press("Enter")
        wait_for(made.page, made.is_open)
        assert (made.dialogs, made.console) == ([], []), payload


def test_keys_move_open_leave_and_find(opened: Open) -> None:
    made = opened(examples.views()["regressed"])
    keys = made.page.keyboard
    keys.press("j")
    keys.press("j")
    assert made.page.evaluate("document.activeElement.textContent") == "double-charge-ur"
    keys.press("Enter")
    wait_for(made.page, made.is_open)
    assert made.text("case-title") == "double-charge-ur"
    keys.press("j")
    wait_for(made.page, lambda: made.text("case-title") == "cancel-order-polite")
    keys.press("k")
    wait_for(made.page, lambda: made.text("case-title") == "double-charge-ur")
    keys.press("Escape")
    wait_for(made.page, lambda: not made.is_open())
    assert made.page.evaluate("document.activeElement.textContent") == "double-charge-ur"
    keys.press("/")
    assert made.page.evaluate("document.activeElement.type") == "search"


def test_filters_by_text_change_and_tag(opened: Open) -> None:
    made = opened(examples.views()["regressed"])
    made.page.select_option('[data-part="change"]', "regressed")
    wait_for(made.page, lambda: made.text("shown") == "4 of 8 cases")
    made.page.select_option('[data-part="tag"]', "urdu")
    wait_for(made.page, lambda: made.rows() == 2)
    made.page.keyboard.press("/")
    made.page.fill('[data-part="find"]', "double")
    wait_for(made.page, lambda: made.rows() == 1)
    made.page.fill('[data-part="find"]', "nowhere to be found")
    wait_for(made.page, lambda: made.text("shown") == "0 of 8 cases")


def test_a_search_reaches_into_the_answers(opened: Open) -> None:
    view = many()
    said = view.cases[321].pairs[0].candidate
    assert said is not None
    made = opened(view)
    made.page.fill('[data-part="find"]', said.text[200:400].lower())
    wait_for(made.page, lambda: made.rows() == 1)


def test_a_link_leads_to_a_case_and_back(opened: Open) -> None:
    made = opened(examples.views()["regressed"], hash_part="#two-parcels")
    wait_for(made.page, made.is_open)
    assert made.text("case-title") == "two-parcels"
    made.page.keyboard.press("Escape")
    wait_for(made.page, lambda: not made.is_open())
    assert "#" not in made.page.url


def test_where_there_is_no_answer_the_steps_are_open_and_no_box_is_empty(opened: Open) -> None:
    made = opened(test_steps.view(test_steps.MODEL, test_steps.CALL), hash_part="#c1")
    wait_for(made.page, made.is_open)
    wait_for(made.page, lambda: made.page.locator("dialog .steps").count() == 1)
    assert made.page.locator("dialog .steps").get_attribute("open") is not None
    assert all(text.strip() for text in made.page.locator("dialog pre").all_text_contents())


def test_many_cases_come_a_page_at_a_time(opened: Open) -> None:
    made = opened(many())
    assert made.rows() == 50
    made.page.click('[data-part="more"]')
    assert made.rows() == 250
    made.page.click('[data-part="more"]')
    assert made.rows() == 450
    assert not made.page.is_visible('[data-part="more"]')


def test_the_marked_differences_are_exactly_the_two_answers(opened: Open) -> None:
    made = opened(large(30))
    made.page.keyboard.press("j")
    made.page.keyboard.press("Enter")
    for row in large(30).cases:
        wait_for_case(made, row.case_id)
        before, after = made.page.locator("dialog .answer pre").all()
        pair = row.pairs[0]
        assert pair.baseline is not None
        assert pair.candidate is not None
        assert (before.text_content(), after.text_content()) == (pair.baseline.text, pair.candidate.text)
        made.page.keyboard.press("j")


def test_a_changed_word_is_marked_on_both_sides(opened: Open) -> None:
    made = opened(examples.views()["regressed"], hash_part="#refund-late-parcel-ur")
    wait_for(made.page, lambda: made.page.locator("dialog del").count() == 3)
    assert made.page.locator("dialog del").first.text_content() == "refunds"
    assert made.page.locator("dialog ins").first.text_content() == "billing"


def test_the_policy_forbids_making_markup_of_text(opened: Open) -> None:
    made = opened(examples.views()["regressed"])
    threw = made.page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }"
    )
    assert threw is True


def test_without_scripts_verdict_charts_and_cases_are_there(opened: Open) -> None:
    made = opened(examples.views()["regressed"], look=Look(scripts=False))
    assert made.page.inner_text("h1").startswith("REGRESSED")
    assert made.page.locator("svg").count() == 4
    assert made.page.locator("tbody[id] details").count() == 8
    assert "Without JavaScript" in made.page.inner_text("main")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(opened: Open, width: int) -> None:
    for view in examples.views().values():
        made = opened(view, look=Look(width=width))
        assert made.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_of_five_thousand_cases_is_ready_soon(opened: Open) -> None:
    made = opened(large(5_000))
    assert made.text("shown") == "5,000 of 5,000 cases"
    assert (
        made.page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 3_000
    )
