"""Nodes to cases: defaults under them, ids that are unique, and inputs the prompt's templates ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from harness.errors import Place
from harness.suite.canonical import digest
from harness.suite.case import Case
from harness.suite.expectation import Expectation, spelled
from harness.suite.forms import shapes
from harness.suite.forms.expectations import Reader
from harness.suite.forms.fitting import Fitting, Given
from harness.suite.names import CASE_ID, VARIABLE, refusal, same
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Items, Node, Table
from harness.suite.tool import Conversation
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a suite says once for all of its cases."""

    tags: tuple[str, ...] = ()
    cluster: str | None = None
    weight: float = 1.0
    threshold: float = 1.0
    must_pass: bool = False
    inputs: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    expect: tuple[Expectation, ...] = ()
    is_whole: bool = True
    """Whether every expectation could be read, so that a case without one is a mistake of its own."""


@dataclass
class CaseReader:
    """Reads the cases of one suite, one after the other, and remembers their ids."""

    noted: Noted
    expectations: Reader
    fitting: Fitting
    talk: Callable[[Fields], Conversation | None] = lambda _given: None
    """How a case goes on, from its `tools` and `turns`."""
    shared: Shared = field(default_factory=Shared)
    _ids: dict[str, tuple[str, Place]] = field(default_factory=dict[str, tuple[str, Place]])

    def read_shared(self, node: Node) -> None:
        """Reads `defaults`."""
        table = self.noted.table(node, "'defaults'")
        if table is None:
            return
        given = Fields(table, shapes.DEFAULTS, self.noted)
        inputs = self._inputs(given)
        self.fitting.defaults = Given(place=table.place, own=self._given(given))
        expect, is_whole = self._expect(given)
        self.shared = Shared(
            tags=self._tags(given),
            cluster=self._cluster(given),
            weight=self._weight(given),
            threshold=self._threshold(given),
            must_pass=bool(given.flag("must_pass")),
            inputs=MappingProxyType(inputs),
            expect=expect,
            is_whole=is_whole,
        )

    def read(self, node: Node) -> Case | None:
        """One case, or None after noting its mistakes."""
        before = len(self.noted.problems)
        table = self.noted.table(node, "a case")
        if table is None:
            return None
        given = Fields(table, shapes.CASE, self.noted)
        name = given.text("id")
        if name is not None:
            self._check_id(name, given.place_of("id"))
        inputs = {**self.shared.inputs, **self._inputs(given)}
        shared = frozenset(self.shared.inputs)
        place = given.place_of("inputs")
        if "inputs" not in given.meant and isinstance(given.node("inputs"), Table | None):
            self.fitting.cases.append(Given(place=place, own=self._given(given), shared=shared))
        said, is_whole = self._expect(given)
        expect = (*self.shared.expect, *said)
        tags = self._tags(given) if "tags" in given else self.shared.tags
        cluster, weight, threshold = self._cluster(given), self._weight(given), self._threshold(given)
        must_pass = given.flag("must_pass")
        talk = self.talk(given)
        is_scored = any(each.scored for each in expect)
        if is_whole and self.shared.is_whole and not is_scored and "expect" not in given.meant:
            place = given.place_of("expect") if "expect" in given else table.place
            self.noted.bad(
                place, "the case expects nothing that is scored", "add an expectation, such as `equals`"
            )
        if len(self.noted.problems) > before or name is None:
            return None
        case = _case(name, inputs, expect, tags, (cluster, weight, threshold, table.place))
        case = replace(case, must_pass=self.shared.must_pass if must_pass is None else must_pass)
        return case if talk is None else _talking(case, talk)

    def _check_id(self, name: str, place: Place) -> None:
        bad = refusal("case id", name, CASE_ID)
        if bad is not None:
            self.noted.bad(place, bad, "rename it, such as `refund-late-parcel`")
        first = self._ids.setdefault(same(name), (name, place))
        if first[1] is not place:
            how = "appears twice" if first[0] == name else f"differs from {first[0]!r} only by its form"
            self.noted.bad(
                place, f"case id {name[:80]!r} {how} (first at {first[1]})", "give each its own id"
            )

    def _inputs(self, given: Fields) -> dict[str, Json]:
        node = given.node("inputs")
        table = None if node is None else self.noted.table(node, "'inputs'")
        if table is None:
            return {}
        for name, entry in table.entries.items():
            bad = refusal("input", name, VARIABLE)
            if bad is not None:
                self.noted.bad(
                    entry.place, f"input {name[:80]!a} is no name of a variable", "use a-z, 0-9 and `_`"
                )
        return {name: self.noted.json(entry.node, f"input {name!r}") for name, entry in table.entries.items()}

    def _given(self, given: Fields) -> Mapping[str, Place]:
        """Where each input stands."""
        node = given.node("inputs")
        return {name: entry.place for name, entry in node.entries.items()} if isinstance(node, Table) else {}

    def _expect(self, given: Fields) -> tuple[tuple[Expectation, ...], bool]:
        """What could be read of the expectations, and whether that is all of them."""
        node = given.node("expect")
        items = () if node is None else self.noted.items(node, "'expect'")
        read = [self.expectations.read(each) for each in items]
        found = tuple(each for each in read if each is not None)
        return found, len(found) == len(read) and (node is None or isinstance(node, Items))

    def _tags(self, given: Fields) -> tuple[str, ...]:
        tags = given.texts("tags")
        for tag in tags:
            if not tag or len(tag) > 64 or not tag.isprintable() or tag != tag.strip():
                self.noted.bad(
                    given.place_of("tags"), f"{tag[:80]!a} is no tag", "use up to 64 plain characters"
                )
        if len(set(tags)) < len(tags):
            self.noted.bad(given.place_of("tags"), "a tag appears twice", "keep one")
        return tags

    def _cluster(self, given: Fields) -> str | None:
        cluster = given.text("cluster")
        if cluster is not None and (not cluster.strip() or len(cluster) > 200 or not cluster.isprintable()):
            what = f"{cluster[:80]!a} is no name of a cluster"
            self.noted.bad(given.place_of("cluster"), what, "use up to 200 plain characters")
        return self.shared.cluster if cluster is None else cluster

    def _weight(self, given: Fields) -> float:
        weight = given.within("weight", given.number("weight"), above=0, most=1e9)
        return self.shared.weight if weight is None else weight

    def _threshold(self, given: Fields) -> float:
        threshold = given.share("threshold")
        if threshold is None:
            return self.shared.threshold
        if not 0 < threshold <= 1:
            what = (
                "every answer reaches a 'threshold' of 0"
                if threshold == 0
                else f"'threshold' is {threshold:g}, outside 0 to 1"
            )
            self.noted.bad(given.place_of("threshold"), what, "write a share, such as 0.8 or 80%")
        return threshold


def _case(
    name: str,
    inputs: Mapping[str, Json],
    expect: tuple[Expectation, ...],
    tags: tuple[str, ...],
    rest: tuple[str | None, float, float, Place],
) -> Case:
    cluster, weight, threshold, place = rest
    said: dict[str, Json] = {
        "inputs": inputs,
        "expect": [spelled(each) for each in expect],
        "weight": weight,
        "threshold": threshold,
    }
    return Case(
        id=name,
        inputs=MappingProxyType(dict(inputs)),
        expect=expect,
        tags=tags,
        cluster=name if cluster is None else cluster,
        weight=weight,
        threshold=threshold,
        digest=digest(said),
        place=place,
    )


def _talking(case: Case, talk: Conversation) -> Case:
    """The case with its conversation. One without keeps the digest it has always had."""
    return replace(case, conversation=talk, digest=digest([case.digest, talk.digest]))
