"""Whether a prompt is one of a judge: what it forces the model to say, what it is told, and how that is fenced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, assert_never

from harness.errors import Place, Problem
from harness.suite.judge import (
    ASKED_OF,
    COMPARED,
    GIVEN,
    HOSTILE,
    KNOWN,
    Judge,
    Levels,
    Preference,
    Range,
    Scale,
)
from harness.suite.prompt import PromptVersion
from harness.suite.template import TemplateError, render, unfenced
from harness.units import Json

_WHOLE: Final = "integer"
_BLOCK_ENDS: Final = "</untrusted-"


def fitted(scale: Scale, prompt: PromptVersion) -> Scale:
    """The scale, with whole numbers where the prompt forces the model to say one."""
    if not isinstance(scale, Range):
        return scale
    verdict = _verdict(prompt)
    return replace(scale, whole=isinstance(verdict, Mapping) and verdict.get("type") == _WHOLE)


def judge_misfits(judge: Judge) -> Iterator[Problem]:
    """What keeps a prompt from being that of a judge on this scale, each at its place."""
    prompt = judge.prompt
    yield from (Problem(prompt.place, what, remedy) for what, remedy in _schema(judge))
    yield from (Problem(judge.place, what, remedy) for what, remedy in _variables(judge))
    if prompt.tools:
        yield Problem(prompt.place, "a judge has no tools", "remove `tools`")
    yield from _fences(prompt)
    yield from _order(prompt)


def _schema(judge: Judge) -> Iterator[tuple[str, str]]:
    """The reason comes before the verdict: a verdict that is said first is only made up a reason for afterwards."""
    who = f"{judge.prompt.name} {judge.prompt.version}"
    schema = judge.prompt.output_schema
    if schema is None:
        yield f"{who} is the prompt of a judge, and has no output schema", f"add {_wanted(judge.scale)}"
        return
    properties = schema.get("properties")
    names = list(properties) if isinstance(properties, Mapping) else []
    required = schema.get("required")
    is_closed = (
        schema.get("type") == "object"
        and schema.get("additionalProperties") is False
        and isinstance(required, Sequence)
        and set(required) == {"reason", "verdict"}
    )
    if names != ["reason", "verdict"] or not is_closed:
        what = f"{who}: a judge says a `reason` and then a `verdict`, both required, and nothing else"
        yield what, f"write {_wanted(judge.scale)}"
    elif not _is_text(properties) or not _fits(judge.scale, _verdict(judge.prompt)):
        yield (
            f"{who}: its output schema does not fit the scale of {judge.name!r}",
            f"write {_wanted(judge.scale)}",
        )


def _is_text(properties: Json) -> bool:
    reason = properties.get("reason") if isinstance(properties, Mapping) else None
    return isinstance(reason, Mapping) and reason.get("type") == "string"


def _verdict(prompt: PromptVersion) -> Json:
    properties = None if prompt.output_schema is None else prompt.output_schema.get("properties")
    return properties.get("verdict") if isinstance(properties, Mapping) else None


def _fits(scale: Scale, verdict: Json) -> bool:
    if not isinstance(verdict, Mapping):
        return False
    match scale:
        case Levels(names=names):
            return _says(verdict, names)
        case Preference(words=words):
            return _says(verdict, words)
        case Range():
            return verdict.get("type") in ("number", _WHOLE)
        case _:
            assert_never(scale)


def _says(verdict: Mapping[str, Json], words: tuple[str, ...]) -> bool:
    listed = verdict.get("enum")
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        return False
    return len(listed) == len(words) and set(map(str, listed)) == set(words)


def _wanted(scale: Scale) -> str:
    match scale:
        case Levels(names=names) | Preference(words=names):
            said = f"{{enum: [{', '.join(names)}]}}"
        case Range():
            said = "{type: integer}"
        case _:
            assert_never(scale)
    return (
        "`output: {json_schema: {type: object, additionalProperties: false, required: [reason, verdict], "
        f"properties: {{reason: {{type: string}}, verdict: {said}}}}}}}`"
    )


def _variables(judge: Judge) -> Iterator[tuple[str, str]]:
    used, who = judge.prompt.variables, f"{judge.prompt.name} {judge.prompt.version}"
    wanted = COMPARED if isinstance(judge.scale, Preference) else ASKED_OF
    known = wanted | GIVEN | KNOWN
    for name in sorted(wanted - used):
        yield f"{who} never uses `{name}`, so it judges nothing", f"write `{{{{ {name} | untrusted }}}}`"
    for name in sorted(used - known):
        yield f"{who} uses {name[:80]!r}, which a judge is not told", f"use: {', '.join(sorted(known))}"
    bad, gives = judge.known_bad, judge.gives
    if bad is None and not gives and not isinstance(judge.scale, Preference):
        what = f"nothing says what {judge.name!r} must turn down: its prompt takes neither criteria nor a reference"
        yield what, "add `known_bad: {question: ..., answer: ...}` with an answer it must never let pass"
    elif bad is not None:
        lacking = [
            name
            for name, is_needed, said in (
                ("criteria", "criteria" in gives, bad.criteria),
                ("good", "reference" in gives or isinstance(judge.scale, Preference), bad.good),
            )
            if is_needed and not said
        ]
        for name in lacking:
            yield f"'known_bad' has no {name!r}, which {who} needs", f"add `{name}:`"


def _fences(prompt: PromptVersion) -> Iterator[Problem]:
    """Hostile text is fenced wherever it stands, and never in the system prompt."""
    if prompt.system is not None:
        for problem in _unfenced(prompt.system, prompt.place):
            what = f"{problem.what} (nor does it belong into the system prompt)"
            yield Problem(prompt.place, what, "put it into the user's message, with `| untrusted`")
    for message in prompt.messages:
        yield from _unfenced(message.template, message.place)


def _unfenced(text: str, place: Place) -> tuple[Problem, ...]:
    return unfenced(text, HOSTILE, lambda _line, _column: place)


def _order(prompt: PromptVersion) -> Iterator[Problem]:
    """What is judged stands in a block; what to do stands after it, so that the text does not have the last word."""
    last = prompt.messages[-1]
    if last.role != "user":
        yield Problem(last.place, "the last message of a judge must be the user's", "end with `- user:`")
        return
    samples: dict[str, Json] = dict.fromkeys(prompt.variables, "sample")
    try:
        text = render(prompt, samples).messages[-1][1]
    except TemplateError as error:
        yield Problem(
            last.place, f"cannot be filled in with texts: {error.problem.what}", "mend the template"
        )
        return
    _before, block, after = text.rpartition(_BLOCK_ENDS)
    if not block or not after.partition(">")[2].strip():
        what = "nothing stands after the text that is judged, so the text has the last word"
        yield Problem(last.place, what, "end the message with what the judge is to do")
