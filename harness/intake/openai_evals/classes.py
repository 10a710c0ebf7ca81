"""The classes of openai/evals to expectations, for the ideal answers of one sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.intake.constructs import Fate
from harness.intake.expectations import contains_any, has_grader, matches, one_of, refused
from harness.intake.harvest.documents import parsed
from harness.intake.harvest.peek import items, table, text
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """An eval of the registry."""

    kind: str
    """Last part of its class: `Match`."""
    args: Mapping[str, Json]
    graded: Mapping[str, Json]
    """Its modelgraded specification; empty: it has none."""
    judge: str = ""
    """Name of a judge of ours; empty: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of an eval for one sample."""

    fate: Fate
    reason: str
    expect: Json = None


def outcome_of(spec: Spec, sample: Mapping[str, Json]) -> Outcome:
    """The expectation that an eval is for a sample."""
    known = _CLASSES.get(spec.kind)
    if known is None:
        return Outcome(
            fate="listed", reason=f"{spec.kind!r} is Python, which is not executed; write it as a grader"
        )
    found = known(spec, sample)
    if found.expect is not None and spec.kind != "ModelBasedClassify" and (why := refused(found.expect)):
        return Outcome(fate="listed", reason=f"it cannot be said here: {why}")
    return found


def _ideals(sample: Mapping[str, Json]) -> list[str]:
    ideal = sample.get("ideal")
    several = [ideal] if isinstance(ideal, str) else [text(each) for each in items(ideal)] or [text(ideal)]
    return [each for each in several if each]


def _texts(make: Callable[[Spec, Sequence[str]], Outcome]) -> Callable[[Spec, Mapping[str, Json]], Outcome]:
    def made(spec: Spec, sample: Mapping[str, Json]) -> Outcome:
        ideals = _ideals(sample)
        return make(spec, ideals) if ideals else Outcome(fate="listed", reason="the sample has no `ideal`")

    return made


def _match(_spec: Spec, ideals: Sequence[str]) -> Outcome:
    return Outcome(
        fate="mapped", reason="matches, at the beginning", expect=matches(rf"^\s*{one_of(ideals)}")
    )


def _includes(spec: Spec, ideals: Sequence[str]) -> Outcome:
    ignores = spec.args.get("ignore_case") is True
    return Outcome(fate="mapped", reason="contains", expect=contains_any(ideals, ignore_case=ignores))


def _fuzzy(_spec: Spec, ideals: Sequence[str]) -> Outcome:
    why = "contains; an answer that is only a part of the ideal does not pass, and punctuation and articles count"
    return Outcome(fate="bridged", reason=why, expect=contains_any(ideals, ignore_case=True))


def _json(_spec: Spec, sample: Mapping[str, Json]) -> Outcome:
    each: list[Json] = []
    for ideal in _ideals(sample):
        try:
            each.append({"equals": {"path": "$", "value": parsed(ideal.encode("utf-8", "replace"))}})
        except ValueError:
            return Outcome(fate="listed", reason="an ideal that is not JSON")
    if not each or (len(each) > 1 and not has_grader("any")):
        return Outcome(fate="listed", reason="the sample has no ideal, or several, and there is no `any`")
    return Outcome(
        fate="mapped", reason="equals, as JSON", expect=each[0] if len(each) == 1 else {"any": each}
    )


def _is_json(_spec: Spec, _sample: Mapping[str, Json]) -> Outcome:
    return Outcome(fate="mapped", reason="json", expect={"json": {"schema": {}}})


def _graded(spec: Spec, sample: Mapping[str, Json]) -> Outcome:
    """A judge of ours is given their question as criteria, with the choices that count."""
    if not spec.judge:
        return Outcome(fate="listed", reason="it asks a model: name a judge of yours with --judge")
    if not has_grader("rubric"):
        return Outcome(fate="listed", reason="there is no grader that asks a judge")
    asked = _criteria(spec, sample)
    if not asked:
        return Outcome(fate="listed", reason="its modelgraded specification is not there")
    why = "a rubric for a judge of yours; its choices and its model are not carried over"
    return Outcome(fate="bridged", reason=why, expect={"rubric": {"judge": spec.judge, "criteria": asked}})


def _criteria(spec: Spec, sample: Mapping[str, Json]) -> str:
    """Their prompt with the sample's own fields in it, and what its choices are worth."""
    prompt = spec.graded.get("prompt")
    words = (
        prompt
        if isinstance(prompt, str)
        else "\n".join(text(table(each).get("content")) for each in items(prompt))
    )
    asked = table(spec.graded.get("input_outputs"))
    for name, value in sample.items():
        if name not in asked and isinstance(value, str):
            words = words.replace(f"{{{name}}}", value)
    for name, answer in asked.items():
        words = words.replace(f"{{{name}}}", "(the question)").replace(f"{{{text(answer)}}}", "(the answer)")
    scores = table(spec.graded.get("choice_scores"))
    worth = ", ".join(f"{choice} is worth {text(score)}" for choice, score in scores.items())
    return f"{words}\n\n{worth}".strip() if words.strip() else ""


_CLASSES: Mapping[str, Callable[[Spec, Mapping[str, Json]], Outcome]] = {
    "Match": _texts(_match),
    "Includes": _texts(_includes),
    "FuzzyMatch": _texts(_fuzzy),
    "JsonMatch": _json,
    "JsonValidator": _is_json,
    "ModelBasedClassify": _graded,
}


def known_classes() -> tuple[str, ...]:
    """The classes that need no registry, sorted."""
    return tuple(sorted(set(_CLASSES) - {"ModelBasedClassify"}))
