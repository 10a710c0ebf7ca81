"""Nodes to expectations: one grader each, checked as far as that goes without an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.forms.functions import Functions
from harness.suite.forms.graders.form import FindSchema, Reading
from harness.suite.forms.graders.table import EXPECTATION, GRADER, GRADERS
from harness.suite.forms.judges import NO_JUDGES, NamedJudges
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Node, Table

DEEPEST: Final = 5
"""Levels of expectations inside of expectations."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the expectations of one suite."""

    noted: Noted
    find_schema: FindSchema
    own: Functions
    level: int = 0
    """How many expectations stand around those that are read."""
    judges: NamedJudges = NO_JUDGES

    def read(self, node: Node) -> Expectation | None:
        """One entry of `expect`, or None after noting what is wrong with it."""
        table = self.noted.table(node, "an expectation")
        if table is None:
            return None
        entry = Fields(table, EXPECTATION, self.noted)
        weight, criterion = self._weight(entry), self._criterion(entry)
        if "not" in entry:
            found = self._negated(entry, table)
        else:
            found = self._only(entry, table)
            if found is not None and not found.scored and "weight" in entry:
                what = f"{found.grader} is recorded, never scored"
                self.noted.bad(entry.place_of("weight"), what, "remove the weight")
        return None if found is None else replace(found, weight=weight, criterion=criterion)

    def _weight(self, entry: Fields) -> float:
        weight = entry.within("weight", entry.number("weight"), above=0, most=1e9)
        return 1.0 if weight is None else weight

    def _criterion(self, entry: Fields) -> str:
        said = entry.text("criterion")
        if said is not None and (
            not said or len(said) > 64 or not said.isprintable() or said != said.strip()
        ):
            what = f"{said[:80]!a} is no name of a criterion"
            self.noted.bad(entry.place_of("criterion"), what, "use up to 64 plain characters")
        return said or ""

    def _negated(self, entry: Fields, table: Table) -> Expectation | None:
        beside = [name for name in table.entries if name in GRADERS]
        if beside:
            self.noted.bad(
                table.entries[beside[0]].place, f"{beside[0]!r} stands beside 'not'", "put it inside"
            )
        node = entry.node("not")
        inner = None if node is None else self.noted.table(node, "'not'")
        if inner is None:
            return None
        found = self._only(Fields(inner, GRADER, self.noted), inner)
        if found is not None and not found.scored:
            self.noted.bad(inner.place, f"{found.grader} is recorded, never scored", "remove the `not`")
            return None
        return None if found is None else replace(found, negated=True)

    def _only(self, entry: Fields, table: Table) -> Expectation | None:
        named = [name for name in table.entries if name in GRADERS]
        if len(named) > 1:
            what = f"an expectation has one grader, not {len(named)} ({', '.join(named)})"
            self.noted.bad(table.entries[named[1]].place, what, "write one list item each")
            return None
        if named:
            return self._grader(entry, named[0], table.entries[named[0]].place)
        if not any(name not in EXPECTATION.keys for name in table.entries):
            what = "an expectation names no grader"
            self.noted.bad(table.place, what, f"use one of: {', '.join(sorted(GRADERS))}")
        return None

    def _grader(self, entry: Fields, name: str, place: Place) -> Expectation | None:
        node = entry.node(name)
        if node is None:
            return None
        form = GRADERS[name]
        reading = Reading(
            noted=self.noted,
            find_schema=self.find_schema,
            nested=self._nested,
            judges=self.judges,
            own=self.own,
        )
        if isinstance(node, Table):
            before = len(self.noted.problems)
            found = form.read(reading, Fields(node, form.shape, self.noted), place)
            return found if len(self.noted.problems) == before else None
        if form.read_short is None:
            self.noted.table(node, repr(name))
            return None
        return form.read_short(reading, node, place)

    def _nested(self, node: Node) -> Expectation | None:
        """An expectation inside of the one that is read."""
        if self.level >= DEEPEST:
            what = f"expectations stand more than {DEEPEST} deep inside of each other"
            self.noted.bad(node.place, what, "say it with fewer levels")
            return None
        found = replace(self, level=self.level + 1).read(node)
        if found is None or found.scored:
            return found
        what = f"{found.grader!r} is recorded, never scored, so it cannot be a part of anything"
        self.noted.bad(node.place, what, "write it as an expectation of its own")
        return None
