"""Scenarios: every set of variables with every test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.intake.promptfoo.nodes import each, entries, inside, said
from harness.intake.promptfoo.sources import Unavailable
from harness.intake.promptfoo.tests import TestReader, TheirTest
from harness.suite.notation.node import Node


def scenario_tests(scenario: Node, base: Path, reader: TestReader) -> Iterator[TheirTest]:
    """The tests of one scenario, or of the files that it names."""
    name = said(scenario)
    if name is None:
        yield from _combined(scenario, base, reader)
        return
    try:
        for path in reader.sources.matching(name, base):
            for one in each(reader.sources.tree(path)):
                if said(one) is None:
                    yield from _combined(one, path.parent, reader)
    except Unavailable as error:
        reader.register.note("scenario", name[:120], scenario.place, ("listed", str(error)))


def _combined(scenario: Node, base: Path, reader: TestReader) -> Iterator[TheirTest]:
    """Every test, once for each entry of `config`."""
    label = said(inside(scenario, "description")) or "scenario"
    ticket = reader.register.meet("scenario", label[:80], scenario.place)
    data = [reader.one(one, base, shared=True) for one in _configs(inside(scenario, "config"), base, reader)]
    tests = list(reader.read(inside(scenario, "tests"), base))
    if data and tests:
        reader.register.settle(ticket, "mapped", f"{len(data) * len(tests):,} combinations")
    else:
        reader.register.settle(ticket, "listed", "it has no config, or no tests")
    for key, entry in entries(scenario).items():
        if key not in {"description", "config", "tests"}:
            why = "nothing here corresponds to it"
            reader.register.note("option", f"scenario {key[:60]}", entry.place, ("listed", why))
    for given in data:
        for test in tests:
            yield _joined(given, test)


def _joined(given: TheirTest, test: TheirTest) -> TheirTest:
    return replace(
        test,
        vars={**given.vars, **test.vars},
        asserts=test.asserts or given.asserts,
        threshold=test.threshold if test.threshold is not None else given.threshold,
        description=test.description or given.description,
    )


def _configs(node: Node | None, base: Path, reader: TestReader) -> Iterator[Node]:
    """The sets of variables, here or in files."""
    for one in each(node):
        name = said(one)
        if name is None:
            yield one
            continue
        try:
            for path in reader.sources.matching(name, base):
                yield from each(reader.sources.tree(path))
        except Unavailable as error:
            reader.register.note("variables", name[:120], one.place, ("listed", str(error)))
