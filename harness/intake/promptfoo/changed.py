"""Answers that are changed before they are looked at (`transform`): said as a path, or done in JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.intake.javascript.sources import Source, Sources
from harness.intake.javascript.syntax import read_code
from harness.intake.javascript.tokens import NotUnderstood
from harness.intake.promptfoo.texts import separated
from harness.intake.promptfoo.wanted import Answer, Entry, Wanted, bridged, listed
from harness.units import Json

_WITH_PATH: Final = frozenset(
    {"equals", "contains", "starts_with", "ends_with", "matches", "similarity", "semantic", "length"}
)
_INSIDE: Final = re.compile(r"output((?:\.[A-Za-z_]\w*|\[\d+\])+)")
_CALLED: Final = frozenset({".function.name", ".name", ".functionCall.name"})


@dataclass(frozen=True, slots=True)
class Changed:
    """What is done to an answer, as JavaScript says it."""

    code: str

    @property
    def source(self) -> Source | None:
        """Where it looks, if it is no more than that."""
        inside = _INSIDE.fullmatch(self.code.strip())
        if inside is not None and not inside[1].endswith(".length"):
            return Source(path=f"${inside[1]}")
        try:
            return Sources({}).text(read_code(self.code))
        except (NotUnderstood, RecursionError):
            return None

    @property
    def is_runnable(self) -> bool:
        """Whether it is code that stands there, and no name of a file."""
        return not self.code.startswith(("file://", "package:"))

    def before(self, code: str) -> str:
        """Code that looks at what this makes of the answer."""
        return f"return (function (output) {{ {_body(code)}\n}})((function (output) {{ {_body(self.code)}\n}})(output));\n"


def _body(code: str) -> str:
    code = code.rstrip()
    if "\n" in code or re.match(r"(const|let|var|return|if)\b", code):
        return code
    return f"return ({code.rstrip('; ')});"


def looked_at(answer: Answer, wanted: Wanted, changed: Changed) -> Answer:
    """The expectation, looking at the changed answer."""
    if answer.entry is None:
        return answer
    called = _tool(wanted, changed)
    if called is not None:
        return called
    source = changed.source
    if source is not None:
        moved = _moved(answer.entry, source)
        if moved is not None:
            where = source.path or "the text, without white space around it"
            return Answer(
                entry=moved,
                fate="bridged",
                reason=f"{answer.reason}: looks at {where}",
                otherwise=_run(wanted, changed),
            )
    return _run(wanted, changed) or listed(f"the answer is changed before: {changed.code[:60]!r}")


def _moved(entry: Entry, source: Source) -> Entry | None:
    """The same grader with its path, or None where it cannot look there."""
    ((name, keys),) = entry.items()
    inner: dict[str, Any] = dict(keys)
    if source.path is None:
        if name == "equals":
            inner.pop("strip", None)
        if source.ignores_case:
            inner["ignore_case"] = True
        fits = name != "matches" or not source.ignores_case
        return (
            {name: inner}
            if fits and name in _WITH_PATH | {"json", "xml", "html", "sql", "rubric", "agrees"}
            else None
        )
    if (name == "json" and source.path == "$") or name == "rubric":
        return entry
    if name not in _WITH_PATH or "path" in inner or source.ignores_case:
        return None
    inner.pop("strip", None)
    return {name: {**inner, "path": source.path}}


def _tool(wanted: Wanted, changed: Changed) -> Answer | None:
    """A call of a tool, which other providers give as a part of the answer."""
    found = _INSIDE.fullmatch(changed.code.strip())
    if (
        wanted.kind != "equals"
        or found is None
        or found[1].lstrip("[0]") not in {one.lstrip(".") for one in _CALLED} | _CALLED
    ):
        return None
    return bridged({"tool_call": {"tool": wanted.text() or "?"}}, "the suite has to define the tools")


def _run(wanted: Wanted, changed: Changed) -> Answer | None:
    """The assertion itself in JavaScript."""
    write = _WRITTEN.get(wanted.kind)
    code = write(wanted) if write is not None and changed.is_runnable else None
    if code is None:
        return None
    return bridged(
        {"javascript": {"code": changed.before(code)}}, "run with node, after the answer is changed"
    )


def _told(text: Json) -> str:
    return json.dumps(text, ensure_ascii=True, default=dict)


def _contains(wanted: Wanted) -> str | None:
    text = wanted.text()
    kind = wanted.kind.removeprefix("i")
    texts = [text] if kind == "contains" and text else separated(text) if text is not None else wanted.texts()
    how = "every" if kind == "contains-all" else "some"
    lower = ".toLowerCase()" if wanted.kind.startswith("i") else ""
    return f"{_told(texts)}.{how}(t => String(output){lower}.includes(t{lower}))" if texts else None


def _equals(wanted: Wanted) -> str | None:
    text = wanted.text()
    return None if text is None else f"String(output) === {_told(text)}"


def _starts(wanted: Wanted) -> str | None:
    text = wanted.text()
    return f"String(output).startsWith({_told(text)})" if text else None


def _regex(wanted: Wanted) -> str | None:
    text = wanted.text()
    return f"new RegExp({_told(text)}).test(String(output))" if text else None


_WRITTEN: Final[Mapping[str, Callable[[Wanted], str | None]]] = {
    "equals": _equals,
    "starts-with": _starts,
    "regex": _regex,
    **dict.fromkeys(
        ("contains", "contains-any", "contains-all", "icontains", "icontains-any", "icontains-all"), _contains
    ),
}
