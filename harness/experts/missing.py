"""What experts need that this machine does not have: told before a run, which would leave their trials unmeasured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.confined.node import find_node
from harness.errors import Problem
from harness.experts.semantic import lacking
from harness.suite.expectation import Expectation
from harness.suite.expectations.own import Javascript
from harness.suite.expectations.semantic import Semantic


def missing(asked: Iterable[Expectation]) -> Iterator[Problem]:
    """A warning for each of these whose expert cannot work here."""
    for each in asked:
        if isinstance(each, Javascript) and find_node() is None:
            what = "'javascript' cannot be graded here: Node.js is not installed"
            yield Problem(each.place, what, "put `node` on the PATH")
        elif isinstance(each, Semantic) and (found := lacking(each.model)) is not None:
            yield Problem(each.place, f"'semantic' cannot be graded here: {found[0]}", found[1])
