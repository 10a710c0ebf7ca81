"""Forms of the graders that a user's own code decides."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.own import Javascript, Python
from harness.suite.forms.functions import GRADERS
from harness.suite.forms.graders.form import AT_LEAST, GraderForm, Reading, stands_for
from harness.suite.forms.kinds import TEXT, Schema, may, need
from harness.suite.notation.fields import Fields
from harness.units import Json

ANY: Final[Schema] = {"type": "object"}
_PYTHON_KEYS: Final = {
    "function": need("The function, marked with `@grader`.", TEXT),
    "file": may("The file it is in, below the suite's folder; `graders.py` where it is left out.", TEXT),
    "args": may("What it gets as `args`.", ANY),
    "at_least": AT_LEAST,
}
_JAVASCRIPT_KEYS: Final = {
    "code": may("An expression, or the body of a function, of `output` and `context`.", TEXT),
    "file": may("A `.js` or `.cjs` file below the suite's folder whose exports are the function.", TEXT),
    "config": may("What the code finds as `context.config`.", ANY),
    "at_least": AT_LEAST,
}


def _mapping(given: Fields, name: str) -> Mapping[str, Json]:
    node = given.node(name)
    if node is None or given.noted.table(node, repr(name)) is None:
        return MappingProxyType({})
    return cast("Mapping[str, Json]", given.json(name))


def _python(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    function, named = given.text("function"), given.text("file")
    args, least = _mapping(given, "args"), reading.at_least(given)
    path: str | None = GRADERS
    if named is not None:
        path = reading.own.path(named, (".py",), given.place_of("file"))
    if function is None or path is None:
        return None
    code = reading.own.grader(function, path, given.place_of("function"))
    if code is None:
        return None
    return Python(place=place, function=function, file=path, args=args, code=code, at_least=least)


def _javascript(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    if not reading.own.may_run(place, "a grader in JavaScript"):
        return None
    code, named = given.text("code"), given.text("file")
    config, least = _mapping(given, "config"), reading.at_least(given)
    if (code is None) is (named is None):
        what = "'javascript' needs `code` or `file`" + (", not both" if named is not None else "")
        reading.noted.bad(given.place, what, "keep one" if named is not None else "add `code:`")
        return None
    path, source = None, code
    if code is not None and not code.strip():
        reading.noted.bad(given.place_of("code"), "'code' is empty", "write an expression of `output`")
    if named is not None:
        at = given.place_of("file")
        path = reading.own.path(named, (".js", ".cjs"), at)
        source = None if path is None else reading.own.text(path, at)
    if source is None:
        return None
    return Javascript(
        place=place,
        code=code,
        file=path,
        config=config,
        source=source,
        at_least=least,
    )


FORMS: Final = (
    GraderForm(
        name="python",
        means="A function of yours says so; it runs in a limited process of its own.",
        keys=_PYTHON_KEYS,
        read=_python,
        short=TEXT,
        read_short=stands_for("function", _python, _PYTHON_KEYS),
    ),
    GraderForm(
        name="javascript",
        means="JavaScript says so, in the way of promptfoo; it needs Node.js.",
        keys=_JAVASCRIPT_KEYS,
        read=_javascript,
        short=TEXT,
        read_short=stands_for("code", _javascript, _JAVASCRIPT_KEYS),
    ),
)
