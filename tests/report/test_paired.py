"""Grades and steps of both sides beside each other, and what was asked, message by message."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.report.views.asked import MAX_ASKED_BYTES, messages_of
from harness.report.views.case import MAX_ANSWER_BYTES, Message
from harness.report.views.grades import GradeLine
from harness.report.views.paired import MOST_ALIGNED, grade_pairs, step_pairs
from harness.report.views.steps import StepLine
from tests.report import examples

MET = GradeLine(name="tone", grader="rubric", said="met", passed=True, evidence="kind", place="a.yaml:3:5")
NOT_MET = replace(MET, said="not met", passed=False, evidence="curt", place="a.yaml:9:5")


def step(number: int, kind: str) -> StepLine:
    return StepLine(number=number, what=kind, facts="", said="", is_bad=False, kind=kind)


def steps(kinds: str) -> list[StepLine]:
    return [step(number, kind) for number, kind in enumerate(kinds, start=1)]


def told(before: str, after: str) -> list[tuple[str, str]]:
    pairs = step_pairs(steps(before), steps(after))
    return [
        (pair.before.kind if pair.before else "", pair.after.kind if pair.after else "") for pair in pairs
    ]


def test_a_grade_is_held_against_its_own_though_its_line_moved_in_the_file() -> None:
    [pair] = grade_pairs([MET], [NOT_MET], compared=True)
    assert (pair.before, pair.after, pair.line, pair.is_changed) == (MET, NOT_MET, NOT_MET, True)


def test_what_changed_comes_first_then_what_is_not_met() -> None:
    met, fell, gone = (replace(MET, name=name) for name in ("met", "fell", "gone"))
    missed, noted = replace(NOT_MET, name="missed"), replace(MET, name="recorded", passed=None)
    after = [met, noted, missed, replace(NOT_MET, name="fell")]
    pairs = grade_pairs([met, fell, gone, noted, missed], after, compared=True)
    assert [pair.line.name for pair in pairs] == ["fell", "gone", "missed", "recorded", "met"]


def test_of_a_single_run_nothing_has_changed() -> None:
    pairs = grade_pairs([], [MET, NOT_MET], compared=False)
    assert [pair.after for pair in pairs] == [NOT_MET, MET]


def test_steps_that_do_the_same_stand_beside_each_other() -> None:
    assert told("mabm", "mbm") == [("m", "m"), ("a", ""), ("b", "b"), ("m", "m")]
    assert told("ab", "") == [("a", ""), ("b", "")]
    assert told("a" * MOST_ALIGNED, "b") == [("a", "b"), *[("a", "")] * (MOST_ALIGNED - 1)]


@given(st.text("mab", max_size=12), st.text("mab", max_size=12))
def test_every_step_of_both_sides_is_told_once_and_in_order(before: str, after: str) -> None:
    pairs = told(before, after)
    assert ("".join(pair[0] for pair in pairs), "".join(pair[1] for pair in pairs)) == (before, after)


def asked(question: str) -> tuple[Message, ...]:
    return messages_of([replace(examples.answer("a", 1, ""), question=question)])


def test_a_request_is_read_message_by_message_and_its_settings_last() -> None:
    body = {"system": "Sort.", "model": "m", "messages": [{"role": "user", "content": "Late?"}, "no message"]}
    assert [(each.role, each.text) for each in asked(json.dumps(body))] == [
        ("system", "Sort."),
        ("user", "Late?"),
        ("settings", '{\n "model": "m"\n}'),
    ]


def test_what_is_no_request_of_ours_is_shown_as_it_is() -> None:
    assert [asked(text) for text in ("What?", "{}", "[1]", "")] == [
        (Message(role="", text="What?"),),
        (Message(role="", text="{}"),),
        (Message(role="", text="[1]"),),
        (),
    ]


def test_a_request_without_end_is_cut_and_says_so() -> None:
    body = {"messages": [{"role": "user", "content": "x" * 2 * MAX_ANSWER_BYTES} for _ in range(9)]}
    told = asked(json.dumps(body))
    assert f"… first {MAX_ANSWER_BYTES:,} of {2 * MAX_ANSWER_BYTES:,} bytes; SHA-256" in told[0].text
    assert told[-1] == Message(role="", text="… and 6 more")
    assert sum(len(each.text) for each in told) < MAX_ASKED_BYTES + 1_000
