"""`evals/tools.py`: read as text, looked through for its functions, and never run by a check."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from harness.errors import Place
from harness.suite.notation.fields import Noted, suggest
from harness.suite.notation.load import load_text
from harness.suite.tool import PythonFake
from harness.suite.tree import Tree

FILE = "evals/tools.py"


@dataclass
class Functions:
    """The functions a tool may be played by. The file is read when the first tool names one."""

    tree: Tree
    noted: Noted
    _source: str | None = None
    _names: dict[str, bool] | None = field(default=None)
    """Functions at the top of the file, and whether they are plain (`def`); None: not read yet."""
    _is_readable: bool = True

    def find(self, name: str, place: Place) -> PythonFake | None:
        """The function, or None after noting why there is none."""
        if self._names is None:
            self._read(place)
        if not self._is_readable or self._names is None:
            return None
        if name not in self._names:
            self.noted.bad(place, f"{FILE} has no function {name[:80]!r}", suggest(name, self._names))
            return None
        if not self._names[name]:
            self.noted.bad(
                place, f"{name!r} is an `async def`", "write a plain `def`: it runs in a process of its own"
            )
            return None
        return PythonFake(function=name, source=self._source or "", file=FILE)

    def _read(self, place: Place) -> None:
        self._names = {}
        self._source = load_text(self.tree, FILE, self.noted, at=place)
        try:
            module = None if self._source is None else ast.parse(self._source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line, column = (
                (error.lineno or 0, error.offset or 1) if isinstance(error, SyntaxError) else (0, 0)
            )
            said = error.msg if isinstance(error, SyntaxError) else "it is too deeply nested"
            self.noted.bad(Place(FILE, line, column), f"this is not Python: {said[:120]}", "mend it")
            module = None
        self._is_readable = module is not None
        for each in [] if module is None else module.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                self._names[each.name] = isinstance(each, ast.FunctionDef)
