"""Forms of the graders that ask a judge."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.judged import Agrees, Prefers, Rubric
from harness.suite.forms.graders.form import GraderForm, Reading, stands_for
from harness.suite.forms.kinds import SHARE, TEXT, may, need
from harness.suite.judge import AnyJudge, prefers
from harness.suite.notation.fields import Fields, Key

_JUDGE: Final = may("Name of a judge in prompts/judges.yaml; the suite's `judge` where it is left out.", TEXT)
_AT_LEAST: Final = may(
    "The score from which it is met; the score counts as it is where it is left out.", SHARE
)
_CRITERIA: Final = may("What a good answer is; needed where the judge's prompt uses it.", TEXT)
_RUBRIC: Final[dict[str, Key]] = {"judge": _JUDGE, "criteria": _CRITERIA, "at_least": _AT_LEAST}
_AGREES: Final[dict[str, Key]] = {
    "judge": _JUDGE,
    "reference": need("An answer that is right.", TEXT),
    "criteria": _CRITERIA,
    "at_least": _AT_LEAST,
}
_PREFERS: Final[dict[str, Key]] = {
    "judge": _JUDGE,
    "over": need("The text it is held against.", TEXT),
    "criteria": _CRITERIA,
    "at_least": _AT_LEAST,
}


def _judge(reading: Reading, given: Fields, gives: dict[str, str | None]) -> AnyJudge | None:
    """The judge, or None after noting why it cannot be asked. `gives`: what the expectation tells it."""
    noted, named = reading.noted, given.text("judge")
    name = named if "judge" in given else reading.judges.default
    if name is None:
        if "judge" not in given:
            noted.bad(given.place, "no judge is named", "add `judge:` here, or `judge:` to the suite")
        return None
    place = given.place_of("judge")
    judge = reading.judges.find(name, place, noted)
    if judge is None:
        return None
    for key in sorted(gives.keys() | judge.gives):
        if key in judge.gives and gives.get(key) is None:
            what = f"the judge {name!r} needs to be given its {key!r}"
            noted.bad(place, what, f"add `{key}:`" if key in gives else "use `agrees`, or another judge")
        if key not in judge.gives and gives.get(key) is not None:
            what = f"the judge {name!r} is never told the {key!r}: its prompt does not use it"
            noted.bad(given.place_of(key), what, f"use `{{{{ {key} }}}}` in a new version of its prompt")
    return judge


def _said(reading: Reading, given: Fields, name: str) -> str | None:
    text = given.text(name)
    if text is not None and not text.strip():
        reading.noted.bad(given.place_of(name), f"{name!r} is empty", "write what is wanted")
    return text


def _rubric(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    criteria, at_least = _said(reading, given, "criteria"), reading.at_least(given)
    judge = _judge(reading, given, {"criteria": criteria})
    if judge is None or not _looks_at_one(reading, given, judge):
        return None
    return Rubric(place=place, judge=judge.name, by=judge, criteria=criteria, at_least=at_least)


def _agrees(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    reference, criteria = _said(reading, given, "reference"), _said(reading, given, "criteria")
    at_least = reading.at_least(given)
    judge = _judge(reading, given, {"criteria": criteria, "reference": reference})
    if judge is None or reference is None or not _looks_at_one(reading, given, judge):
        return None
    return Agrees(
        place=place, judge=judge.name, by=judge, reference=reference, criteria=criteria, at_least=at_least
    )


def _prefers(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    over, criteria = _said(reading, given, "over"), _said(reading, given, "criteria")
    at_least = reading.at_least(given)
    judge = _judge(reading, given, {"criteria": criteria})
    if judge is None or over is None:
        return None
    if not prefers(judge):
        what = f"the judge {judge.name!r} looks at one text, and does not say which of two is better"
        reading.noted.bad(given.place_of("judge"), what, "name a judge with `scale: preference`")
        return None
    return Prefers(place=place, judge=judge.name, by=judge, over=over, criteria=criteria, at_least=at_least)


def _looks_at_one(reading: Reading, given: Fields, judge: AnyJudge) -> bool:
    if prefers(judge):
        what = f"the judge {judge.name!r} prefers one of two texts"
        reading.noted.bad(given.place_of("judge"), what, "use `prefers`, or name another judge")
    return not prefers(judge)


FORMS: Final = (
    GraderForm(
        name="rubric",
        means="A judge finds that the answer meets criteria.",
        keys=_RUBRIC,
        read=_rubric,
        short=TEXT,
        read_short=stands_for("criteria", _rubric, _RUBRIC),
    ),
    GraderForm(
        name="agrees",
        means="A judge finds that the answer says what a reference says.",
        keys=_AGREES,
        read=_agrees,
        short=TEXT,
        read_short=stands_for("reference", _agrees, _AGREES),
    ),
    GraderForm(
        name="prefers",
        means="A judge prefers the answer to another text.",
        keys=_PREFERS,
        read=_prefers,
        short=TEXT,
        read_short=stands_for("over", _prefers, _PREFERS),
    ),
)
