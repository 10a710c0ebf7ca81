"""What a template may say: an allow-list of Jinja's syntax, checked before anything is rendered."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from jinja2 import nodes  # noqa: TID253 - this module is loaded late itself

from harness.suite.names import VARIABLE
from harness.suite.notation.fields import suggest
from harness.suite.templates.filters import FILTERS, TESTS

MOST_NODES = 10_000

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.Assign,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.BinExpr,
    nodes.UnaryExpr,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Concat,
    nodes.List,
    nodes.Tuple,
    nodes.Dict,
    nodes.Pair,
    nodes.Keyword,
)
_CALLED: dict[type[nodes.Node], str] = {
    nodes.Call: "calling something, `...()`,",
    nodes.Macro: "`macro`",
    nodes.CallBlock: "`call`",
    nodes.Include: "`include`",
    nodes.Import: "`import`",
    nodes.FromImport: "`from ... import`",
    nodes.Extends: "`extends`",
    nodes.Block: "`block`",
    nodes.FilterBlock: "`filter` as a block",
    nodes.With: "`with`",
    nodes.AssignBlock: "`set` as a block",
    nodes.NSRef: "a namespace",
}
_RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs"})


class Broken(NamedTuple):
    """A rule that a template breaks, on a line of the template (from 1), near a word of it."""

    line: int
    word: str
    what: str
    remedy: str


def broken(tree: nodes.Template) -> list[Broken]:
    """Every rule the template breaks."""
    found: list[Broken] = []
    waiting: list[nodes.Node] = [tree]
    seen = 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > MOST_NODES:
            what = f"the template has more than {MOST_NODES:,} parts"
            return [*found, Broken(1, "", what, "make it smaller")]
        rule = _rule(node)
        if rule is not None:
            found.append(rule)
        else:
            waiting.extend(node.iter_child_nodes())
    return found


def _rule(node: nodes.Node) -> Broken | None:
    if not isinstance(node, _ALLOWED):
        said = _CALLED.get(type(node), f"`{type(node).__name__}`")
        remedy = (
            "use filters: " + ", ".join(sorted(FILTERS)) if isinstance(node, nodes.Call) else "write it out"
        )
        return Broken(node.lineno or 1, "", f"{said} is not allowed in a template", remedy)
    return _detail(node)


def _detail(node: nodes.Node) -> Broken | None:
    match node:
        case nodes.Filter():
            return _filter(node)
        case nodes.Test():
            return _test(node)
        case nodes.Name():
            return _name(node)
        case nodes.List() | nodes.Tuple() | nodes.Dict():
            return _literal(node)
        case _:
            return _other(node)


def _other(node: nodes.Node) -> Broken | None:
    match node:
        case nodes.For(recursive=True):
            return Broken(node.lineno, "recursive", "recursive loops are not allowed", "write the loops out")
        case nodes.CondExpr(expr2=None):
            return Broken(
                node.lineno, " if ", "an `if` without `else` prints nothing unnoticed", "add `else`"
            )
        case nodes.Const(value=float(number)) if not math.isfinite(number):
            return Broken(node.lineno, "", "a number in the template is too long", "give it as an input")
        case nodes.Getattr():
            return _private(node.lineno, node.attr)
        case _:
            return None


def _filter(node: nodes.Filter) -> Broken | None:
    arguments = FILTERS.get(node.name)
    if arguments is None:
        return Broken(
            node.lineno, node.name, f"there is no filter {node.name[:80]!r}", suggest(node.name, FILTERS)
        )
    named = [each.key for each in node.kwargs]
    wrong = [each for each in named if each not in arguments[len(node.args) :]]
    if node.dyn_args or node.dyn_kwargs or wrong or len(node.args) > len(arguments):
        takes = ", ".join(arguments) or "nothing"
        return Broken(
            node.lineno, node.name, f"`{node.name}` does not take these arguments", f"it takes: {takes}"
        )
    return None


def _test(node: nodes.Test) -> Broken | None:
    if node.name not in TESTS:
        return Broken(
            node.lineno, node.name, f"there is no test {node.name[:80]!r}", suggest(node.name, TESTS)
        )
    if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return Broken(node.lineno, node.name, f"`is {node.name}` takes no arguments", "remove them")
    return None


def _private(line: int, name: str) -> Broken | None:
    if name.startswith("_"):
        return Broken(line, name, f"{name[:80]!r} is not a key an input can have here", "rename it")
    return None


def _name(node: nodes.Name) -> Broken | None:
    if node.name in _RESERVED or re.fullmatch(VARIABLE, node.name) is None:
        what = f"{node.name[:80]!r} cannot be the name of a variable"
        return Broken(node.lineno, node.name, what, "use letters, digits and `_`, a letter first")
    return None


def _literal(node: nodes.List | nodes.Tuple | nodes.Dict) -> Broken | None:
    """Lists of constants only: lists of lists of variables could grow without end."""
    if isinstance(node, nodes.Tuple) and node.ctx == "store":
        return None
    if all(isinstance(each, nodes.Const | nodes.Pair) for each in node.iter_child_nodes()) and all(
        isinstance(each.value, nodes.Const) for each in node.find_all(nodes.Pair)
    ):
        return None
    return Broken(node.lineno, "", "a list here may hold only texts and numbers", "give the list as an input")
