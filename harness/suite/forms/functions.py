"""Files of a user's code: read as text, looked through for their functions, and never run by a check."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.errors import Place
from harness.graders import KNOWN, MOST_SECONDS
from harness.suite.expectations.own import GraderCode
from harness.suite.forms.paths import inside_evals
from harness.suite.notation.fields import Noted, suggest
from harness.suite.notation.load import load_text
from harness.suite.tool import PythonFake
from harness.suite.tree import Tree
from harness.units import Seconds

FAKES: Final = "evals/tools.py"
GRADERS: Final = "evals/graders.py"
_PLAIN: Final = "write a plain `def`: it runs in a process of its own"
_MODULE: Final = "harness.graders"

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file of Python, as far as a check looks into it."""

    path: str
    source: str
    functions: Mapping[str, _Function]
    """Those at its top, by name."""
    marks: frozenset[str]
    """What the decorator is called in it."""


@dataclass
class Functions:
    """The functions that tools and graders may be. A file is read when the first of them is named."""

    tree: Tree
    noted: Noted
    data_only: bool = False
    """Whether nothing of a user's code may be run: whatever names some is refused."""
    _files: dict[str, _File | None] = field(default_factory=dict[str, "_File | None"])

    def find(self, name: str, place: Place) -> PythonFake | None:
        """The function that plays a tool, or None after noting why there is none."""
        if not self.may_run(place, "a tool that is played by Python"):
            return None
        file, found = self._function(FAKES, name, place)
        return (
            None
            if file is None or found is None
            else PythonFake(function=name, source=file.source, file=FAKES)
        )

    def grader(self, name: str, path: str, place: Place) -> GraderCode | None:
        """The function that grades, or None after noting why there is none."""
        if not self.may_run(place, "a grader in Python"):
            return None
        file, found = self._function(path, name, place)
        if file is None or found is None:
            return None
        marked = [each for each in found.decorator_list if _name_of(each) in file.marks]
        at = Place(path, found.lineno, found.col_offset + 1)
        if not marked:
            self.noted.bad(
                place, f"{name!r} in {path} is no grader", f"write `@grader` of {_MODULE} above it"
            )
            return None
        takes, seconds = self._takes(found, at), self._seconds(marked[0], at)
        if takes is None or seconds is None:
            return None
        return GraderCode(source=file.source, takes=takes, seconds=Seconds(seconds))

    def may_run(self, place: Place, what: str) -> bool:
        """Whether code may be run, after noting that it may not."""
        if self.data_only:
            remedy = "remove it, or read the code and go on without data-only"
            self.noted.bad(place, f"{what} runs code, and only data is trusted here", remedy)
        return not self.data_only

    def path(self, name: str, endings: tuple[str, ...], place: Place) -> str | None:
        """The path of a file of the suite, or None after noting that it leads out of evals/ or ends otherwise."""
        path = inside_evals(self.noted, name, place)
        if path is None or path.endswith(endings):
            return path
        self.noted.bad(place, f"{path} is no such file", f"use one in {' or '.join(endings)}")
        return None

    def text(self, path: str, place: Place) -> str | None:
        """The text of any file, or None after noting why there is none."""
        return load_text(self.tree, path, self.noted, at=place)

    def _function(self, path: str, name: str, place: Place) -> tuple[_File | None, ast.FunctionDef | None]:
        if path not in self._files:
            self._files[path] = self._read(path, place)
        file = self._files[path]
        if file is None:
            return None, None
        found = file.functions.get(name)
        if found is None:
            self.noted.bad(place, f"{path} has no function {name[:80]!r}", suggest(name, file.functions))
        elif not isinstance(found, ast.FunctionDef):
            self.noted.bad(place, f"{name!r} is an `async def`", _PLAIN)
            return file, None
        return file, found

    def _takes(self, found: ast.FunctionDef, at: Place) -> tuple[str, ...] | None:
        given = found.args
        if given.posonlyargs or given.vararg or given.kwarg:
            what = f"the grader {found.name!r} does not name what it looks at"
            self.noted.bad(at, what, f"name it: {', '.join(KNOWN)}")
            return None
        takes = tuple(each.arg for each in (*given.args, *given.kwonlyargs))
        unknown = [each for each in takes if each not in KNOWN]
        for each in unknown:
            what = f"the grader {found.name!r} asks for {each[:80]!r}, which nobody gives"
            self.noted.bad(at, what, suggest(each, KNOWN))
        return None if unknown else takes

    def _seconds(self, mark: ast.expr, at: Place) -> float | None:
        """What the decorator says of the time; None after noting that it says something else."""
        if not isinstance(mark, ast.Call):
            return 10.0
        said = {each.arg: each.value for each in mark.keywords}
        value = said.get("seconds")
        number = value.value if isinstance(value, ast.Constant) else None
        if mark.args or said.keys() - {"seconds"}:
            self.noted.bad(at, "the decorator takes `seconds` alone", "write `@grader(seconds=20)`")
        elif not said:
            return 10.0
        elif isinstance(number, int | float) and not isinstance(number, bool) and 0 < number <= MOST_SECONDS:
            return float(number)
        else:
            what = f"'seconds' is no number above 0 and at most {MOST_SECONDS}"
            self.noted.bad(at, what, "write the number itself, such as `@grader(seconds=20)`")
        return None

    def _read(self, path: str, place: Place) -> _File | None:
        source = load_text(self.tree, path, self.noted, at=place)
        try:
            module = None if source is None else ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line, column = (
                (error.lineno or 0, error.offset or 1) if isinstance(error, SyntaxError) else (0, 0)
            )
            said = error.msg if isinstance(error, SyntaxError) else "it is too deeply nested"
            self.noted.bad(Place(path, line, column), f"this is not Python: {said[:120]}", "mend it")
            return None
        if module is None:
            return None
        functions = {each.name: each for each in module.body if isinstance(each, _Function)}
        return _File(path=path, source=source or "", functions=functions, marks=_marks(module))


def _marks(module: ast.Module) -> frozenset[str]:
    """What `harness.graders.grader` is called in a file."""
    found = {f"{_MODULE}.grader"}
    for each in module.body:
        if isinstance(each, ast.ImportFrom) and each.module == _MODULE:
            found |= {alias.asname or alias.name for alias in each.names if alias.name == "grader"}
        elif isinstance(each, ast.ImportFrom) and each.module == "harness":
            names = (alias for alias in each.names if alias.name == "graders")
            found |= {f"{alias.asname or alias.name}.grader" for alias in names}
        elif isinstance(each, ast.Import):
            names = (alias for alias in each.names if alias.name == _MODULE and alias.asname)
            found |= {f"{alias.asname}.grader" for alias in names}
    return frozenset(found)


def _name_of(mark: ast.expr) -> str:
    """A decorator without its options, as it is written: `grader`, `graders.grader`."""
    return ast.unparse(mark.func if isinstance(mark, ast.Call) else mark)
