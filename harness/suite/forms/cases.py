"""Nodes to cases: defaults under them, ids that are unique, and inputs the prompt's templates ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from harness.errors import Place
from harness.suite.canonical import digest
from harness.suite.case import Case
from harness.suite.expectation import Expectation, spelled
from harness.suite.forms import case_shapes as shapes
from harness.suite.forms.attachments import AttachmentReader
from harness.suite.forms.expectations import Reader
from harness.suite.forms.fitting import Fitting, Given
from harness.suite.forms.includes import Includes
from harness.suite.forms.quarantines import read_quarantine
from harness.suite.forms.tools import ToolReader
from harness.suite.forms.traits import Traits, read_traits
from harness.suite.names import CASE_ID, VARIABLE, refusal, same
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Node, Table
from harness.suite.tool import Fake
from harness.units import Json

_NO_INPUTS: Mapping[str, Json] = MappingProxyType({})
_NO_FAKES: Mapping[str, Fake] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a suite, or an entry for files of cases, says once for all of its cases."""

    traits: Traits = field(default_factory=Traits)
    inputs: Mapping[str, Json] = field(default_factory=lambda: _NO_INPUTS)
    fakes: Mapping[str, Fake] = field(default_factory=lambda: _NO_FAKES)
    """Tools with results of their own, in place of the suite's."""
    expect: tuple[Expectation, ...] = ()
    is_whole: bool = True
    """Whether every expectation could be read, so that a case without one is a mistake of its own."""


NOTHING_SHARED = Shared()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who reads the parts of a case."""

    expectations: Reader
    fitting: Fitting
    tools: ToolReader
    attachments: AttachmentReader
    includes: Includes


@dataclass
class CaseReader:
    """Reads the cases of one suite, one after the other, and remembers their ids."""

    noted: Noted
    readers: Readers
    _ids: dict[str, tuple[str, Place]] = field(default_factory=dict[str, tuple[str, Place]])

    def read_shared(self, node: Node, under: Shared = NOTHING_SHARED) -> Shared:
        """Reads `defaults`, with all they include under them, over what is shared already."""
        for table in self.readers.includes.defaults(node):
            given = Fields(table, shapes.DEFAULTS, self.noted)
            given.node("include")
            self.readers.fitting.take_shared(Given(place=table.place, own=_places(given)))
            under = self._layer(given, under)
        return under

    def _layer(self, given: Fields, under: Shared) -> Shared:
        expect, is_whole = self._expect(given, under)
        return Shared(
            traits=read_traits(given, under.traits, self.readers.attachments),
            inputs=MappingProxyType({**under.inputs, **self._inputs(given)}),
            fakes={**under.fakes, **self.readers.tools.overrides(given)},
            expect=expect,
            is_whole=is_whole,
        )

    def read(self, node: Node, shared: Shared) -> Case | None:
        """One case, or None after noting its mistakes."""
        before = len(self.noted.problems)
        table = self.noted.table(node, "a case")
        if table is None:
            return None
        given = Fields(table, shapes.CASE, self.noted)
        name = given.text("id")
        if name is not None:
            self._check_id(name, given.place_of("id"))
        self._fit(given, shared)
        said, quarantine = self._layer(given, shared), read_quarantine(given)
        talk = self.readers.tools.conversation(said.fakes, said.traits.says)
        if said.is_whole and not any(each.scored for each in said.expect) and not _is_meant(given):
            place = next(
                (given.place_of(key) for key in ("expect", "expect_only") if key in given), table.place
            )
            what = "the case expects nothing that is scored"
            self.noted.bad(place, what, "add an expectation, such as `equals`")
        if len(self.noted.problems) > before or name is None:
            return None
        case = _case(name, said, table.place)
        if talk is not None:  # one without keeps the digest it has always had
            case = replace(case, conversation=talk, digest=digest([case.digest, talk.digest]))
        return case if quarantine is None else replace(case, quarantine=quarantine)

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

    def _fit(self, given: Fields, shared: Shared) -> None:
        node = given.node("inputs")
        if "inputs" not in given.meant and isinstance(node, Table | None):
            own = _places(given)
            place = given.place_of("inputs")
            self.readers.fitting.take(Given(place=place, own=own, shared=frozenset(shared.inputs)))

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

    def _expect(self, given: Fields, under: Shared) -> tuple[tuple[Expectation, ...], bool]:
        """What could be read of the expectations, those of the layer below first, and whether that is all of them."""
        more, only = given.node("expect"), given.node("expect_only")
        if more is not None and only is not None:
            what = "'expect' beside 'expect_only'"
            self.noted.bad(given.place_of("expect"), what, "keep one: the second is in place of the defaults")
        found, is_whole = (
            self._listed(more, "'expect'") if only is None else self._listed(only, "'expect_only'")
        )
        if only is not None:
            return found, is_whole
        return (*under.expect, *found), is_whole and under.is_whole

    def _listed(self, node: Node | None, what: str) -> tuple[tuple[Expectation, ...], bool]:
        if node is None:
            return (), True
        before = len(self.noted.problems)
        items = self.readers.includes.expectations(self.noted.items(node, what))
        read = [None if each is None else self.readers.expectations.read(each) for each in items]
        found = tuple(each for each in read if each is not None)
        return found, len(found) == len(read) and len(self.noted.problems) == before


def _is_meant(given: Fields) -> bool:
    """Whether expectations are there under a misspelt key."""
    return bool(given.meant & {"expect", "expect_only"})


def _places(given: Fields) -> Mapping[str, Place]:
    """Where each input stands."""
    node = given.node("inputs")
    return {name: entry.place for name, entry in node.entries.items()} if isinstance(node, Table) else {}


def _case(name: str, said: Shared, place: Place) -> Case:
    traits = said.traits
    asked: dict[str, Json] = {
        "inputs": said.inputs,
        "expect": [spelled(each) for each in said.expect],
        "weight": traits.weight,
        "threshold": traits.threshold,
    }
    if traits.history:  # what has none of these keeps the digest it has always had
        asked["history"] = [[each.role, each.text] for each in traits.history]
    if traits.attachments:
        asked["attachments"] = [each.spelled() for each in traits.attachments]
    return Case(
        id=name,
        inputs=said.inputs,
        expect=said.expect,
        tags=traits.tags,
        cluster=name if traits.cluster is None else traits.cluster,
        weight=traits.weight,
        threshold=traits.threshold,
        digest=digest(asked),
        place=place,
        must_pass=traits.must_pass,
        repeats=traits.repeats,
        history=traits.history,
        attachments=traits.attachments,
    )
