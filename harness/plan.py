"""A suite and a variant to a plan: which trials, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.call.blocks import message
from harness.call.exchange import Message, Origin, Request
from harness.errors import FilesRejected, UsageError
from harness.selection import EVERYTHING, Selection
from harness.suite.case import Case, Suite
from harness.suite.expectations.judged import judges_of
from harness.suite.judge import Judges, members_of
from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion, Rendered, last_user
from harness.suite.route import Route, prompt_tokens
from harness.suite.template import TemplateError, render, unfillable
from harness.suite.tool import Conversation, Fake, ToolDefinition, definition_of
from harness.trial import Trial, Variant

Key = tuple[str, int]
"""A trial within its side: case id and repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One variant's trials of one suite: in waves, so that every case is asked once before any is asked twice."""

    suite: Suite
    variant: Variant
    repeats: int
    """How often each case is asked; where that differs, the most."""
    cases: tuple[Case, ...]
    trials: tuple[Trial, ...]
    first: int = 1
    """Number of the first repeat."""
    times: tuple[int, ...] = ()
    """How often each case is asked, in the order of `cases`; empty: every case `repeats` times."""

    @property
    def side(self) -> str:
        """What tells its run from others it is interleaved with."""
        return self.trials[0].request.origin.side

    @property
    def route(self) -> Route | None:
        """What names the model of each trial, where they are not all asked of the same."""
        return self.variant.model if isinstance(self.variant.model, Route) else None

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each case is asked, by id."""
        times = self.times or (self.repeats,) * len(self.cases)
        return {case.id: count for case, count in zip(self.cases, times, strict=True)}

    @property
    def pins(self) -> tuple[ModelPin, ...]:
        """The models its trials are asked of, each once, in order of their first trial."""
        return tuple({trial.request.model: trial.model for trial in self.trials}.values())

    @property
    def judges(self) -> Judges:
        """Who is asked about the answers, by name."""
        return judges_of(each for case in self.cases for each in case.expect)

    @property
    def judge_pins(self) -> tuple[ModelPin, ...]:
        """The models that they ask."""
        return tuple({each.model.id: each.model for each in members_of(self.judges.values())}.values())


def make_plan(
    suite: Suite,
    variant: Variant,
    *,
    repeats: int | None = None,
    selection: Selection = EVERYTHING,
    side: str = "",
) -> Plan:
    """Plan `repeats` trials of every selected case; None: as many as the case says, or else its suite.

    `side` tells apart runs that are interleaved with each other (see `Origin`).

    Raises UsageError when the selection matches no case, names a case or tag that does not exist, the number
    of repeats is below 1, or the rules of a route catch no case of the suite: a run of nothing, or of nothing
    new, must never look like a success.
    """
    if repeats is not None and repeats < 1:
        raise UsageError(f"--repeats {repeats}: every case has to be asked at least once")
    cases = selection.chosen(suite)
    times = tuple(repeats or case.repeats or suite.repeats for case in cases)
    most = max(times)
    waves = (
        _trial(suite.name, case, variant, repeat=turn, side=side)
        for turn in range(1, most + 1)
        for case, count in zip(cases, times, strict=True)
        if turn <= count
    )
    try:
        trials = tuple(waves)
    except TemplateError:
        raise FilesRejected(unfillable(variant.prompt, cases)) from None
    if isinstance(variant.model, Route) and len(cases) == len(suite.cases):
        _check_route(suite, variant.prompt, variant.model)
    uneven = times if len(set(times)) > 1 else ()
    return Plan(suite=suite, variant=variant, repeats=most, cases=cases, trials=trials, times=uneven)


def replanned(plan: Plan, times: Mapping[str, int], *, first: int = 1) -> Plan:
    """The same variant and side, asked so often about these cases of the plan, repeats numbered from `first`.

    Cases that `times` does not name are left out. Raises ValueError where nothing is left.
    """
    cases = tuple(case for case in plan.cases if times.get(case.id, 0) > 0)
    if not cases:
        raise ValueError("a plan asks at least one case")
    most = max(times[case.id] for case in cases)
    trials = tuple(
        _trial(plan.suite.name, case, plan.variant, repeat=first + turn, side=plan.side)
        for turn in range(most)
        for case in cases
        if turn < times[case.id]
    )
    counts = tuple(times[case.id] for case in cases)
    return replace(
        plan,
        repeats=most,
        cases=cases,
        trials=trials,
        first=first,
        times=() if set(counts) == {most} else counts,
    )


def in_turns(keys: Iterable[Key], sides: Sequence[Mapping[Key, Trial]]) -> Iterator[Trial]:
    """The trials of all sides, key by key in ABBA order, so that drift over time hits every side alike.

    A key that only one side has is asked where it stands.
    """
    for place, key in enumerate(keys):
        ordered = sides if place % 2 == 0 else list(reversed(sides))
        yield from (trials[key] for trials in ordered if key in trials)


def _check_route(suite: Suite, prompt: PromptVersion, route: Route) -> None:
    sizes = {case.id: prompt_tokens(rendered(prompt, case)) for case in suite.cases}
    if not any(route.rule_for(case.tags, sizes[case.id]) for case in suite.cases):
        least, most = min(sizes.values()), max(sizes.values())
        raise UsageError(
            f"no rule of route {route.name!r} catches a case of suite {suite.name!r}, whose prompts have "
            f"{least:,} to {most:,} tokens: all would go to {route.otherwise.name!r}; mend the rules, or name that model"
        )


def interleave(plans: Sequence[Plan]) -> Iterator[Trial]:
    """The trials of all plans, case by case in ABBA order, so that drift over time hits every side alike.

    The plans must be of the same suite; cases only one of them has are asked where they stand.
    """
    by_key = [{trial.key: trial for trial in plan.trials} for plan in plans]
    order = list(dict.fromkeys(trial.key for plan in plans for trial in plan.trials))
    order.sort(key=lambda key: key[1])
    return in_turns(order, by_key)


def _trial(suite: str, case: Case, variant: Variant, *, repeat: int, side: str) -> Trial:
    request = request_for(suite, case, variant, repeat=repeat, side=side)
    return Trial(suite=suite, case=case, variant=variant, repeat=repeat, request=request)


def request_for(suite: str, case: Case, variant: Variant, *, repeat: int, side: str = "") -> Request:
    """The request that asks `case` of `variant`. Parameters the model does not know are left out.

    Nothing of what the case expects can get into it: only `case.inputs` reach the template, and beside it stand
    only its history and its attachments.
    """
    prompt = variant.prompt
    asked = rendered(prompt, case)
    model = variant.model_for(case, asked)
    return Request(
        origin=Origin(
            suite=suite,
            case=case.id,
            prompt=prompt.name,
            version=prompt.version,
            repeat=repeat,
            side=side,
        ),
        model=model.id,
        system=asked.system,
        messages=_messages(prompt, case, asked),
        max_tokens=prompt.max_tokens,
        effort=prompt.effort if model.efforts else None,
        thinking=prompt.thinking if model.thinking else None,
        output_schema=prompt.output_schema,
        stop_sequences=prompt.stop_sequences,
        tools=_offered(suite, case, prompt),
        system_cache=None if asked.system is None else prompt.system_cache,
        attachments=case.attachments,
        conversation=_conversation(case, prompt),
    )


def rendered(prompt: PromptVersion, case: Case) -> Rendered:
    """The texts that ask `case`: what was said before it stands right before the prompt's last user message."""
    asked = render(prompt, case.inputs)
    if not case.history:
        return asked
    at = last_user(prompt.messages)
    said = tuple((each.role, each.text) for each in case.history)
    return replace(asked, messages=(*asked.messages[:at], *said, *asked.messages[at:]))


def _messages(prompt: PromptVersion, case: Case, asked: Rendered) -> tuple[Message, ...]:
    """The texts with their marks, and with the attachments of the case in the message that has them."""
    last = last_user(prompt.messages)
    marked = [at for at, each in enumerate(prompt.messages) if each.attachments is not None]
    shown = marked[0] if marked else last
    before = len(case.history)
    messages = [Message(role=role, content=text) for role, text in asked.messages]
    for at, each in enumerate(prompt.messages):
        place = at + before if at >= last else at
        role, text = asked.messages[place]
        files = case.attachments if at == shown else ()
        side = each.attachments or "before"
        messages[place] = message(role, text, cache=each.cache, attachments=files, side=side)
    return tuple(messages)


def _offered(suite: str, case: Case, prompt: PromptVersion) -> tuple[ToolDefinition, ...]:
    """What the model is told of its tools. Raises UsageError for one the suite does not allow, or nobody defines."""
    fakes: Mapping[str, Fake] = {} if case.conversation is None else case.conversation.fakes
    offered: list[ToolDefinition] = []
    for tool in prompt.tools:
        definition = definition_of(tool, fakes)
        if tool.name not in fakes or definition is None:
            what = "does not allow" if tool.name not in fakes else "does not define"
            raise UsageError(
                f"{prompt.version} offers the tool {tool.name!r}, which the suite {suite!r} {what}; "
                "mend `tools:` of the suite, or ask another version"
            )
        offered.append(definition)
    return tuple(offered)


def _conversation(case: Case, prompt: PromptVersion) -> Conversation | None:
    talk = case.conversation
    return talk if prompt.tools or (talk is not None and talk.says) else None
