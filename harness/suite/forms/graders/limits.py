"""Forms of the graders of how a reply ended and of what it took."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.limits import REASONS, Cost, Finish, Latency, Tokens
from harness.suite.forms.graders.form import GraderForm, Reading, stands_for
from harness.suite.forms.kinds import may, need, one_of, whole
from harness.suite.notation.fields import Fields, suggest

_REASON: Final = one_of(*REASONS)
_FINISH: Final = {
    "reason": may("Why the model must stop.", _REASON),
    "any": may("Reasons of which it must be one.", {"type": "array", "items": _REASON}),
}
_LONGEST: Final = 86_400.0
"""Seconds; no call takes a day."""


def _finish(reading: Reading, given: Fields, place: Place) -> Expectation:
    wanted = reading.one_or_any(given, "reason", "finish")
    for each in wanted:
        if each not in REASONS:
            at = given.place_of("reason" if "reason" in given else "any")
            reading.noted.bad(at, f"no model stops for {each[:40]!r}", suggest(each, REASONS))
    return Finish(place=place, any_of=wanted)


def _cost(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    most = given.money("at_most_usd")
    if most is not None and most == 0:
        reading.noted.bad(given.place_of("at_most_usd"), "no answer costs nothing", "write an amount above 0")
    return None if most is None else Cost(place=place, at_most_usd=most)


def _latency(_reading: Reading, given: Fields, place: Place) -> Expectation | None:
    most = given.within("at_most_s", given.number("at_most_s"), above=0, most=_LONGEST)
    return None if most is None else Latency(place=place, at_most_s=most)


def _tokens(reading: Reading, given: Fields, place: Place) -> Expectation:
    output, prompt = given.integer("max_output", 1), given.integer("max_input", 1)
    if not any(name in given for name in _TOKENS):
        reading.noted.bad(given.place, "'tokens' sets no bound", "add `max_output:` or `max_input:`")
    return Tokens(place=place, max_output=output, max_input=prompt)


_USD: Final = {
    "at_most_usd": need("The most the trial may cost, in dollars.", {"type": "number", "exclusiveMinimum": 0})
}
_SECONDS: Final = {
    "at_most_s": need(
        "The most seconds it may take.", {"type": "number", "exclusiveMinimum": 0, "maximum": _LONGEST}
    )
}
_TOKENS: Final = {
    "max_output": may("The most tokens that may be generated, thinking included.", whole(1)),
    "max_input": may("The most tokens the whole prompt may have.", whole(1)),
}

FORMS: Final = (
    GraderForm(
        name="finish",
        means="Why the model stopped.",
        keys=_FINISH,
        read=_finish,
        short=_REASON,
        read_short=stands_for("reason", _finish, _FINISH),
    ),
    GraderForm(name="cost", means="A ceiling on what the trial costs.", keys=_USD, read=_cost),
    GraderForm(name="latency", means="A ceiling on how long the reply takes.", keys=_SECONDS, read=_latency),
    GraderForm(name="tokens", means="Ceilings on the tokens of the reply.", keys=_TOKENS, read=_tokens),
)
