"""The one environment prompt templates live in. Imported only where a template is read.

Its rules are static (`rules`), its operators and filters are ours and bounded, and every loop and
every comparison pays for what it does (`meter`). Attributes of Python objects do not exist: `a.b` is a look-up
in a mapping of the case, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, cast

from jinja2 import StrictUndefined, nodes, pass_context  # noqa: TID253 - this module is loaded late itself
from jinja2.runtime import Context, LoopContext  # noqa: TID253 - as above
from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: TID253 - as above
from jinja2.visitor import NodeTransformer  # noqa: TID253 - as above

from harness.suite.templates import filters, operators
from harness.suite.templates.meter import STEPS_PER_CALL, Meter

METER = "the meter"
"""The variable that holds the meter. No template can spell it."""
LOOP_ATTRIBUTES = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})

_CONCAT, _EACH, _WEIGHED = "the concat", "the each", "the weighed"


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without calls, attributes, loaders and globals, and with a price on everything."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"-", "+"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            finalize=operators.shown,
            optimized=False,
            cache_size=0,
        )
        self.globals.clear()
        self.filters.clear()
        self.filters.update({name: _metered(work) for name, work in filters.BY_NAME.items()})
        hidden: dict[str, Callable[..., object]] = {
            _CONCAT: operators.concat,
            _EACH: operators.each,
            _WEIGHED: operators.weighed,
        }
        self.filters.update({name: _metered(work) for name, work in hidden.items()})
        self.tests = {name: test for name, test in self.tests.items() if name in filters.TESTS}

    def _generate(self, source: nodes.Template, *rest: Any, **more: Any) -> str:
        priced = cast("nodes.Template", _Priced().visit(source))
        priced.set_environment(self)
        return super()._generate(priced, *rest, **more)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return operators.compute(_meter(context), operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        return operators.negate(_meter(context), operator, arg)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext) and attribute in LOOP_ATTRIBUTES:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping):
            table = cast("Mapping[object, object]", obj)
            if isinstance(argument, str) and argument in table:
                return table[argument]
        elif isinstance(obj, Sequence) and isinstance(argument, int | slice):
            try:
                return cast("Sequence[object]", obj)[argument]
            except IndexError:
                pass
        return self.undefined(obj=obj, name=str(cast("object", argument))[:80])


def _meter(context: Context) -> Meter:
    return cast("Meter", context[METER])


def _metered(work: Callable[..., object]) -> Callable[..., object]:
    @pass_context
    @wraps(work)
    def filtered(context: Context, *arguments: object, **named: object) -> object:
        meter = _meter(context)
        meter.tick(STEPS_PER_CALL)
        return work(meter, *arguments, **named)

    return filtered


class _Priced(NodeTransformer):
    """Puts a price on what Jinja would do for nothing: loops, comparisons, slices and `~`."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return _filter(parts, _CONCAT)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        weight = 1 + sum(1 for _ in node.find_all(nodes.Node))
        self.generic_visit(node)
        node.iter = _filter(cast("nodes.Expr", node.iter), _EACH, nodes.Const(weight))
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.expr = _filter(node.expr, _WEIGHED)
        for operand in node.ops:
            operand.expr = _filter(operand.expr, _WEIGHED)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _filter(node.node, _WEIGHED)
        return node


def _filter(value: nodes.Expr, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno)
