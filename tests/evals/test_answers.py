"""Every case is satisfied by its own right answer, and by no usual mistake."""

from types import ModuleType

import pytest

from harness.call.exchange import Reply, StopReason, Usage
from harness.grade.grading import grade
from harness.suite.case import Case
from harness.suite.project import Project
from harness.trial import Answered
from harness.units import Seconds, Tokens
from tests.synthetic import extract, judging, policy, triage
from tests.synthetic.chance import Asking

WRITERS: list[tuple[str, ModuleType]] = [
    ("triage", triage),
    ("extract", extract),
    ("policy", policy),
    ("judging", judging),
]


def score(case: Case, text: str) -> float | None:
    reply = Reply(
        text=text,
        stop_reason=StopReason.END_TURN,
        usage=Usage(input_tokens=Tokens(100), output_tokens=Tokens(20)),
        served_model="claude-opus-5-5",
        latency=Seconds(1.0),
        source="replay",
    )
    return grade(case, Answered(reply=reply)).score


def asking(suite: str, case: Case, repeat: int) -> Asking:
    return Asking(
        suite=suite, case=case.id, tags=case.tags, version="v1", model="claude-opus-5-5", repeat=repeat
    )


@pytest.mark.parametrize(("suite", "writer"), WRITERS)
def test_every_case_is_satisfied_by_its_right_answer(
    project: Project, suite: str, writer: ModuleType
) -> None:
    missed = [str(c.place) for c in project.suites[suite].cases if score(c, writer.right_answer(c)) != 1.0]
    assert missed == []


@pytest.mark.parametrize(("suite", "writer"), WRITERS)
def test_no_case_is_satisfied_by_its_usual_mistakes(project: Project, suite: str, writer: ModuleType) -> None:
    for case in project.suites[suite].cases:
        for repeat in (1, 2, 3):
            text = writer.wrong_answer(case, asking(suite, case, repeat))
            assert score(case, text) != 1.0, f"{case.place}: {text}"


@pytest.mark.parametrize("suite", ["triage", "extract", "policy"])
@pytest.mark.parametrize("text", ["", "I am not sure.", "{}", "null"])
def test_no_case_is_satisfied_by_an_answer_that_says_nothing(project: Project, suite: str, text: str) -> None:
    satisfied = [str(case.place) for case in project.suites[suite].cases if score(case, text) == 1.0]
    assert satisfied == []


def test_a_needless_decline_satisfies_no_question_that_has_an_answer(project: Project) -> None:
    for case in project.suites["policy"].cases:
        is_right = policy.right_answer(case) == policy.DECLINE
        assert (score(case, policy.DECLINE) == 1.0) is is_right, case.place


def test_a_ticket_is_satisfied_by_one_queue_only(project: Project) -> None:
    for case in project.suites["triage"].cases:
        right = [q for q in triage.QUEUES if score(case, f'{{"queue": "{q}", "confidence": 0.9}}') == 1.0]
        assert len(right) == 1, case.place
