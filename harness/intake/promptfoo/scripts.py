"""Assertions that are programs: said in our graders where they say no more, otherwise run as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.intake.constructs import Register
from harness.intake.drafts import Names
from harness.intake.javascript.meaning import may_count, meaning
from harness.intake.promptfoo import copied
from harness.intake.promptfoo.changed import Changed
from harness.intake.promptfoo.nodes import inside
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.intake.promptfoo.wanted import Answer, Wanted, bridged, listed
from harness.units import Json

MOST_CODE = 100_000
_ABOVE_0 = 0.000001
_TRANSLATED = "JavaScript translated"
_FILE = re.compile(r"file://(.+?)(?::([A-Za-z_$][\w$.]*))?")


@dataclass
class Scripts:
    """Translates programs, and gathers the files that those which are run need."""

    sources: Sources
    register: Register
    name: str
    """Of the suite: its scripts stand in a folder of that name."""
    files: dict[str, str] = field(default_factory=dict[str, str])
    """What has to be written, by path."""
    _names: Names = field(default_factory=Names)
    _copied: dict[tuple[str, str], copied.Script] = field(
        default_factory=dict[tuple[str, str], "copied.Script"]
    )

    def answer(self, wanted: Wanted, changed: Changed | None) -> Answer:
        """What a `javascript` or `python` assertion becomes."""
        code = (wanted.text() or "").rstrip()
        if not code.strip():
            return listed("it says no code")
        if len(code) > MOST_CODE:
            return listed("its code is too long")
        if code.startswith("file://"):
            return self._of_file(code, wanted, changed)
        if wanted.kind == "python":
            return (
                listed("its answer is changed before by JavaScript")
                if changed
                else self._python(code, wanted)
            )
        return self.javascript(code, wanted, changed)

    def javascript(self, code: str, wanted: Wanted, changed: Changed | None) -> Answer:
        """Code in the configuration itself."""
        said = changed.before(code) if changed else code
        why = f"run with node{', after the answer is changed' if changed else ''}"
        run = bridged(_javascript({"code": _with_variables(said, wanted)}, wanted, code), why)
        at = None if changed is None else changed.source
        found = None if changed is not None and at is None else meaning(code, wanted.inputs, at)
        if found is None:
            return run
        if found.notes:
            return replace(bridged(found.entry, f"{_TRANSLATED}; {'; '.join(found.notes)}"), otherwise=run)
        reason = f"{next(iter(found.entry))}: {_TRANSLATED}"
        return Answer(entry=found.entry, fate="mapped", reason=reason, otherwise=run)

    def _of_file(self, said: str, wanted: Wanted, changed: Changed | None) -> Answer:
        found = _FILE.fullmatch(said)
        if found is None or changed is not None:
            return listed("its answer is changed before" if changed else "it names no file")
        path, function = found[1], found[2] or ""
        if path.endswith(".py"):
            return self._file(path, function or "get_assert", wanted, ".py")
        if path.endswith((".js", ".cjs", ".mjs")):
            return self._file(path, function, wanted, ".js")
        return listed("only JavaScript and Python are run")

    def _file(self, name: str, function: str, wanted: Wanted, suffix: str) -> Answer:
        script = self._script(name, function, wanted, suffix)
        if script.why:
            return listed(script.why)
        args = _settings(wanted, script)
        if suffix == ".py":
            entry: dict[str, Json] = {
                "function": script.function,
                "file": script.path,
                **({"args": args} if args else {}),
            }
            return bridged({"python": entry}, script.note)
        return bridged(
            _javascript({"file": script.path, **({"config": args} if args else {})}, wanted, script.text),
            script.note,
        )

    def _script(self, name: str, function: str, wanted: Wanted, suffix: str) -> copied.Script:
        """The copy of a script, made once for every function of it."""
        try:
            path = str(self.sources.find(name, wanted.base))
        except Unavailable:
            path = f"{wanted.base}/{name}"
        known = self._copied.get((path, function))
        if known is None:
            known = self._copied[path, function] = self._copy(name, function, wanted, suffix)
        return known

    def _copy(self, name: str, function: str, wanted: Wanted, suffix: str) -> copied.Script:
        place = inside(wanted.node, "value")
        at = wanted.node.place if place is None else place.place
        try:
            text = self.sources.text(self.sources.find(name, wanted.base))
        except Unavailable as error:
            text = None
            why = f"{error}: put it into {self._folder()}, where a script that only fails stands in for it"
            self.register.note("file", name[:120], at, ("listed", why))
        made = (copied.python if suffix == ".py" else copied.javascript)(text, function, name)
        if made.why:
            return made
        stem = self._names.new(
            f"{Path(name).stem}-{function}" if function not in {"", "get_assert"} else Path(name).stem,
            "script",
        )
        inner = f"{self.name}_scripts/{stem.replace('-', '_')}{suffix}"
        self.files[f"evals/{inner}"] = made.text
        return replace(made, path=inner)

    def _folder(self) -> str:
        return f"evals/{self.name}_scripts"

    def _python(self, code: str, wanted: Wanted) -> Answer:
        """Python in the configuration itself: an expression, or the body of a function."""
        made = copied.inline(code)
        if made.why:
            return listed(made.why)
        known = self._copied.get(("", code))
        if known is None:
            inner = f"{self.name}_scripts/{self._names.new('inline', 'inline').replace('-', '_')}.py"
            self.files[f"evals/{inner}"] = made.text
            known = self._copied["", code] = replace(made, path=inner)
        args = _settings(wanted, known)
        entry: dict[str, Json] = {
            "function": known.function,
            "file": known.path,
            **({"args": args} if args else {}),
        }
        return bridged({"python": entry}, "run in a process of its own")


def _javascript(keys: Mapping[str, Json], wanted: Wanted, code: str) -> Mapping[str, Mapping[str, Json]]:
    """The grader, met from the threshold on; without one, numbers above 0 pass."""
    bar = wanted.threshold if wanted.threshold is not None else _ABOVE_0 if may_count(code) else None
    at_least: dict[str, Json] = {} if bar is None or wanted.graded else {"at_least": bar}
    return {"javascript": {**keys, **at_least}}


def _settings(wanted: Wanted, script: copied.Script) -> dict[str, Json]:
    """What a script gets beside the answer: the variables of the case, the threshold, its own configuration."""
    found: dict[str, Json] = (
        {"vars": dict(wanted.inputs)} if wanted.inputs and script.looks_at_context else {}
    )
    if wanted.threshold is not None:
        found["threshold"] = wanted.threshold
    if wanted.graded:
        found["graded"] = True
    return {**found, **({"config": wanted.config} if wanted.config is not None else {})}


def _with_variables(code: str, wanted: Wanted) -> str:
    """The code with the variables of the case in reach, also those that no prompt uses."""
    given = {name: one for name, one in wanted.inputs.items() if re.search(rf"\b{re.escape(name)}\b", code)}
    if "context" not in code or not given:
        return code
    said = json.dumps(given, ensure_ascii=True, default=dict)
    inner = code if "\n" in code else f"return ({code.rstrip('; ')})"
    return f"context = {{...context, vars: {{...context.vars, ...{said}}}}};\n{inner}"
