"""The page in a real browser: quiet, harmless, usable by keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.comparison import Change
from harness.grade.grade import Grade
from harness.report import safe
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from harness.report.views.parts import ReportView
from tests.browser.visits import Look, Open, wait_for, wait_for_case
from tests.report import examples, test_steps
from tests.report.hostile import PAYLOADS
from tests.report.test_html import large

# A browser talks to its driver through a loopback socket; the page itself is a file.
pytestmark = [pytest.mark.browser, pytest.mark.loopback]


def many() -> ReportView:
    return large(450)


def graded() -> ReportView:
    """The usual comparison, in which a judge of the tone is not content with one case."""
    said = Grade(
        grader="rubric", version=1, score=0.0, passed=False, evidence="curt", place="evals/triage.yaml:30:9",
        weight=1.0, criterion="tone",
    )  # fmt: skip
    sides = examples.ANSWERS["two-parcels"]
    before = [
        replace(each, grades=(replace(said, passed=True, score=1.0, evidence="kind"),))
        for each in sides.baseline
    ]
    after = [replace(each, grades=(said,)) for each in sides.candidate]
    answers = {**examples.ANSWERS, "two-parcels": CaseAnswers(baseline=tuple(before), candidate=tuple(after))}
    return make_view(examples.comparison(), examples.REGRESSED, answers, examples.HEADING)


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


def test_filters_by_text_change_tag_and_grader_work_together(opened: Open) -> None:
    made = opened(graded())
    made.page.select_option('[data-part="change"]', "regressed")
    wait_for(made.page, lambda: made.text("shown") == "4 of 8 cases")
    made.page.select_option('[data-part="tag"]', "urdu")
    wait_for(made.page, lambda: made.rows() == 2)
    made.page.select_option('[data-part="tag"]', "refund")
    wait_for(made.page, lambda: made.rows() == 1)
    made.page.click('[data-part="chosen"] button >> nth=1')
    wait_for(made.page, lambda: made.rows() == 2)
    made.page.select_option('[data-part="failing"]', "tone")
    wait_for(made.page, lambda: made.text("shown") == "0 of 8 cases")
    assert "No case fits these filters" in made.text("nothing")
    made.page.click('[data-part="reset-too"]')
    wait_for(made.page, lambda: made.text("shown") == "8 of 8 cases")
    assert "#" not in made.page.url


def test_an_address_brings_back_filters_order_and_case(opened: Open) -> None:
    first = opened(graded())
    first.page.select_option('[data-part="tag"]', "orders")
    first.page.fill('[data-part="find"]', "order")
    first.page.click('th[data-sort="id"] button')
    wait_for(first.page, lambda: "sort=id" in first.page.url and "text=order" in first.page.url)
    first.page.click('[data-part="table"] tbody a >> nth=1')
    wait_for(first.page, first.is_open)
    made = opened(graded(), hash_part=f"#{first.page.url.split('#')[1]}")
    wait_for(made.page, made.is_open)
    assert made.text("case-title") == "cancel-order-polite"
    made.page.keyboard.press("Escape")
    wait_for(made.page, lambda: not made.is_open())
    ids = made.page.locator('[data-part="table"] tbody a').all_text_contents()
    assert ids == ["address-change", "cancel-order-polite", "where-is-my-order"]
    assert made.page.get_attribute('th[data-sort="id"]', "aria-sort") == "ascending"
    assert made.page.input_value('[data-part="find"]') == "order"


def test_a_link_within_the_page_leaves_the_filters_alone(opened: Open) -> None:
    made = opened(graded())
    made.page.select_option('[data-part="tag"]', "urdu")
    wait_for(made.page, lambda: made.rows() == 2)
    made.page.evaluate("() => { location.hash = '#_cases'; }")
    made.page.evaluate("() => { location.hash = '#thank-you'; }")
    wait_for(made.page, made.is_open)
    made.page.keyboard.press("Escape")
    wait_for(made.page, lambda: "tag=urdu" in made.page.url)
    assert made.rows() == 2


@pytest.mark.parametrize("case_id", [*PAYLOADS[:-1], "?tag=x", "a?b&c=d#e", "100 %", "_cases"])
def test_a_link_to_a_case_of_any_name_opens_it(opened: Open, case_id: str) -> None:
    case = examples.change(case_id, Change.REGRESSED, 1.0, 0.0)
    view = make_view(
        examples.comparison(changes=(case,)), examples.REGRESSED, {case_id: examples.both_sides(case)}
    )
    first = opened(view)
    first.page.keyboard.press("j")
    first.page.keyboard.press("Enter")
    wait_for(first.page, first.is_open)
    made = opened(view, hash_part=f"#{first.page.url.split('#')[1]}")
    wait_for(made.page, made.is_open)
    assert made.page.text_content('[data-part="case-title"]') == safe.visible(case_id)
    assert made.quiet()


def test_headers_sort_and_say_so(opened: Open) -> None:
    made = opened(graded())
    assert made.page.get_attribute('th[data-sort="harm"]', "aria-sort") == "descending"
    made.page.click('th[data-sort="cost"] button')
    assert made.page.get_attribute('th[data-sort="cost"]', "aria-sort") == "descending"
    assert made.page.get_attribute('th[data-sort="harm"]', "aria-sort") is None
    made.page.click('th[data-sort="score"] button')
    points = made.page.locator('[data-part="table"] tbody td:nth-child(4)').all_text_contents()
    assert points == ["−100.0", "−100.0", "−66.7", "−33.3", "−33.3", "0.0", "+100.0", ""]
    made.page.click('th[data-sort="score"] button')
    assert made.page.locator('[data-part="table"] tbody a').first.text_content() == "angry-caps"


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
    wait_for(made.page, lambda: "#" not in made.page.url)


def test_where_there_is_no_answer_the_steps_are_open_and_no_box_is_empty(opened: Open) -> None:
    made = opened(test_steps.view(test_steps.MODEL, test_steps.CALL), hash_part="#c1")
    wait_for(made.page, made.is_open)
    wait_for(made.page, lambda: made.page.locator("dialog .steps").count() == 1)
    assert made.page.locator("dialog .steps").get_attribute("open") is not None
    assert all(text.strip() for text in made.page.locator("dialog pre").all_text_contents())


def test_many_cases_come_a_page_at_a_time(opened: Open) -> None:
    made = opened(many())
    assert (made.rows(), made.text("range")) == (100, "1–100")
    for _ in range(4):
        made.page.click('[data-part="later"]')
    assert (made.rows(), made.text("range")) == (50, "401–450")
    assert made.page.get_attribute('[data-part="table"]', "aria-rowcount") == "451"
    assert made.page.locator('[data-part="table"] tbody tr').last.get_attribute("aria-rowindex") == "451"
    assert made.page.is_disabled('[data-part="later"]')
    made.page.keyboard.press("k")
    assert made.page.evaluate("document.activeElement.closest('tr').ariaRowIndex") == "451"


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
    assert made.page.locator("dialog .values").count() == 3
    made.page.keyboard.press("v")
    assert made.page.locator("dialog .values").count() == 0
    assert made.page.locator("dialog del").count() == 3
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
    assert made.page.locator("svg").count() >= 4
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
