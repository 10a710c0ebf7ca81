"""A scripted model: knows every case of the project's suites, and answers each request as a model might.

It finds the case by the text in the request and the prompt version by the system text, counts how often the same
request has come (that is the repeat), and answers. The same requests in the same order get the same answers. Of a
conversation it knows the first message, and counts the turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from harness.call.canonical import body as body_of
from harness.call.canonical import digest
from harness.plan import request_for
from harness.suite.case import Case
from harness.suite.project import Project
from harness.trial import Variant
from harness.units import Json
from tests.standin import Answer
from tests.standin.bill import text_tokens
from tests.synthetic import extract, judging, policy, support, triage
from tests.synthetic.chance import REFUSED, TRUNCATED, Asking, lognormal

WRITERS: Final[dict[str, Callable[[Case, Asking], str]]] = {
    "triage": triage.answer,
    "extract": extract.answer,
    "policy": policy.answer,
    "judging": judging.answer,
}
_ALL: Final = {"opus-5-5": ("v1", "v2", "v3"), "sonnet-5-5": ("v1", "v2")}
VERSIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "triage": _ALL,
    "extract": _ALL,
    "policy": _ALL,
    "judging": {"opus-5-5": ("v1", "v2")},
    "support": {"opus-5-5": ("v1", "v2"), "sonnet-5-5": ("v1",)},
}
"""What there are recordings of, by suite: prompt versions by the short name of the model."""

THINKING: Final = {"triage": 46.0, "extract": 88.0, "policy": 52.0, "support": 40.0, "judging": 60.0}
"""Median thinking tokens at low effort."""
FIRST_BYTE: Final = {"claude-opus-5-5": 0.85, "claude-sonnet-5-5": 0.55}
PER_TOKEN: Final = {"claude-opus-5-5": 0.013, "claude-sonnet-5-5": 0.008}
"""Latency in seconds: a start, and so much for every token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    suite: str
    case: Case
    version: str
    model: str


class ScriptedModel:
    """Answers every request that a run of the project's suites makes of the variants in `VERSIONS`."""

    def __init__(self, project: Project) -> None:
        self._known: dict[str, _Known] = {}
        self._asked: Counter[str] = Counter()
        for suite in project.suites.values():
            for model, versions in VERSIONS[suite.name].items():
                for version in versions:
                    pin = project.models[model]
                    variant = Variant(prompt=project.prompts[suite.prompt, version], model=pin)
                    for case in suite.cases:
                        body = body_of(request_for(suite.name, case, variant, repeat=1))
                        self._known[_identity(body)] = _Known(
                            suite=suite.name, case=case, version=version, model=pin.id
                        )

    def answer(self, body: Mapping[str, Json]) -> Answer:
        """The next answer to this request. Raises KeyError for a request no case makes."""
        messages = cast("Sequence[Mapping[str, Json]]", body["messages"])
        turn = sum(each["role"] == "assistant" for each in messages)
        talk = _identity({**body, "messages": messages[:1]})
        is_talk = self._known[talk].case.conversation is not None if talk in self._known else False
        identity = talk if is_talk else _identity(body)
        known = self._known[identity]
        if not is_talk or turn == 0:
            self._asked[identity] += 1
        asking = Asking(
            suite=known.suite,
            case=known.case.id,
            tags=known.case.tags,
            version=known.version,
            model=known.model,
            repeat=self._asked[identity],
        )
        if is_talk:
            path = support.path_asked(known.case, asking)
            return _turn(support.said(path[min(turn, len(path) - 1)]), asking, turn)
        return _answer(body, known.case, asking)


def _identity(body: Mapping[str, Json]) -> str:
    return digest([body["model"], body.get("system"), body["messages"]])


def _turn(said: Answer, asking: Asking, turn: int) -> Answer:
    """One turn of a conversation, as long and as slow as such turns are."""
    thinking = round(lognormal(THINKING[asking.suite], 0.35, *asking.names, turn, "thinking"))
    output = thinking + text_tokens(said.text) + 30 * len(said.tool_calls)
    usage = {"output_tokens": output, "output_tokens_details": {"thinking_tokens": thinking}}
    slowness = lognormal(1.0, 0.25, *asking.names, turn, "latency")
    latency = slowness * (FIRST_BYTE[asking.model] + PER_TOKEN[asking.model] * output)
    return replace(said, usage=usage, latency=round(latency, 3))


def _answer(body: Mapping[str, Json], case: Case, asking: Asking) -> Answer:
    text, stop_reason = WRITERS[asking.suite](case, asking), "end_turn"
    thinking = round(lognormal(THINKING[asking.suite], 0.35, *asking.names, "thinking"))
    output = thinking + text_tokens(text)
    ending = asking.draw("ending")
    if ending < REFUSED:
        text, stop_reason, output = "", "refusal", 1
    elif ending < REFUSED + TRUNCATED:
        text, stop_reason, output = text[: len(text) // 2], "max_tokens", cast("int", body["max_tokens"])
        thinking = output - text_tokens(text)
    usage = {
        "output_tokens": output,
        "output_tokens_details": {"thinking_tokens": min(thinking, output)},
    }
    slowness = lognormal(1.0, 0.25, *asking.names, "latency")
    latency = slowness * (FIRST_BYTE[asking.model] + PER_TOKEN[asking.model] * output)
    return Answer(text=text, stop_reason=stop_reason, usage=usage, latency=round(latency, 3))
