"""Whether a model accepts what a prompt asks for: said offline, instead of by a 400 in the middle of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion


def misfits(prompt: PromptVersion, pin: ModelPin) -> Iterator[tuple[str, str]]:
    """What the model refuses of the prompt, each with a remedy."""
    who = f"{prompt.version} on {pin.id}"
    if pin.lifecycle == "retired":
        yield f"{pin.id} is retired: the API does not answer for it any more", "name another model"
    if prompt.max_tokens > pin.max_output_tokens:
        what = f"{who}: max_tokens {prompt.max_tokens:,} is above the model's {pin.max_output_tokens:,}"
        yield what, "lower it in a new version of the prompt"
    yield from _thinking(who, prompt, pin)
    if prompt.effort is not None and prompt.effort not in pin.efforts:
        yield f"{who}: the model has no effort {prompt.effort!r}", _instead("effort", pin.efforts)
    if prompt.output_schema is not None and not pin.structured_output:
        yield f"{who}: the model has no structured output", "name another model, or remove `output`"
    if prompt.messages and prompt.messages[-1].role == "assistant" and not pin.prefill:
        what = f"{who}: the model refuses a conversation that ends with its own message"
        yield what, "end with a user's message, or use `output`"


def _thinking(who: str, prompt: PromptVersion, pin: ModelPin) -> Iterator[tuple[str, str]]:
    if prompt.thinking is None:
        return
    if prompt.thinking not in pin.thinking:
        yield f"{who}: the model refuses thinking {prompt.thinking!r}", _instead("thinking", pin.thinking)
    elif prompt.thinking == "disabled" and prompt.effort not in {None, *pin.disabled_thinking_efforts}:
        what = f"{who}: at effort {prompt.effort!r} the model refuses thinking 'disabled'"
        yield what, _instead("effort", pin.disabled_thinking_efforts)


def _instead(key: str, allowed: Iterable[str]) -> str:
    return f"write `{key}:` {' or '.join([*sorted(allowed), 'default'])}"
