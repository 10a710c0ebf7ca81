"""Steps of conversations in every surface: readable, cut, and harmless whatever a model wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.call.step import Step
from harness.report.page import html
from harness.report.text import terminal
from harness.report.views.parts import RunTotals, RunView
from harness.report.views.run import make_run_view
from harness.report.views.steps import MAX_STEP, step_lines
from harness.suite.tool import ToolError
from harness.units import Seconds, Tokens
from tests.report import examples
from tests.report.hostile import PAYLOADS

MODEL = Step(
    number=1,
    turn=1,
    kind="model",
    text="Let me look.",
    latency=Seconds(1.5),
    input_tokens=Tokens(1200),
    output_tokens=Tokens(34),
)
CALL = Step(
    number=2,
    turn=1,
    kind="tool",
    tool="lookup_order",
    arguments='{"order":"17"}',
    text="Nothing was found for these arguments.",
    error=ToolError.NOT_FOUND,
    flags=("repeated_call",),
)
USER = Step(number=3, turn=2, kind="user", text="And now?")


def view(*steps: Step) -> RunView:
    answer = examples.answer("c1", 1, "", passed=False, detail="it goes in circles")
    failed = replace(answer, outcome="failed", score=0.0, steps=steps)
    totals = RunTotals(
        accounting=examples.ACCOUNTING,
        attempts=3,
        cost_usd="0.10",
        cost_uncertain_usd="0",
        wall_s=2.0,
    )
    return make_run_view(examples.info("v3"), totals, [failed], examples.SCORE)


def test_a_step_says_what_happened_what_it_took_and_what_is_wrong_with_it() -> None:
    assert [(line.head, line.said, line.is_bad) for line in step_lines((MODEL, CALL, USER))] == [
        ("1. model, turn 1 · 1.5 s · 1,200 tokens in, 34 out", "Let me look.", False),
        (
            '2. lookup_order {"order":"17"} · error: not found · repeated call',
            "Nothing was found for these arguments.",
            True,
        ),
        ("3. user", "And now?", False),
    ]


def test_a_long_text_is_cut_and_says_how_long_it_was() -> None:
    [line] = step_lines((replace(MODEL, text="x" * 100_000),))

    assert line.said.endswith("… (100,000 characters)")
    assert len(line.said) < MAX_STEP + 40


def test_the_terminal_shows_the_first_steps_of_the_worst_conversation() -> None:
    steps = [replace(CALL, number=number) for number in range(1, 30)]

    shown = terminal.render_run(view(*steps), width=80)

    assert "steps of c1, repeat 1" in shown
    assert "... 17 more steps in the report" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_steps_stay_text_on_the_page_and_in_the_terminal(payload: str) -> None:
    steps = (replace(MODEL, text=payload), replace(CALL, tool=payload, arguments=payload, text=payload))
    page, shown = html.render_run(view(*steps)), terminal.render_run(view(*steps))

    assert "<" not in payload or payload not in page
    assert page.count("<script") == html.render_run(view(MODEL, CALL)).count("<script")
    assert "\x1b" not in shown
    assert not any(line.startswith("::") or "##[" in line for line in shown.splitlines())


def test_a_conversation_that_scores_nothing_was_measured_all_the_same() -> None:
    [row] = view(MODEL).cases

    assert row.missing == ""
    assert [pair.candidate.note for pair in row.pairs if pair.candidate] == ["it goes in circles"]
