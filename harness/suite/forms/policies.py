"""The `gate:` of a suite to a policy."""

from __future__ import annotations

from harness.suite.forms import shapes
from harness.suite.notation.fields import Fields, Shape
from harness.suite.notation.node import Items, Node, Scalar, Table, named
from harness.suite.policy import Policy

_MOST_RISE = 10.0
_DEFAULT = Policy()


def read_policy(suite: Fields) -> Policy:
    """The policy a suite asks for; the defaults where it says nothing or something wrong."""
    node = suite.node("gate")
    table = None if node is None else suite.noted.table(node, "'gate'")
    if table is None:
        return _DEFAULT
    gate = Fields(table, shapes.GATE, suite.noted)
    alpha = gate.within("alpha", gate.share("alpha"), above=0, most=0.499)
    least = gate.integer("min_cases", 2)
    return Policy(
        alpha=_DEFAULT.alpha if alpha is None else alpha,
        quality_margin=_quality(gate),
        cost_margin=_rise(gate, "cost", shapes.COST, _DEFAULT.cost_margin),
        latency_margin=_rise(gate, "latency", shapes.LATENCY, _DEFAULT.latency_margin),
        slices=_slices(gate),
        min_cases=_DEFAULT.min_cases if least is None else least,
    )


def _is_off(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value == "off"


def _quality(gate: Fields) -> float:
    node = gate.node("quality")
    table = None if node is None else gate.noted.table(node, "'quality'")
    if table is None:
        return _DEFAULT.quality_margin
    quality = Fields(table, shapes.QUALITY, gate.noted)
    margin = quality.within("margin", quality.share("margin", points=True), above=0, most=1)
    return _DEFAULT.quality_margin if margin is None else margin


def _rise(gate: Fields, name: str, shape: Shape, default: float | None) -> float | None:
    node = gate.node(name)
    if _is_off(node):
        return None
    if node is None:
        return default
    if not isinstance(node, Table):
        what = f"{name!r} must be a mapping or off, not {named(node)}"
        gate.noted.bad(node.place, what, f"write `{name}: {{max_increase: 10%}}` or `{name}: off`")
        return default
    given = Fields(node, shape, gate.noted)
    if _is_off(given.node("max_increase")):
        return None
    rise = given.within("max_increase", given.share("max_increase"), above=0, most=_MOST_RISE)
    return default if rise is None else rise


def _slices(gate: Fields) -> bool:
    node = gate.node("slices")
    if node is None:
        return _DEFAULT.slices
    if isinstance(node, Items) and [each.value for each in node.items if isinstance(each, Scalar)] == ["tag"]:
        return True
    if not _is_off(node):
        gate.noted.bad(
            node.place, f"'slices' must be [tag] or off, not {named(node)}", "write `slices: [tag]`"
        )
    return False
