"""Inspect's scorers to expectations, for the targets of one sample."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.intake.constructs import Fate
from harness.intake.expectations import (
    PUNCTUATION,
    contains_any,
    has_grader,
    literal,
    matches,
    one_of,
    refused,
)
from harness.intake.harvest.peek import text
from harness.units import Json

_STRIPPED = string.whitespace + string.punctuation
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_ANSWERS: Mapping[str, str] = {
    "letter": r"(?i)ANSWER\s*:\s*{}(?:[^\w]|$)",
    "word": r"(?i)ANSWER\s*:\s*{}(?:\W|$)",
    "line": r"(?i)ANSWER\s*:[^\S\n]*{}[^\S\n]*(?:\n|$)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of a scorer for one sample."""

    fate: Fate
    reason: str
    expect: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """A scorer as a log or somebody on the command line names it."""

    name: str
    """Without the package it is from."""
    options: Mapping[str, Json]
    judge: str = ""
    """Name of a judge of ours for scorers that ask a model; empty: there is none."""


def outcome_of(scorer: Scorer, targets: Sequence[str]) -> Outcome:
    """The expectation that a scorer is for these targets."""
    known = _SCORERS.get(scorer.name)
    if known is None:
        return _listed(f"{scorer.name!r} is a scorer of its own; write it as a grader in evals/graders.py")
    said = [target for target in targets if target.strip()]
    if not said:
        return _listed("the sample has no target")
    found = known(scorer, said)
    for each in found.expect:
        if scorer.name not in _JUDGED and (why := refused(each)):
            return _listed(f"it cannot be said here: {why}")
    return found


def known_scorers() -> tuple[str, ...]:
    """The scorers that can be said here, sorted."""
    return tuple(sorted(_SCORERS))


def _listed(reason: str) -> Outcome:
    return Outcome(fate="listed", reason=reason)


def _mapped(expectation: Json) -> Outcome:
    return Outcome(fate="mapped", reason=f"{_grader(expectation)}", expect=(expectation,))


def _bridged(expectation: Json, reason: str) -> Outcome:
    return Outcome(fate="bridged", reason=f"{_grader(expectation)}; {reason}", expect=(expectation,))


def _grader(expectation: Json) -> str:
    return next(iter(expectation)) if isinstance(expectation, Mapping) else ""


def _ignores_case(scorer: Scorer) -> bool:
    return scorer.options.get("ignore_case") is not False


def _includes(scorer: Scorer, targets: Sequence[str]) -> Outcome:
    return _mapped(contains_any(targets, ignore_case=_ignores_case(scorer)))


def _match(scorer: Scorer, targets: Sequence[str]) -> Outcome:
    location = text(scorer.options.get("location")) or "end"
    if scorer.options.get("numeric") is True:
        return _numeric(targets, location)
    bare = [target.strip(_STRIPPED) for target in targets]
    if not all(bare):
        return _listed("the target is nothing but punctuation, which this scorer strips")
    if location == "any":
        return _mapped(contains_any(bare, ignore_case=_ignores_case(scorer)))
    patterns = {
        "begin": f"^{PUNCTUATION}{one_of(bare)}",
        "end": f"{one_of(bare)}{PUNCTUATION}$",
        "exact": f"^{PUNCTUATION}{one_of(bare)}{PUNCTUATION}$",
    }
    if location not in patterns:
        return _listed(f"there is no location {location[:40]!r}")
    return _mapped(matches(patterns[location], ignore_case=_ignores_case(scorer)))


def _numeric(targets: Sequence[str], location: str) -> Outcome:
    written = re.sub(r"[$€£,*_]", "", targets[0]).strip()
    if len(targets) > 1 or _NUMBER.fullmatch(written) is None:
        return _listed("a numeric target that is not one plain number")
    expectation: Json = {"number": {"value": float(written), "relative": 0.00001}}
    if location == "end":
        return _mapped(expectation)
    return _bridged(expectation, f"the last number is compared, not the one at {location!r}")


def _exact(_scorer: Scorer, targets: Sequence[str]) -> Outcome:
    bare = [target.strip(_STRIPPED) or target for target in targets]
    pattern = f"^{PUNCTUATION}{one_of(bare)}{PUNCTUATION}$"
    return _bridged(matches(pattern, ignore_case=True), "articles and the order of words count here")


def _answer(scorer: Scorer, targets: Sequence[str]) -> Outcome:
    form = _ANSWERS.get(text(scorer.options.get("pattern")))
    if form is None:
        return _listed("its pattern is none of letter, word and line")
    return _mapped(matches(form.replace("{}", one_of(each.strip() for each in targets))))


def _choice(_scorer: Scorer, targets: Sequence[str]) -> Outcome:
    letters = [letter for target in targets for letter in re.findall(r"[A-Za-z0-9]", target)]
    if not all(
        re.fullmatch(r"[A-Z]{1,8}|[A-Za-z0-9](?:[\s,]+[A-Za-z0-9])*", target.strip()) for target in targets
    ):
        return _listed("a target that is no letter of a choice")
    wanted = r"[\s,]*".join(map(literal, sorted(letters)))
    pattern = rf"(?i)ANSWER\s*:\s*\**{wanted}(?:[^\w,]|\s*$)"
    return _bridged(
        matches(pattern), "the letters are looked for after `ANSWER:`, in the order of the alphabet"
    )


def _pattern(scorer: Scorer, targets: Sequence[str]) -> Outcome:
    written = text(scorer.options.get("pattern"))
    group = only_group(written)
    if not written or group is None:
        return _listed("its pattern has no group, or several")
    start, end = group
    wanted = one_of(targets) + (r"\b" if all(target[-1:].isalnum() for target in targets) else "")
    pattern = f"{written[:start]}{wanted}{written[end:]}"
    expectation = matches(pattern, ignore_case=_ignores_case(scorer))
    return _bridged(expectation, "the target stands in the pattern's group, and may be found anywhere")


def only_group(pattern: str) -> tuple[int, int] | None:
    """Where the one group that captures begins and ends; None where there is none, or several."""
    opened: list[tuple[int, bool]] = []
    found: list[tuple[int, int]] = []
    in_class = False
    for part in re.finditer(r"\\.|\[\^?\]?|\]|\(\?P?<(?![=!])|\(\?|\(|\)", pattern, re.DOTALL):
        said = part[0]
        if in_class:
            in_class = said.startswith("\\") or not said.endswith("]")
        elif said.startswith("["):
            in_class = True
        elif said.startswith("("):
            opened.append((part.start(), said == "(" or said.endswith("<")))
        elif said == ")" and opened:
            start, captures = opened.pop()
            if captures:
                found.append((start, part.end()))
    return found[0] if len(found) == 1 and not opened else None


def _f1(scorer: Scorer, targets: Sequence[str]) -> Outcome:
    if not has_grader("similarity") or (len(targets) > 1 and not has_grader("any")):
        return _listed("there is no grader of similarity")
    if scorer.options.get("stop_words"):
        return _listed("it has stop words of its own")
    each: list[Json] = [{"similarity": {"to": target, "by": "f1"}} for target in targets]
    expectation: Json = each[0] if len(each) == 1 else {"any": each}
    return _bridged(expectation, "words are split and compared by our own rules")


def _model_graded(scorer: Scorer, targets: Sequence[str]) -> Outcome:
    if not scorer.judge:
        return _listed("it asks a model: name a judge of yours with --judge")
    if not has_grader("agrees"):
        return _listed("there is no grader that asks a judge")
    wanted = "\n".join(targets)
    if scorer.name == "model_graded_fact":
        expectation: Json = {"agrees": {"judge": scorer.judge, "reference": wanted}}
    else:
        expectation = {"rubric": {"judge": scorer.judge, "criteria": wanted}}
    return _bridged(
        expectation, "asked by a judge of yours; its template, instructions and model are not carried over"
    )


_JUDGED = frozenset(("model_graded_qa", "model_graded_fact"))
_SCORERS: Mapping[str, Callable[[Scorer, Sequence[str]], Outcome]] = {
    "includes": _includes,
    "match": _match,
    "exact": _exact,
    "answer": _answer,
    "choice": _choice,
    "pattern": _pattern,
    "f1": _f1,
    "model_graded_qa": _model_graded,
    "model_graded_fact": _model_graded,
}
