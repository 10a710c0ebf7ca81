"""Scripts of promptfoo's users, with the few lines around them that let our graders call them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

_EXPORT = re.compile(r"^export\s+default\s+", re.MULTILINE)
_MODULE = re.compile(r"^\s*(?:import\s|export\s)", re.MULTILINE)
_NEIGHBOUR = re.compile(r"require\(\s*['\"]\.|^\s*from\s+\.|import\s*\(", re.MULTILINE)

_VERDICT = '''

def _imported_verdict(found, args):
    """What promptfoo makes of it: a bool, a number, or a mapping with `pass` and `score`."""
    if isinstance(found, dict):
        passed = found.get("pass", found.get("pass_", True))
        score = found.get("score", 1.0 if passed else 0.0)
        found = score if args.get("graded") or (passed and args.get("threshold") is not None) else bool(passed)
    if isinstance(found, str) and found.lower() in ("true", "false"):
        found = found.lower() == "true"
    if isinstance(found, bool):
        return found
    score = float(found)
    if args.get("graded"):
        return min(max(score, 0.0), 1.0)
    bar = args.get("threshold")
    return score > 0 if bar is None else score >= bar


def _imported_context(inputs, args):
    return {"vars": {**inputs, **args.get("vars", {})}, "config": args.get("config") or {}, "test": {}, "prompt": ""}


@_imported_grader
def imported(answer, inputs, args):
    return _imported_verdict(FUNCTION(answer, _imported_context(inputs, args)), args)
'''
_IMPORT = "from harness.graders import grader as _imported_grader\n"
_JAVASCRIPT = """

const imported = FUNCTION;
module.exports = (output, context) => {
  const given = context.config || {};
  const inner = { ...context, vars: { ...context.vars, ...given.vars }, config: given.config || {} };
  return imported(output, inner);
};
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script on its way."""

    text: str = ""
    function: str = "imported"
    path: str = ""
    """Relative to evals/."""
    looks_at_context: bool = False
    """Whether it may look at more than the answer."""
    note: str = "run as it is"
    why: str = ""
    """Why it cannot be run; empty: it can."""


def python(text: str | None, function: str, name: str) -> Script:
    """A file of Python with the function that grades."""
    if text is None:
        missing = f'def {function}(output, context):\n    raise FileNotFoundError("{_plain(name)} was not there when the suite was imported")\n'
        return Script(
            text=_wrapped(missing, function),
            note=f"{_plain(name)} was not there; a function that fails stands in for it",
        )
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Script(why="it is no Python that can be read")
    names = {each.name for each in module.body if isinstance(each, ast.FunctionDef)}
    if function not in names:
        return Script(why=f"it has no function {function[:60]}")
    note = _note(text, "run in a process of its own")
    return Script(text=_wrapped(text, function), note=note, looks_at_context=_looks(text))


def inline(code: str) -> Script:
    """Python in the configuration: an expression, or the body of a function of `output` and `context`."""
    body = code if "\n" in code else f"return {code.strip()}"
    text = "def imported_body(output, context):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Script(why="it is no Python that can be read")
    whole = _wrapped(f"import json\nimport re\n\n\n{text}", "imported_body")
    return Script(text=whole, looks_at_context=_looks(code))


def _wrapped(text: str, function: str) -> str:
    """The text with the grader below it; `from __future__` stays first."""
    future = re.match(
        r"(?:\s*(?:#[^\n]*)?\n|\s*(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?''')\s*\n)*(?:from __future__[^\n]*\n)+",
        text,
    )
    head, rest = (text[: future.end()], text[future.end() :]) if future else ("", text)
    return f"{head}{_IMPORT}{rest.rstrip()}\n{_VERDICT.replace('FUNCTION', function)}"


def javascript(text: str | None, function: str, name: str) -> Script:
    """A file of JavaScript whose export grades."""
    if text is None:
        missing = f'module.exports = () => {{ throw new Error("{_plain(name)} was not there when the suite was imported"); }};\n'
        return Script(
            text=missing, note=f"{_plain(name)} was not there; a function that fails stands in for it"
        )
    text = _EXPORT.sub("module.exports = ", text, count=1)
    if _MODULE.search(text):
        return Script(why="it is a module with imports or several exports; write it for `require`")
    inner = f"module.exports.{function}" if function else "(module.exports.default || module.exports)"
    whole = text.rstrip() + _JAVASCRIPT.replace("FUNCTION", inner)
    return Script(text=whole, note=_note(text, "run with node"), looks_at_context=_looks(text))


def _looks(text: str) -> bool:
    return "context" in text or "vars" in text


def _note(text: str, how: str) -> str:
    return f"{how}; what it takes from its neighbours is not copied" if _NEIGHBOUR.search(text) else how


def _plain(name: str) -> str:
    return re.sub(r"[^\w./-]", "_", name)[:120]
