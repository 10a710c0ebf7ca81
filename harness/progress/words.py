"""A `Progress` in words: the figures of its first line, and a sentence for each thing that is unusual."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.progress.estimate import Left, time_left
from harness.progress.state import Halt, Progress, Sick, Side, Wait
from harness.report.words import count, dollars, seconds
from harness.units import Seconds

WORTH_A_WORD = Seconds(2.0)
"""Shorter waits would only flicker."""
TOGETHER = "\xa0"
"""A blank at which no line is broken."""
_TOGETHER_AT_MOST = 30
"""Characters of what a narrow screen shows in one piece."""
_REASONS = {
    "retry_after": "the API asked for it (Retry-After)",
    "rate": "rate limit",
    "retry": "a pause before the next try",
    "budget": "budget, until calls under way have ended",
    "breaker": "the circuit was open",
}
"""In the order in which they are said. A call that waits for a slot is in the queue, which is nothing unusual."""
_STOPS = {
    "unauthorized": "the API refuses the key",
    "spend_exhausted": "the account may spend nothing more",
    "deadline": "the time of the run is over",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. `style` is a colour, `dim`, or empty."""

    text: str
    style: str = ""


def figures(progress: Progress, now: Seconds) -> tuple[Span, ...]:
    """What there is of the numbers of the first line, the most important first."""
    queued = sum(wait.why == "slot" for wait in progress.waits.values())
    found = (
        Span(f"{len(progress.on_wire)} in flight" if progress.on_wire or queued else ""),
        _money(progress),
        _left(progress, now),
        Span(
            f"{dollars(progress.money.uncertain)} of it uncertain" if progress.money.uncertain else "", "dim"
        ),
        Span(f"{queued} queued" if queued else "", "dim"),
    )
    return tuple(span for span in found if span.text)


def details(progress: Progress, now: Seconds, *, sides: bool = True) -> tuple[Span, ...]:
    """What there is to say beside the figures, the most important last; `sides`: how far each side is as well."""
    if progress.left == 0:
        found = []
    elif progress.halt is not None:
        found = [halt_words(progress.halt, len(progress.on_wire), now)]
    else:
        sick = (_sick(model, each, progress, now) for model, each in sorted(progress.sick.items()))
        found = [*sick, *_waits(progress, now)]
    told = [_counts(progress, sides=sides), _lately(progress)]
    return (*(Span(words) for words in told if words), *(Span(words, "yellow") for words in found))


def one_line(title: str, progress: Progress, now: Seconds) -> str:
    """All of it in one line, for a log that keeps every line; empty before anything is planned."""
    if not progress.sides:
        return ""
    told = [*figures(progress, now), *details(progress, now)]
    reach = f"{title} {progress.done:,}/{progress.planned:,}"
    return "   ".join([reach, *(span.text.replace(TOGETHER, " ") for span in told)])


def side_words(side: Side) -> str:
    """How the trials of a side ended so far, which is no verdict: `48 of 50 passed so far, 3 failed`."""
    passed = f"{side.passed:,} of {side.measured:,} passed so far" if side.measured else ""
    counts = ((side.failed, "failed"), (side.skipped, "skipped"), (side.degraded, "degraded"))
    bad = (f"{number:,} {word}" for number, word in counts if number)
    return ", ".join(each for each in (passed, *bad) if each)


def halt_words(halt: Halt, under_way: int, now: Seconds) -> str:
    """Why nothing more is sent, and what becomes of the calls that are under way."""
    calls = f"{count(under_way, 'call')} under way"
    because = "" if halt.why == "interrupted" else f"{_STOPS.get(halt.why, halt.why.replace('_', ' '))}; "
    if under_way == 0:
        return f"stopping: {because}what was answered is being saved"
    if halt.is_cut:
        return f"stopped: {because}{calls} cancelled, what was answered is being saved"
    at_most = "" if halt.until is None else f", at most {countdown(halt.until - now)}"
    again = "again " if not because else ""
    return f"stopping: {because}{calls}{at_most}; press Ctrl-C {again}to stop at once"


def countdown(length: float) -> str:
    """A length of time in whole seconds, rounded up."""
    whole = math.ceil(max(0.0, length))
    return f"{whole} s" if whole < 60 else seconds(whole)


def _money(progress: Progress) -> Span:
    money = progress.money
    if all(side.mode == "replay" for side in progress.sides.values()):
        return Span("replayed, $0")
    cap = "" if money.budget is None else f" of {dollars(money.budget)}"
    return Span(f"{dollars(money.used)}{cap}", "yellow" if money.warned else "")


def _left(progress: Progress, now: Seconds) -> Span:
    if progress.left == 0:
        is_saved = all(side.ended for side in progress.sides.values())
        return Span("saving" if not is_saved else "comparing" if len(progress.sides) > 1 else "", "dim")
    left = time_left(progress, now)
    return Span("" if left is None else _about(left), "dim")


def _about(left: Left) -> str:
    """No more exact than an estimate is: steps of 5 s above 20 s, and minutes above one."""
    if left.length > 60:
        minutes = math.ceil(left.length / 60)
        words = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
    else:
        step = 5 if left.length > 20 else 1
        words = f"{max(1, math.ceil(left.length / step)) * step} s"
    return f"{'at least' if left.is_least else 'about'} {words}"


def _counts(progress: Progress, *, sides: bool) -> str:
    alone = len(progress.sides) == 1
    named = progress.sides.items() if sides else ()
    found = [_side("" if alone else name or "run", side) for name, side in named]
    if progress.reasons:
        found.append(f"most often: {_most_often(progress.reasons)}")
    if progress.retries:
        found.append("1 retry" if progress.retries == 1 else f"{progress.retries:,} retries")
    if progress.kept:
        found.append(f"{progress.kept:,} of {progress.planned:,} kept from before")
    kept = (words.replace(" ", TOGETHER) if len(words) <= _TOGETHER_AT_MOST else words for words in found)
    return "   ".join(words for words in kept if words)


def _lately(progress: Progress) -> str:
    """The cases somebody may want to look at while it runs."""
    return f"did not pass lately: {', '.join(progress.lately)}" if progress.lately and progress.left else ""


def _most_often(reasons: Mapping[str, int]) -> str:
    return max(reasons, key=lambda reason: (reasons[reason], reason)).replace("_", " ")


def _side(name: str, side: Side) -> str:
    told = side_words(side)
    if not name:
        return told
    return f"{name} {side.done}/{side.planned}" + (f" ({told})" if told else "")


def _sick(model: str, sick: Sick, progress: Progress, now: Seconds) -> str:
    waiting = sum(key[1] == model and wait.why == "breaker" for key, wait in progress.waits.items())
    behind = f"; {waiting} waiting" if waiting else ""
    name = "" if {side.model for side in progress.sides.values()} == {model} else f"{model}: "
    if sick.state != "open":
        probe = ", a probe is under way"
    elif sick.probe_at is None or sick.probe_at <= now:
        probe = ""
    else:
        probe = f", next probe in {countdown(sick.probe_at - now)}"
    return f"{name}circuit open{probe}{behind} ({sick.because})"


def _waits(progress: Progress, now: Seconds) -> Iterator[str]:
    groups: defaultdict[str, list[Wait]] = defaultdict(list)
    for (_, model), wait in progress.waits.items():
        if wait.why != "breaker" or model not in progress.sick:
            groups[wait.why].append(wait)
    for why, reason in _REASONS.items():
        words = _group(groups.get(why, ()), now)
        if words:
            yield f"{words}: {reason}"


def _group(waits: Sequence[Wait], now: Seconds) -> str:
    """`waiting 37 s`, `3 waiting, up to 37 s`, `12 waiting`; empty where none is long enough for a word."""
    longest = max((wait.until - now for wait in waits if wait.until is not None), default=0.0)
    lasted = max((now - wait.since for wait in waits), default=0.0)
    if longest < WORTH_A_WORD and lasted < WORTH_A_WORD:
        return ""
    if longest <= 0:
        return f"{len(waits)} waiting"
    if len(waits) == 1:
        return f"waiting {countdown(longest)}"
    return f"{len(waits)} waiting, up to {countdown(longest)}"
