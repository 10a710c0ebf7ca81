"""One case on a terminal: both answers side by side, what differs marked, nothing wider, and nothing hostile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from harness.call.exchange import Usage
from harness.call.step import Step
from harness.compare.change import CaseChange, Change
from harness.grade.grade import Grade
from harness.record import Answer, Attempt
from harness.report.machines.one_case import case_document
from harness.report.text.one_case import render
from harness.report.text.paper import Paper
from harness.report.views.case import CaseAnswers
from harness.report.views.one_case import Decided, Matter, OneCase, Shown, one_case, show_command, telling
from harness.suite.tool import ToolError
from harness.units import Seconds, Tokens, Usd
from tests.github.runner import newer_command, older_command
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import nasty
from tests.report.test_safe import forbidden

COPIED = re.compile(r"^(next |triage/)|^ *evals/")
REFUND, *_ = examples.CHANGES
DECIDED = Decided(
    verdict_id="3f2a91c04b7e" * 5, status="REGRESSED", at=examples.info("v3").started_at, origins=None
)
MATTER = Matter(suite="triage", baseline=examples.info("v2"), candidate=examples.info("v3"), decided=DECIDED)


def grade(
    *, passed: bool, text: str = "wanted 'refunds', got 'billing'", place: str = "evals/triage.yaml:23:9"
) -> Grade:
    return Grade(
        grader="equals",
        version=1,
        score=float(passed),
        passed=passed,
        evidence="" if passed else text,
        place=place,
        weight=1.0,
        criterion="queue",
    )


def attempt(number: int, fault: str | None = None, detail: str | None = None) -> Attempt:
    return Attempt(
        number=number,
        latency=Seconds(0.4),
        fault=fault,
        detail=detail,
        status=529 if fault else 200,
        request_id=None,
        cost=Usd(Decimal("0.0004")),
        cost_uncertain=Usd(Decimal(0)),
        retry_wait=Seconds(0.0 if number == 1 else 2.0),
    )


def step(number: int, text: str, tool: str | None = None, error: ToolError | None = None) -> Step:
    arguments = None if tool is None else '{"id":"A-1"}'
    return Step(
        number=number,
        turn=1,
        kind="tool" if tool else "model",
        text=text,
        tool=tool,
        arguments=arguments,
        error=error,
    )


def whole(answer: Answer, *, passed: bool, queue: str) -> Answer:
    """An answer with everything that one can have."""
    return replace(
        answer,
        text=f'{{"queue": "{queue}", "reason": "The customer asks about a {"parcel" if passed else "charge"} that is late."}}',
        passed=passed,
        score=float(passed),
        grades=(grade(passed=passed), grade(passed=True, place="evals/triage.yaml:24:9")),
        usage=Usage(input_tokens=Tokens(120), output_tokens=Tokens(14 if passed else 18)),
        attempts=() if passed else (attempt(1, "overloaded", "please wait"), attempt(2)),
        steps=(
            step(1, "I look it up."),
            step(
                2,
                "not found" if not passed else "3 days late",
                "find_order",
                None if passed else ToolError.NOT_FOUND,
            ),
        ),
    )


def answers() -> CaseAnswers:
    told = examples.both_sides(REFUND)
    prompt = told.candidate[0].question.replace("You sort support tickets.", "You sort tickets by queue.")
    return CaseAnswers(
        baseline=tuple(whole(each, passed=True, queue="refunds") for each in told.baseline),
        candidate=tuple(
            replace(whole(each, passed=each.repeat == 1, queue="billing"), question=prompt)
            for each in told.candidate
        ),
    )


CASE = one_case(MATTER, REFUND, answers())


def shown(case: OneCase, width: int = 80, *, colour: bool = False, whole_prompt: bool = False) -> str:
    return render(case, Paper(width=width, colour=colour), whole_prompt=whole_prompt)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_one_case_looks_as_agreed(width: int) -> None:
    assert_gold(f"show-{width}.txt", shown(CASE, width))


def test_one_run_alone_looks_as_agreed() -> None:
    alone = Matter(suite="triage", baseline=None, candidate=examples.info("v3", synthetic=True))
    case = one_case(alone, None, CaseAnswers(candidate=answers().candidate))
    assert_gold("show-alone-80.txt", shown(case))


@given(width=st.integers(24, 220), whole_prompt=st.booleans())
def test_nothing_is_wider_than_asked_but_what_is_copied(width: int, *, whole_prompt: bool) -> None:
    for line in shown(CASE, width, whole_prompt=whole_prompt).splitlines():
        assert cell_len(line) <= width or COPIED.match(line), line


def hostile(text: str) -> OneCase:
    """A case in which everything that others write says `text`."""
    told = replace(
        whole(examples.answer(text, 1, text), passed=False, queue=text),
        text=f"after {text}",
        detail=text,
        question=text,
        case_place=text,
        grades=(grade(passed=False, text=text, place=text),),
        steps=(step(1, text), step(2, text, text, ToolError.INTERNAL)),
        attempts=(attempt(1, text, text),),
    )
    before = replace(told, text=f"before {text}", question=f"other {text}", steps=())
    change = CaseChange(
        case_id=text,
        tags=(text,),
        change=Change.REGRESSED,
        baseline=1.0,
        candidate=0.0,
        baseline_repeats=1,
        candidate_repeats=1,
        missing=(text,),
    )
    named = replace(examples.info("v3"), prompt_version=text, model_id=text, model=text, run_id=text)
    matter = Matter(suite=text, baseline=examples.info("v2"), candidate=named)
    return one_case(matter, change, CaseAnswers(baseline=(before,), candidate=(told,)), notes=(text,))


@pytest.mark.parametrize("width", [40, 100])
@given(text=nasty)
def test_hostile_text_stays_text(text: str, width: int) -> None:
    said = shown(hostile(text), width, whole_prompt=True)
    assert forbidden(said) <= {"\n"}
    assert not any(older_command(line) or newer_command(line) for line in said.splitlines())


@given(text=nasty)
def test_colours_are_the_only_escapes(text: str) -> None:
    said = shown(hostile(text), 100, colour=True)
    plain = re.sub(r"\x1b\[(1|31|32|0)m", "", said)
    assert forbidden(plain) <= {"\n"}
    assert plain.splitlines() == shown(hostile(text), 100).splitlines()


@pytest.mark.parametrize("text", ["退款问题" * 30, "e\u0301" * 200, "👍🏽" * 60, "w" * 500])
@pytest.mark.parametrize("width", [40, 80])
def test_wide_characters_are_counted_as_two_columns(text: str, width: int) -> None:
    pair = [(replace(examples.answer("a", 1, each, passed=True)),) for each in (text, f"{text[:-4]}!")]
    case = one_case(MATTER, replace(REFUND, case_id="a"), CaseAnswers(baseline=pair[0], candidate=pair[1]))
    for line in shown(case, width).splitlines():
        assert cell_len(line) <= width or COPIED.match(line), line


def test_letters_that_run_to_the_left_never_stand_beside_each_other() -> None:
    """A terminal that turns them around would swap the columns, and say that the baseline was the candidate."""
    pair = [(examples.answer("a", 1, each),) for each in ("آرڈر کہاں ہے", "آرڈر کب ہے")]
    case = one_case(MATTER, replace(REFUND, case_id="a"), CaseAnswers(baseline=pair[0], candidate=pair[1]))
    lines = shown(case, 200).splitlines()
    [old] = [line for line in lines if line.startswith("- ")]
    [new] = [line for line in lines if line.startswith("+ ")]
    assert "[-کہاں-]" in old
    assert "{+کب+}" in new


def test_marks_are_longer_than_any_in_the_texts() -> None:
    pair = [
        (examples.answer("a", 1, each),)
        for each in ("{+one+} [-two-] three four", "{+one+} [-two-] three five")
    ]
    case = one_case(MATTER, replace(REFUND, case_id="a"), CaseAnswers(baseline=pair[0], candidate=pair[1]))
    assert "[--four--]" in shown(case, 120)
    assert "{++five++}" in shown(case, 120)


def test_marks_do_not_grow_with_what_somebody_writes() -> None:
    pair = [(examples.answer("a", 1, f"[{'-' * 400} {each} a b c d e f"),) for each in ("x", "y")]
    case = one_case(MATTER, replace(REFUND, case_id="a"), CaseAnswers(baseline=pair[0], candidate=pair[1]))
    assert "[-----x-----]" in shown(case, 120)


def side_of(passed: Sequence[bool | None] = (True,)) -> tuple[Answer, ...]:
    return tuple(
        examples.answer("a", place, "text", passed=each) for place, each in enumerate(passed, start=1)
    )


@pytest.mark.parametrize(
    ("change", "before", "after", "wanted"),
    [
        (Change.REGRESSED, (True, True), (True, False), (2, 2)),
        (Change.REGRESSED, (True, False), (True, False), (1, 2)),
        (Change.IMPROVED, (True, False), (True, True), (2, 2)),
        (Change.SAME, (True, True), (True, True), (1, 1)),
        (Change.SAME, (True,), (True, True), (1, 1)),
        (Change.ADDED, (), (True, False), (None, 2)),
        (Change.REMOVED, (False, True), (), (2, None)),
    ],
)
def test_the_most_telling_repeats_are_shown(
    change: Change, before: tuple[bool, ...], after: tuple[bool, ...], wanted: tuple[int, int]
) -> None:
    told = CaseAnswers(baseline=side_of(before), candidate=side_of(after))
    assert telling(told, replace(REFUND, change=change)) == Shown(baseline=wanted[0], candidate=wanted[1])


def test_a_case_that_nobody_was_asked_has_nothing_to_tell() -> None:
    assert telling(CaseAnswers(), REFUND) is None
    said = shown(one_case(MATTER, replace(REFUND, missing=("candidate: skipped",)), CaseAnswers()))
    assert "not measured: candidate: skipped" in said


def test_a_repeat_that_was_named_is_shown() -> None:
    case = one_case(MATTER, REFUND, answers(), repeat=1)
    assert case.became == "passed → passed"
    assert [number for number, _ in case.others] == [2, 3]
    with pytest.raises(ValueError, match="no repeat 9; there are: 1, 2, 3"):
        one_case(MATTER, REFUND, answers(), repeat=9)


def test_a_repeat_of_one_side_only_stands_alone() -> None:
    told = CaseAnswers(baseline=answers().baseline[:1], candidate=answers().candidate)
    case = one_case(MATTER, REFUND, told, repeat=3)
    assert case.became == "not asked → not passed"
    assert "not asked" in shown(case)


def test_what_became_of_an_answer_that_did_not_come_is_said() -> None:
    lost = examples.answer("a", 1, "", passed=None, detail="overloaded: 529")
    case = one_case(
        MATTER, replace(REFUND, change=Change.BROKE), CaseAnswers(baseline=side_of(), candidate=(lost,))
    )
    assert case.became == "passed → failed"
    assert "overloaded: 529" in shown(case)
    ungraded = replace(lost, outcome="answered", detail="")
    assert one_case(MATTER, REFUND, CaseAnswers(candidate=(ungraded,))).became == "not asked → no score"


def test_the_whole_prompt_is_shown_where_it_is_wanted() -> None:
    long = examples.answer("a", 1, "x").question.replace("My parcel", "line\\n" * 40 + "My parcel")
    pair = tuple(replace(each, question=long) for each in side_of())
    case = one_case(MATTER, replace(REFUND, case_id="a"), CaseAnswers(baseline=pair, candidate=pair))
    assert "lines before that: --prompt" in shown(case)
    assert shown(case, whole_prompt=True).count("line\n") == 40
    assert "My parcel is late." in shown(case)


def test_equal_lines_of_a_prompt_that_differs_are_counted() -> None:
    long = examples.answer("a", 1, "x").question.replace("My parcel", "line\\n" * 40 + "My parcel")
    pair = [
        replace(each, question=long.replace("You sort", word))
        for each, word in zip(side_of((True, True)), ("You sort", "Sort"), strict=True)
    ]
    told = CaseAnswers(baseline=(pair[0],), candidate=(replace(pair[1], repeat=1),))
    case = one_case(MATTER, replace(REFUND, case_id="a"), told)
    assert re.search(r"\.\.\. 3\d lines alike", shown(case))
    assert "lines alike" not in shown(case, whole_prompt=True)


def test_what_is_typed_next_is_quoted() -> None:
    assert show_command("triage", "refund-1") == "harness show refund-1"
    assert show_command("my suite", "a b") == "harness show 'my suite/a b'"
    assert show_command("triage", "-x", ("r 1", "r2")) == "harness show triage/-x --runs 'r 1' r2"


def test_runs_of_somebody_else_are_not_asked_again() -> None:
    theirs = [replace(examples.info(each), mode="imported") for each in ("v2", "v3")]
    case = one_case(Matter(suite="triage", baseline=theirs[0], candidate=theirs[1]), REFUND, answers())
    assert [each.command for each in case.next] == [
        "harness show triage --regressed --runs 20261121-120000-v2 20261121-120000-v3"
    ]
    assert "20261121-120000-v2 -> 20261121-120000-v3" in shown(case)


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ({}, {}, "v3 on claude-opus-5-5, asked twice"),
        ({"prompt_version": "v2"}, {}, "v2 → v3 on claude-opus-5-5"),
        ({"model_id": "claude-haiku-5-5"}, {}, "v3 on claude-haiku-5-5 → v3 on claude-opus-5-5"),
    ],
)
def test_what_is_compared_is_told_in_short(before: dict[str, str], after: dict[str, str], title: str) -> None:
    info = examples.info("v3")
    matter = Matter(suite="triage", baseline=replace(info, **before), candidate=replace(info, **after))  # type: ignore[arg-type]  # texts
    assert matter.title == title


def test_a_route_is_asked_again_by_its_name() -> None:
    routed = replace(examples.info("v3"), model="route:cheap", route="[]", mode="live")
    [again, _] = one_case(
        Matter(suite="triage", baseline=None, candidate=routed), None, CaseAnswers(candidate=side_of())
    ).next
    assert again.command == "harness run triage --version v3 --route cheap --mode live --case a"


def test_programs_read_whole_answers() -> None:
    document = case_document(CASE, answers())
    side = document["candidate"]
    assert isinstance(side, dict)
    repeats = side["repeats"]
    assert isinstance(repeats, list)
    assert len(repeats) == 3
    assert document["telling"] == {"baseline": 2, "candidate": 2}
    assert document["verdict"] == {
        "verdict_id": DECIDED.verdict_id,
        "status": "REGRESSED",
        "decided_at": DECIDED.at.isoformat(),
    }


def test_a_run_without_an_answer_to_a_case_says_so() -> None:
    alone = Matter(suite="triage", baseline=None, candidate=examples.info("v3"))
    lost = examples.answer("a", 1, "", passed=None, detail="overloaded: 529")
    said = shown(one_case(alone, None, CaseAnswers(candidate=(lost,))))
    assert "overloaded: 529" in said
    assert "(no text)" in said
