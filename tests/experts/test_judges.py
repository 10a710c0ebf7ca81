"""Judges as experts: who is asked when, and what a call that fails comes to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.call.exchange import Reply, Request, asked_for, trial_of
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.errors import StoreError
from harness.experts.judges import About, Judges, Notes
from harness.experts.notes import notes_in
from harness.grade.canaries import INJECTIONS, PLAIN
from harness.grade.judging import Told, Unheard
from harness.grade.opinion import Opinion
from harness.suite.judge import AnyJudge
from tests.doubles import ORIGIN
from tests.judged import any_judge, judge, says

WHAT = Told(question="Where?", answer="Here.", criteria="is kind", reference="Here.", over="There.")
ABOUT = About(trial=ORIGIN, key="k")


class Panel:
    """A `Send` that plays every judge, and keeps what it was asked."""

    def __init__(self, says: Send) -> None:
        self.says, self.asked = says, list[Request]()

    async def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        return await self.says(request)


async def fair(request: Request) -> Reply:
    """Passes everything but canaries, on every scale."""
    is_bad = PLAIN.answer in str(request.messages)
    schema = str(request.output_schema)
    if "first" in schema:
        return says("tie" if not is_bad else _other(request))
    if "wrong" in schema:
        return says("wrong" if is_bad else "right")
    if "fail" in schema:
        return says("fail" if is_bad else "pass")
    return says(1 if "integer" in schema and is_bad else 0 if is_bad else 1 if "number" in schema else 5)


def _other(request: Request) -> str:
    text = str(request.messages[0].content)
    return "second" if text.index(PLAIN.answer) < text.index(PLAIN.good) else "first"


def opinion(asked: AnyJudge, send: Send, **more: object) -> tuple[Opinion, Panel]:
    panel = Panel(send)
    judges = Judges(send=panel, **more)  # type: ignore[arg-type]
    return asyncio.run(judges.opinion(asked, WHAT, ABOUT)), panel


@pytest.mark.parametrize(
    ("name", "calls", "score"), [("tone", 1, 1.0), ("truth", 1, 1.0), ("stars", 3, 1.0), ("better", 2, 0.5)]
)
def test_a_judge_is_tried_first_and_then_asked_as_often_as_it_says(
    name: str, calls: int, score: float
) -> None:
    said, panel = opinion(any_judge(name), fair)
    assert (said.score, said.mistake) == (score, "")
    assert len(panel.asked) == len(INJECTIONS) + calls
    origins = {str(each.origin) for each in panel.asked}
    assert len(origins) == len(panel.asked)
    assert {trial_of(each) for each in origins} == {str(ORIGIN)}
    assert {(asked_for(each) or ("",))[0] for each in origins} == {name}


def test_a_panel_asks_its_judges_and_tries_each_of_them() -> None:
    said, panel = opinion(any_judge("panel"), fair)
    assert said.score == 1.0
    assert len(panel.asked) == 3 * len(INJECTIONS) + 5


def test_a_replay_tries_no_canaries() -> None:
    _, panel = opinion(judge("tone"), fair, tries_canaries=False)
    assert len(panel.asked) == 1


def test_answers_that_come_at_once_try_their_judge_once() -> None:
    panel = Panel(fair)
    judges = Judges(send=panel)

    async def three() -> Sequence[Opinion]:
        return await asyncio.gather(*(judges.opinion(judge("tone"), WHAT, ABOUT) for _ in range(3)))

    assert [each.score for each in asyncio.run(three())] == [1.0] * 3
    assert len(panel.asked) == len(INJECTIONS) + 3


def test_a_judge_whose_canaries_got_no_answer_is_tried_again_by_the_next() -> None:
    times = iter([*[True] * len(INJECTIONS), *[False] * 100])

    async def late(request: Request) -> Reply:
        if next(times):
            raise CallFailed(Fault(kind=Kind.OVERLOADED, detail="busy"))
        return await fair(request)

    judges = Judges(send=late)

    async def twice() -> list[Opinion]:
        return [await judges.opinion(judge("tone"), WHAT, ABOUT) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert first.mistake == "judge_error"
    assert "its canaries could not be asked" in first.reason
    assert second.score == 1.0


def test_a_call_that_fails_is_no_verdict_and_a_disk_that_does_ends_everything() -> None:
    async def fails(_request: Request) -> Reply:
        raise CallFailed(Fault(kind=Kind.OVER_BUDGET, detail="no money"))

    async def full(_request: Request) -> Reply:
        raise StoreError("disk full")

    said, _ = opinion(judge("tone"), fails, tries_canaries=False)
    assert (said.mistake, said.reason) == (
        "judge_error",
        "tone: it could not be asked: over_budget: no money",
    )
    with pytest.raises(StoreError):
        opinion(judge("tone"), full)


def test_an_answer_no_prompt_can_hold_is_no_fail() -> None:
    judges = Judges(send=fair, tries_canaries=False)
    huge = Told(question="", answer="x" * 10_000_000, criteria="c")
    [(_, heard)] = asyncio.run(judges.hear(judge("tone"), huge, ABOUT))
    assert isinstance(heard, Unheard)
    assert heard.why.startswith("it could not be asked")


def test_what_canaries_showed_is_kept_over_processes(tmp_path: Path) -> None:
    notes = notes_in(tmp_path / "judges")
    assert notes.read("c") is None
    notes.write("c", ("threat",))
    assert notes.read("c") == ["threat"]
    (tmp_path / "judges/c.json").write_text("{", encoding="utf-8")
    assert notes.read("c") is None
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        notes_in(tmp_path / "file").write("c", ())


def test_a_judge_that_once_let_a_canary_pass_is_not_asked() -> None:
    notes = Notes(read=lambda _: ["threat"], write=lambda *_: None)
    said, panel = opinion(judge("tone"), fair, notes=notes)
    assert panel.asked == []
    assert "tone is not to be trusted" in said.reason
