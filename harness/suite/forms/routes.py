"""`prompts/routes.yaml` to routes, and what a suite says about its models to pins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from harness.errors import Place
from harness.suite.case import VariantName
from harness.suite.forms import route_shapes as shapes
from harness.suite.forms.listed import Listed, named_entries
from harness.suite.forms.pins import kind_of
from harness.suite.model import ModelPin
from harness.suite.notation.fields import Fields, Noted, suggest
from harness.suite.notation.node import Items, Node
from harness.suite.route import MARK, Route, Rule, catches_all, out_of_reach
from harness.suite.tree import Tree
from harness.units import Tokens

ROUTES = "prompts/routes.yaml"
_LIST: Final = Listed(path=ROUTES, shape=shapes.ROUTES, key="routes", naming="a route's name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """The pins there are, for files that name them."""

    by_name: Mapping[str, ModelPin]
    are_whole: bool
    """Whether every pin could be read, so that an unknown name is a mistake of the file that has it."""
    noted: Noted

    def find(self, model: str, place: Place) -> ModelPin | None:
        """The pin called `model`, or None after noting that there is none."""
        pin = self.by_name.get(model)
        if pin is None and self.are_whole:
            self.noted.bad(place, *self._unknown(model))
        return pin

    def _unknown(self, model: str) -> tuple[str, str]:
        by_id = next((each.name for each in self.by_name.values() if each.id == model), None)
        if by_id is None and kind_of(model) == "alias":
            pinned = f"name a pin: {', '.join(sorted(self.by_name))}"
            return f"{model[:80]!r} is an alias: the model behind it can change", pinned
        what = f"prompts/models.yaml has no model {model[:80]!r}"
        if model.startswith(MARK):
            return what, f"write `route: {model.removeprefix(MARK)[:80]}` instead of `model:`"
        return what, f"write {by_id!r}, its short name" if by_id else suggest(model, self.by_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a suite may ask: pins, and routes over them."""

    pins: Pins
    routes: Mapping[str, Route]
    seen: Collection[str] | None
    """Every route the file has, also those that could not be read; None: the file itself could not be."""

    def read(self, variant: Fields) -> tuple[str, tuple[ModelPin, ...]]:
        """The name of what a variant asks, and every pin that may be; nothing after noting what is wrong."""
        model, route = variant.text("model"), variant.text("route")
        noted = self.pins.noted
        if model is not None and route is not None:
            noted.bad(variant.place_of("route"), "a variant has a model or a route, not both", "remove one")
        elif route is not None:
            found = self._route(route, variant.place_of("route"))
            return f"{MARK}{route}", () if found is None else found.pins
        elif model is not None:
            pin = self.pins.find(model, variant.place_of("model"))
            return model, () if pin is None else (pin,)
        elif not {"model", "route"} & {*variant.meant} and not ("model" in variant or "route" in variant):
            noted.bad(variant.place, "a variant has no 'model'", "add `model:`, or `route:`")
        return "", ()

    def find(self, name: str) -> tuple[ModelPin, ...]:
        """Every pin behind the name of a side, as `read` gives it; nothing where there is none."""
        if name.startswith(MARK):
            route = self.routes.get(name.removeprefix(MARK))
            return () if route is None else route.pins
        pin = self.pins.by_name.get(name)
        return () if pin is None else (pin,)

    def _route(self, name: str, place: Place) -> Route | None:
        if self.seen is not None and name not in self.seen:
            remedy = suggest(name, self.seen) if self.seen else "there is none: add it to that file"
            self.pins.noted.bad(place, f"{ROUTES} has no route {name[:80]!r}", remedy)
        return self.routes.get(name)


def read_routes(tree: Tree, pins: Pins) -> Choices:
    """Every route that can be read, by name. A project without the file has none."""
    if ROUTES not in tree.files("prompts"):
        return Choices(pins=pins, routes={}, seen=())
    noted = pins.noted
    entries = named_entries(tree, _LIST, noted)
    if entries is None:
        return Choices(pins=pins, routes={}, seen=None)
    routes: dict[str, Route] = {}
    for name, entry in entries.items():
        route = _route(name, entry.place, entry.node, pins)
        if route is not None:
            routes[name] = route
    return Choices(pins=pins, routes=routes, seen=tuple(entries))


class Tagged(Protocol):
    """A suite, as far as routes have to know it."""

    @property
    def name(self) -> str: ...

    @property
    def baseline(self) -> VariantName: ...

    @property
    def candidate(self) -> VariantName: ...

    @property
    def tags(self) -> frozenset[str]:
        """Of all of its cases."""
        ...


def check_tags(routes: Iterable[Route], suites: Iterable[Tagged], noted: Noted) -> None:
    """Notes every tag of a route that no case of the suites that take the route has: it would catch nothing."""
    suites = tuple(suites)
    for route in routes:
        users = [
            each for each in suites if f"{MARK}{route.name}" in (each.baseline.model, each.candidate.model)
        ]
        known = frozenset[str]().union(*(suite.tags for suite in users))
        for rule in route.rules if users else ():
            for tag in rule.tags:
                if tag not in known:
                    named = ", ".join(sorted(each.name for each in users))
                    what = f"no case of {named} has the tag {tag[:80]!r}"
                    noted.bad(rule.place, what, suggest(tag, known) if known else "tag the cases")


def _route(name: str, place: Place, node: Node, pins: Pins) -> Route | None:
    noted = pins.noted
    before = len(noted.problems)
    table = noted.table(node, f"route {name[:80]!r}")
    if table is None:
        return None
    given = Fields(table, shapes.ROUTE, noted)
    description, otherwise = given.text("description"), _pin(given, "otherwise", pins)
    listed = given.node("rules")
    items = () if listed is None else noted.items(listed, "'rules'")
    if isinstance(listed, Items) and not items:
        noted.bad(listed.place, "a route without a rule", "add one, or name the model itself in the suite")
    rules = tuple(rule for each in items if (rule := _rule(each, pins)) is not None)
    if len(noted.problems) > before or otherwise is None:
        return None
    route = Route(name=name, description=description or "", rules=rules, otherwise=otherwise, place=place)
    _check(route, given.place_of("otherwise"), noted)
    return route if len(noted.problems) == before else None


def _check(route: Route, otherwise: Place, noted: Noted) -> None:
    """Notes what can never be: a rule no case gets to, an `otherwise` that is left nothing, one model for all."""
    for rule in out_of_reach(route.rules):
        what = f"this rule catches nothing ({rule}): the rules before it catch all it could"
        noted.bad(rule.place, what, "move it up, or remove it")
    if catches_all(route.rules):
        what = "no case is left for 'otherwise': the rules catch every size of prompt"
        noted.bad(otherwise, what, "remove the last rule, and write its model here")
    if len(route.pins) == 1:
        what = f"every case goes to {route.otherwise.name!r}: nothing is routed"
        noted.bad(route.place, what, f"write `model: {route.otherwise.name}` in the suite, or name another")


def _rule(node: Node, pins: Pins) -> Rule | None:
    noted = pins.noted
    before = len(noted.problems)
    table = noted.table(node, "a rule")
    if table is None:
        return None
    given = Fields(table, shapes.RULE, noted)
    tags, model = _tags(given), _pin(given, "model", pins)
    above, at_most = _size(given)
    if not {"tags", "prompt_tokens"} & {*table.entries, *given.meant}:
        what = "a rule that catches every case"
        noted.bad(table.place, what, "add `tags:` or `prompt_tokens:`, or write its model as `otherwise`")
    if len(noted.problems) > before or model is None:
        return None
    return Rule(tags=tags, above=above, at_most=at_most, model=model, place=table.place)


def _pin(given: Fields, key: str, pins: Pins) -> ModelPin | None:
    model = given.text(key)
    return None if model is None else pins.find(model, given.place_of(key))


def _tags(given: Fields) -> tuple[str, ...]:
    tags = given.texts("tags")
    node = given.node("tags")
    if isinstance(node, Items) and not node.items:
        given.noted.bad(node.place, "no tag is no case", "name a tag, or remove `tags:`")
    if len(set(tags)) < len(tags):
        given.noted.bad(given.place_of("tags"), "a tag appears twice", "keep one")
    return tags


def _size(given: Fields) -> tuple[Tokens | None, Tokens | None]:
    node = given.node("prompt_tokens")
    table = None if node is None else given.noted.table(node, "'prompt_tokens'")
    if table is None:
        return None, None
    size = Fields(table, shapes.SIZE, given.noted)
    above, at_most = size.integer("above", 0), size.integer("at_most", 0)
    if not table.entries:
        given.noted.bad(
            table.place, "'prompt_tokens' says nothing", "write `{at_most: 400}` or `{above: 400}`"
        )
    if above is not None and at_most is not None and at_most <= above:
        what = f"no prompt has more than {above:,} tokens and at most {at_most:,}"
        given.noted.bad(table.place, what, "mend one of the numbers")
    return (
        None if above is None else Tokens(above),
        None if at_most is None else Tokens(at_most),
    )
