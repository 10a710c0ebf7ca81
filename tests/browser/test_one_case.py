"""One case, opened: answers, grades, steps, attempts, what was asked, and how to ask it again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.call.step import Step
from harness.compare.comparison import Change
from harness.grade.grade import Grade
from harness.record import Answer, Attempt
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from harness.report.views.parts import ReportView
from harness.units import FREE, Seconds
from tests.browser.visits import Look, Open, Opened, open_first, wait_for
from tests.report import examples
from tests.report.test_html import run_page

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
GRADE = Grade(
    grader="rubric", version=1, score=1.0, passed=True, evidence="It is kind.", place="evals/triage.yaml:30:9",
    weight=1.0, criterion="tone",
)  # fmt: skip
LOOKED = Step(
    number=1, turn=1, kind="tool", tool="lookup", arguments='{"order":"17"}', text="It was sent on Monday."
)
TRIED = Attempt(
    number=1, latency=Seconds(0.4), fault="overloaded", detail="busy", status=529, request_id=None, cost=FREE,
    cost_uncertain=FREE,
)  # fmt: skip


def full() -> ReportView:
    """A case with everything that can be told of one: the first fell, the second was left as it was."""
    case = examples.change("late parcel's", Change.REGRESSED, 1.0, 0.0, ("urdu",))
    before = replace(
        examples.answer(case.case_id, 1, "It comes on Monday."),
        grades=(replace(GRADE, criterion="", grader="json", evidence="is JSON"), GRADE),
        steps=(LOOKED,),
    )
    after = replace(
        examples.answer(case.case_id, 1, "It comes on Tuesday.", passed=False),
        question=before.question.replace("You sort", "My parcel is late."),
        grades=(
            replace(GRADE, criterion="", grader="json", evidence="is JSON"),
            replace(GRADE, score=0.0, passed=False, evidence="It is curt."),
        ),
        steps=(replace(LOOKED, tool="guess"), replace(LOOKED, number=2, arguments='{"order":"18"}')),
        attempts=(TRIED, replace(TRIED, number=2, fault=None, status=200)),
    )
    other = examples.change("thank-you", Change.SAME, 1.0, 1.0)
    answers = {case.case_id: both(before, after), other.case_id: examples.both_sides(other)}
    return make_view(
        examples.comparison(changes=(case, other)), examples.REGRESSED, answers, examples.HEADING
    )


def both(before: Answer, after: Answer) -> CaseAnswers:
    return CaseAnswers(baseline=(before,), candidate=(after,))


@pytest.fixture
def made(opened: Open) -> Opened:
    made = opened(full())
    open_first(made)
    return made


def test_every_grade_of_both_sides_is_told_those_that_changed_first(made: Opened) -> None:
    rows = [each.inner_text() for each in made.page.locator("dialog .grades tbody tr").all()]
    assert len(rows) == 2
    assert rows[0].split() == (
        [
            "tone",
            "rubric",
            "changed",
            "evals/triage.yaml:30:9",
            "met",
            "It",
            "is",
            "kind.",
            "not",
            "met",
            "It",
            "is",
            "curt.",
        ]
    )
    assert "changed" not in rows[1]


def test_steps_of_both_sides_stand_beside_what_they_are_like(made: Opened) -> None:
    made.page.click("dialog .steps summary")
    sides = [each.inner_text().split("\n") for each in made.page.locator("dialog .steps .sides").all()]
    assert [(side[0], side[-1][:2]) for side in sides] == [
        ("no such step", "It"),
        ('1. lookup {"order":"17"}', "It"),
    ]
    assert made.page.locator("dialog .steps ins").all_text_contents() == ["18"]


def test_attempts_are_told_where_there_were_several(made: Opened) -> None:
    made.page.click("dialog summary:has-text('attempts')")
    assert "1 → 2 attempts" in made.text("case-body")
    assert "1. overloaded (529) · 0.40 s · busy" in made.text("case-body")


def test_what_was_asked_is_shown_with_what_differs(made: Opened) -> None:
    made.page.click("dialog summary:has-text('asked, differently')")
    assert made.page.locator("dialog details ins").first.text_content() == "My parcel is late."
    assert made.page.locator("dialog details h4").all_text_contents() == [
        "system",
        "system",
        "user",
        "settings",
    ]


def test_the_command_that_asks_it_again_is_quoted_and_copied(made: Opened) -> None:
    told = "harness gate triage --base origin/main --repeats 2 --case 'late parcel'\"'\"'s'"
    assert made.text("command") == told
    made.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    made.page.keyboard.press("c")
    wait_for(made.page, lambda: made.text("copied") == "Copied.")
    assert made.page.evaluate("navigator.clipboard.readText()") == told
    made.page.click('[data-part="copy-link"]')
    wait_for(
        made.page, lambda: made.page.evaluate("navigator.clipboard.readText()").endswith("#late%20parcel's")
    )


def test_where_nothing_may_be_copied_the_text_is_selected(made: Opened) -> None:
    made.page.evaluate(
        "() => { Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false; }"
    )
    made.page.click('[data-part="copy-command"]')
    wait_for(made.page, lambda: "copy it by key" in made.text("copied"))
    assert made.page.evaluate("String(getSelection())") == made.text("command")


def test_keys_lead_to_the_next_case_that_is_worse_and_no_further(opened: Open) -> None:
    made = opened(examples.views()["regressed"])
    for wanted in ["refund-late-parcel-ur", "double-charge-ur", "cancel-order-polite", "where-is-my-order"]:
        made.page.keyboard.press("n")
        assert made.page.evaluate("document.activeElement.textContent") == wanted
    made.page.keyboard.press("Enter")
    wait_for(made.page, made.is_open)
    made.page.keyboard.press("n")
    wait_for(made.page, lambda: made.text("case-title") == "address-change")
    made.page.keyboard.press("n")
    assert made.text("case-title") == "address-change"
    made.page.keyboard.press("p")
    wait_for(made.page, lambda: made.text("case-title") == "where-is-my-order")


def test_a_question_mark_shows_the_keys(opened: Open) -> None:
    made = opened(full())
    made.page.keyboard.press("?")
    assert made.page.get_attribute('[data-part="keys"]', "open") is not None
    made.page.keyboard.press("Escape")
    assert made.page.get_attribute('[data-part="keys"]', "open") is None


def test_the_case_that_is_open_is_printed_too(made: Opened) -> None:
    made.page.emulate_media(media="print")
    wait_for(made.page, lambda: "It comes on Tuesday." in made.text("sheet"))
    assert made.page.is_visible("h1")
    made.page.emulate_media(media="screen")
    wait_for(made.page, lambda: made.page.text_content('[data-part="sheet"]') == "")


def test_a_fault_of_the_script_is_told_to_the_reader(opened: Open) -> None:
    made = opened(full())
    made.page.evaluate("() => { Promise.reject(new Error('the third wheel came off')); }")
    wait_for(made.page, lambda: "the third wheel came off" in made.text("fault"))


def test_damaged_cases_are_told_and_the_worst_are_still_there(opened: Open) -> None:
    from harness.report.page import html

    page = html.render(full())
    at = page.index('data-part="index">') + 60
    made = opened(page[:at] + "AAAA" + page[at + 4 :])
    wait_for(made.page, lambda: made.page.is_visible('[data-part="fault"]'))
    assert made.page.locator('[data-part="table"] > tbody').count() == 2


def test_a_link_to_a_case_that_is_not_there_says_so(opened: Open) -> None:
    made = opened(full(), hash_part="#nobody")
    assert made.text("shown") == "This page has no case “nobody”."


def test_a_run_shows_one_answer_and_its_command(opened: Open) -> None:
    made = opened(run_page())
    open_first(made)
    assert made.page.locator("dialog .answer").count() == 3
    assert made.text("command").startswith("harness run triage --version v3 --model opus-5-5")


def test_without_scripts_answers_grades_and_command_are_there(opened: Open) -> None:
    made = opened(full(), look=Look(scripts=False))
    made.page.click("tbody summary >> nth=0")
    told = made.page.inner_text("tbody >> nth=0")
    for text in (
        "It comes on Monday.",
        "It comes on Tuesday.",
        "It is curt.",
        "harness gate triage",
        "My parcel is late.",
    ):
        assert text in made.page.inner_text("main"), text
    assert told
