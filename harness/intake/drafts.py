"""What an importer makes: prompts, cases and suites that are yet to be written, and the files they become.

Drafts hold plain values, the way the files say them. What they say is judged by the readers of the files alone:
`refused` asks them about one expectation, `overlay.Overlay` about everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, cast

from harness.intake.spelling import json_line, yaml_text
from harness.suite.names import same
from harness.units import Json


def _nothing() -> Mapping[str, Json]:
    return MappingProxyType({})


_MOST_INLINE = 150
"""Cases that stand in the suite's own file; more of them get a file of lines."""
_MOST_BYTES = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """One case. What is empty or None is left out of the file."""

    id: str
    inputs: Mapping[str, Json] = field(default_factory=_nothing)
    expect: tuple[Json, ...] = ()
    tags: tuple[str, ...] = ()
    cluster: str | None = None
    threshold: float | None = None
    weight: float | None = None
    more: Mapping[str, Json] = field(default_factory=_nothing)
    """Other keys of a case, such as `turns` or `attachments`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptDraft:
    """One version of a prompt."""

    version: str
    messages: tuple[tuple[str, str], ...]
    """Role and template each."""
    system: str | None = None
    description: str = ""
    max_tokens: int = 1024
    more: Mapping[str, Json] = field(default_factory=_nothing)
    """Other keys of a version, such as `output`, `tools` or `stop_sequences`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteDraft:
    """A suite with the versions of the prompt it is about."""

    name: str
    prompt: str
    baseline: tuple[str, str]
    """Version and model."""
    candidate: tuple[str, str]
    cases: tuple[CaseDraft, ...]
    repeats: int = 1
    defaults: Mapping[str, Json] = field(default_factory=_nothing)
    comments: tuple[str, ...] = ()
    """Lines of a comment above the suite."""
    more: Mapping[str, Json] = field(default_factory=_nothing)
    """Other keys of a suite, such as `tools`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything an importer wants to write: suites, prompts by name, and files that are ready as they are."""

    suites: tuple[SuiteDraft, ...] = ()
    prompts: Mapping[str, tuple[PromptDraft, ...]] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def draft_files(draft: Draft) -> dict[str, str]:
    """The files of a draft, by path. Raises `Unwritable`."""
    found = dict(draft.files)
    for name, versions in draft.prompts.items():
        for each in versions:
            found[f"prompts/{name}/{each.version}.yaml"] = _prompt_text(each)
    for suite in draft.suites:
        found |= _suite_files(suite)
    return dict(sorted(found.items()))


def _prompt_text(prompt: PromptDraft) -> str:
    said: dict[str, Json] = {"description": prompt.description} if prompt.description else {}
    said |= {"max_tokens": prompt.max_tokens, "effort": "default", "thinking": "default"}
    if prompt.system is not None:
        said["system"] = prompt.system
    messages: list[Json] = [{role: text} for role, text in prompt.messages]
    return yaml_text({**said, "messages": messages, **prompt.more})


def _suite_files(suite: SuiteDraft) -> dict[str, str]:
    cases = [case_value(each) for each in suite.cases]
    path = f"evals/{suite.name}.yaml"
    if len(cases) <= _MOST_INLINE:
        text = _suite_text(suite, cases)
        if len(text.encode()) <= _MOST_BYTES:
            return {path: text}
    beside = f"{suite.name}_cases.jsonl"
    return {
        path: _suite_text(suite, [{"file": beside}]),
        f"evals/{beside}": "".join(json_line(each) for each in cases),
    }


def _suite_text(suite: SuiteDraft, cases: Sequence[Json]) -> str:
    said: dict[str, Json] = {
        "suite": suite.name,
        "prompt": suite.prompt,
        "baseline": dict(zip(("version", "model"), suite.baseline, strict=True)),
        "candidate": dict(zip(("version", "model"), suite.candidate, strict=True)),
    }
    if suite.repeats != 1:
        said["repeats"] = suite.repeats
    said |= suite.more
    if suite.defaults:
        said["defaults"] = dict(suite.defaults)
    comments = "".join(f"# {_commented(line)}\n" for line in suite.comments)
    return yaml_text({**said, "cases": list(cases)}, comments)


def _commented(line: str) -> str:
    return re.sub(r"[^\x20-\x7e\xa1-\u02ff\u0370-\u05ff]", " ", line)[:200].rstrip()


def case_value(case: CaseDraft) -> dict[str, Json]:
    """The case as its file says it."""
    said: dict[str, Json] = {"id": case.id}
    for name in ("tags", "cluster", "weight", "threshold", "inputs"):
        value = getattr(case, name)
        if value is not None and value not in ((), {}):
            said[name] = list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
    said |= case.more
    if case.expect:
        said["expect"] = list(case.expect)
    return said


def redacted(draft: Draft, clean: Callable[[str], str]) -> Draft:
    """The draft with `clean` applied to every text in it: drafts are cleaned before they are spelled."""
    return cast("Draft", _cleaned(draft, clean))


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if is_dataclass(value) and not isinstance(value, type):
        own: Any = value
        return replace(own, **{each.name: _cleaned(getattr(own, each.name), clean) for each in fields(own)})
    if isinstance(value, Mapping):
        table = cast("Mapping[str, Any]", value)
        return {name: _cleaned(each, clean) for name, each in table.items()}
    if isinstance(value, list | tuple):
        items = [_cleaned(each, clean) for each in cast("list[Any]", value)]
        return tuple(items) if isinstance(value, tuple) else items
    return value


class Names:
    """Hands out names that our files can have, each once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {same(each) for each in taken}

    def new(self, wanted: str, otherwise: str) -> str:
        """A name close to `wanted`: lower case, plain, at most 60 characters, and not given out before."""
        name = plain_name(wanted) or otherwise
        number, found = 1, name
        while same(found) in self._taken:
            number += 1
            found = f"{name[:54]}-{number}"
        self._taken.add(same(found))
        return found


def plain_name(wanted: str) -> str:
    """`wanted` as a plain name of at most 60 characters; empty where nothing of it is left."""
    words = re.sub(r"[^a-z0-9_]+", "-", wanted.lower()[:200]).strip("-_")
    name = words[:60].strip("-_")
    if re.fullmatch(r"con|prn|aux|nul|(com|lpt)[0-9]", name):
        return f"{name}-1"
    return name
